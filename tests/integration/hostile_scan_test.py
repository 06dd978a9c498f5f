#!/usr/bin/python3
"""Hostile input through the installed `sekisho scan`: bombs, quines, floods of parts, deep nesting, long headers, cuts.

Nothing of it may crash, come out as complete and clean, or cost more than the bounds that are stated here. CPU time
and memory are those of the whole program with its workers, as the kernel counted them.
"""

import base64
import bz2
import gzip
import io
import json
import os
import pathlib
import random
import resource
import struct
import subprocess
import tempfile
import unittest
import zipfile
import zlib

import mails
from gate import install
from mta import remove_tree

MIB = 1 << 20


def mail(*attachments, text="see the attachment"):
    """A multipart message; each attachment is (name, bytes)."""
    lines = ["From: sender@example.com", "To: recipient@example.jp", "Subject: test", "MIME-Version: 1.0",
             'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", text]
    for name, data in attachments:
        lines += ["--b", f'Content-Type: application/octet-stream; name="{name}"', "Content-Transfer-Encoding: base64", ""]
        lines += base64.encodebytes(data).decode().split("\n")[:-1]
    return "\r\n".join([*lines, "--b--", ""]).encode()


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=9) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


def unfolding(name, *stretches):
    """A ZIP with one member of `stretches`, each (bytes, times)."""
    out = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w", compresslevel=9) as archive, archive.open(info, "w") as member:
        for data, times in stretches:
            for _ in range(times):
                member.write(data)
    return out.getvalue()


FREE, FAT, DIFAT = 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC  # [MS-CFB] 2.1


def cfb_with_gap(document, gap):
    """(what stands before a gap of `gap` free sectors, what stands behind): a compound file of 512-byte sectors whose
    streams all lie behind the gap. [MS-CFB] 2.2 to 2.6."""
    header, sectors = bytearray(document[:512]), [document[at:at + 512] for at in range(512, len(document), 512)]
    sectors[-1] = sectors[-1].ljust(512, b"\0")
    words = lambda data: list(struct.unpack(f"<{len(data) // 4}I", data))  # noqa: E731
    moved = lambda sector: sector + gap if sector < 0xFFFFFFFA else sector  # noqa: E731
    shift = lambda data, at: struct.pack_into("<I", data, at, moved(struct.unpack_from("<I", data, at)[0]))  # noqa: E731
    fat_sectors = [sector for sector in words(header[76:512]) if sector != FREE]
    fat = [entry for sector in fat_sectors for entry in words(sectors[sector])][:len(sectors)]
    # The directory: its chain, and where each stream of its own sectors starts.
    directory, at = [], struct.unpack_from("<I", header, 48)[0]
    while at < 0xFFFFFFFA:
        directory.append(at)
        at = fat[at]
    for sector in directory:
        data = bytearray(sectors[sector])
        for entry in range(0, 512, 128):
            kind, size = data[entry + 66], struct.unpack_from("<Q", data, entry + 120)[0]
            if kind == 5 or (kind == 2 and size >= 4096):
                shift(data, entry + 116)
        sectors[sector] = bytes(data)
    for sector in fat_sectors:
        fat[sector] = FREE  # a new one is at the end
    table = [FREE] * gap + [moved(entry) for entry in fat]
    # The new table covers itself and the sectors that list it.
    count = lists = 0
    while count * 128 < len(table) + count + lists or lists * 127 < count - 109:
        count, lists = -(-(len(table) + count + lists) // 128), max(0, -(-(count - 109) // 127))
    first = len(table)
    table += [FAT] * count + [DIFAT] * lists
    table += [FREE] * (count * 128 - len(table))
    own = list(range(first, first + count))
    listed = own[109:] + [FREE] * (lists * 127 - max(0, count - 109))
    struct.pack_into("<I", header, 44, count)
    shift(header, 48)
    shift(header, 60)
    struct.pack_into("<II", header, 68, first + count if lists else 0xFFFFFFFE, lists)
    header[76:512] = struct.pack("<109I", *(own[:109] + [FREE] * (109 - len(own[:109]))))
    tail = b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)
    for i in range(lists):
        following = first + count + i + 1 if i + 1 < lists else 0xFFFFFFFE
        tail += struct.pack("<128I", *listed[i * 127:(i + 1) * 127], following)
    return bytes(header), tail


