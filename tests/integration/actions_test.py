#!/usr/bin/env python3
"""Every action through a real Postfix: what the client is told, what is delivered, what is kept."""

import pathlib
import re
import shutil
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import Client, send, wait_until  # noqa: E402

# One recipient for each action, so that a plain mail shows it; everything else is decided by the verdict.
RULES = [
    {"name": "to-tag", "recipients": ["tag@example.jp"], "action": "tag", "subject_prefix": "[look] "},
    {"name": "to-quarantine", "recipients": ["quarantine@example.jp"], "action": "quarantine"},
    {"name": "to-hold", "recipients": ["hold@example.jp"], "action": "hold"},
    {"name": "to-reject", "recipients": ["reject@example.jp"], "action": "reject", "text": "Not wanted here ({id})"},
    {"name": "to-defer", "recipients": ["defer@example.jp"], "action": "defer"},
    {"name": "to-discard", "recipients": ["discard@example.jp"], "action": "discard"},
    {"name": "to-monitored", "recipients": ["monitored@example.jp"], "action": "reject", "monitor": True},
    {"name": "malicious-out", "directions": ["outbound"], "verdicts": ["malicious"], "action": "reject"},
    {"name": "malicious", "verdicts": ["malicious"], "action": "quarantine"},
    {"name": "suspicious", "verdicts": ["suspicious"], "action": "quarantine"},
    {"name": "unscannable", "verdicts": ["unscannable"], "action": "tag"},
    {"name": "rest", "action": "accept"},
]
RESULT_HEADERS = ("X-Sekisho-Verdict", "X-Sekisho-Score", "X-Sekisho-Findings", "X-Sekisho-Id")


