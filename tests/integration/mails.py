"""Inert sample mails, made by programs that are not Sekisho: Python's own libraries, zip, 7zz, LibreOffice, and the
fixtures for what none of them can make. Nothing in here can harm: the droppers call hosts that do not exist.
"""

import email.message
import email.policy
import functools
import gzip
import os
import pathlib
import subprocess
import tempfile

from gate import BUILD

# The industry's harmless test string, put together here so that this file itself is not taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

JAPANESE_TEXT = ("お世話になっております。\n先日ご依頼いただきました請求書をお送りいたします。\n"
                 "添付ファイルのパスワード：{password}\nご確認のほど、よろしくお願いいたします。\n")
ENGLISH_TEXT = "Hello,\n\nplease find the invoice attached.\nThe password is {password}\n\nBest regards\n"

SMTP = email.policy.SMTP.clone(cte_type="7bit")


def message(subject, text, attachments=(), charset="utf-8", headers=()):
    """A mail as bytes. `attachments`: (file name, content) pairs. `headers`: (name, value) pairs put on top."""
    mail = email.message.EmailMessage(policy=SMTP)
    for name, value in headers:
        mail[name] = value
    mail["From"] = "Accounts <partner@example.net>"
    mail["To"] = "user@example.jp"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 01 Sep 2025 09:00:00 +0900"
    mail["Message-ID"] = email.utils.make_msgid(domain="example.net")
    mail.set_content(text, charset=charset)
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def plain(subject, size=0, text="An ordinary text.\n", headers=()):
    """A clean text mail of about `size` bytes or more; its body names the subject, so that a sink can be searched."""
    line = "All work and no play makes an ordinary line of text.\n"
    return message(subject, f"{subject}\n{text}" + line * (size // len(line)), headers=headers)


@functools.cache
def fixture(name):
    """One of the files that `sekisho-fixtures OUTDIR` writes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BUILD / "bin/sekisho-fixtures", folder], check=True, stdout=subprocess.DEVNULL)
        return (pathlib.Path(folder) / name).read_bytes()


def macro_document():
    """A Word document whose macro starts by itself and looks like Emotet's droppers of 2019."""
    return fixture("dropper.doc")


def dropper(subject, name="invoice.doc"):
    return message(subject, f"{subject}\n", [(name, macro_document())])


def zipped(members, password=None, method=None):
    """A ZIP of {name: content}: by zip (ZipCrypto where there is a password), or by 7zz (`method`: "AES256")."""
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder) / "files"
        files.mkdir()
        for name, content in members.items():
            (files / name).write_bytes(content)
        out = pathlib.Path(folder) / "out.zip"
        if method:
            command = ["7zz", "a", "-tzip", f"-mem={method}", f"-p{password}", out, *members]
        else:
            command = ["zip", "-q", "-X", *(["-P", password] if password else []), out, *members]
        subprocess.run(command, cwd=files, check=True, stdout=subprocess.DEVNULL)
        return out.read_bytes()


def locked_zip(subject, password, text=ENGLISH_TEXT, charset="utf-8", method=None, tell=True):
    """A mail with the dropper in an encrypted ZIP; the text says the password if `tell`."""
    body = text.format(password=password) if tell else "Please find the file attached.\n"
    content = zipped({"invoice.doc": macro_document()}, password, method)
    return message(subject, f"{subject}\n{body}", [("invoice.zip", content)], charset)


def nested(subject):
    """A ZIP in a mail in a ZIP: the dropper is in the innermost."""
    inner = message("forwarded", "see attached\n", [("inner.zip", zipped({"invoice.doc": macro_document()}))])
    return message(subject, f"{subject}\n", [("outer.zip", zipped({"forwarded.eml": inner}))])


def eicar(subject, compressed=True):
    content = gzip.compress(EICAR, mtime=0) if compressed else EICAR
    return message(subject, f"{subject}\n", [("test.gz" if compressed else "test.com", content)])


@functools.cache
def office_documents(texts=("A quarterly report without anything unusual in it.",), kind="docx"):
    """One clean document per text, written by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        for number, text in enumerate(texts):
            (home / f"document{number}.txt").write_text(text)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{home}/profile", "--headless", "--convert-to", kind,
                        "--outdir", home / "out", *sorted(home.glob("*.txt"))], check=True, timeout=300,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
        return tuple((home / "out" / f"document{n}.{kind}").read_bytes() for n in range(len(texts)))


def clean_document(subject):
    return message(subject, f"{subject}\n", [("report.docx", office_documents()[0])])
