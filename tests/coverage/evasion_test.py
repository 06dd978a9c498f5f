#!/usr/bin/env python3
"""Each form of table.py through the mutations of evasion_*.py, with the shipped settings; its honest twin as well.

With SEKISHO_WRITE_REFERENCE docs/evasion.md is written; without, it is held to what was seen.
"""

import collections
import concurrent.futures
import os
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mime")]
import carriers  # noqa: E402
import evasion_base  # noqa: E402
import evasion_files  # noqa: E402, F401
import evasion_mails  # noqa: E402, F401
import evasion_missed  # noqa: E402
import evasion_office  # noqa: E402, F401
import evasion_packages  # noqa: E402, F401
import evasion_pdf  # noqa: E402, F401
import evasion_rtf  # noqa: E402, F401
import evasion_scripts  # noqa: E402, F401
import evasion_shortcuts  # noqa: E402, F401
import evasion_vba  # noqa: E402, F401
import evasion_xlm  # noqa: E402, F401
import expectation  # noqa: E402
import table  # noqa: E402

PAGE = HERE.parents[1] / "docs/evasion.md"
FAILURES = {"scan.crashed", "scan.failed", "scan.time", "worker.protocol"}
LEAST = 20  # mutations of each form
AS_BAD = {"malicious": {"malicious"}, "suspicious": {"suspicious", "malicious"}, "clean": {"clean", "suspicious", "malicious", "unscannable"},
          "unscannable": {"unscannable", "suspicious", "malicious"}}


def write_mails(folder, number, sample):
    """Writes a mail for each mutation that applies to a sample; [(group, mutation, path)]."""
    out = []
    for index, mutation in enumerate(evasion_base.MUTATIONS):
        changed = mutation.apply(sample)
        if changed is not None:
            path = pathlib.Path(folder, f"{number}-{index}.eml")
            path.write_bytes(mutation.mail(changed) if mutation.mail else carriers.bare(changed.name, changed.data))
            out.append((mutation.group, mutation.name, str(path)))
    return out


class Evasion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="sekisho-evasion-") as folder:
            # Rows share twins: each sample is written once.
            numbers = {}
            for number, row in enumerate(table.ROWS):
                if row.mutated:
                    for twin, name, make in ((False, row.name, row.make), (True, row.twin_name, row.twin)):
                        numbers.setdefault(evasion_base.Sample(name, make()), []).append((number, twin))
            paths, reports = {}, {}
            with concurrent.futures.ProcessPoolExecutor(2) as pool:
                written = pool.map(write_mails, [folder] * len(numbers), range(len(numbers)), numbers)
                for places, mails in zip(numbers.values(), written):
                    paths.update({(number, group, name, twin): path for number, twin in places for group, name, path in mails})
            rows = list(dict.fromkeys(paths.values()))
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for part in pool.map(expectation.scan, [rows[i::8] for i in range(8)]):
                    reports |= part
        cls.reports = {key: reports[path] for key, path in paths.items()}

    def missed(self):
        """{(form, group, mutation): report} of what is not as bad as the form itself."""
        return {(table.ROWS[number].form, group, name): report for (number, group, name, twin), report in self.reports.items()
                if not twin and report["verdict"] not in AS_BAD[table.ROWS[number].verdict]}

    def test_each_form_is_mutated_often(self):
        counts = collections.Counter(number for number, _, _, twin in self.reports if not twin)
        for number, row in enumerate(table.ROWS):
            with self.subTest(form=row.form):
                self.assertGreaterEqual(counts[number], LEAST if row.mutated else 0)

    def test_what_is_missed_has_a_reason(self):
        for (form, group, name), report in self.missed().items():
            found = ", ".join(f"{finding['id']} {finding['score']}" for finding in report["findings"])
            with self.subTest(form=form, group=group, mutation=name):
                self.assertTrue(evasion_missed.reason(form, name), f"{report['verdict']} {report['score']}: {found}")

    def test_no_reason_without_a_miss(self):
        missed = set(self.missed())
        for row in evasion_missed.REASONS:
            with self.subTest(form=row.form, mutation=row.mutation):
                self.assertTrue(any(row.covers(form, name) for form, _, name in missed))

    def test_twins_are_not_malicious(self):
        for (number, group, name, twin), report in self.reports.items():
            if twin and report["verdict"] == "malicious":
                found = ", ".join(f"{finding['id']} {finding['score']}" for finding in report["findings"])
                with self.subTest(form=table.ROWS[number].form, group=group, mutation=name):
                    self.assertTrue(evasion_missed.twin_reason(table.ROWS[number].form, name), found)

    def test_no_excuse_without_a_malicious_twin(self):
        malicious = {(table.ROWS[number].form, name) for (number, _, name, twin), report in self.reports.items()
                     if twin and report["verdict"] == "malicious"}
        for row in evasion_missed.TWINS:
            with self.subTest(form=row.form, mutation=row.mutation):
                self.assertTrue(any(row.covers(form, name) for form, name in malicious))

    def test_nothing_fails(self):
        for (number, group, name, twin), report in self.reports.items():
            with self.subTest(form=table.ROWS[number].form, group=group, mutation=name, twin=twin):
                self.assertEqual({finding["id"] for finding in report["findings"]} & FAILURES, set())

    def test_page(self):
        page = evasion_missed.page(self.reports, self.missed())
        if os.environ.get("SEKISHO_WRITE_REFERENCE"):
            PAGE.write_text(page)
        self.assertEqual(PAGE.read_text(), page, "run this test with SEKISHO_WRITE_REFERENCE=1")


if __name__ == "__main__":
    unittest.main()
