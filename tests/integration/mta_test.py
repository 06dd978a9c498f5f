#!/usr/bin/env python3
"""The harness itself: private Postfix and Sendmail take mail and pass it on, and leave nothing running."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mta import Postfix, Sendmail, remove_tree  # noqa: E402
from smtp import Sink, send, smtp_ready  # noqa: E402


class Harness(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-"))
        self.folder.chmod(0o755)
        self.sink = Sink()

    def tearDown(self):
        self.sink.close()
        remove_tree(self.folder)

    def test_postfix(self):
        accounts = {"taro": "not a secret"}
        with Postfix(self.folder / "postfix", next_hop=self.sink.port, accounts=accounts) as postfix:
            self.assertEqual(send(postfix.port, b"Subject: one\r\n\r\none\r\n").code, 250)
            self.assertEqual(self.sink.find("one").header("subject"), ["one"])
            anonymous = send(postfix.submission_port, b"Subject: two\r\n\r\ntwo\r\n")
            self.assertEqual((anonymous.code, anonymous.stage), (554, "rcpt"))
            reply = send(postfix.submission_port, b"Subject: three\r\n\r\nthree\r\n", "taro@example.jp",
                         "partner@example.net", auth=("taro@example.jp", "not a secret"))
            self.assertEqual(reply.code, 250)
            self.sink.find("three")
            postfix.submit(b"Subject: four\n\nfour\n", "root@example.jp", "user@example.jp")
            self.sink.find("four")
        self.assertFalse(smtp_ready(postfix.port))

    def test_postfix_in_its_chroot(self):
        with Postfix(self.folder / "jail", next_hop=self.sink.port, chroot=True) as postfix:
            self.assertEqual(send(postfix.port, b"Subject: one\r\n\r\none\r\n").code, 250)
            self.sink.find("one")

    def test_sendmail(self):
        with Sendmail(self.folder / "sendmail", next_hop=self.sink.port) as sendmail:
            self.assertEqual(send(sendmail.port, b"Subject: one\r\n\r\none\r\n").code, 250)
            self.assertEqual(self.sink.find("one").header("subject"), ["one"])
        self.assertFalse(smtp_ready(sendmail.port))


if __name__ == "__main__":
    unittest.main(verbosity=2)
