#!/usr/bin/env python3
"""Each form of table.py in each carrier, through `sekisho scan` with the shipped settings: the fixture and its honest twin.

With SEKISHO_WRITE_REFERENCE docs/coverage.md is written; without, it is held to what was seen.
"""

import os
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mime")]
import carriers  # noqa: E402
import expectation  # noqa: E402
import table  # noqa: E402

PAGE = HERE.parents[1] / "docs/coverage.md"
FAILURES = {"scan.crashed", "scan.failed", "scan.time", "worker.protocol"}
HEAD = """<!-- Made by tests/coverage/coverage_test.py, which holds it to what is seen. -->
# Coverage

What Sekisho says of the forms of attack that it is there for, with the shipped settings and rules: an inert fixture of each form in each
carrier, and an honest twin of it. `tests/coverage/table.py` has the rows. The mails name nobody and quote nothing: nothing but the
attachment speaks against them. Numbers are scores: 5 is suspicious, 10 malicious.

HTML is a page that a script puts the file together in. The form's page saves it by itself as soon as it is shown; the twin's offers it by a
button, as honest reports do. What an honest document gets in a page that saves it by itself is tested as well: it is quarantined.

"""


class Coverage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
            paths = {}
            for number, row in enumerate(table.ROWS):
                for twin, name, data in ((False, row.name, row.make()), (True, row.twin_name, row.twin())):
                    for carrier, carry in (carriers.TWIN_CARRIERS if twin else carriers.CARRIERS).items():
                        path = pathlib.Path(folder, f"{number}-{carrier}-{twin}.eml")
                        path.write_bytes(carry(name, data))
                        paths[number, carrier, twin] = str(path)
            reports = expectation.scan(paths.values())
        cls.reports = {key: reports[path] for key, path in paths.items()}

    def cells(self):
        for (number, carrier, twin), report in self.reports.items():
            row = table.ROWS[number]
            other = (row.twin_other if twin else row.other).get(carrier)
            expected = other[0] if other else row.twin_verdict if twin else row.verdict
            yield row, carrier, twin, expected, report

    def test_verdicts(self):
        for row, carrier, twin, expected, report in self.cells():
            found = ", ".join(f"{finding['id']} {finding['score']}" for finding in report["findings"])
            with self.subTest(form=row.form, carrier=carrier, twin=twin):
                self.assertEqual(report["verdict"], expected, found)

    def test_nothing_fails(self):
        for row, carrier, twin, _, report in self.cells():
            with self.subTest(form=row.form, carrier=carrier, twin=twin):
                self.assertEqual({finding["id"] for finding in report["findings"]} & FAILURES, set())

    def test_page_that_saves_an_honest_document_by_itself(self):
        with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
            paths = {}
            for row in table.ROWS:
                if row.twin_name.endswith((".doc", ".docx", ".xls", ".rtf", ".one")):
                    path = paths[row.form] = pathlib.Path(folder, f"{len(paths)}.eml")
                    path.write_bytes(carriers.in_html(row.twin_name, row.twin()))
            reports = expectation.scan(map(str, paths.values()))
        for form, path in paths.items():
            with self.subTest(form=form):
                self.assertEqual(reports[str(path)]["verdict"], "suspicious")

    def test_what_differs_has_a_reason(self):
        for row in table.ROWS:
            with self.subTest(form=row.form):
                self.assertTrue(row.why or (row.verdict == "malicious" and row.twin_verdict == "clean"))
                for verdict, why in [*row.other.values(), *row.twin_other.values()]:
                    self.assertTrue(verdict and why)

    def page(self):
        lines = [HEAD, "| form | " + " | ".join(carriers.CARRIERS) + " |\n", "| --- |" + " --- |" * len(carriers.CARRIERS) + "\n"]
        notes = []
        for number, row in enumerate(table.ROWS):
            for twin in (False, True):
                cells = []
                for carrier in carriers.CARRIERS:
                    report = self.reports[number, carrier, twin]
                    cells.append(f"{report['verdict']} {report['score']:.1f}")
                label = f"{row.form}: `{row.name}`" if not twin else f"its twin `{row.twin_name}`"
                lines.append(f"| {label} | " + " | ".join(cells) + " |\n")
            if row.why:
                notes.append(f"- {row.form}: {row.why}\n")
            for carrier, (_, why) in [*row.other.items(), *row.twin_other.items()]:
                notes.append(f"- {row.form}, {carrier}: {why}\n")
        if notes:
            lines.append("\n## What is not as it should be, or for a reason\n\n")
            lines.extend(dict.fromkeys(notes))
        lines.append("\n## What is no row\n\n")
        lines.extend(f"- {what}: {why}\n" for what, why in table.NOT_MADE.items())
        return "".join(lines)

    def test_page(self):
        page = self.page()
        if os.environ.get("SEKISHO_WRITE_REFERENCE"):
            PAGE.write_text(page)
        self.assertEqual(PAGE.read_text(), page, "run this test with SEKISHO_WRITE_REFERENCE=1")


if __name__ == "__main__":
    unittest.main()
