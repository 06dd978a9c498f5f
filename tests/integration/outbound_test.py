#!/usr/bin/env python3
"""The outbound guard through a real Postfix: who sends too much is slowed down and stopped, and nobody else is."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import Client, send, wait_until  # noqa: E402

FEW = {"outbound.limits.default": {"messages_per_minute": 5}}
PASSWORD = "a password of theirs"


class Outbound(Case):
    def start(self, settings, **server):
        self.sekishod = self.gate(settings)
        self.server = self.postfix(self.sekishod, accounts={"taro": PASSWORD, "hanako": PASSWORD}, settings=server)

    def outbound(self, subject, account="taro", recipients="partner@example.net"):
        address = f"{account}@example.jp"
        return send(self.server.submission_port, mails.plain(subject), address, recipients, auth=(address, PASSWORD))

    def accounts(self, *words):
        text = self.sekishod.command("accounts", "list", "--json", *words).stdout.decode()
        return {row["name"]: row for row in map(json.loads, text.splitlines())}

    def standings(self):
        return [(event["subject"], event["was"], event["standing"]) for event in self.sekishod.events("standing")]

    def test_a_burst_is_slowed_down_and_nobody_else(self):
        self.start(FEW)
        self.assertEqual([self.outbound(f"mail {i}").code for i in range(5)], [250] * 5)
        last = self.outbound("one too many")
        self.assertEqual((last.code, last.stage), (451, "end"))
        self.assertIn("4.7.1", last.text)
        self.assertIn("try again in 15 minutes", last.text)
        next_one = self.outbound("and another")
        self.assertEqual((next_one.code, next_one.stage), (451, "rcpt"))
        self.assertTrue(self.outbound("of somebody else", "hanako").accepted)
        self.assertTrue(send(self.server.port, mails.plain("from outside"), recipients="user@example.jp").accepted)

        row = self.accounts()["taro@example.jp"]
        self.assertEqual(row["standing"], "throttled")
        self.assertIn("messages in a minute, allowed 5", row["reasons"][0])
        self.assertNotIn("hanako@example.jp", self.accounts())
        self.assertIn("hanako@example.jp", self.accounts("--all"))
        wait_until(self.standings, 30, "the record of the standing")
        self.assertIn(("account", "normal", "throttled"), self.standings())
        line = self.sekishod.messages()[5]
        self.assertEqual((line["action"], line["rule"], line["reply"]), ("defer", "outbound-throttled", 451))

    def test_a_person_blocks_and_releases(self):
        self.start({})
        self.assertTrue(self.outbound("before").accepted)
        self.sekishod.command("accounts", "block", "taro@example.jp", "--reason", "called us")
        for _ in range(2):
            blocked = self.outbound("blocked", recipients=["a@example.net", "b@example.net"])
            self.assertEqual((blocked.code, blocked.stage), (550, "rcpt"))
            self.assertEqual({code for code, _ in blocked.refused.values()}, {550})
        with Client(self.server.submission_port, auth=("hanako@example.jp", PASSWORD)) as client:
            self.assertTrue(client.send(mails.plain("a colleague"), "hanako@example.jp", "partner@example.net").accepted)
        shown = self.sekishod.command("accounts", "show", "taro@example.jp").stdout.decode()
        self.assertIn("Standing:  blocked", shown)
        self.assertIn("Set by:    root", shown)
        self.sekishod.command("accounts", "release", "taro@example.jp", "--reason", "password changed")
        self.assertTrue(self.outbound("after").accepted)
        self.assertEqual(self.sekishod.command("accounts", "release", "nobody@example.jp", check=False).returncode, 2)

    def test_names_are_shown(self):
        self.start({})
        for account in ["taro", "taro", "hanako"]:
            self.assertTrue(self.outbound("figures", account, ["a@example.net", "b@example.net"]).accepted)
        sender, = self.names("show", "taro@example.jp")
        domain, = self.names("show", "example.jp")
        self.assertEqual((sender["kind"], sender["seen"]["messages as envelope sender"]["hour"]), ("address", 2))
        self.assertEqual((domain["kind"], domain["seen"]["accounts"]["day"]), ("domain", 2))
        self.assertEqual((domain["seen"]["recipients"]["day"], domain["seen"]["distinct recipients"]["day"]), (6, 2))
        self.assertIn("example.jp", [row["name"] for row in self.names("list")])
        text = self.sekishod.command("names", "show", "taro@example.jp").stdout.decode()
        self.assertRegex(text, "messages as envelope sender +2 +2 +2 +2")
        self.assertEqual(self.sekishod.command("names", "show", "nobody@example.jp", check=False).returncode, 2)

    def names(self, *words):
        text = self.sekishod.command("names", *words, "--json").stdout.decode()
        return [json.loads(line) for line in text.splitlines()]

    def test_standings_and_counts_survive_a_kill(self):
        self.start(FEW)
        for i in range(6):
            self.outbound(f"mail {i}")
        self.sekishod.command("accounts", "block", "hanako@example.jp", "--reason", "test")
        self.sekishod.kill()
        self.sekishod.start()
        self.assertEqual(self.outbound("after the kill").code, 451)
        self.assertEqual(self.outbound("after the kill", "hanako").code, 550)

    def test_malware_marks_its_sender_at_once(self):
        self.start({"outbound": {"on_malware": "blocked"}})
        self.assertEqual(self.outbound("harmless").code, 250)
        address = "taro@example.jp"
        bad = send(self.server.submission_port, mails.dropper("the figures"), address, "partner@example.net",
                   auth=(address, PASSWORD))
        self.assertEqual(bad.code, 550)
        self.assertEqual(self.outbound("the next").stage, "rcpt")
        self.assertEqual(self.accounts()["taro@example.jp"]["reasons"][0], "malware in its mail")

    def last_hour(self, name):
        shown = self.sekishod.command("accounts", "show", name, "--json").stdout.decode()
        return json.loads(shown)["last_hour"]

    def test_a_list_of_old_addresses_is_seen(self):
        refused = self.folder / "refused"
        refused.write_text("/^gone.*@example.net/ REJECT no such one\n/^later@example.net/ 450 4.2.1 try later\n")
        self.start({}, smtpd_recipient_restrictions=f"check_recipient_access regexp:{refused}, "
                                                    "permit_sasl_authenticated, permit_mynetworks, reject")
        mixed = self.outbound("some of them", recipients=["gone@example.net", "later@example.net", "partner@example.net"])
        self.assertTrue(mixed.accepted)
        self.assertEqual({name: code for name, (code, _) in mixed.refused.items()},
                         {"gone@example.net": 554, "later@example.net": 450})
        counts = self.last_hour("taro@example.jp")
        self.assertEqual((counts["messages"], counts["recipients"], counts["rejected recipients"],
                          counts["deferred recipients"]), (1, 1, 1, 1))
        # The same text is judged, recorded and delivered for the one recipient that there is.
        self.assertEqual(self.sekishod.wait_for_message(1)[0]["action"], "accept")
        for i in range(4):
            reply = self.outbound(f"old list {i}", recipients=[f"gone{i}.{j}@example.net" for j in range(5)])
            self.assertEqual((reply.code, reply.stage), (554, "rcpt"))
        wait_until(lambda: self.last_hour("taro@example.jp")["rejected recipients"] == 21, 30, "all of them counted")
        row = self.accounts()["taro@example.jp"]
        self.assertEqual(row["standing"], "watched")
        self.assertIn("recipients do not exist", row["reasons"][0])

    def test_a_blocked_sender_may_be_held_instead(self):
        self.start({"outbound": {"on_blocked": "hold"}})
        self.sekishod.command("accounts", "block", "taro@example.jp", "--reason", "test")
        self.assertTrue(self.outbound("held back").accepted)
        self.assertEqual(self.sekishod.wait_for_message(1)[0]["action"], "hold")
        self.assertFalse(self.sink.holds("held back"))

    def test_monitor_mode_only_says_it(self):
        self.start({**FEW, "monitor": True})
        self.assertEqual({self.outbound(f"mail {i}").code for i in range(8)}, {250})
        self.assertEqual([line.get("would") for line in self.sekishod.wait_for_message(8)][-1], "defer")
        self.assertEqual(self.accounts()["taro@example.jp"]["standing"], "throttled")


if __name__ == "__main__":
    unittest.main()
