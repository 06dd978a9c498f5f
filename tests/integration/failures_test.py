#!/usr/bin/env python3
"""What breaks must not lose mail and must not let it pass unscanned: 4xx, and the retry gets through."""

import pathlib
import signal
import os
import shutil
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import send, wait_until  # noqa: E402


class Failures(Case):
    def in_background(self, port, mail, **options):
        """Sends a mail in a thread; gives the thread and the list that will hold the reply."""
        replies = []
        thread = threading.Thread(target=lambda: replies.append(send(port, mail, **options)))
        thread.start()
        return thread, replies

    def freeze_workers(self, gate):
        """Stops every worker process, so that a scan lasts until the test goes on. They end with the test."""
        pids = []
        # The worker program may fork a child while we look: until two looks in a row find nothing new.
        quiet = 0
        while quiet < 2:
            new = set(gate.processes().get("sekisho-worker", [])) - set(pids)
            quiet = 0 if new else quiet + 1
            for pid in new:
                os.kill(pid, signal.SIGSTOP)
                pids.append(pid)
        self.assertTrue(pids, gate.processes())

        def thaw():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass
        self.addCleanup(thaw)
        return thaw

    def test_the_gate_is_killed_between_data_and_reply(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        mail = mails.plain("survives a killed gate")
        self.freeze_workers(gate)
        thread, replies = self.in_background(postfix.port, mail)
        wait_until(lambda: gate.status()["in_flight"]["messages"] == 1, 20, "a message in flight")
        killed = gate.gate_pid()
        os.kill(killed, signal.SIGKILL)
        thread.join(60)
        self.assertEqual(replies[0].code // 100, 4, replies)
        self.assertEqual(self.sink.messages(), [])
        # The supervisor starts another gate, and the sender's retry gets through.
        wait_until(lambda: gate.gate_pid() not in (None, killed) and gate.answers(), 30, "a new gate")
        reply = send(postfix.port, mail)
        self.assertEqual(reply.code, 250, reply)
        self.assertEqual(len(self.sink.find("survives a killed gate").header("X-Sekisho-Verdict")), 1)
        self.assertEqual(len(self.sink.messages()), 1)

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

    def test_a_full_disk_defers_and_leaves_no_half_file(self):
        disk = self.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=0777", "sekisho-test", disk], check=True)
        self.addCleanup(lambda: subprocess.run(["umount", "-l", disk], check=True))
        kept = disk / "quarantine"
        gate = self.gate({"quarantine": {"min_free": 1}}, quarantine=kept)
        postfix = self.postfix(gate)
        big = mails.message("larger than the disk", "larger than the disk\n",
                            [("invoice.doc", mails.macro_document()), ("noise.bin", os.urandom(400_000))])
        reply = send(postfix.port, big)
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.3.1"), reply)
        self.assertEqual(gate.entries(), [])
        self.assertEqual([p for p in kept.rglob("*") if p.is_file() and p.stat().st_size > 100_000], [])
        self.assertEqual(send(postfix.port, mails.dropper("small enough")).code, 250)
        self.assertEqual(len(gate.entries()), 1)

    def test_a_lost_store_delays_no_mail_that_needs_no_quarantine(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        self.assertEqual(send(postfix.port, mails.plain("with a store")).code, 250)
        for path in gate.state.glob("sekisho.db*"):
            path.unlink()
        (gate.state / "sekisho.db").mkdir()
        self.assertEqual(send(postfix.port, mails.plain("without a store")).code, 250)
        self.sink.find("without a store")

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

    def test_a_bad_configuration_changes_nothing(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        good = gate.config.read_text()
        gate.config.write_text(good + "\n[worker]\nfast_childen = 3\n")
        done = gate.reload()
        self.assertNotEqual(done.returncode, 0)
        said = (done.stdout + done.stderr).decode()
        self.assertRegex(said, rf"{gate.config.name}:\d+")
        gate.config.write_text(good.replace("monitor = false", "monitor = 7"))
        said = gate.reload()
        self.assertNotEqual(said.returncode, 0)
        self.assertRegex((said.stdout + said.stderr).decode(), rf"{gate.config.name}:1\b")
        gate.signal(signal.SIGHUP)
        self.assertEqual(send(postfix.port, mails.dropper("still on guard")).code, 250)
        self.assertEqual(gate.wait_for_message(1)[0]["verdict"], "malicious")
        gate.config.write_text(good)
        self.assertEqual(gate.reload().returncode, 0)

    def test_a_bad_rule_is_skipped_by_name_and_the_rest_load(self):
        rules = self.folder / "rules.d"
        rules.mkdir()
        (rules / "good.yar").write_text('rule site_good { meta: score = 20 strings: $a = "kumquat-marker" condition: $a }\n')
        shutil.copy(rules / "good.yar", self.folder / "good.yar")
        gate = self.gate()
        shipped = gate.settings["worker"]["rules_dirs"]
        gate.configure({"worker": {"rules_dirs": [*shipped, rules]}})
        self.assertEqual(gate.reload().returncode, 0)
        postfix = self.postfix(gate)
        (rules / "bad.yar").write_text("rule site_bad { condition: nonsense }\n")
        done = gate.reload()
        said = (done.stdout + done.stderr).decode() + gate.log_text()
        self.assertIn("bad.yar", said)
        self.assertEqual(send(postfix.port, mails.plain("with a marker", text="kumquat-marker\n")).code, 250)
        [line] = gate.wait_for_message(1)
        self.assertEqual(line["verdict"], "malicious", line)
        self.assertIn("yara.site_good", str(line))


if __name__ == "__main__":
    unittest.main(verbosity=2)
