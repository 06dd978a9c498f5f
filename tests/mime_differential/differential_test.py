#!/usr/bin/python3
"""Whatever GMime or Python's email take for an attachment has to be among the parts that Sekisho scans, byte for byte.

Over all fixtures, and over 10,000 mails bent at random. A difference that no row of justified.py explains fails the test and is
saved with its number: BUILD/mime_differential/mutations/NUMBER.eml (fixtures/NAME.eml), and all of them in differences.json.

usage: differential_test.py            SEKISHO_BUILD, SEKISHO_SEED (1) and SEKISHO_MUTATIONS (10000) from the environment
"""

import collections
import concurrent.futures
import dataclasses
import functools
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import justified
import mutate
import readers

TESTS = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", TESTS.parent / "build" / "release"))
SEED = os.environ.get("SEKISHO_SEED", "1")
MUTATIONS = int(os.environ.get("SEKISHO_MUTATIONS", "10000"))
BATCH = 1_000
SCAN, GMIME, FIXTURES = BUILD / "bin/sekisho", BUILD / "bin/gmime-extract", BUILD / "bin/sekisho-fixtures"
KEEP = BUILD / "mime_differential"


@dataclasses.dataclass
class Difference:
    label: str      # the mutation's number, or the fixture's name
    made: str       # how: base and edits
    mail: bytes
    reader: str
    kind: str       # of the other reader's leaf
    name: str
    content: bytes
    report: dict    # ours
    hashes: set     # SHA-256 of all our parts
    path: pathlib.Path

    @functools.cached_property
    def ours(self):
        """The contents of our parts, but of pieces of source that we opened further: all that is shown undone is in these."""
        opened = {part["parent"] for part in self.report["parts"] if part["opened_by"] == "mime"}
        sources = {part["sha256"] for part in self.report["parts"] if part["id"] in opened}
        return [content for content in readers.unpacked(SCAN, self.path)
                if content not in self.mail or readers.digest(content) not in sources]


