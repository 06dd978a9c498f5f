#!/usr/bin/env python3
"""Honest files and mails, with the shipped settings and rules as in coverage_test.py: none is malicious, hardly one suspicious.

The set: documents of other projects' test suites that are marked as clean (where the corpus is there: SEKISHO_CORPUS or
../shared/corpus), the mails of tests/mime_ordinary, documents by LibreOffice (where it is there), and what benign_*.py make.
"""

import collections
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "mime"), str(HERE.parent / "mime_ordinary")]
import benign_files  # noqa: E402
import benign_macros  # noqa: E402
import benign_mails  # noqa: E402
import carriers  # noqa: E402
import expectation  # noqa: E402
import ordinary  # noqa: E402

CORPUS = pathlib.Path(os.environ.get("SEKISHO_CORPUS", ROOT / "../shared/corpus"))
KINDS = {"office-clean", "vba-stub"}
LEAST = 400        # files, with the corpus
SUSPICIOUS = 0.005  # of them, at most
FAILURES = {"scan.crashed", "scan.failed", "scan.time", "worker.protocol"}


def corpus():
    """(what it is, mail) of each document of the corpus that is marked as clean."""
    lines = (CORPUS / "manifest.tsv").read_text().splitlines()[1:]
    for path, kind in (line.split("\t")[:2] for line in lines):
        if kind in KINDS:
            file = CORPUS / path
            yield f"corpus: {path}", carriers.bare(file.name, file.read_bytes())


def own():
    for what, name, data in [*benign_macros.files(), *benign_files.documents()]:
        yield what, carriers.bare(name, data)
    yield from benign_mails.mails()
    for row in ordinary.messages():
        yield f"ordinary mail: {row.name}", row.data


def programs():
    for what, name, data in benign_files.programs():
        yield what, carriers.bare(name, data)
        yield f"{what}, in a forwarded mail", carriers.in_mail(name, data)


def office():
    for what, name, data in benign_files.libreoffice():
        yield what, carriers.bare(name, data)


class Benign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sources = {"own": own()}
        if (CORPUS / "manifest.tsv").exists():
            sources["corpus"] = corpus()
        if shutil.which("soffice"):
            sources["LibreOffice"] = office()
        with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
            paths = {}
            for source, mails in sources.items():
                for what, mail in mails:
                    path = pathlib.Path(folder, f"{len(paths)}.eml")
                    path.write_bytes(mail)
                    paths[source, what, len(paths)] = str(path)
            rows, reports = list(paths.values()), {}
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for part in pool.map(expectation.scan, [rows[i::4] for i in range(4)]):
                    reports |= part
        cls.reports = {key: reports[path] for key, path in paths.items()}
        counts = collections.Counter((source, report["verdict"]) for (source, _, _), report in cls.reports.items())
        for (source, verdict), count in sorted(counts.items()):
            print(f"{source}: {count} {verdict}")
        cls.over = [f"{what}: {report['verdict']} {report['score']:.1f}: "
                    + ", ".join(f"{finding['id']} {finding['score']}" for finding in report["findings"] if finding["score"])
                    for (_, what, _), report in cls.reports.items() if report["verdict"] in ("suspicious", "malicious")]
        for line in cls.over:
            print("over:", line)

    def test_the_set_is_large(self):
        if not (CORPUS / "manifest.tsv").exists():
            self.skipTest("the corpus of real files is not here (SEKISHO_CORPUS)")
        self.assertGreaterEqual(len(self.reports), LEAST)

    def test_documents_of_libreoffice_are_there(self):
        if not shutil.which("soffice"):
            self.skipTest("LibreOffice (soffice) is not here")
        self.assertTrue(any(source == "LibreOffice" for source, _, _ in self.reports))

    def test_none_is_malicious(self):
        self.assertEqual([what for (_, what, _), report in self.reports.items() if report["verdict"] == "malicious"], [])

    def test_hardly_one_is_suspicious(self):
        self.assertLessEqual(len(self.over), SUSPICIOUS * len(self.reports), "\n".join(self.over))

    def test_programs_are_quarantined_at_most(self):
        with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
            paths = {}
            for what, mail in programs():
                path = pathlib.Path(folder, f"{len(paths)}.eml")
                path.write_bytes(mail)
                paths[what] = str(path)
            reports = expectation.scan(paths.values())
        for what, path in paths.items():
            found = ", ".join(f"{finding['id']} {finding['score']}" for finding in reports[path]["findings"])
            with self.subTest(file=what):
                self.assertNotEqual(reports[path]["verdict"], "malicious", found)

    def test_nothing_fails(self):
        for (_, what, _), report in self.reports.items():
            with self.subTest(file=what):
                self.assertEqual({finding["id"] for finding in report["findings"]} & FAILURES, set())


if __name__ == "__main__":
    unittest.main()
