#!/usr/bin/env python3
"""Who is told when an account gets out of line: the operators by mail, a program by webhook, and the response team by
the incident, which lists the mails that went out."""

import base64
import contextlib
import csv
import hashlib
import hmac
import http.server
import io
import json
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from smtp import free_port, send, wait_until  # noqa: E402

FEW = {"outbound.limits.default": {"messages_per_minute": 5}}
PASSWORD = "a password of theirs"
SECRET = b"0123456789abcdef-secret"


class Receiver(http.server.ThreadingHTTPServer):
    """Answers with the statuses that it is told, then with 204; keeps what it got."""

    daemon_threads = True

    def __init__(self, statuses=(), tls=None, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.statuses, self.requests, self.lock = list(statuses), [], threading.Lock()
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # a client that does not trust our certificate goes away

    def close(self):
        self.shutdown()
        self.server_close()

    def news(self):
        return [json.loads(body) for _, body in self.requests]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.requests.append((dict(self.headers), body))
            status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def authority(folder):
    """A CA of our own and a server's certificate for 127.0.0.1 from it: (CA file, TLS context of the server)."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=hooks.example.com")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return folder / "ca.pem", context


class Notices(Case):
    def start(self, settings):
        self.sekishod = self.gate({"quarantine": {"release_to": f"inet:127.0.0.1:{self.sink.port}"},
                                   "notice": {"from": "postmaster@example.jp"}, **settings})
        self.server = self.postfix(self.sekishod, accounts={"taro": PASSWORD, "hanako": PASSWORD})

    def receiver(self, *arguments, **options):
        made = Receiver(*arguments, **options)
        self.addCleanup(made.close)
        return made

    def webhook(self, receiver, scheme="http", **more):
        """Settings for this receiver, or port."""
        secret = self.folder / "webhook.secret"
        secret.write_bytes(SECRET + b"\n")
        shutil.chown(secret, "nobody")
        secret.chmod(0o400)
        port = receiver if isinstance(receiver, int) else receiver.server_port
        return {"outbound.webhook": {"url": f"{scheme}://127.0.0.1:{port}/hook", "secret_file": secret, **more}}

    def outbound(self, mail, account="taro", recipients="partner@example.net"):
        address = f"{account}@example.jp"
        mail = mail if isinstance(mail, bytes) else mails.plain(mail)
        return send(self.server.submission_port, mail, address, recipients, auth=(address, PASSWORD))

    def block(self, account="taro"):
        self.sekishod.command("accounts", "block", f"{account}@example.jp", "--reason", "test")

    def notices(self):
        return [mail for mail in self.sink.messages() if mail.header("Auto-Submitted")]

    def incident(self, *words):
        return self.sekishod.command("accounts", "incident", "taro@example.jp", *words).stdout.decode()

    def test_the_operators_and_the_response_team_learn_what_went_out(self):
        self.start({**FEW, "outbound.notice": {"operators": ["soc@example.jp"]}})
        attachment = b"the figures of the quarter, " * 20
        formula = mails.message("=cmd|' /C calc'!A0", "text\n", [("請求書.dat", attachment)])
        self.assertTrue(self.outbound(formula, recipients=["a@example.net", "b@example.net", "user@example.jp"]).accepted)
        for i in range(4):
            self.assertTrue(self.outbound(f"mail {i}").accepted)
        self.assertEqual(self.outbound("one too many").code, 451)
        self.assertTrue(self.outbound("of a colleague", "hanako").accepted)

        wait_until(self.notices, 60, "the operators' mail")
        [notice] = self.notices()
        self.assertEqual((notice.sender, notice.recipients), ("", ["soc@example.jp"]))
        text = base64.b64decode(notice.body()).decode()
        for part in ("Account: taro@example[.]jp", "Change: throttled", "messages in a minute, allowed 5",
                     "From: 127[.]0[.]0[.]1", "Went out: 5 mails to 7 recipients (4 different)",
                     "Refused or put off: 1 mails", "sekisho accounts release taro@example.jp", "送信抑制"):
            self.assertIn(part, text)

        head, *lines = map(json.loads, self.incident("--json").splitlines())
        self.assertEqual((head["standing"], head["out"]["messages"], head["out"]["recipients"], head["refused"]),
                         ("throttled", 5, 7, 1))
        self.assertEqual(len(lines), 6)
        first = lines[0]
        self.assertEqual(first["recipients"], ["a@example.net", "b@example.net", "user@example.jp"])
        self.assertEqual(first["from"], "taro@example.jp")
        self.assertIn("partner@example.net", first["header_from"])
        self.assertEqual([(a["name"], a["sha256"]) for a in first["attachments"]],
                         [("請求書.dat", hashlib.sha256(attachment).hexdigest())])
        self.assertTrue(all(line["account"] == "taro@example.jp" for line in lines))
        self.assertEqual([line["went_out"] for line in lines], [True] * 5 + [False])
        self.assertEqual(head["out"]["queue_ids"], [line["queue_id"] for line in lines[:5]])

        table = self.incident("--csv")
        self.assertTrue(table.startswith("\ufefftime,"))
        rows = list(csv.DictReader(io.StringIO(table[1:], newline="")))
        self.assertEqual([row["recipient"] for row in rows[:3]], first["recipients"])
        self.assertEqual(len(rows), 8)
        self.assertEqual(rows[0]["subject"], "'=cmd|' /C calc'!A0")
        self.assertEqual(rows[0]["sha256"], hashlib.sha256(attachment).hexdigest())
        for row in rows:
            self.assertFalse([cell for cell in row.values() if cell and cell[0] in "=+-@\t\r"], row)

        [event] = self.sekishod.events("incident")
        self.assertEqual((event["id"], event["out"]["messages"]), (head["id"], 5))
        shown = self.sekishod.command("accounts", "show", "taro@example.jp").stdout.decode()
        self.assertIn("5 mails to 7 recipients went out; sekisho accounts incident taro@example.jp", shown)
        self.assertIn("of a colleague", self.sekishod.command("accounts", "incident", "hanako@example.jp", "--since",
                                                              "1h").stdout.decode())
        self.assertEqual(self.sekishod.command("accounts", "incident", "hanako@example.jp", check=False).returncode, 2)

    def test_the_webhook_is_signed_and_tried_again(self):
        receiver = self.receiver([500, 302])
        self.start(self.webhook(receiver))
        self.assertTrue(self.outbound("before").accepted)
        self.block()
        wait_until(lambda: len(receiver.requests) >= 3, 60, "the third try")
        for headers, body in receiver.requests:
            stamp = headers["X-Sekisho-Timestamp"]
            self.assertLess(abs(time.time() - int(stamp)), 300)
            wanted = hmac.new(SECRET, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            self.assertTrue(hmac.compare_digest(headers["X-Sekisho-Signature"], "sha256=" + wanted), headers)
        self.assertEqual(len({headers["X-Sekisho-Delivery"] for headers, _ in receiver.requests}), 1)
        news = receiver.news()[0]
        self.assertEqual((news["schema"], news["subject"], news["name"], news["change"], news["standing"], news["was"]),
                         (1, "account", "taro@example.jp", "blocked", "blocked", "normal"))
        self.assertEqual(news["incident"]["out"]["messages"], 1)
        self.assertEqual((news["by"], news["gateway"]), ("root", "mx.example.jp"))
        self.sekishod.command("accounts", "release", "taro@example.jp", "--reason", "password changed")
        wait_until(lambda: receiver.news()[-1]["change"] == "released", 60, "the release")
        self.assertEqual(receiver.news()[-1]["by"], "root")
        wait_until(lambda: not list(self.spool().glob("*.json")), 30, "an empty spool")
        self.assertEqual(self.sekishod.status()["told"]["webhook"], {"told": 2, "lost": 0, "waiting": 0})

    def spool(self):
        return self.sekishod.state / "outbound/webhook"

    def test_tls_is_verified(self):
        authorities, context = authority(self.folder)
        receiver = self.receiver(tls=context)
        self.start(self.webhook(receiver, "https"))
        self.block()
        wait_until(lambda: "put off" in self.sekishod.log_text(), 60, "a failed try")
        self.assertEqual(receiver.requests, [])
        # The same through a name that the certificate does not bear.
        hook = self.webhook(receiver, "https", ca_file=authorities)
        wrong = {"outbound.webhook": {**hook["outbound.webhook"], "url": f"https://localhost:{receiver.server_port}/x"}}
        self.sekishod.configure(wrong)
        self.sekishod.reload()
        self.block("hanako")
        wait_until(lambda: self.sekishod.log_text().count("put off") >= 3, 60, "more failed tries")
        self.assertEqual(receiver.requests, [])
        self.sekishod.configure(hook)
        self.sekishod.reload()
        wait_until(lambda: len(receiver.requests) == 2, 90, "both deliveries")

    def test_what_waits_outlives_a_kill(self):
        port = free_port()
        self.start(self.webhook(port))
        self.block()
        wait_until(lambda: list(self.spool().glob("*.json")), 30, "the spooled request")
        self.assertEqual(self.sekishod.status()["told"]["webhook"]["waiting"], 1)
        self.sekishod.kill()
        receiver = self.receiver(port=port)
        self.sekishod.start()
        wait_until(lambda: receiver.requests, 60, "the delivery")
        self.assertEqual(receiver.news()[0]["name"], "taro@example.jp")

    def test_a_receiver_that_hangs_delays_no_mail_and_no_stop(self):
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as silent:
            self.start(self.webhook(silent.getsockname()[1], within="120s"))
            self.block("hanako")
            silent.settimeout(60)
            connection, _ = silent.accept()
            with contextlib.closing(connection):
                connection.recv(10)
                self.assertTrue(self.outbound("meanwhile").accepted)
                wait_until(lambda: self.sink.holds("meanwhile"), 30, "the mail")
                self.sekishod.stop()
                self.assertEqual(len(list(self.spool().glob("*.json"))), 1)

    def test_a_burst_of_changes_is_a_few_mails(self):
        self.start({"outbound.notice": {"operators": ["soc@example.jp"], "interval": "10s", "on": ["blocked"]}})
        for i in range(40):
            self.sekishod.command("accounts", "block", f"user{i}@example.jp", "--reason", "test")
        def told():
            subjects = [notice.header("Subject")[0] for notice in self.notices()]
            return sum(int(found[1]) if (found := re.match(r"(\d+) senders", subject)) else 1 for subject in subjects)

        wait_until(lambda: told() == 40, 120, lambda: f"all told, not {told()}")
        self.assertLess(len(self.notices()), 12, "not one mail for each")
        wait_until(lambda: not list((self.sekishod.state / "outbound/mail").glob("*.json")), 30, "an empty spool")


if __name__ == "__main__":
    unittest.main()
