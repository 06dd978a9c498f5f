#!/usr/bin/env python3
"""A thousand costly mails of one client do not make another client's plain mail wait."""

import pathlib
import secrets
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from load import p99  # noqa: E402
from smtp import Client, send  # noqa: E402

COSTLY = 1_000
COSTLY_MS = 60  # of one such mail alone, on any machine: together a minute of work for one core
CONNECTIONS = 8
PLAIN_EVERY = 0.02  # seconds between plain mails: without a pause they would be half of the load themselves
PROMISE_MS = 200  # from DATA to the reply: the promise itself

# All costly mails are let through, so that the next hop has every one that got a 250.
RULES = [{"name": "locked", "verdicts": ["unscannable"], "action": "tag"}, {"name": "rest", "action": "accept"}]


class Todo:
    """The subjects that are still to be sent. `end` is set when the last is taken: then the full load is over."""

    def __init__(self, count):
        self._left = [f"costly {number}" for number in range(count)]
        self._lock = threading.Lock()
        self.end = threading.Event()

    def take(self):
        with self._lock:
            if self._left:
                return self._left.pop()
        self.end.set()
        return None


class Costly(threading.Thread):
    """One connection of the client with the costly mails: sends until nothing is left, and keeps the replies."""

    def __init__(self, port, todo, archive):
        super().__init__(daemon=True)
        self.port, self.todo, self.archive = port, todo, archive
        self.replies, self.error = {}, None

    def run(self):
        try:
            with Client(self.port, source="127.0.0.2") as client:
                while subject := self.todo.take():
                    self.replies[subject] = client.send(costly(subject, self.archive))
        except Exception as error:  # noqa: BLE001: the test shows what it was
            self.error = error
            self.todo.end.set()


def costly(subject, archive):
    return mails.message(subject, "no word of a password\n", [("locked.zip", archive)])


class Latency(Case):
    def setUp(self):
        super().setUp()
        # AES with a password that nobody knows: each configured one costs a key derivation.
        self.archive = mails.zipped({"report.doc": bytes(3_000)}, secrets.token_hex(16), method="AES256")
        self.sekishod = self.gate({"rule": RULES, "passwords": {"known": [secrets.token_hex(8) for _ in range(200)]}})
        self.server = self.postfix(self.sekishod)

    def price_them(self):
        """Configures as many passwords as make a mail cost COSTLY_MS here: machines differ tenfold in SHA-1."""
        for _ in range(5):
            self.assertEqual(send(self.server.port, costly("priced", self.archive)).code, 250)
        lines = self.sekishod.wait_for_message(5)
        self.assertEqual({line["verdict"] for line in lines}, {"unscannable (locked)"})
        alone = min(line["scan_ms"] for line in lines)  # whatever else the machine does only adds to it
        count = int(200 * COSTLY_MS / max(1, alone))
        self.sekishod.configure({"passwords": {"known": [secrets.token_hex(8) for _ in range(count)]}})
        self.assertEqual(self.sekishod.reload().returncode, 0)
        send(self.server.port, costly("priced", self.archive))
        print(f"a costly mail takes {self.sekishod.wait_for_message(6)[5]['scan_ms']} ms alone ({count} passwords)")

    def plain_until(self, end):
        """Plain mails of a third client until the event comes: their replies."""
        replies = []
        with Client(self.server.port, source="127.0.0.3") as client:
            while not end.wait(PLAIN_EVERY):
                replies.append(client.send(mails.plain(f"plain {len(replies)}", size=4_000)))
        return replies

    def test_plain_mail_is_answered_in_time_beside_a_thousand_costly_ones(self):
        self.price_them()
        todo = Todo(COSTLY)
        senders = [Costly(self.server.port, todo, self.archive) for _ in range(CONNECTIONS)]
        for sender in senders:
            sender.start()
        replies = self.plain_until(todo.end)
        for sender in senders:
            sender.join(60)
        self.assertEqual([sender.error for sender in senders if sender.error], [])
        self.no_costly_one_is_lost({subject: r for sender in senders for subject, r in sender.replies.items()})
        self.assertEqual([reply for reply in replies if reply.code != 250], [])
        self.assertGreater(len(replies), 100)
        times = [reply.data_ms for reply in replies]
        print(f"p99 of {len(times)} plain mails {p99(times):.0f} ms, median {sorted(times)[len(times) // 2]:.0f} ms, "
              f"longest {max(times):.0f} ms")
        self.assertLess(p99(times), PROMISE_MS)

    def no_costly_one_is_lost(self, replies):
        """Each got an answer; and the next hop has those with a 250, and no other."""
        self.assertEqual(len(replies), COSTLY)
        self.assertEqual([r for r in replies.values() if r.code != 250 and r.code // 100 != 4], [])
        taken = sorted(subject for subject, reply in replies.items() if reply.code == 250)
        self.sink.find("Subject: costly ", count=len(taken), seconds=60)
        got = [subject for message in self.sink.holds("Subject: costly ") for subject in message.header("Subject")]
        self.assertEqual(sorted(got), taken)
        print(f"{len(taken)} of {COSTLY} costly mails were taken, the others asked to come again")


if __name__ == "__main__":
    unittest.main(verbosity=2)
