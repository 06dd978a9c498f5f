#!/usr/bin/python3
"""Ordinary mail through `sekisho scan`: nothing of it may look ambiguous, and what is attached comes out as it went in."""

import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unicodedata
import unittest

import ordinary

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release"))
# Policy and operators add up scores. An honest mail may have one slight oddity, no more.
BOUND = 0.5


def ambiguous_findings(report):
    return [finding for finding in report["findings"] if finding["id"].startswith("mime.ambiguous.")]


def comparable(name):
    return unicodedata.normalize("NFC", name)


class Ordinary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="sekisho-ordinary-") as folder:
            paths = ordinary.write(folder)
            done = subprocess.run([BUILD / "bin/sekisho", "scan", "--json", *paths], capture_output=True, check=False,
                                  timeout=300)
        assert done.returncode in (0, 1, 3), done.stderr.decode(errors="replace")
        reports = {pathlib.Path(report["file"]).stem: report for report in map(json.loads, done.stdout.splitlines())}
        cls.pairs = [(row, reports[row.name]) for row in ordinary.messages()]

    def each(self, check):
        """check(row, report) gives what is wrong, or nothing. All rows are looked at, so that one run tells all."""
        for row, report in self.pairs:
            with self.subTest(row.name, program=row.program):
                wrong = check(row, report)
                self.assertFalse(wrong, wrong)

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(self.pairs), 120)

    def test_scans_end_properly(self):
        def check(_row, report):
            bad = {"scan.crashed", "scan.failed", "worker.protocol", "mime.readings.limit", "mime.smuggling"}
            return bad & {finding["id"] for finding in report["findings"]} or report["limits"]
        self.each(check)

    def test_no_weight_of_ambiguity(self):
        def check(_row, report):
            found = ambiguous_findings(report)
            return found if sum(finding["score"] for finding in found) > BOUND else None
        self.each(check)

    def test_no_finding_of_weight_without_a_reason(self):
        # A row with a reason names the findings that stand for it; elsewhere each finding has to be weightless or slight.
        def check(row, report):
            return [finding for finding in ambiguous_findings(report)
                    if finding["score"] > 0 and row.ambiguous and row.findings and finding["id"] not in row.findings]
        self.each(check)

    def test_no_part_is_ambiguous(self):
        def check(row, report):
            return None if row.ambiguous else [part["path"] for part in report["parts"] if "ambiguous" in part["flags"]]
        self.each(check)

    def test_attachments_come_out_byte_for_byte(self):
        def check(row, report):
            seen = {part["sha256"] for part in report["parts"]}
            return [name or "(no name)" for name, data in row.attachments if hashlib.sha256(data).hexdigest() not in seen]
        self.each(check)

    def test_attachments_have_their_names(self):
        def check(row, report):
            names = {}
            for part in report["parts"]:
                names.setdefault(part["sha256"], set()).add(comparable(part["name"]))
            wanted = [(comparable(name), names.get(hashlib.sha256(data).hexdigest(), set())) for name, data in row.attachments]
            return [(name, found) for name, found in wanted if name and name not in found]
        self.each(check)


if __name__ == "__main__":
    unittest.main(verbosity=1)
