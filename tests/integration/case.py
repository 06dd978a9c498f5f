"""The base of the integration tests: a folder, a sink and real programs that end with the test."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

from gate import Sekishod, proc_stat
from mta import Postfix, Sendmail, remove_tree
from smtp import Sink, send, wait_until


class Case(unittest.TestCase):
    """Each test gets a folder of its own and a sink; what it starts is stopped when it ends, last started first.

    What a failed test needs to be understood, the end of each log, is printed.
    """

    base = None  # where the folder is made; None: the usual place for temporary files

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-", dir=self.base))
        self.folder.chmod(0o755)
        self.addCleanup(remove_tree, self.folder)
        self.sink = Sink()
        self.addCleanup(self.sink.close)
        self.running = []
        self.addCleanup(self._report)

    def keep(self, program):
        self.running.append(program)
        self.addCleanup(program.kill if isinstance(program, Sekishod) else program.stop)
        return program

    def gate(self, settings=None, wrap=(), name="gate", **options):
        """A running sekishod."""
        return self.keep(Sekishod(self.folder / name, settings, **options)).start(wrap)

    def postfix(self, gate=None, name="postfix", **options):
        """A running Postfix with `gate` as its milter."""
        return self.keep(Postfix(self.folder / name, milter=gate.socket if gate else "", next_hop=self.sink.port,
                                 **options)).start()

    def sendmail(self, gate=None, name="sendmail", **options):
        return self.keep(Sendmail(self.folder / name, milter=gate.socket if gate else "", next_hop=self.sink.port,
                                  **options)).start()

    def in_background(self, port, mail, **options):
        """Sends a mail in a thread; gives the thread and the list that will hold the reply."""
        replies = []
        thread = threading.Thread(target=lambda: replies.append(send(port, mail, **options)))
        thread.start()
        return thread, replies

    def freeze_workers(self, gate):
        """Stops every worker process, so that a scan lasts until the test goes on. They end with the test."""
        pids = set()
        # The worker program may just be forking a child, and goes on with that after the signal is sent. Who has
        # stopped forks no more: only then does a look that finds nothing new say something.
        while new := set(gate.processes().get("sekisho-worker", [])) - pids:
            pids |= new
            for pid in new:
                try:
                    os.kill(pid, signal.SIGSTOP)
                except ProcessLookupError:
                    pass
            wait_until(lambda: all((proc_stat(pid) or "Z")[0] in "TZ" for pid in pids), 20, "stopped workers")
        self.assertTrue(pids, gate.processes())

        def thaw():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass
        self.addCleanup(thaw)
        return thaw

    def small_disk(self, size):
        """A file system of its own of `size` ("256k") that anyone may write to."""
        disk = self.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "sekisho-test", disk], check=True)
        self.addCleanup(lambda: subprocess.run(["umount", "-l", disk], check=True))
        return disk

    def _report(self):
        outcome = self._outcome.result if hasattr(self, "_outcome") else None
        failed = outcome and any(test is self for test, _ in outcome.failures + outcome.errors)
        if failed:
            for program in self.running:
                print(f"--- {type(program).__name__}:\n{program.tail()}", file=sys.stderr)
