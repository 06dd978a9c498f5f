#!/usr/bin/env python3
"""`sekisho scan` sees every payload however the MIME around it is bent, and names the bend.

The messages are those of ambiguity.py, and those of handwritten/. All that fails is printed as one list.
"""

import collections
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ambiguity  # noqa: E402
import expectation  # noqa: E402


class Ambiguity(unittest.TestCase):
    def hold(self, rows, folder):
        reports = expectation.scan(folder / row["file"] for row in rows)
        expectation.check(self, rows, lambda row: ([reports[str(folder / row["file"])]], True))

    def test_generated(self):
        with tempfile.TemporaryDirectory(prefix="sekisho-") as folder:
            rows = ambiguity.write(folder)
            self.assertGreater(len(rows), 500)
            self.hold(rows, pathlib.Path(folder))

    def test_handwritten(self):
        rows = expectation.handwritten()
        groups = collections.Counter(row["group"] for row in rows)
        self.assertEqual(set(groups), {"header", "encoding", "boundary", "name", "type"})
        self.assertGreaterEqual(min(groups.values()), 10, groups)
        self.hold(rows, expectation.HANDWRITTEN)


if __name__ == "__main__":
    unittest.main(verbosity=1)
