#!/usr/bin/python3
"""Makes the mixed corpus of the benchmarks: the same mails for the same seed.

usage: bench/corpus.py FOLDER [--count N] [--seed N] [--rules N]

FOLDER/mails/KIND-NNNN.eml, FOLDER/parts/KIND/NNN (the attachments alone, for scan_bench), and with --rules FOLDER/rules/
with N generic rules. Of N mails: 55 % text and HTML of 3 to 30 KB, 15 % images, 15 % PDF, 10 % OOXML, the rest ZIP, OLE,
nested and encrypted; about 200 KB a mail. OOXML and OLE documents are LibreOffice's; pictures in them are added as noise
of their own size, as in life most bytes of a document are pictures.
"""

import argparse
import email.message
import email.policy
import io
import os
import pathlib
import random
import struct
import subprocess
import tempfile
import zipfile
import zlib

WORDS = ("report invoice quarter meeting delivery schedule customer project budget review contract annual summary the of "
         "and to in for with on by from at as is was are we you our this that please find attached regards office sales "
         "注文 納品 会議 資料 確認 お願い 予定 株式会社 担当 請求書").split()
SMTP = email.policy.SMTP.clone(cte_type="7bit")


class Corpus:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.documents = {}

    def text(self, size):
        """Prose of about `size` bytes of UTF-8."""
        lines, length = [], 0
        while length < size:
            line = " ".join(self.random.choice(WORDS) for _ in range(12))
            lines.append(line)
            length += len(line.encode()) + 1
        return "\n".join(lines) + "\n"

    def html(self, size):
        rows = []
        while sum(map(len, rows)) < size:
            cells = "".join(f"<td style='padding:4px'>{self.text(30).strip()}</td>" for _ in range(4))
            rows.append(f"<tr>{cells}</tr><tr><td><a href='https://www.example.net/{self.random.random()}'>more</a>"
                        "</td></tr>\n")
        return f"<html><head><style>td{{color:#333}}</style></head><body><table>{''.join(rows)}</table></body></html>"

    def jpeg(self, size):
        """A JPEG's frame around noise: entropy-coded data looks like that."""
        head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304")
        return head + self.random.randbytes(size).replace(b"\xff", b"\xfe") + b"\xff\xd9"

    def png(self, size):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        side = max(8, int((size / 3) ** 0.5))
        rows = b"".join(b"\0" + self.random.randbytes(side * 3) for _ in range(side))
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))

    def pdf(self, size):
        """Pages of Flate streams and pictures, with a cross-reference table."""
        out, offsets = io.BytesIO(), []

        def thing(body):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (len(offsets), body))

        def stream(data, extra=b""):
            return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), extra, data)

        out.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        thing(b"<< /Type /Catalog /Pages 2 0 R >>")
        thing(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        thing(b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] >>")
        while out.tell() < size:
            if self.random.random() < 0.6:
                page = "".join(f"BT /F1 11 Tf 72 {y} Td ({self.text(60).strip()}) Tj ET\n" for y in range(80, 780, 14))
                thing(stream(zlib.compress(page.encode()), b" /Filter /FlateDecode"))
            else:
                thing(stream(self.jpeg(self.random.randrange(5_000, 60_000)),
                             b" /Subtype /Image /Filter /DCTDecode /Width 640 /Height 480"))
        start = out.tell()
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(offsets) + 1, table))
        out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
        return out.getvalue()

    def office(self, kind):
        """A document that LibreOffice wrote from a text of this corpus: one of eight for each kind."""
        if kind not in self.documents:
            with tempfile.TemporaryDirectory() as folder:
                home = pathlib.Path(folder)
                for number in range(8):
                    (home / f"d{number}.txt").write_text(self.text(4_000 * (number + 1)))
                subprocess.run(["soffice", f"-env:UserInstallation=file://{home}/profile", "--headless", "--convert-to",
                                kind, "--outdir", home / "out", *sorted(home.glob("*.txt"))], check=True, timeout=300,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
                self.documents[kind] = [p.read_bytes() for p in sorted((home / "out").glob(f"*.{kind}"))]
        return self.random.choice(self.documents[kind])

    def ooxml(self, size):
        """One of LibreOffice's, with pictures up to the size asked for."""
        out = io.BytesIO(self.office("docx"))
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            number = 0
            while out.tell() < size:
                number += 1
                archive.writestr(self._member(f"word/media/image{number}.jpeg"),
                                 self.jpeg(self.random.randrange(20_000, 90_000)))
        return out.getvalue()

    @staticmethod
    def _member(name):
        info = zipfile.ZipInfo(name, (2025, 9, 1, 9, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    def zip(self, size, content=None):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            members = content or {"notes.txt": self.text(size).encode(), "photo.jpg": self.jpeg(size // 2),
                                  "page.html": self.html(size // 4).encode()}
            for name, data in members.items():
                archive.writestr(self._member(name), data)
        return out.getvalue()

    def encrypted(self, size, password):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "plan.txt").write_text(self.text(size))
            subprocess.run(["zip", "-q", "-X", "-P", password, "out.zip", "plan.txt"], cwd=folder, check=True)
            return (pathlib.Path(folder) / "out.zip").read_bytes()

    def mail(self, subject, attachment=None, name="", kind="application/octet-stream", text=None, html=True):
        mail = email.message.EmailMessage(policy=SMTP)
        mail["From"] = "Partner <partner@example.net>"
        mail["To"] = "User <user@example.jp>"
        mail["Subject"] = subject
        mail["Date"] = "Mon, 01 Sep 2025 09:00:00 +0900"
        mail["Message-ID"] = f"<{self.random.getrandbits(64):x}@example.net>"
        size = self.random.randrange(1_500, 15_000)
        mail.set_content(text or self.text(size))
        if html:
            mail.add_alternative(self.html(size), subtype="html")
        if attachment is not None:
            main, sub = kind.split("/")
            mail.add_attachment(attachment, maintype=main, subtype=sub, filename=name)
        boundaries = self.random.getrandbits(60)
        for number, part in enumerate(p for p in mail.walk() if p.is_multipart()):
            part.set_boundary(f"=_{boundaries:x}_{number}")
        return mail.as_bytes()

    def one(self, kind, number):
        """(mail, the attachment alone or the text) of one kind."""
        subject, between = f"{kind} {number}", self.random.randrange
        if kind == "text":
            mail = self.mail(subject)
            return mail, mail
        if kind == "image":
            data, name, mime = ((self.jpeg(between(50_000, 650_000)), "photo.jpg", "image/jpeg")
                                if self.random.random() < 0.7 else
                                (self.png(between(20_000, 300_000)), "screen.png", "image/png"))
        elif kind == "pdf":
            data, name, mime = self.pdf(between(40_000, 650_000)), "paper.pdf", "application/pdf"
        elif kind == "ooxml":
            data, name = self.ooxml(between(20_000, 600_000)), "paper.docx"
            mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        elif kind == "ole":
            data, name, mime = self.office("doc"), "paper.doc", "application/msword"
        elif kind == "zip":
            data, name, mime = self.zip(between(20_000, 300_000)), "files.zip", "application/zip"
        elif kind == "nested":
            inner = self.mail("forwarded", self.zip(20_000), "inner.zip")
            data, name, mime = self.zip(0, {"forwarded.eml": inner, "paper.docx": self.ooxml(60_000)}), "o.zip", \
                "application/zip"
        else:
            password = f"pw-{between(1000, 9999)}"
            data, name, mime = self.encrypted(between(10_000, 100_000), password), "plan.zip", "application/zip"
            return self.mail(subject, data, name, mime, f"Hello,\nthe password is {password}\n", html=False), data
        return self.mail(subject, data, name, mime), data

    # Twenty mails hold the mix exactly.
    MIX = (["text"] * 11 + ["image"] * 3 + ["pdf"] * 3 + ["ooxml"] * 2)
    REST = ("zip", "ole", "nested", "encrypted")

    def kinds(self, count):
        kinds = []
        while len(kinds) < count:
            block = self.MIX + [self.REST[(len(kinds) // 20) % len(self.REST)]]
            self.random.shuffle(block)
            kinds += block
        return kinds[:count]


def generic_rules(count, seed):
    """`count` rules as public sets have them: a few strings, some hex with gaps, some regular expressions."""
    chooser = random.Random(seed)

    def word(length):
        return "".join(chooser.choice("abcdefghijklmnopqrstuvwxyz0123456789_") for _ in range(length))

    rules = []
    for number in range(count):
        strings = [f'        $s{n} = "{word(chooser.randrange(6, 20))}"{chooser.choice(["", " nocase", " wide ascii"])}'
                   for n in range(chooser.randrange(2, 6))]
        if number % 3 == 0:
            gap = " ".join(f"{chooser.randrange(1, 255):02X}" for _ in range(6))
            strings.append("        $h = { " + gap + " [2-8] " + gap + " }")
        if number % 5 == 0:
            strings.append(f"        $r = /{word(4)}[a-z]{{2,8}}\\.{word(3)}/")
        kind = chooser.choice(["any of them", "all of them", "2 of them", "uint16(0) == 0x5A4D and any of them"])
        rules.append(f"rule generic_{number:03}\n{{\n    meta:\n        score = 1\n    strings:\n" + "\n".join(strings)
                     + f"\n    condition:\n        {kind}\n}}\n")
    return "\n".join(rules)


def make(folder, count=200, seed=1, rules=0):
    """Writes the corpus; gives the mails in order, as (kind, bytes)."""
    folder = pathlib.Path(folder)
    corpus, mails = Corpus(seed), []
    (folder / "mails").mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(corpus.kinds(count)):
        mail, part = corpus.one(kind, number)
        mails.append((kind, mail))
        (folder / "mails" / f"{kind}-{number:04}.eml").write_bytes(mail)
        parts = folder / "parts" / kind
        parts.mkdir(parents=True, exist_ok=True)
        (parts / f"{number:04}").write_bytes(part)
    if rules:
        (folder / "rules").mkdir(exist_ok=True)
        (folder / "rules" / "generic.yar").write_text(generic_rules(rules, seed))
    return mails


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", type=int, default=0)
    arguments = parser.parse_args()
    mails = make(**vars(arguments))
    total = sum(len(mail) for _, mail in mails)
    print(f"{len(mails)} mails, {total / len(mails) / 1024:.0f} KB each")


if __name__ == "__main__":
    main()
