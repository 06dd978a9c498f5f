#!/usr/bin/env python3
"""Hostile mail through Postfix, and the dearest bomb by the command line: bounded time and memory, nothing clean that was
not read, other mail not held up. hostile_scan_test.py has what needs no mail server."""

import json
import pathlib
import struct
import subprocess
import sys
import threading
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import install  # noqa: E402
from smtp import send  # noqa: E402

CHUNK = 16 << 20


def bomb(members, chunks):
    """A ZIP of `members` distinct files of `chunks` * 16 MiB of zeros each and a number at the end.

    A deflate stream may be cut and joined at full flushes, so that nobody has to compress 10 GB.
    """
    flushing = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = flushing.compress(bytes(CHUNK)) + flushing.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(chunks):
        check = zlib.crc32(bytes(CHUNK), check)
    out, central = bytearray(), bytearray()
    for number in range(members):
        end = b"member %06d" % number
        last = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = zeros * chunks + last.compress(end) + last.flush()
        name = b"%04d.txt" % number
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5B21, zlib.crc32(end, check), len(data),
                             chunks * CHUNK + len(end), len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name
        out += b"PK\x03\x04" + fields + name + data
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, members, members, len(central), len(out), 0)
    return bytes(out) + bytes(central) + tail


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.prefix = install()
        config = self.folder / "sekisho.toml"
        config.write_text(f'[worker]\nprogram = "{self.prefix}/libexec/sekisho-worker"\n'
                          f'rules_dirs = ["{self.prefix}/share/sekisho/signatures"]\n')
        self.sekisho = [self.prefix / "bin/sekisho", "--config", config]

    def scan(self, data, name="input.eml"):
        """(exit status, ScanReport, CPU seconds, peak MB of the largest process)."""
        path = self.folder / name
        path.write_bytes(data)
        # A process of its own measures, so that each scan's peak is its own.
        code = ("import json, resource, subprocess, sys\n"
                "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)\n"
                "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
                "print(json.dumps([done.returncode, done.stdout.decode(), used.ru_utime + used.ru_stime, used.ru_maxrss]))")
        done = subprocess.run([sys.executable, "-c", code, *self.sekisho, "scan", "--json", path],
                              capture_output=True, timeout=120, check=True)
        status, text, seconds, kilobytes = json.loads(done.stdout)
        return status, json.loads(text), seconds, kilobytes / 1024

    def not_clean(self, data, seconds=10.0):
        status, report, cpu, peak = self.scan(data)
        self.assertIn(status, (1, 3), report["verdict"])
        self.assertFalse(report["verdict"] == "clean" and report["complete"], report["limits"])
        self.assertLess(cpu, seconds)
        self.assertLess(peak, 400)
        return report, cpu, peak

    @staticmethod
    def bomb_mail():
        # Zipped once more, the archive's own repetition goes away: 10 GB of distinct members in a small mail. zip
        # would only store what is called *.zip.
        return mails.message("a bomb", "look\n", [("big.zip", mails.zipped({"inner.dat": bomb(40, 16)}))])

    def test_ten_gigabytes_in_235_kilobytes(self):
        mail = self.bomb_mail()
        self.assertLess(len(mail), 235_000)
        _, baseline, idle, _ = self.scan(mails.plain("what starting costs"))
        report, cpu, peak = self.not_clean(mail)
        print(f"{len(mail) / 1000:.0f} KB of mail, 10.7 GB unfolded: {cpu:.2f} s of CPU ({idle:.2f} s of it to start), "
              f"{peak:.0f} MB")
        # The best of three: on a machine that others use as well the same work costs up to the double.
        for _ in range(2):
            if cpu - idle >= 2.0:
                cpu = min(cpu, self.not_clean(mail)[1])
        self.assertLess(cpu - idle, 2.0)
        self.assertLess(peak, 100)
        self.assertFalse(report["complete"])
        self.assertTrue(report["limits"])
        self.assertEqual(baseline["verdict"], "clean")

    def test_header_lines_of_ten_megabytes(self):
        for line in (b"Subject: " + b"x" * (10 << 20), b"X-Long: " + b"a=b; " * (2 << 20),
                     b"Content-Type: multipart/mixed; boundary=" + b"y" * (10 << 20), b"Z" * (10 << 20)):
            status, report, cpu, peak = self.scan(line + b"\r\nFrom: a@example.net\r\n\r\nbody\r\n")
            self.assertIn(status, (0, 1, 3))
            self.assertLess(cpu, 10)
            self.assertLess(peak, 400)
            self.assertLess(len(report["message"]["subject"]), 1100)

    def test_bombs_do_not_hold_up_other_mail(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        mail = self.bomb_mail()
        threads = [threading.Thread(target=send, args=(postfix.port, mail)) for _ in range(6)]
        for thread in threads:
            thread.start()
        replies = [send(postfix.port, mails.plain(f"ordinary {n}"), source="127.0.0.2") for n in range(20)]
        for thread in threads:
            thread.join(120)
        self.assertEqual({reply.code for reply in replies}, {250})
        bombs = [line for line in gate.wait_for_message(26) if line["size"] > 10_000]
        self.assertEqual(len(bombs), 6)
        self.assertTrue(all(line["verdict"].split()[0] != "clean" for line in bombs), bombs[:1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
