#!/usr/bin/env python3
"""Reloads while mail flows: nobody notices."""

import pathlib
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import Client, wait_until  # noqa: E402


class Load:
    """Two clients that send plain mail without a pause, each on one connection, until stopped."""

    def __init__(self, port):
        self.port, self.replies, self.errors = port, [], []
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(2)]

    def _run(self, number):
        try:
            count = 0
            while not self._end.is_set():
                # A connection of its own for every twenty mails: a milter session starts anew, too.
                with Client(self.port) as client:
                    for _ in range(20):
                        count += 1
                        self.replies.append(client.send(mails.plain(f"load {number} {count}", size=4000)))
                        if self._end.is_set():
                            break
        except Exception as error:  # noqa: BLE001: the test shows what it was
            self.errors.append(error)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join(60)

    def p99(self):
        times = sorted(reply.ms for reply in self.replies)
        return times[len(times) * 99 // 100]


class Reload(Case):
    def setUp(self):
        super().setUp()
        self.sekishod = self.gate()
        self.server = self.postfix(self.sekishod)

    def check(self, load):
        self.assertEqual(load.errors, [])
        bad = [reply for reply in load.replies if reply.code != 250]
        self.assertEqual(bad, [])
        self.assertGreater(len(load.replies), 100)

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
        self.check(load)
        return load

    def test_twenty_reloads_under_load(self):
        self.phase(0, 3)  # warm
        quiet, busy = [], []
        for _ in range(4):  # interleaved: whatever else the machine does hits both alike
            quiet += self.phase(0, 10).replies
            busy += self.phase(5, 10).replies
        p99 = [sorted(r.ms for r in replies)[len(replies) * 99 // 100] for replies in (quiet, busy)]
        print(f"p99 without reloads {p99[0]:.1f} ms ({len(quiet)} mails), with 20 {p99[1]:.1f} ms ({len(busy)})")
        self.assertLessEqual(p99[1], 2 * p99[0])
        self.assertGreaterEqual(self.sekishod.status()["workers"]["generation"], 20)

    def test_a_hundred_hangups_under_load(self):
        pid = self.sekishod.gate_pid()
        with Load(self.server.port) as load:
            for _ in range(100):
                self.sekishod.signal(signal.SIGHUP)
                time.sleep(0.02)
            before = len(load.replies)
            wait_until(lambda: len(load.replies) > before + 100, 60, "mail goes on")
        self.check(load)
        self.assertEqual(self.sekishod.gate_pid(), pid, "the gate is the same process")
        # Hang-ups that come while a reload runs are one more reload, not a hundred.
        wait_until(lambda: self.sekishod.reload().returncode == 0, 60, "a reload after all that")
        workers = self.sekishod.processes().get("sekisho-worker", [])
        wait_until(lambda: len(self.sekishod.processes().get("sekisho-worker", [])) <= 2 * 4, 60,
                   lambda: f"old generations end: {workers}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
