#!/usr/bin/env python3
"""A real worker child that dies or hangs over a mail: 451 once; then what could be read is judged, the rest is said.

A rule of the test's own takes so long over a marked part that there is time to find the child and to kill it in it.
"""

import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import send, wait_until  # noqa: E402

RULES = """
rule site_slow { strings: $a = "takes-its-time" condition: $a and for all i in (1..4000000000) : (i > 0) }
rule site_seen { meta: score = 1 strings: $a = "kumquat-marker" condition: $a }
"""
SLOW, SEEN = b"takes-its-time\n", b"kumquat-marker\n"


class Crash(Case):
    def setUp(self):
        super().setUp()
        rules = self.folder / "rules.d"
        rules.mkdir()
        (rules / "site.yar").write_text(RULES)
        self.sekishod = self.gate({"limits": {"max_rules_time": "60s"}})
        shipped = self.sekishod.settings["worker"]["rules_dirs"]
        # No scan is moved to the slow lane here: there the gate itself stops and wakes the child.
        self.configure({"worker": {"rules_dirs": [*shipped, rules], "slow_after": "1min"}})
        self.server = self.postfix(self.sekishod)

    def configure(self, changes):
        self.sekishod.configure(changes)
        self.assertEqual(self.sekishod.reload().returncode, 0)

    def send_and(self, number, mail):
        """Sends the mail, and `number` to the child that is busy with it. The reply, and the log line."""
        count = len(self.sekishod.messages())
        thread, replies = self.in_background(self.server.port, mail)
        child = wait_until(self.sekishod.busy_child, 50, lambda: "a busy child: " + self.sekishod.tail())
        os.kill(child, number)
        thread.join(60)
        return replies[0], self.sekishod.wait_for_message(count + 1)[count]

    def deferred(self, reply):
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.3.0"), reply)
        self.assertEqual(self.sekishod.entries(), [])

    def findings(self, count):
        """(id, file name of the part) of each finding of the last of `count` messages."""
        event = self.sekishod.wait_for_events(count)[count - 1]
        return sorted((row["id"], row["part"].rpartition(":")[2]) for row in event["findings"])

    def test_the_second_time_the_part_is_left_alone_and_the_rest_is_scanned(self):
        mail = mails.message("one part kills", "text\n", [("slow.txt", SLOW), ("after.txt", SEEN)])
        self.deferred(self.send_and(signal.SIGKILL, mail)[0])
        self.assertEqual(self.sekishod.status()["workers"]["failures"], {"crashed": 1})
        reply = send(self.server.port, mail)
        self.assertEqual(reply.code, 250, reply)
        line = self.sekishod.wait_for_message(2)[1]
        self.assertEqual((line["verdict"], line["rule"]), ("unscannable (crashed)", "crashed"), line)
        self.assertEqual(self.findings(2), [("scan.crashed", "slow.txt"), ("yara.site_seen", "after.txt")])
        [entry] = self.sekishod.entries()
        self.assertEqual((entry["id"], entry["verdict"]), (line["quarantine"], "unscannable"))
        self.assertEqual(self.sink.messages(), [])

    def test_what_is_found_beside_it_still_counts(self):
        mail = mails.message("kills and is bad", "text\n", [("slow.txt", SLOW), ("bill.doc", mails.macro_document())])
        self.deferred(self.send_and(signal.SIGKILL, mail)[0])
        self.assertEqual(send(self.server.port, mail).code, 250)
        line = self.sekishod.wait_for_message(2)[1]
        self.assertEqual(line["verdict"], "malicious", line)
        self.assertIn("scan.crashed", line["findings"])

    def test_policy_says_what_becomes_of_it(self):
        self.configure({"rule": [{"name": "mine", "verdicts": ["unscannable"], "unscannable": ["crashed"],
                                  "action": "tag"}, {"name": "rest", "action": "quarantine"}]})
        mail = mails.message("one part kills", "text\n", [("slow.txt", SLOW)])
        self.deferred(self.send_and(signal.SIGKILL, mail)[0])
        self.assertEqual(send(self.server.port, mail).code, 250)
        self.assertEqual(self.sink.find("one part kills").header("X-Sekisho-Verdict"), ["unscannable (crashed)"])

    def test_a_mail_that_crashes_twice_is_not_scanned_a_third_time(self):
        mail = mails.message("two parts kill", "text\n", [("slow.txt", SLOW), ("again.txt", SLOW + b"more\n")])
        self.deferred(self.send_and(signal.SIGKILL, mail)[0])
        reply, line = self.send_and(signal.SIGKILL, mail)
        self.assertEqual((reply.code, line["verdict"]), (250, "unscannable (crashed)"), line)
        scans = self.sekishod.status()["workers"]["scans"]
        self.assertEqual(send(self.server.port, mail).code, 250)
        self.assertEqual(self.sekishod.wait_for_message(3)[2]["verdict"], "unscannable (crashed)")
        self.assertEqual(self.sekishod.status()["workers"]["scans"], scans)
        # The same bytes and envelope: one entry.
        self.assertEqual(len(self.sekishod.entries()), 1)
        self.assertEqual(self.sink.messages(), [])

    def test_a_crash_is_remembered_over_a_restart(self):
        mail = mails.message("one part kills", "text\n", [("slow.txt", SLOW)])
        self.deferred(self.send_and(signal.SIGKILL, mail)[0])
        self.sekishod.stop()
        self.sekishod.start()
        self.assertEqual(send(self.server.port, mail).code, 250)
        self.assertEqual(self.sekishod.wait_for_message(2)[1]["verdict"], "unscannable (crashed)")

    def test_a_child_that_hangs_in_a_part(self):
        self.configure({"limits": {"max_time": "4s"}})
        mail = mails.message("one part hangs", "text\n", [("slow.txt", SLOW), ("after.txt", SEEN)])
        self.deferred(self.send_and(signal.SIGSTOP, mail)[0])
        self.assertEqual(self.sekishod.status()["workers"]["failures"], {"timed_out": 1})
        self.assertEqual(send(self.server.port, mail).code, 250)
        line = self.sekishod.wait_for_message(2)[1]
        self.assertEqual((line["verdict"], line["rule"]), ("unscannable (time)", "crashed"), line)
        self.assertEqual(self.findings(2), [("scan.time", "slow.txt"), ("yara.site_seen", "after.txt")])
        self.assertEqual(len(self.sekishod.entries()), 1)

    def test_a_mail_whose_time_ran_out_before_any_part_is_tried_once_more(self):
        # It may have met a busy machine: nothing in it is to blame yet.
        self.configure({"limits": {"max_time": "2s"}})
        mail = mails.plain("late but whole")
        thaw = self.freeze_workers(self.sekishod)
        self.deferred(send(self.server.port, mail))
        thaw()
        wait_until(lambda: send(self.server.port, mails.plain("scanned again")).code == 250, 30, "mail goes on")
        self.assertEqual(send(self.server.port, mail).code, 250)
        self.assertEqual(self.sink.find("late but whole").header("X-Sekisho-Verdict"), ["clean"])

    def test_children_that_hang_before_any_part_twice(self):
        self.configure({"limits": {"max_time": "2s"}})
        mail = mails.plain("nobody scans")
        for code in (451, 250):
            thaw = self.freeze_workers(self.sekishod)
            self.assertEqual(send(self.server.port, mail).code, code)
            thaw()
        lines = self.sekishod.wait_for_message(2)
        self.assertEqual(lines[1]["verdict"], "unscannable (time)", lines)
        self.assertEqual(len(self.sekishod.entries()), 1)
        self.assertEqual(self.sink.messages(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
