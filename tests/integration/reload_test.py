#!/usr/bin/env python3
"""Reloads while mail flows: nobody notices."""

import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from case import Case  # noqa: E402
from load import Load, p99  # noqa: E402
from smtp import wait_until  # noqa: E402


class Reload(Case):
    def setUp(self):
        super().setUp()
        self.sekishod = self.gate()
        self.server = self.postfix(self.sekishod)

    def phase(self, reloads, seconds):
        """Latencies of one phase of load with `reloads` reloads spread over `seconds`."""
        with Load(self.server.port) as load:
            begin = time.monotonic()
            for number in range(reloads):
                self.assertEqual(self.sekishod.reload().returncode, 0)
                while time.monotonic() < begin + seconds * (number + 1) / reloads:
                    time.sleep(0.01)
            while time.monotonic() < begin + seconds:
                time.sleep(0.01)
        load.check(self)
        return load

    def test_twenty_reloads_under_load(self):
        self.phase(0, 3)  # warm
        quiet, busy = [], []
        for _ in range(4):  # interleaved: whatever else the machine does hits both alike
            quiet += self.phase(0, 10).replies
            busy += self.phase(5, 10).replies
        before, during = (p99([reply.ms for reply in replies]) for replies in (quiet, busy))
        print(f"p99 without reloads {before:.1f} ms ({len(quiet)} mails), with 20 {during:.1f} ms ({len(busy)})")
        self.assertLessEqual(during, 2 * before)
        self.assertGreaterEqual(self.sekishod.status()["workers"]["generation"], 20)

    def test_a_hundred_hangups_under_load(self):
        pid = self.sekishod.gate_pid()
        with Load(self.server.port) as load:
            for _ in range(100):
                self.sekishod.signal(signal.SIGHUP)
                time.sleep(0.02)
            before = len(load.replies)
            wait_until(lambda: len(load.replies) > before + 100, 60, "mail goes on")
        load.check(self)
        self.assertEqual(self.sekishod.gate_pid(), pid, "the gate is the same process")
        # Hang-ups that come while a reload runs are one more reload, not a hundred.
        wait_until(lambda: self.sekishod.reload().returncode == 0, 60, "a reload after all that")
        workers = self.sekishod.processes().get("sekisho-worker", [])
        wait_until(lambda: len(self.sekishod.processes().get("sekisho-worker", [])) <= 2 * 4, 60,
                   lambda: f"old generations end: {workers}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
