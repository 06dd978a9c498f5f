"""What a scanner must say of a message of ambiguity.py or of handwritten/, and a list of all that it does not say."""

import collections
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release"))
HANDWRITTEN = HERE / "handwritten"


def handwritten():
    """The manifest's rows; `file` is relative to HANDWRITTEN."""
    return json.loads((HANDWRITTEN / "manifest.json").read_text())


def scan(paths):
    """{path: ScanReport} of one run of `sekisho scan` over many files."""
    program = BUILD / "bin/sekisho"
    reports = {}
    paths = [str(path) for path in paths]
    # A command line holds 128 KB and more (execve(2)); 1,000 paths are well below that.
    for begin in range(0, len(paths), 1000):
        with tempfile.TemporaryFile() as out:
            done = subprocess.run([program, "scan", "--json", *paths[begin:begin + 1000]], stdout=out,
                                  stderr=subprocess.PIPE, check=False, timeout=600)
            if done.returncode not in (0, 1, 3):
                raise AssertionError(f"sekisho scan ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
            out.seek(0)
            for line in out:
                report = json.loads(line)
                reports[report["file"]] = report
    missing = [path for path in paths if path not in reports]
    if missing:
        raise AssertionError(f"{len(missing)} files without a report, the first is {missing[0]}")
    return reports


def faults_of(row, reports, named=True):
    """What is wrong with what was said of a message; `reports`: those of all the pieces that it became.

    The faults are ("payload" | "class" | "name" | "scan", text). `named`: False where the mail server mended the
    message, so that no class has to be named.
    """
    faults = []
    parts = [part for report in reports for part in report["parts"]]
    found = {finding["id"] for report in reports for finding in report["findings"]}
    if row["payload"] and row["payload"] not in {part["sha256"] for part in parts}:
        faults.append(("payload", "no part is the payload"))
    if named and not found & set(row["classes"]):
        said = sorted(i.removeprefix("mime.ambiguous.") for i in found if i.startswith("mime."))
        faults.append(("class", f"none of {', '.join(row['classes'])}; of mime. there are {said}"))
    if row["names"] and not {part["name"] for part in parts} & set(row["names"]):
        faults.append(("name", f"none of {row['names']}; there are {sorted({p['name'] for p in parts[1:]})}"))
    bad = found & {"scan.crashed", "scan.failed", "worker.protocol"}
    if bad:
        faults.append(("scan", ", ".join(sorted(bad))))
    return faults


def list_of(failures, total):
    """All failures as one text: counts by group and kind of fault, then one line each. `failures`: (row, faults)."""
    counts = collections.Counter((row["group"], kind) for row, faults in failures for kind, _ in faults)
    lines = [f"{len(failures)} of {total} messages are not seen through"]
    lines += [f"  {group:10} {kind:8} {count}" for (group, kind), count in sorted(counts.items())]
    for row, faults in sorted(failures, key=lambda f: (f[0]["group"], f[0]["name"])):
        lines += [f"{row['group']}: {row['name']}: {kind}: {text}" for kind, text in faults]
        lines.append(f"    seen by clients that {row['reader']}")
    return "\n".join(lines)


def check(test, rows, reports_of):
    """Holds each row against its reports; one subTest each, and one list of all that failed.

    `reports_of(row)` gives the reports and whether a class must be named.
    """
    failures = []
    for row in rows:
        reports, named = reports_of(row)
        faults = faults_of(row, reports, named)
        if faults:
            failures.append((row, faults))
    for row, faults in failures:
        with test.subTest(group=row["group"], message=row["name"]):
            test.fail("; ".join(f"{kind}: {text}" for kind, text in faults))
    if failures:
        print("\n" + list_of(failures, len(rows)))
