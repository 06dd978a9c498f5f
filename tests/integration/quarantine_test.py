#!/usr/bin/env python3
"""The quarantine from deposit to release, by the command line, through a real Postfix."""

import base64
import json
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import Sekishod  # noqa: E402
from mta import Postfix  # noqa: E402
from smtp import send, wait_until  # noqa: E402

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


class Tokens(Case):
    """Tokens that were caught on their way: another gateway with the same key signed them, this one has spent none.

    What is malicious is tagged here, not kept: so the next hop shows both that a mail was judged, and what its header
    still holds. A mail that is let through as released carries no verdict.
    """

    TAGGED = [{"name": "tagged", "verdicts": ["malicious"], "action": "tag"}, {"name": "rest", "action": "accept"}]
    KEPT = [{"name": "kept", "action": "quarantine"}]

    def setUp(self):
        super().setUp()
        self.sekishod = self.gate({"rule": self.TAGGED})
        self.server = self.postfix(self.sekishod)

    def signed(self, subject, lifetime="15min"):
        """A dropper with an unspent token, as it is on its way from the other gateway to this one."""
        other = self.gate(name="other", settings={"rule": self.KEPT, "quarantine": {
            "release_to": f"inet:127.0.0.1:{self.sink.port}", "token_ttl": lifetime,
            "key_file": self.sekishod.state / "release.key"}})
        before = self.postfix(other, name="postfix2")
        self.assertEqual(send(before.port, mails.dropper(subject)).code, 250)
        other.command("quarantine", "release", other.entries()[0]["id"], "--force")
        caught = self.sink.find(subject)
        self.assertEqual(len(caught.header("X-Sekisho-Release")), 1)
        return caught.data

    def pass_on(self, mail, recipient="user@example.jp", source=None):
        """The mail through this gateway: its log line, and what the next hop got."""
        lines, count = len(self.sekishod.messages()), len(self.sink.messages())
        self.assertEqual(send(self.server.port, mail, recipients=recipient, source=source).code, 250)
        wait_until(lambda: len(self.sink.messages()) > count, 20, "the mail at the next hop")
        got = self.sink.messages()[count]
        self.assertEqual(got.header("X-Sekisho-Release"), [])
        return self.sekishod.wait_for_message(lines + 1)[lines], got

    def assert_judged(self, mail, why, **options):
        line, got = self.pass_on(mail, **options)
        self.assertEqual((line["verdict"], line["rule"]), ("malicious", "tagged"), line)
        self.assertIn(f"release token refused: {why}", line["note"])
        self.assertEqual(got.header("X-Sekisho-Verdict"), ["malicious"])

    def assert_released(self, mail):
        line, got = self.pass_on(mail)
        self.assertEqual((line["verdict"], line["rule"]), ("released", "release"), line)
        self.assertEqual(got.header("X-Sekisho-Verdict"), [])

    def test_it_holds_for_its_text_and_its_recipient_and_once(self):
        mail = self.signed("a token on its way")
        edited = mail.replace(b"\r\n\r\na token on its way", b"\r\n\r\nA token on its way", 1)
        self.assertNotEqual(edited, mail)
        self.assert_judged(edited, "not for this message and these recipients")
        subject = mail.replace(b"Subject: a token", b"Subject: my token", 1)
        self.assert_judged(subject, "not for this message and these recipients")
        self.assert_judged(mail, "not for this message and these recipients", recipient="other@example.jp")
        self.assert_judged(mail, "not for this message and these recipients",
                           recipient=["user@example.jp", "other@example.jp"])
        # None of these has spent it, and each was refused for what it changed: as it is, it opens the gate. Once.
        self.assert_released(mail)
        self.assert_judged(mail, "already spent")
        self.sekishod.stop()
        self.sekishod.start()
        self.assert_judged(mail, "already spent")

    def test_it_ends(self):
        mail = self.signed("a token too late", lifetime="10s")
        raw = base64.urlsafe_b64decode(re.search(rb"X-Sekisho-Release: (\S+)", mail).group(1) + b"==")
        expires = int.from_bytes(raw[6:14], "big")  # quarantine/token.h
        wait_until(lambda: time.time() > expires, 20, "the token's end")
        self.assert_judged(mail, "expired")

    def test_it_holds_for_some_clients_only(self):
        mail = self.signed("a token from elsewhere")
        self.sekishod.configure({"quarantine": {"release_networks": ["127.0.0.1/32"]}})
        self.sekishod.stop()
        self.sekishod.start()
        self.assert_judged(mail, "from outside of release_networks", source="127.0.0.2")
        self.assert_released(mail)

    def test_two_tokens_are_none(self):
        mail = self.signed("a token and a half")
        line, got = self.pass_on(b"X-Sekisho-Release: forged\r\n" + mail)
        self.assertEqual((line["verdict"], line["note"]), ("malicious", "several release tokens"), line)
        self.assertEqual(got.header("X-Sekisho-Verdict"), ["malicious"])


class Notices(Case):
    def test_the_recipient_and_the_operator_are_told_of_what_was_kept(self):
        gate_socket = self.folder / "gate" / "run" / "milter.sock"
        server = self.keep(Postfix(self.folder / "postfix", milter=f"unix:{gate_socket}", next_hop=self.sink.port))
        gate = self.gate({
            "rule": [{"name": "notices", "senders": ["<>"], "action": "accept"},
                     {"name": "kept", "verdicts": ["malicious"], "action": "quarantine", "notify": True},
                     {"name": "rest", "action": "accept"}],
            "notice": {"operators": ["operator@example.jp"], "from": "postmaster@example.jp"},
            "quarantine": {"release_to": f"inet:127.0.0.1:{server.port}"}})
        server.start()
        self.assertEqual(send(server.port, mails.dropper("a dropper to be told of"), recipients="user@example.jp").code,
                         250)
        [entry] = gate.entries()
        wait_until(lambda: len(self.sink.messages()) == 2, 30, "both notices")
        for told in self.sink.messages():
            [recipient] = told.recipients
            self.assertIn(recipient, ("user@example.jp", "operator@example.jp"))
            self.assertEqual(told.sender, "")
            self.assertEqual(told.header("From"), ["Mail filter <postmaster@example.jp>"])
            self.assertEqual(told.header("Auto-Submitted"), ["auto-generated"])
            text = base64.b64decode(told.body()).decode()
            self.assertIn(f"Id: {entry['id']}\n", text)
            self.assertIn("Subject: a dropper to be told of\n", text)
            self.assertIn("差出人: ", text)


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
