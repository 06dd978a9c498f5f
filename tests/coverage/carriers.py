"""How an attachment travels: each function gives a mail that carries one file."""

import base64
import email.message
import email.policy
import email.utils
import pathlib
import subprocess
import tempfile

PASSWORD = "4432"


def _mail(subject, text):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Tanaka <tanaka@partner.example.net>"
    mail["To"] = "suzuki@example.jp"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 24 Nov 2026 09:00:00 +0900"
    mail["Message-ID"] = "<20261124.0900@partner.example.net>"
    mail.set_content(text)
    return mail


def _with(name, data, subject="Documents", text="Dear Mr. Suzuki,\n\nplease find the file attached.\n\nTanaka\n"):
    mail = _mail(subject, text)
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def _packed(name, data, command):
    """What `command` makes of a folder that holds the file alone; it writes ../out."""
    with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
        inside = pathlib.Path(folder, "in")
        inside.mkdir()
        (inside / name).write_bytes(data)
        subprocess.run(command, cwd=inside, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return pathlib.Path(folder, "out").read_bytes()


def bare(name, data):
    return _with(name, data)


def in_zip(name, data):
    return _with("documents.zip", _packed(name, data, "zip -qr ../out.zip . && mv ../out.zip ../out"))


def in_locked_zip(name, data):
    locked = _packed(name, data, f"zip -qr -P {PASSWORD} ../out.zip . && mv ../out.zip ../out")
    return _with("documents.zip", locked, text=f"Please find the file attached.\n\nPassword: {PASSWORD}\n")


def in_iso(name, data):
    return _with("documents.iso", _packed(name, data, "genisoimage -quiet -J -R -o ../out ."))


def in_mail(name, data):
    outer = _mail("Fwd: Documents", "See below.\n")
    inner = email.message_from_bytes(_with(name, data), policy=email.policy.SMTP)
    outer.add_attachment(inner)
    return outer.as_bytes()


def in_html(name, data):
    """Put together by a script in the reader's browser."""
    encoded = base64.b64encode(data).decode()
    page = (f"<!DOCTYPE html><html><body><p>Your document is being prepared.</p><script>\n"
            f"var data = atob('{encoded}');\nvar bytes = new Uint8Array(data.length);\n"
            "for (var i = 0; i < data.length; i++) bytes[i] = data.charCodeAt(i);\n"
            "var link = document.createElement('a');\n"
            "link.href = URL.createObjectURL(new Blob([bytes], {type: 'octet/stream'}));\n"
            f"link.download = '{name}';\nlink.click();\n</script></body></html>\n")
    return _with("document.html", page.encode())


def offered_in_html(name, data):
    """The honest form: the page offers the file, and saves it when its reader asks for it."""
    encoded = base64.b64encode(data).decode()
    page = (f"<!DOCTYPE html><html><body><h1>Report</h1><button onclick=\"save()\">Download</button><script>\n"
            f"var data = atob('{encoded}');\n"
            "function save() {\n  var bytes = new Uint8Array(data.length);\n"
            "  for (var i = 0; i < data.length; i++) bytes[i] = data.charCodeAt(i);\n"
            "  var link = document.createElement('a');\n"
            "  link.href = URL.createObjectURL(new Blob([bytes], {type: 'octet/stream'}));\n"
            f"  link.download = '{name}';\n  link.click();\n}}\n</script></body></html>\n")
    return _with("document.html", page.encode())


CARRIERS = {"bare": bare, "ZIP": in_zip, "password ZIP": in_locked_zip, "ISO": in_iso, "nested mail": in_mail, "HTML": in_html}
TWIN_CARRIERS = CARRIERS | {"HTML": offered_in_html}
