"""What may happen to a mail on its way."""

import base64
import binascii
import email.message
import email.policy
import quopri

import carriers
from evasion_base import mailed
from evasion_files import by_program


@mailed("password ZIP of WinZip's kind (AES)", "archive")
def aes(sample):
    locked = by_program(["7zz", "a", "-tzip", "-mem=AES256", f"-p{carriers.PASSWORD}", "-mx1"])(sample.name, sample.data)
    return carriers._with("documents.zip", locked, text=f"Please find the file attached.\n\nPassword: {carriers.PASSWORD}\n")


def entity(sample, kind="application/octet-stream", encoding="base64", body=None, disposition=None, name=None):
    """A mail by hand: its second part carries the file."""
    name = name or sample.name.encode("ascii", "replace").decode()
    body = body if body is not None else base64.encodebytes(sample.data).replace(b"\n", b"\r\n")
    disposition = disposition or f'attachment; filename="{name}"'
    head = ("From: Tanaka <tanaka@partner.example.net>\r\nTo: suzuki@example.jp\r\nSubject: Documents\r\nDate: Tue, 24 Nov 2026 09:00:00 +0900\r\n"
            "Message-ID: <20261124.0900@partner.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n"
            "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDear Mr. Suzuki,\r\n\r\nplease find the file attached.\r\n\r\nTanaka\r\n"
            f"--b1\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Disposition: {disposition}\r\n\r\n")
    return head.encode() + body + b"\r\n--b1--\r\n"


def in_mail(name, **fields):
    mailed(name)(lambda sample: entity(sample, **{key: value(sample) if callable(value) else value for key, value in fields.items()}))


in_mail("type of a picture", kind="image/png")
in_mail("type of a text", kind="text/plain; charset=utf-8")
in_mail("type that does not exist", kind="figures/quarterly")
in_mail("inline", disposition=lambda sample: f'inline; filename="{sample.name.encode("ascii", "replace").decode()}"')
in_mail("base64 in one line", body=lambda sample: base64.b64encode(sample.data))
in_mail("base64 in lines of four characters", body=lambda sample: b"\r\n".join(
    base64.b64encode(sample.data)[at:at + 4] for at in range(0, -(-len(sample.data) // 3) * 4, 4)))
in_mail("base64 with noise between", body=lambda sample: base64.encodebytes(sample.data).replace(b"\n", b" !#\r\n"))
in_mail("quoted-printable", encoding="quoted-printable", body=lambda sample: quopri.encodestring(sample.data, quotetabs=True)
        if b"\r" not in sample.data and b"\n" not in sample.data else quoted(sample.data))
in_mail("8bit and binary", encoding="binary", body=lambda sample: sample.data)
in_mail("encoding in odd case with a comment", encoding="BaSe64 (figures)")
in_mail("name in pieces (RFC 2231)", disposition=lambda sample: "attachment; filename*0=\"{}\"; filename*1=\"{}\"".format(
    sample.name[:5].encode("ascii", "replace").decode(), sample.name[5:].encode("ascii", "replace").decode()))
in_mail("name as an encoded word", disposition=lambda sample: 'attachment; filename="=?UTF-8?B?{}?="'.format(base64.b64encode(sample.name.encode()).decode()))
in_mail("name with a folder before", disposition=lambda sample: f'attachment; filename="C:\\\\docs\\\\{sample.name.encode("ascii", "replace").decode()}"')
in_mail("two names", disposition=lambda sample: f'attachment; filename="notes.txt"; filename="{sample.name.encode("ascii", "replace").decode()}"')


def quoted(data):
    """Every byte escaped, in soft lines."""
    text = "".join(f"={byte:02X}" for byte in data)
    return "=\r\n".join(text[at:at + 72] for at in range(0, len(text), 72)).encode()


@mailed("line ends of LF")
def lf(sample):
    return entity(sample).replace(b"\r\n", b"\n")


@mailed("uuencoded in the text")
def uu(sample):
    lines = b"".join(binascii.b2a_uu(sample.data[at:at + 45]) for at in range(0, len(sample.data), 45))
    head = ("From: Tanaka <tanaka@partner.example.net>\r\nTo: suzuki@example.jp\r\nSubject: Documents\r\nDate: Tue, 24 Nov 2026 09:00:00 +0900\r\n"
            f"Message-ID: <1@partner.example.net>\r\n\r\nThe file.\r\n\r\nbegin 644 {sample.name.encode('ascii', 'replace').decode()}\r\n")
    return head.encode() + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


@mailed("mail in a mail in a mail")
def deep(sample):
    data = carriers.in_mail(sample.name, sample.data)
    for i in range(2):
        outer = carriers._mail(f"Fwd: {i}", "See below.\n")
        outer.add_attachment(email.message_from_bytes(data, policy=email.policy.SMTP))
        data = outer.as_bytes()
    return data


@mailed("no multipart: the file is the mail's body")
def body(sample):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Tanaka <tanaka@partner.example.net>", "suzuki@example.jp", "Documents"
    mail["Date"], mail["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0900", "<1@partner.example.net>"
    mail.set_content(sample.data, maintype="application", subtype="octet-stream", filename=sample.name, disposition="attachment")
    return mail.as_bytes()


@mailed("among twenty other attachments")
def among(sample):
    mail = carriers._mail("Documents", "Please find the files attached.\n")
    for i in range(10):
        mail.add_attachment(f"notes {i}\r\n", filename=f"notes{i}.txt")
    mail.add_attachment(sample.data, maintype="application", subtype="octet-stream", filename=sample.name)
    for i in range(10):
        mail.add_attachment(f"more {i}\r\n", filename=f"more{i}.txt")
    return mail.as_bytes()