def fixtures(folder):
    """[(name, mail)] of all that the tree can write, in a fixed order."""
    programs = [TESTS / "mime_ordinary/ordinary.py", TESTS / "mime/ambiguity.py"]
    for program in programs:
        if program.exists():
            subprocess.run([sys.executable, program, folder / program.parent.name], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([FIXTURES, folder / "fixtures"], check=True)
    for kind in ("plain", "reply-chain", "ppap-ja", "password-en"):
        made = subprocess.run([FIXTURES, "mail", kind, folder / "fixtures/script.js"], check=True, capture_output=True).stdout
        (folder / f"fixtures/mail-{kind}.eml").write_bytes(made)
    found = [*folder.rglob("*.eml"), *(TESTS / "mime/handwritten").rglob("*.eml")]
    return sorted((f"{path.parent.name}/{path.stem}", path.read_bytes()) for path in found)


class Run:
    """Counts, and the differences that were found."""

    def __init__(self):
        self.mails = self.leaves = self.python_gave_up = 0
        self.differences, self.reasons, self.failed_scans = [], collections.Counter(), []

    def batch(self, mails):
        """`mails`: [(label, how it was made, bytes)], all on disk at once."""
        with tempfile.TemporaryDirectory(prefix="sekisho-differential-") as folder:
            paths = [pathlib.Path(folder) / f"{number}.eml" for number in range(len(mails))]
            for path, (_, _, data) in zip(paths, mails):
                path.write_bytes(data)
            reports, others = readers.scan(SCAN, paths), readers.gmime_leaves(GMIME, paths)
            for path, mail in zip(paths, mails):
                self.compare(path, mail, reports[str(path)], others[str(path)])

    def add(self, other):
        self.mails += other.mails
        self.leaves += other.leaves
        self.python_gave_up += other.python_gave_up
        self.differences += other.differences
        self.failed_scans += other.failed_scans
        self.reasons.update(other.reasons)

    def compare(self, path, mail, report, gmime):
        label, made, data = mail
        self.mails += 1
        if {"scan.crashed", "scan.failed", "worker.protocol"} & {finding["id"] for finding in report["findings"]}:
            self.failed_scans.append((label, made))
        ours, missing = {part["sha256"] for part in report["parts"]}, {}
        self.leaves += len(gmime)
        if any(not leaf["blank"] and leaf["sha256"] not in ours for leaf in gmime):
            for leaf in readers.gmime_leaves(GMIME, [path], content=True)[str(path)]:
                if not leaf["blank"] and leaf["sha256"] not in ours:
                    missing.setdefault(leaf["sha256"], ("gmime", leaf["type"], leaf["name"], leaf["content"]))
        for reader, policy in readers.POLICIES.items():
            leaves = readers.python_leaves(data, policy)
            self.python_gave_up += leaves is None
            self.leaves += len(leaves or ())
            for kind, name, content in leaves or ():
                if readers.digest(content) not in ours:
                    missing.setdefault(readers.digest(content), (reader, kind, name, content))
        for leaf in missing.values():
            self.judge(Difference(*mail, *leaf, report, ours, path))

    def judge(self, difference):
        content = difference.content
        # The scanner does not rewrite the line ends of a text; other readers do.
        is_text = difference.kind.startswith("text/")
        if is_text and not difference.hashes.isdisjoint(map(readers.digest, readers.line_ends(content))):
            return
        why = justified.reason(difference)
        if why:
            self.reasons[why] += 1
        elif not (is_text and readers.normal(content) in map(readers.normal, difference.ours)):
            self.differences.append(difference)

    def save(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        rows = []
        for difference in self.differences:
            stem = difference.label.replace("/", "_")
            (folder / f"{stem}.eml").write_bytes(difference.mail)
            rows.append({"label": difference.label, "made": difference.made, "reader": difference.reader, "type": difference.kind,
                         "name": difference.name, "sha256": readers.digest(difference.content), "size": len(difference.content),
                         "begins": repr(difference.content[:60])})
        (folder / "differences.json").write_text(json.dumps(rows, indent=1))


def held(mails):
    """A Run over `mails`; where their bytes are None they are mutations of the fixtures, made here."""
    run = Run()
    run.batch([mail if mail[2] is not None else mutated(mail[0]) for mail in mails])
    return run


def mutated(label):
    data, how = mutate.mutation(Differential.bases, SEED, int(label.split("-")[1]))
    return label, how, data


class Differential(unittest.TestCase):
    bases = mutate.Bases([])

    @classmethod
    def setUpClass(cls):
        if not GMIME.exists():
            raise AssertionError(f"no {GMIME}: install libgmime-3.0-dev, configure again and build the target gmime-extract")
        with tempfile.TemporaryDirectory(prefix="sekisho-differential-") as folder:
            cls.bases = mutate.Bases(fixtures(pathlib.Path(folder)))
            _ = cls.bases.rings  # made once, before the processes fork

    def hold(self, mails):
        """All mails, batch by batch, with a process for each core; forked, so that they have the bases."""
        run, batches = Run(), [mails[at:at + BATCH] for at in range(0, len(mails), BATCH)]
        with concurrent.futures.ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
            for part in pool.map(held, batches):
                run.add(part)
        return run

    def check(self, run, name):
        run.save(KEEP / name)
        print(f"{run.mails} mails, {run.leaves} attachments seen by others; Python gave up on {run.python_gave_up}; justified:",
              *(f"\n  {count} x {why}" for why, count in run.reasons.most_common()), file=sys.stderr)
        self.assertFalse(run.failed_scans, "scans that did not end properly")
        told = [f"{d.label} [{d.made}] {d.reader} {d.kind} {d.name!r} {len(d.content)} bytes {d.content[:40]!r}"
                for d in run.differences]
        self.assertFalse(told, f"{len(told)} differences, saved in {KEEP / name}:\n" + "\n".join(told[:60]))

    def test_fixtures(self):
        self.check(self.hold([(name, "as it is", data) for name, data in self.bases.all]), "fixtures")

    def test_mutations(self):
        self.check(self.hold([(f"{SEED}-{number}", "", None) for number in range(MUTATIONS)]), "mutations")


if __name__ == "__main__":
    unittest.main(verbosity=1)
