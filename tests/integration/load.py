"""Mail that flows while something else happens."""

import threading

import mails
from smtp import Client


def p99(times):
    return sorted(times)[len(times) * 99 // 100]


class Load:
    """Two clients that send plain mail without a pause, each on one connection, until stopped."""

    def __init__(self, port):
        self.port, self.replies, self.errors = port, [], []
        self.subjects = []  # of what was answered with 250
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(2)]

    def _run(self, number):
        try:
            count = 0
            while not self._end.is_set():
                # A connection of its own for every twenty mails: a milter session starts anew, too.
                with Client(self.port) as client:
                    for _ in range(20):
                        count += 1
                        subject = f"load {number} {count}"
                        reply = client.send(mails.plain(subject, size=4000))
                        self.replies.append(reply)
                        if reply.accepted:
                            self.subjects.append(subject)
                        if self._end.is_set():
                            break
        except Exception as error:  # noqa: BLE001: the test shows what it was
            self.errors.append(error)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join(60)

    def check(self, case, at_least=100):
        """Each mail got its 250, and there were enough of them to say so."""
        case.assertEqual(self.errors, [])
        case.assertEqual([reply for reply in self.replies if reply.code != 250], [])
        case.assertGreater(len(self.replies), at_least)
