#!/usr/bin/env python3
"""The quarantine from deposit to release, by the command line, through a real Postfix."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import Sekishod  # noqa: E402
from mta import Postfix  # noqa: E402
from smtp import send  # noqa: E402

RULES = [
    {"name": "kept", "recipients": ["quarantine@example.jp"], "action": "quarantine"},
    {"name": "malicious", "verdicts": ["malicious"], "action": "quarantine"},
    {"name": "rest", "action": "accept"},
]


class Quarantine(Case):
    def setUp(self):
        super().setUp()
        # The two need each other's sockets: Postfix is laid out first, and started when its milter is there.
        gate_socket = self.folder / "gate" / "run" / "milter.sock"
        self.server = self.keep(Postfix(self.folder / "postfix", milter=f"unix:{gate_socket}",
                                        next_hop=self.sink.port))
        self.sekishod = self.gate({"rule": RULES, "quarantine": {"release_to": f"inet:127.0.0.1:{self.server.port}"}})
        self.server.start()

    def deposit(self, mail, recipient="quarantine@example.jp"):
        self.assertEqual(send(self.server.port, mail, recipients=recipient).code, 250)
        return self.sekishod.entries()[0]["id"]

    def test_release_delivers_the_bytes_as_they_came(self):
        mail = mails.plain("held back at first", size=3000)
        entry = self.deposit(mail)
        self.assertEqual(self.sink.messages(), [])
        self.sekishod.command("quarantine", "release", entry)
        got = self.sink.find("held back at first")
        self.assertEqual(got.recipients, ["quarantine@example.jp"])
        self.assertEqual(got.body(), mail.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1])
        self.assertEqual(got.header("X-Sekisho-Release"), [])
        self.assertEqual(got.header("Message-ID"), [line.split(": ", 1)[1] for line in mail.decode().split("\r\n")
                                                    if line.startswith("Message-ID: ")])
        [row] = self.sekishod.entries()
        self.assertEqual(row["state"], "released")

    def test_what_is_malicious_is_released_only_by_force(self):
        entry = self.deposit(mails.dropper("a dropper in custody"), "user@example.jp")
        refused = self.sekishod.command("quarantine", "release", entry, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(b"--force", refused.stdout + refused.stderr)
        self.assertEqual(self.sink.messages(), [])
        self.sekishod.command("quarantine", "release", entry, "--force")
        self.sink.find("a dropper in custody")

    def test_a_retry_of_the_sender_finds_its_entry(self):
        mail = mails.plain("sent twice")
        first = self.deposit(mail)
        # The same bytes and envelope again, as after a lost reply.
        self.assertEqual(self.deposit(mail), first)
        self.assertEqual(len(self.sekishod.entries()), 1)

    def test_show_export_and_delete(self):
        entry = self.deposit(mails.plain("to be looked at"))
        shown = json.loads(self.sekishod.command("quarantine", "show", entry, "--json").stdout)
        self.assertIn("to be looked at", json.dumps(shown))
        self.assertIn(b"to be looked at", self.sekishod.command("quarantine", "export", entry).stdout)
        self.sekishod.command("quarantine", "delete", entry)
        self.assertEqual([row for row in self.sekishod.entries() if row["state"] == "held"], [])
        self.assertNotEqual(self.sekishod.command("quarantine", "export", entry, check=False).returncode, 0)
        self.assertEqual([p for p in self.sekishod.quarantine.rglob("*") if p.is_file() and entry in p.name], [])

    def test_a_token_that_was_copied_does_not_open_the_gate(self):
        entry = self.deposit(mails.dropper("for one recipient only"), "user@example.jp")
        # A sink as the place of re-injection shows the token; a thief puts it on a mail of his own.
        self.sekishod.stop()
        self.sekishod.configure({"quarantine": {"release_to": f"inet:127.0.0.1:{self.sink.port}"}})
        self.sekishod.start()
        self.sekishod.command("quarantine", "release", entry, "--force")
        token = self.sink.find("for one recipient only").header("X-Sekisho-Release")
        self.assertEqual(len(token), 1)
        stolen = mails.message("stolen token", "stolen token\n", [("invoice.doc", mails.macro_document())],
                               headers=[("X-Sekisho-Release", token[0])])
        self.assertEqual(send(self.server.port, stolen).code, 250)
        self.assertEqual(self.sink.holds("stolen token"), [])
        self.assertEqual(len([row for row in self.sekishod.entries() if row["state"] == "held"]), 1)

    def test_entries_survive_a_restart(self):
        entry = self.deposit(mails.plain("still there tomorrow"))
        self.sekishod.stop()
        for path in self.sekishod.state.glob("sekisho.db*"):
            path.unlink()  # the files are the truth: the index is made anew
        self.sekishod.start()
        self.assertEqual([row["id"] for row in self.sekishod.entries()], [entry])
        self.sekishod.command("quarantine", "release", entry)
        self.sink.find("still there tomorrow")

    def test_two_gateways_with_one_key_release_for_each_other(self):
        other = self.gate({"rule": RULES, "quarantine": {
            "release_to": f"inet:127.0.0.1:{self.server.port}", "key_file": self.sekishod.state / "release.key"}},
            name="other")
        second = self.postfix(other, name="postfix2")
        self.assertEqual(send(second.port, mails.plain("kept at the other"), recipients="quarantine@example.jp").code, 250)
        [row] = other.entries()
        # Its re-injection goes through the first gateway, which knows the key and nothing of the entry.
        other.command("quarantine", "release", row["id"])
        self.sink.find("kept at the other")

    def test_each_act_is_recorded(self):
        entry = self.deposit(mails.plain("watched acts"))
        self.sekishod.command("quarantine", "show", entry)
        self.sekishod.command("quarantine", "release", entry)
        audit = [line for line in self.sekishod.log_lines() if line.get("event") == "audit"]
        self.assertGreaterEqual(len(audit), 2, self.sekishod.tail())
        self.assertTrue(all(line.get("uid") == 0 for line in audit), audit)


class Permissions(Case):
    def test_a_stranger_may_not_look(self):
        gate = self.keep(Sekishod(self.folder / "gate", {"control": {"view_groups": ["daemon"]}})).start()
        command = [gate.prefix / "bin/sekisho", "--config", gate.config, "quarantine", "list"]
        stranger = subprocess.run(command, capture_output=True, user="games", group="games", extra_groups=[])
        self.assertNotEqual(stranger.returncode, 0)
        member = subprocess.run(command, capture_output=True, user="games", group="games", extra_groups=["daemon"])
        self.assertEqual(member.returncode, 0, member.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
