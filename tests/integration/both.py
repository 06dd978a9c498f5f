"""Tests that hold behind either mail server. A class that takes them in says which by `mta`, a method of Case."""

import io
import json
import os
import re
import signal
import zipfile

import mails
from load import Load
from smtp import send, wait_until

DISCARD = [
    {"name": "to-discard", "recipients": ["discard@example.jp"], "action": "discard"},
    {"name": "to-discard-all", "recipients": ["void@example.jp"], "action": "discard", "keep_copy": False},
    {"name": "rest", "action": "accept"},
]


def hostile_archive():
    """A ZIP whose member names are made for terminals, shells, format strings and log readers."""
    names = ["../../../etc/passwd", "a\x1b[2Jb.txt", "%s%n%x.txt", "$(touch pwned).txt", "\u202egnp.exe",
             "a\r\nverdict=clean.txt", 'x", "verdict": "clean.txt', "x" * 5_000]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"text\n")
    return out.getvalue()


class Both:
    mta = None

    def test_the_gate_is_killed_between_data_and_reply(self):
        gate = self.gate()
        server = self.mta(gate)
        mail = mails.plain("survives a killed gate")
        self.freeze_workers(gate)
        thread, replies = self.in_background(server.port, mail)
        wait_until(lambda: gate.status()["in_flight"]["messages"] == 1, 20, "a message in flight")
        killed = gate.gate_pid()
        os.kill(killed, signal.SIGKILL)
        thread.join(60)
        self.assertEqual(replies[0].code // 100, 4, replies)
        self.assertEqual(self.sink.messages(), [])
        # The supervisor starts another gate, and a retry of the sender's gets through once that one takes mail.
        wait_until(lambda: gate.gate_pid() not in (None, killed), 30, "a new gate")
        tries = []
        wait_until(lambda: tries.append(send(server.port, mail)) or tries[-1].code == 250, 30, lambda: f"a 250: {tries}")
        self.assertEqual({reply.code // 100 for reply in tries[:-1]} - {4}, set(), tries)
        self.assertEqual(len(self.sink.find("survives a killed gate").header("X-Sekisho-Verdict")), 1)
        wait_until(lambda: not server.waiting(), 20, lambda: f"an empty queue: {server.waiting()}")
        self.assertEqual(len(self.sink.messages()), 1)

    def test_a_bad_configuration_changes_nothing(self):
        gate = self.gate()
        server = self.mta(gate)
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
        self.assertEqual(send(server.port, mails.dropper("still on guard")).code, 250)
        self.assertEqual(gate.wait_for_message(1)[0]["verdict"], "malicious")
        self.assertEqual(len(gate.entries()), 1)
        gate.config.write_text(good)
        self.assertEqual(gate.reload().returncode, 0)

    def test_a_full_disk_defers_and_leaves_no_half_file(self):
        kept = self.small_disk("256k") / "quarantine"
        gate = self.gate({"quarantine": {"min_free": 1}}, quarantine=kept)
        server = self.mta(gate)
        big = mails.message("larger than the disk", "larger than the disk\n",
                            [("invoice.doc", mails.macro_document()), ("noise.bin", os.urandom(400_000))])
        reply = send(server.port, big)
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.3.1"), reply)
        self.assertEqual(gate.entries(), [])
        self.assertEqual([p for p in kept.rglob("*") if p.is_file() and p.stat().st_size > 100_000], [])
        self.assertEqual(send(server.port, mails.dropper("small enough")).code, 250)
        self.assertEqual(len(gate.entries()), 1)
        self.assertEqual(self.sink.messages(), [])

    def test_nothing_is_lost_over_twenty_reloads(self):
        gate = self.gate()
        server = self.mta(gate)
        with Load(server.port) as load:
            for _ in range(20):
                before = len(load.replies)
                self.assertEqual(gate.reload().returncode, 0)
                # Mail has to come between any two of them, however fast or slow this machine is.
                wait_until(lambda: len(load.replies) > before + 5 or load.errors, 60, "mail goes on")
        load.check(self)
        self.assertGreaterEqual(gate.status()["workers"]["generation"], 20)
        wait_until(lambda: len(self.sink.messages()) >= len(load.subjects), 60, "everything at the sink")
        got = [subject for message in self.sink.messages() for subject in message.header("Subject")]
        self.assertEqual(sorted(got), sorted(load.subjects))
        verdicts = {tuple(message.header("X-Sekisho-Verdict")) for message in self.sink.messages()}
        self.assertEqual(verdicts, {("clean",)})

    def test_discard_keeps_a_copy_unless_told_otherwise(self):
        gate = self.gate({"rule": DISCARD})
        server = self.mta(gate)
        self.assertEqual(send(server.port, mails.plain("to be discarded"), recipients="discard@example.jp").code, 250)
        self.assertEqual(len(gate.entries()), 1)
        self.assertEqual(send(server.port, mails.plain("to be forgotten"), recipients="void@example.jp").code, 250)
        self.assertEqual([line["action"] for line in gate.wait_for_message(2)], ["discard", "discard"])
        self.assertEqual(len(gate.entries()), 1)
        wait_until(lambda: not server.waiting(), 20, lambda: f"an empty queue: {server.waiting()}")
        self.assertEqual(self.sink.messages(), [])

    def test_hostile_names_leave_the_log_in_order(self):
        gate = self.gate()
        server = self.mta(gate)
        mail = mails.message("evil names", "text\n", [("a\u202eb\u0007.zip", hostile_archive())],
                             headers=[("X-Evil", "one\ttwo")])
        sender = '"a b\\"c%s, verdict=clean"@example.net'
        self.assertEqual(send(server.port, mail, sender=sender).code, 250)
        self.assertEqual(send(server.port, mails.plain("after the evil one")).code, 250)
        lines = gate.wait_for_message(2)
        self.assertEqual([line["from"] for line in lines], [sender, "partner@example.net"])
        for line in gate.log_text().split("\n"):
            self.assertFalse(re.search("[\x00-\x08\x0a-\x1f\x7f\u202e]", line), repr(line))
        self.assertNotRegex(json.dumps(gate.wait_for_events(2)[0], ensure_ascii=False), "[\x00-\x1f\u202e]")
        self.assertEqual(gate.status()["workers"]["deaths"], 0)
