#!/usr/bin/env python3
"""What breaks must not lose mail and must not let it pass unscanned: 4xx, and the retry gets through."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from both import Both  # noqa: E402
from case import Case  # noqa: E402
from smtp import send, wait_until  # noqa: E402


class BehindPostfix(Both, Case):
    mta = Case.postfix


class Failures(Case):
    def test_without_workers_mail_is_deferred_not_passed(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        self.assertEqual(send(postfix.port, mails.plain("before")).code, 250)
        gate.configure({"limits": {"max_time": "2s"}})
        self.assertEqual(gate.reload().returncode, 0)
        thaw = self.freeze_workers(gate)
        reply = send(postfix.port, mails.plain("while nothing scans"))
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.3.0"), reply)
        self.assertEqual(self.sink.holds("while nothing scans"), [])
        thaw()
        wait_until(lambda: send(postfix.port, mails.plain("afterwards")).code == 250, 30, "mail goes on")

    def test_killed_workers_are_replaced(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        for _ in range(3):
            for pid in gate.processes().get("sekisho-worker", []):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            wait_until(lambda: send(postfix.port, mails.plain("scanned by a new worker")).code == 250, 30,
                       lambda: "new workers: " + gate.tail())
        for message in self.sink.find("scanned by a new worker", count=3):
            self.assertEqual(message.header("X-Sekisho-Verdict"), ["clean"])

    def test_a_full_quarantine_defers_what_belongs_into_it(self):
        gate = self.gate({"quarantine": {"max_bytes": 1 << 20}})
        postfix = self.postfix(gate)
        big = mails.message("too much for the quarantine", "too much\n",
                            [("invoice.doc", mails.macro_document()), ("noise.bin", os.urandom(1 << 20))])
        reply = send(postfix.port, big)
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.3.1"), reply)
        self.assertEqual(gate.entries(), [])
        self.assertEqual(send(postfix.port, mails.plain("no quarantine needed")).code, 250)

    def test_a_lost_store_delays_no_mail_that_needs_no_quarantine(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        self.assertEqual(send(postfix.port, mails.plain("with a store")).code, 250)
        for path in gate.state.glob("sekisho.db*"):
            path.unlink()
        (gate.state / "sekisho.db").mkdir()
        self.assertEqual(send(postfix.port, mails.plain("without a store")).code, 250)
        self.sink.find("without a store")

    def test_a_slow_store_delays_no_mail_that_needs_no_quarantine(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        with contextlib.closing(sqlite3.connect(gate.database, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            replies = [send(postfix.port, mails.plain(f"beside a slow store {n}")) for n in range(10)]
            self.assertEqual([reply for reply in replies if reply.code != 250], [])
            # Who waits for the store waits for the lock: five seconds, until the writer gives up. No mail did, and
            # most took next to no time; a busy disk may hold up one of them in Postfix's own queue.
            times = sorted(reply.ms for reply in replies)
            self.assertLess(times[-1], 4_000, times)
            self.assertLess(times[len(times) // 2], 500, times)
            self.sink.find("beside a slow store", count=10)
            self.assertEqual(gate.events(), [])
            database.execute("ROLLBACK")
        events = gate.wait_for_events(10)
        self.assertEqual([event["subject"] for event in events], [f"beside a slow store {n}" for n in range(10)])
        self.assertEqual(gate.status()["store"], {"healthy": True, "dropped_events": 0})

    def test_sigterm_finishes_what_is_in_flight(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        thaw = self.freeze_workers(gate)
        thread, replies = self.in_background(postfix.port, mails.plain("in flight at the end"))
        wait_until(lambda: gate.status()["in_flight"]["messages"] == 1, 20, "a message in flight")
        gate.signal(signal.SIGTERM)
        wait_until(lambda: send(postfix.port, mails.plain("too late")).code // 100 == 4, 20, "4xx for new mail")
        self.assertTrue(thread.is_alive())
        thaw()
        thread.join(60)
        self.assertEqual(replies[0].code, 250, replies)
        self.sink.find("in flight at the end")
        self.assertEqual(gate.process.wait(30), 0)

    def test_a_bad_rule_is_skipped_by_name_and_the_rest_load(self):
        rules = self.folder / "rules.d"
        rules.mkdir()
        (rules / "good.yar").write_text('rule site_good { meta: score = 20 '
                                        'strings: $a = "kumquat-marker" condition: $a }\n')
        gate = self.gate()
        shipped = gate.settings["worker"]["rules_dirs"]
        gate.configure({"worker": {"rules_dirs": [*shipped, rules]}})
        self.assertEqual(gate.reload().returncode, 0)
        postfix = self.postfix(gate)
        (rules / "bad.yar").write_text("rule site_bad { condition: nonsense }\n")
        done = gate.reload()
        self.assertRegex((done.stdout + done.stderr).decode() + gate.log_text(), r"bad\.yar:1: .*nonsense")
        self.assertEqual(send(postfix.port, mails.plain("with a marker", text="kumquat-marker\n")).code, 250)
        [line] = gate.wait_for_message(1)
        self.assertEqual(line["verdict"], "malicious", line)
        self.assertIn("yara.site_good", str(line))


if __name__ == "__main__":
    unittest.main(verbosity=2)