class Actions(Case):
    def setUp(self):
        super().setUp()
        self.sekishod = self.gate({"rule": RULES})
        self.server = self.postfix(self.sekishod, accounts={"taro": "a password of his"})

    def send(self, mail, recipients="user@example.jp", **options):
        return send(self.server.port, mail, recipients=recipients, **options)

    def outbound(self, mail, recipients="partner@example.net"):
        return send(self.server.submission_port, mail, "taro@example.jp", recipients,
                    auth=("taro@example.jp", "a password of his"))

    def line(self, count=1):
        return self.sekishod.wait_for_message(count)[count - 1]

    def test_accept_writes_the_result_and_nothing_else(self):
        mail = mails.plain("to be accepted", size=5000)
        self.assertEqual(self.send(mail).code, 250)
        got = self.sink.find("to be accepted")
        self.assertEqual(got.header("X-Sekisho-Verdict"), ["clean"])
        self.assertEqual(len(got.header("X-Sekisho-Id")), 1)
        self.assertEqual(got.header("Subject"), ["to be accepted"])
        self.assertEqual(got.body(), mail.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1])
        line = self.line()
        self.assertEqual((line["verdict"], line["action"], line["direction"]), ("clean", "accept", "inbound"))
        self.assertTrue(re.fullmatch(r"[0-9A-F]+", line["queue_id"]), line)

    def test_tag_marks_the_subject(self):
        self.assertEqual(self.send(mails.plain("to be tagged"), "tag@example.jp").code, 250)
        got = self.sink.find("to be tagged")
        self.assertEqual(got.header("Subject"), ["[look] to be tagged"])

    def test_quarantine_answers_250_and_keeps_the_mail_as_it_came(self):
        mail = mails.plain("to be quarantined")
        reply = self.send(mail, "quarantine@example.jp")
        self.assertEqual(reply.code, 250)
        [entry] = self.sekishod.entries()
        kept = self.sekishod.command("quarantine", "export", entry["id"]).stdout
        self.assertIn(b"to be quarantined", kept)
        self.assertEqual(kept.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1],
                         mail.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1])
        self.assertNotIn(b"X-Sekisho-", kept)
        self.assertEqual(self.sink.messages(), [])
        for path in self.sekishod.quarantine.rglob("*"):
            if path.is_file():
                self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)

    def test_hold_puts_it_into_the_hold_queue(self):
        self.assertEqual(self.send(mails.plain("to be held"), "hold@example.jp").code, 250)
        self.assertEqual(len(self.server.queued()["hold"]), 1)
        self.assertEqual(self.sink.messages(), [])

    def test_reject_says_an_id_and_no_rule(self):
        reply = self.send(mails.plain("to be rejected"), "reject@example.jp")
        self.assertEqual((reply.code, reply.stage), (550, "end"))
        line = self.line()
        self.assertIn("5.7.1", reply.text)
        self.assertIn(f"Not wanted here ({line['id']})", reply.text)
        self.assertNotIn("to-reject", reply.text)

    def test_defer_asks_for_a_retry(self):
        reply = self.send(mails.plain("to be deferred"), "defer@example.jp")
        self.assertEqual((reply.code, reply.text[:5]), (451, "4.7.1"))
        self.assertEqual(self.sink.messages(), [])

    def test_a_rule_that_only_watches_lets_the_mail_pass(self):
        self.assertEqual(self.send(mails.plain("to be watched"), "monitored@example.jp").code, 250)
        self.sink.find("to be watched")
        self.assertIn("reject", str(self.line()))

    def test_a_dropper_is_quarantined_inbound_and_refused_outbound(self):
        self.assertEqual(self.send(mails.dropper("a dropper comes")).code, 250)
        reply = self.outbound(mails.dropper("a dropper goes"))
        self.assertEqual((reply.code, reply.text[:5]), (550, "5.7.1"))
        inbound, outbound = self.sekishod.wait_for_message(2)
        self.assertEqual((inbound["verdict"], inbound["direction"]), ("malicious", "inbound"))
        self.assertEqual((outbound["verdict"], outbound["direction"]), ("malicious", "outbound"))
        self.assertEqual(self.sink.messages(), [])

    def test_outbound_mail_says_nothing_of_us(self):
        self.assertEqual(self.outbound(mails.plain("on its way out")).code, 250)
        got = self.sink.find("on its way out")
        for name in RESULT_HEADERS:
            self.assertEqual(got.header(name), [])

    def test_forged_results_are_removed_on_every_path(self):
        forged = [("X-Sekisho-Verdict", "clean"), ("x-sekisho-id", "forged-id"), ("X-Sekisho-Verdict", "clean"),
                  ("X-Sekisho-Release", "forged.token")]
        self.assertEqual(self.send(mails.plain("forged coming", headers=forged)).code, 250)
        self.assertEqual(self.outbound(mails.plain("forged going", headers=forged)).code, 250)
        self.assertEqual(self.send(mails.plain("forged tagged", headers=forged), "tag@example.jp").code, 250)
        coming, going = self.sink.find("forged coming"), self.sink.find("forged going")
        self.assertEqual(len(coming.header("X-Sekisho-Verdict")), 1)
        self.assertNotIn(b"forged-id", coming.data + going.data + self.sink.find("forged tagged").data)
        self.assertNotIn(b"forged.token", coming.data + going.data)
        self.assertEqual(going.header("X-Sekisho-Verdict"), [])

    def test_many_messages_on_one_connection_share_nothing(self):
        with Client(self.server.port) as client:
            self.assertEqual(client.send(mails.dropper("first, bad")).code, 250)
            self.assertEqual(client.send(mails.plain("second, good")).code, 250)
            # RSET in the middle of an envelope: its recipient must not come back.
            client.smtp.mail("other@example.net")
            client.smtp.rcpt("reject@example.jp")
            client.smtp.rset()
            self.assertEqual(client.send(mails.plain("third, good")).code, 250)
            self.assertEqual(client.send(mails.plain("fourth"), recipients="reject@example.jp").code, 550)
            self.assertEqual(client.send(mails.plain("fifth, good"), sender="").code, 250)
        for text in ("second, good", "third, good", "fifth, good"):
            self.assertEqual(self.sink.find(text).header("X-Sekisho-Verdict"), ["clean"])
        lines = self.sekishod.wait_for_message(5)
        self.assertEqual([line["verdict"] for line in lines], ["malicious"] + ["clean"] * 4)
        self.assertEqual(len({line["id"] for line in lines}), 5)
        self.assertEqual(len({line["queue_id"] for line in lines}), 5)

    def test_recipients_with_different_policy_are_split(self):
        reply = self.send(mails.plain("to be split"), ["user@example.jp", "quarantine@example.jp"])
        self.assertEqual(reply.code, 250)
        self.assertEqual(self.sink.find("to be split").recipients, ["user@example.jp"])
        [entry] = self.sekishod.entries()
        self.assertEqual((entry["recipients"], entry["reason"]), (["quarantine@example.jp"], "split"))

    def test_one_deferred_recipient_defers_all(self):
        reply = self.send(mails.plain("to be split"), ["user@example.jp", "defer@example.jp"])
        self.assertEqual(reply.code, 451)
        self.assertEqual(self.sink.messages(), [])

    def test_when_all_are_refused_the_mail_is_refused(self):
        reply = self.send(mails.plain("to be refused"), ["reject@example.jp", "reject@example.jp"])
        self.assertEqual(reply.code, 550)

    def test_fifty_megabytes(self):
        body = mails.plain("fifty megabytes", size=50 << 20)
        reply = self.send(body)
        self.assertEqual(reply.code, 250, reply.text)
        got = self.sink.find("fifty megabytes", seconds=60)
        self.assertGreater(len(got.data), 50 << 20)
        self.assertEqual(self.line()["verdict"], "clean")
        self.assertLess(reply.ms, 60_000)

    def test_mail_submitted_locally_is_scanned_too(self):
        self.server.submit(mails.dropper("from a local program"), "root@example.jp", "user@example.jp")
        self.assertEqual(self.line()["verdict"], "malicious")

    def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(self):
        client = Client(self.server.port)
        client.smtp.mail("partner@example.net")
        client.smtp.rcpt("user@example.jp")
        client.smtp.putcmd("DATA")
        client.smtp.getreply()
        client.smtp.send(b"Subject: half a mail\r\n\r\n" + b"x" * 100_000)
        client.smtp.sock.shutdown(socket.SHUT_RDWR)
        client.smtp.close()
        self.assertEqual(self.send(mails.plain("a whole mail")).code, 250)
        self.sink.find("a whole mail")
        wait_until(lambda: self.sekishod.status()["in_flight"]["messages"] == 0, 20, "nothing in flight")
        self.assertEqual(self.sink.holds("half a mail"), [])

    def test_passwords_stay_in_the_mail(self):
        password = "Kumo-5931-hako"
        self.assertEqual(self.send(mails.locked_zip("locked and told", password)).code, 250)
        line = self.line()
        self.assertEqual(line["verdict"], "malicious", line)
        self.assertNotIn(password, self.sekishod.log_text())
        [entry] = self.sekishod.entries()
        shown = self.sekishod.command("quarantine", "show", entry["id"], "--json").stdout.decode()
        self.assertNotIn(password, shown)
        for path in self.sekishod.state.rglob("*"):
            if path.is_file() and path.suffix not in (".eml", ".msg"):
                self.assertNotIn(password.encode(), path.read_bytes(), path)


class Monitor(Case):
    def test_a_fresh_install_scans_and_records_and_lets_pass(self):
        gate = self.gate({"monitor": True})
        postfix = self.postfix(gate)
        self.assertEqual(send(postfix.port, mails.dropper("only watched")).code, 250)
        self.sink.find("only watched")
        [line] = gate.wait_for_message(1)
        self.assertEqual(line["verdict"], "malicious")
        self.assertIn("quarantine", str(line))
        self.assertEqual(gate.entries(), [])


class Chroot(Case):
    def test_the_socket_is_reached_from_inside_the_chroot(self):
        queue = self.folder / "postfix" / "queue"
        path = queue / "sekisho" / "milter.sock"
        path.parent.mkdir(parents=True)
        shutil.chown(path.parent, "nobody", "postfix")
        path.parent.chmod(0o750)
        gate = self.gate(socket=path)
        gate.socket = "unix:sekisho/milter.sock"
        postfix = self.postfix(gate, chroot=True)
        self.assertEqual(send(postfix.port, mails.plain("through the chroot")).code, 250)
        self.assertEqual(self.sink.find("through the chroot").header("X-Sekisho-Verdict"), ["clean"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