def overlapping_zip(members, size):
    """Many central entries that all point at one local member: small, and huge when it is added up."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(bytes(size)) + packer.flush()
    crc = zlib.crc32(bytes(size))
    numbers = b"\x14\0\0\0\x08\0\0\0\0\0" + b"".join(n.to_bytes(4, "little") for n in (crc, len(data), size))
    out = bytearray(b"PK\3\4" + numbers + b"\5\0\0\0" + b"a.txt" + data)
    start = len(out)
    for i in range(members):
        name = b"%05d" % i
        out += b"PK\1\2\x14\0" + numbers + b"\5\0" + bytes(12 + 4) + name
    count = members.to_bytes(2, "little")
    out += b"PK\5\6" + bytes(4) + count + count + (len(out) - start).to_bytes(4, "little")
    return bytes(out + start.to_bytes(4, "little") + b"\0\0")


def deflate_bits(*fields):
    """Bytes of (value, number of bits, is a Huffman code) fields: codes go most significant bit first (RFC 1951)."""
    out = at = 0
    for value, count, code in fields:
        out |= (int(format(value, f"0{count}b")[::-1], 2) if code else value) << at
        at += count
    return out.to_bytes((at + 7) // 8, "little")


def gzip_quine():
    """A gzip file that unpacks to itself.

    Its deflate stream has three kinds of blocks, written as they stand: `stored` announces 20 literal bytes, `again`
    repeats the last 20 bytes of output, `end` is the last one. Head and tail are 20 bytes each, so that everything comes
    out in pieces of 20. The checksum is part of what it sums up: CRC-32 is linear, so its bits solve a system of
    equations over GF(2); a file time for which there is no solution is passed over.
    """
    def stored(count):
        return struct.pack("<BHH", 0, count, count ^ 0xFFFF)
    fixed, end_of_block = [(0, 1, False), (1, 2, False)], (0, 7, True)
    copy_ten_from_twenty = [(0b0001000, 7, True), (8, 5, True), (20 - 17, 3, False)]
    again = deflate_bits(*fixed, *copy_ten_from_twenty, *copy_ten_from_twenty, end_of_block)
    end = deflate_bits(*fixed, end_of_block, *fixed, end_of_block, (1, 3, False)) + b"\0\0\xff\xff"
    for time in range(100):
        def build(crc, time=time):
            head = b"\x1f\x8b\x08\0" + struct.pack("<I", time) + b"\0\xff" + stored(0) + stored(20)
            tail = again + end + struct.pack("<II", crc, 120)
            return head * 2 + (again + stored(20)) * 4 + tail * 2
        wanted, basis = zlib.crc32(build(0)), {}
        for bit in range(32):
            row, members = zlib.crc32(build(1 << bit)) ^ wanted ^ 1 << bit, 1 << bit
            while row and row.bit_length() in basis:
                other = basis[row.bit_length()]
                row, members = row ^ other[0], members ^ other[1]
            if row:
                basis[row.bit_length()] = row, members
        left, crc = zlib.crc32(build(0)), 0
        while left and left.bit_length() in basis:
            row, members = basis[left.bit_length()]
            left, crc = left ^ row, crc ^ members
        if not left:
            return build(crc)
    raise AssertionError("no file time has a checksum that fits")


def ids_of(report):
    return [finding["id"] for finding in report["findings"]]


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-"))
        cls.folder.chmod(0o755)
        cls.addClassCleanup(remove_tree, cls.folder)
        cls.prefix = install()

    def scan(self, data, name="input.eml", cpu=None, memory=None):
        """The report of one scan that must end properly: no crash, and within its bounds.

        The CPU is that of the best of three: on a machine that others use as well the same work costs up to the double.
        """
        path = self.folder / name
        path.write_bytes(data)
        report, spent = self.scan_once(path, memory)
        for _ in range(2):
            if cpu is None or spent < cpu:
                break
            spent = min(spent, self.scan_once(path, memory)[1])
        if cpu is not None:
            self.assertLess(spent, cpu, f"CPU seconds; findings {ids_of(report)}")
        return report

    def scan_once(self, path, memory):
        """(report, CPU seconds)"""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.prefix / "bin/sekisho", "scan", "--json", path], capture_output=True, check=False,
                              timeout=300)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr.decode(errors="replace"))
        report = json.loads(done.stdout)
        for bad in ("scan.crashed", "scan.failed", "worker.protocol"):
            self.assertNotIn(bad, ids_of(report))
        if memory is not None:
            self.assertLess(after.ru_maxrss * 1024, memory, "peak resident bytes")
        return report, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def assert_not_clean(self, report, *findings):
        ids = ids_of(report)
        self.assertFalse(report["complete"] and report["verdict"] == "clean", ids)
        for finding in findings:
            self.assertIn(finding, ids)

    def test_a_nested_bomb_ends_by_the_budget(self):
        # 100 distinct members of 100 MB of zeros each: 10 GB out of less than 235 KB.
        inner = zipped(("zeros.txt", bytes(100 * MIB)))
        members = [(f"{i:03}.zip", inner + b"%03d" % i) for i in range(100)]
        bomb = mail(("bomb.zip", zipped(*members)))
        self.assertLess(len(bomb), 235_000)
        self.assert_not_clean(self.scan(bomb, cpu=2.0, memory=100 * MIB))

    def hold_padded(self, stretches, cpu, name="invoice.doc"):
        """A document of 600 MB in a small ZIP: its macro is found, its rules run, and it costs no more than this."""
        archive = unfolding(name, *stretches)
        self.assertLess(len(archive), 6_000_000)
        report = self.scan(mail(("invoice.zip", archive)), cpu=cpu, memory=100 * MIB)
        ids = set(ids_of(report))
        self.assertLessEqual({"office.vba.autoexec"}, ids)
        self.assertTrue(report["complete"], ids)
        self.assertEqual(report["verdict"], "malicious", ids)
        self.assertGreater(max(part["size"] for part in report["parts"]), 600_000_000)

    def test_a_document_padded_with_zeros(self):
        self.hold_padded([(mails.macro_document(), 1), (bytes(MIB), 600)], cpu=2.0)

    def test_a_document_padded_with_blanks(self):
        self.hold_padded([(mails.macro_document(), 1), (b" " * MIB, 600)], cpu=5.0)

    def test_a_document_padded_with_a_block(self):
        block = random.Random(9).randbytes(4_096)
        self.hold_padded([(mails.macro_document(), 1), (block * 256, 600)], cpu=5.0)

    def test_a_document_with_padding_in_the_middle(self):
        before, behind = cfb_with_gap(mails.macro_document(), 600 * 2_048)
        self.hold_padded([(before, 1), (bytes(MIB), 600), (behind, 1)], cpu=2.0)

    def test_an_overlapping_bomb_is_named(self):
        bomb = mail(("bomb.zip", overlapping_zip(3_000, 4 * MIB)))
        self.assertLess(len(bomb), 235_000)
        self.assert_not_clean(self.scan(bomb, cpu=2.0, memory=100 * MIB), "archive.bomb")

    def test_bzip2_bombs_end_by_the_budget(self):
        packed = bz2.compress(bytes(200 * MIB))
        self.assert_not_clean(self.scan(mail(*((f"{i}.bz2", packed) for i in range(50))), memory=100 * MIB))

    def test_an_archive_that_holds_itself(self):
        quine = gzip_quine()
        self.assertEqual(gzip.decompress(quine), quine)
        self.assert_not_clean(self.scan(mail(("quine.gz", quine)), cpu=2.0, memory=100 * MIB), "limit.depth")

    def test_zips_nested_beyond_the_limit(self):
        data = b"bottom"
        for i in range(40):
            data = zipped((f"{i}.zip", data))
        self.assert_not_clean(self.scan(mail(("deep.zip", data))), "limit.depth")

    def test_ten_thousand_parts(self):
        parts = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\n{i}\r\n" for i in range(10_500))
        head = 'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        self.assert_not_clean(self.scan((head + parts + "--b--\r\n").encode()), "limit.parts")

    def test_a_thousand_levels_of_multipart(self):
        text = "From: a@example.com\r\nMIME-Version: 1.0\r\n"
        for i in range(1_000):
            text += f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n'
        self.assert_not_clean(self.scan((text + "\r\ninnermost\r\n").encode()), "limit.depth")

    def test_a_thousand_levels_of_mail_in_mail(self):
        head = "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        self.assert_not_clean(self.scan((head * 1_000 + "From: b@example.com\r\n\r\nend\r\n").encode()), "limit.depth")

    def test_a_header_line_of_ten_megabytes(self):
        text = b"From: a@example.com\r\nX-Long: " + b"x" * (10 * MIB) + b"\r\nSubject: s\r\n\r\nbody\r\n"
        self.assert_not_clean(self.scan(text, cpu=3.0), "limit.header")

    def test_a_million_header_fields(self):
        self.assert_not_clean(self.scan(b"A: b\r\n" * 1_000_000 + b"\r\nbody\r\n", cpu=5.0), "limit.header")

    def test_truncated_everything(self):
        whole = mail(("a.zip", zipped(("a.txt", b"hello " * 500), ("b.zip", zipped(("c.txt", os.urandom(400)))))))
        cuts = random.Random(1)
        archive = zipped(("a.txt", bytes(cuts.randbytes(3_000))))
        for _ in range(12):
            self.scan(whole[:cuts.randrange(len(whole))])
            cut = cuts.randrange(30, len(archive) - 1)
            self.assert_not_clean(self.scan(mail(("cut.zip", archive[:cut]))))

    def test_random_bytes(self):
        self.scan(random.Random(2).randbytes(300_000), name="noise.bin")
        self.scan(b"", name="empty.eml")

    def test_names_that_are_weapons_stay_data(self):
        names = ["../../../etc/passwd", "/etc/cron.d/x", "a\x1b[2Jb", "%s%n%x", "$(touch pwned)", "'; rm -rf /;'",
                 "x" * 60_000, "\u202egnp.exe", "a\nb"]
        archive = zipped(*((name, b"x") for name in names))
        report = self.scan(mail(("n.zip", archive)))
        self.assertGreaterEqual(len(report["parts"]), len(names) + 2)
        out = self.folder / "unpacked"
        subprocess.run([self.prefix / "bin/sekisho", "unpack", self.folder / "input.eml", "-o", out], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        inside = {path.relative_to(out).parts[0] for path in out.rglob("*")}
        self.assertIn("manifest.json", inside)
        self.assertFalse((self.folder / "etc").exists() or pathlib.Path("/etc/cron.d/x").exists())
        text = subprocess.run([self.prefix / "bin/sekisho", "scan", self.folder / "input.eml"], check=False,
                              capture_output=True, timeout=120).stdout
        self.assertNotIn(b"\x1b", text)
        self.assertNotIn("\u202e".encode(), text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
