#!/usr/bin/env python3
"""Each format of table.py: plain, three deep, locked, with the wrong password, cut and with bits flipped."""

import base64
import hashlib
import os
import pathlib
import random
import shutil
import struct
import sys
import tempfile
import unittest
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "mime"))
import expectation  # noqa: E402
import libreoffice  # noqa: E402
import table  # noqa: E402

PASSWORD, WRONG = "Kumo-5931-hako", "Sora-2214-kame"
FLIPS = 12
RULE = "site_sentence"
FAILURES = {"scan.crashed", "scan.failed", "scan.time", "worker.protocol"}


def payload_bytes():
    """Text that compresses as text does, and no two lines of which are alike."""
    generator = random.Random(1)
    return b"".join(b"%d %s\n" % (line, base64.b32encode(generator.randbytes(12))) for line in range(600))


def picture_bytes():
    """A PNG of noise."""
    side = 64
    generator = random.Random(3)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + generator.randbytes(3 * side) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def told(report):
    """Something is said: a reader of the report does not take the file for whole and clean."""
    flags = {flag for part in report["parts"] for flag in part["flags"]}
    return not report["complete"] or report["verdict"] != "clean" or bool(flags & {"damaged", "truncated", "skipped"})


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-formats-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.payloads = {"text": cls.folder / "payload.txt", "picture": cls.folder / "payload.png",
                        "sentence": cls.folder / "payload.png"}
        cls.payloads["text"].write_bytes(payload_bytes())
        cls.payloads["picture"].write_bytes(picture_bytes())
        cls.rules = cls.folder / "rules"
        cls.rules.mkdir()
        (cls.rules / "sentence.yar").write_text(
            f'rule {RULE} {{ strings: $a = "{libreoffice.SENTENCE}" ascii wide condition: $a }}\n')
        cls.sha256 = {row.name: hashlib.sha256(cls.payloads[row.payload].read_bytes()).hexdigest() for row in table.ROWS}
        cls.payload = {row.name: row.payload for row in table.ROWS}
        cls.made = {}
        for row in table.ROWS:
            if row.make:
                folder = cls.folder / row.name
                folder.mkdir()
                cls.made[row.name] = row.make(folder, cls.payloads[row.payload])

    def rows(self):
        return [row for row in table.ROWS if row.make]

    def has_payload(self, name, report):
        if self.payload[name] == "sentence":
            return any(finding["id"] == f"yara.{RULE}" for finding in report["findings"])
        return any(part["sha256"] == self.sha256[name] for part in report["parts"])

    def scan(self, files):
        """{key: report} for {key: path}."""
        reports = expectation.scan(files.values(), "--rules", self.rules)
        for path, report in reports.items():
            found = {finding["id"] for finding in report["findings"]} & FAILURES
            self.assertFalse(found, path)
        return {key: reports[str(path)] for key, path in files.items()}

    def test_plain(self):
        for name, report in self.scan(self.made).items():
            with self.subTest(name):
                self.assertTrue(self.has_payload(name, report), report)
                self.assertTrue(report["complete"], report)

    def test_three_deep(self):
        files = {}
        for name, inner in self.made.items():
            folder = self.folder / f"deep-{name}"
            folder.mkdir()
            table.run("zip", "-q", folder / "inner.zip", inner.name, cwd=inner.parent)
            table.run("tar", "-czf", folder / "middle.tgz", "inner.zip", cwd=folder)
            table.run(*table.SEVEN, folder / "outer.7z", "middle.tgz", cwd=folder)
            files[name] = folder / "outer.7z"
        for name, report in self.scan(files).items():
            with self.subTest(name):
                self.assertTrue(self.has_payload(name, report), report)

    def mail_with(self, path, password):
        message = table.mail(path)
        message.get_body().set_content(f"The password of the file is {password}\n")
        out = path.with_suffix(f".{password}.eml")
        out.write_bytes(message.as_bytes())
        return out

    def test_page_is_checked_in_as_made(self):
        """SEKISHO_WRITE_REFERENCE=1 writes it anew."""
        if os.environ.get("SEKISHO_WRITE_REFERENCE"):
            table.PAGE.write_text(table.page())
        self.assertTrue(table.PAGE.read_text() == table.page(), f"{table.PAGE.name} is out of date")

    def test_locked(self):
        right, wrong = {}, {}
        for row in table.ROWS:
            if row.lock:
                folder = self.folder / f"locked-{row.name}"
                folder.mkdir()
                path = row.lock(folder, self.payloads[row.payload], PASSWORD)
                right[row.name], wrong[row.name] = self.mail_with(path, PASSWORD), self.mail_with(path, WRONG)
        for name, report in self.scan(right).items():
            with self.subTest(name):
                self.assertTrue(self.has_payload(name, report), report)
        for name, report in self.scan(wrong).items():
            with self.subTest(name, wrong=True):
                self.assertFalse(self.has_payload(name, report))
                self.assertIn("locked", report["unscannable"])
                self.assertTrue([f for f in report["findings"] if f["id"].endswith(".encrypted.unopened")], report)

    def test_cut(self):
        files = {}
        for name, path in self.made.items():
            data = path.read_bytes()
            for part in (3, 6, 9):
                cut = path.parent / f"cut{part}{path.suffix}"
                cut.write_bytes(data[:len(data) * part // 10])
                files[name, part] = cut
        ends = {row.name for row in table.ROWS if row.ends}
        for (name, part), report in self.scan(files).items():
            if name in ends:
                with self.subTest(name, part=part):
                    self.assertTrue(self.has_payload(name, report) or told(report), report)

    def test_flipped(self):
        files = {}
        generator = random.Random(2)
        for name, path in self.made.items():
            data = bytearray(path.read_bytes())
            for number in range(FLIPS):
                at = generator.randrange(len(data) * 8)
                data[at // 8] ^= 1 << at % 8
                flipped = path.parent / f"flip{number}{path.suffix}"
                flipped.write_bytes(data)
                data[at // 8] ^= 1 << at % 8
                files[name, number] = flipped
        checked = {row.name for row in table.ROWS if row.checked}
        for (name, number), report in self.scan(files).items():
            if name in checked:
                with self.subTest(name, number=number):
                    self.assertTrue(self.has_payload(name, report) or told(report), report)


if __name__ == "__main__":
    unittest.main(verbosity=1)
