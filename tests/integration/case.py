"""The base of the integration tests: a folder, a sink and real programs that end with the test."""

import pathlib
import sys
import tempfile
import unittest

from gate import Sekishod
from mta import Postfix, Sendmail, remove_tree
from smtp import Sink


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

    def _report(self):
        outcome = self._outcome.result if hasattr(self, "_outcome") else None
        failed = outcome and any(test is self for test, _ in outcome.failures + outcome.errors)
        if failed:
            for program in self.running:
                print(f"--- {type(program).__name__}:\n{program.tail()}", file=sys.stderr)
