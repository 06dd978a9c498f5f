#!/usr/bin/env python3
"""The same gate behind a real Sendmail: every action, headers, many messages on one connection; and all of both.py."""

import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from actions_test import RULES  # noqa: E402
from both import Both  # noqa: E402
from case import Case  # noqa: E402
from smtp import Client, send, wait_until  # noqa: E402


class BehindSendmail(Both, Case):
    base = "/run"
    mta = Case.sendmail


class Sendmail(Case):
    base = "/run"  # Sendmail trusts no socket below a folder that anyone may write to

    def setUp(self):
        super().setUp()
        self.sekishod = self.gate({"rule": RULES})
        self.server = self.sendmail(self.sekishod)

    def send(self, mail, recipients="user@example.jp"):
        return send(self.server.port, mail, recipients=recipients)

    def test_accept_adds_the_result_and_strips_forged_ones(self):
        forged = [("X-Sekisho-Verdict", "clean"), ("X-Sekisho-Id", "forged-id"), ("X-Sekisho-Verdict", "clean")]
        mail = mails.plain("to be accepted", size=5000, headers=forged)
        self.assertEqual(self.send(mail).code, 250)
        got = self.sink.find("to be accepted")
        self.assertEqual(got.header("X-Sekisho-Verdict"), ["clean"])
        self.assertNotIn(b"forged-id", got.data)
        self.assertEqual(got.body(), mail.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1])
        # The blank after the colon is ours to give (SMFIP_HDR_LEADSPC): one, not none and not two.
        self.assertIn(b"\r\nX-Sekisho-Verdict: clean\r\n", b"\r\n" + got.data)

    def test_every_action(self):
        self.assertEqual(self.send(mails.plain("to be tagged"), "tag@example.jp").code, 250)
        self.assertEqual(self.sink.find("to be tagged").header("Subject"), ["[look] to be tagged"])
        self.assertEqual(self.send(mails.plain("to be quarantined"), "quarantine@example.jp").code, 250)
        self.assertEqual(len(self.sekishod.entries()), 1)
        reply = self.send(mails.plain("to be rejected"), "reject@example.jp")
        self.assertEqual((reply.code, reply.text[:5]), (550, "5.7.1"))
        reply = self.send(mails.plain("to be deferred"), "defer@example.jp")
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.7.1"))
        self.assertEqual(self.send(mails.plain("to be discarded"), "discard@example.jp").code, 250)
        self.assertEqual(len(self.sekishod.entries()), 2)
        self.assertEqual(self.send(mails.plain("to be held"), "hold@example.jp").code, 250)
        wait_until(lambda: [name for name in self.server.queued() if name.startswith("hf")], 10, "a held mail")
        self.assertEqual([m.header("Subject") for m in self.sink.messages()], [["[look] to be tagged"]])

    def test_a_dropper_is_quarantined(self):
        self.assertEqual(self.send(mails.dropper("a dropper comes")).code, 250)
        [line] = self.sekishod.wait_for_message(1)
        self.assertEqual((line["verdict"], line["direction"]), ("malicious", "inbound"))
        self.assertTrue(line["queue_id"])
        self.assertEqual(self.sink.messages(), [])

    def test_recipients_with_different_policy_are_split(self):
        self.assertEqual(self.send(mails.plain("to be split"), ["user@example.jp", "quarantine@example.jp"]).code, 250)
        self.assertEqual(self.sink.find("to be split").recipients, ["user@example.jp"])
        self.assertEqual(self.sekishod.entries()[0]["reason"], "split")

    def test_many_messages_on_one_connection_share_nothing(self):
        with Client(self.server.port) as client:
            self.assertEqual(client.send(mails.dropper("first, bad")).code, 250)
            self.assertEqual(client.send(mails.plain("second, good")).code, 250)
            client.smtp.mail("other@example.net")
            client.smtp.rcpt("reject@example.jp")
            client.smtp.rset()
            self.assertEqual(client.send(mails.plain("third, good")).code, 250)
        self.assertEqual([line["verdict"] for line in self.sekishod.wait_for_message(3)],
                         ["malicious", "clean", "clean"])

    def test_fifty_megabytes(self):
        reply = self.send(mails.plain("fifty megabytes", size=50 << 20))
        self.assertEqual(reply.code, 250, reply.text)
        self.assertGreater(len(self.sink.find("fifty megabytes", seconds=60).data), 50 << 20)

    def test_without_a_gate_mail_is_deferred(self):
        os.kill(self.sekishod.process.pid, signal.SIGKILL)
        self.sekishod.stop()
        self.assertEqual(self.send(mails.plain("nobody on guard")).code // 100, 4)
        self.sekishod.start()
        self.assertEqual(self.send(mails.plain("on guard again")).code, 250)
        self.sink.find("on guard again")


if __name__ == "__main__":
    unittest.main(verbosity=2)
