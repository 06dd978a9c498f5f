"""What a scanner must say of a message of ambiguity.py or of handwritten/, and a list of all that it does not say."""

import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release"))
HANDWRITTEN = HERE / "handwritten"


def handwritten():
    """The manifest's rows; `file` is relative to HANDWRITTEN."""
    return json.loads((HANDWRITTEN / "manifest.json").read_text())


def scan(paths, *options):
    """{path: ScanReport} of one run of `sekisho scan` over many files."""
    program = BUILD / "bin/sekisho"
    reports = {}
    paths = [str(path) for path in paths]
    # A command line holds 128 KB and more (execve(2)); 1,000 paths are well below that.
    for begin in range(0, len(paths), 1000):
        with tempfile.TemporaryFile() as out:
            done = subprocess.run([program, "scan", "--json", *map(str, options), *paths[begin:begin + 1000]], stdout=out,
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


def unescaped(name):
    """A name of a report as it was: control characters and the like are escaped there."""
    return re.sub(r"\\x([0-9A-Fa-f]{2})|\\u\{([0-9A-Fa-f]+)\}", lambda m: chr(int(m[1] or m[2], 16)), name)


def faults_of(row, reports, named=True):
    """What is wrong with what was said of a message; `reports`: those of all the pieces that it became.

    The faults are ("payload" | "class" | "name" | "hidden" | "scan", text). `named`: False where the mail server mended the
    message, so that no class has to be named.
    """
    faults = []
    parts = [part for report in reports for part in report["parts"]]
    found = {finding["id"] for report in reports for finding in report["findings"]}
    if row["payload"] and row["payload"] not in {part["sha256"] for part in parts}:
        faults.append(("payload", "no part is the payload"))
    if named and row["classes"] and row["classes"][0] not in found:
        said = sorted(i.removeprefix("mime.ambiguous.") for i in found if i.startswith("mime."))
        faults.append(("class", f"no {row['classes'][0]}; of mime. there are {said}"))
    bearers = [part for part in parts if part["sha256"] == row["payload"]]
    names = {unescaped(part["name"]) for part in bearers or parts}
    if row["names"] and not names & set(row["names"]):
        faults.append(("name", f"none of {row['names']}; there are {sorted(names)}"))
    # A script without a name is a text to everybody.
    lures = [part for part in bearers if part["type"] != "text/plain"]
    if named and lures and all("hidden" in part["flags"] for part in lures):
        if "mime.ambiguous.hidden" not in found:
            faults.append(("hidden", "only some clients see the payload; there is no mime.ambiguous.hidden"))
        if any(report["verdict"] == "clean" for report in reports):
            faults.append(("hidden", "only some clients see the payload; the verdict is clean"))
    bad = found & {"scan.crashed", "scan.failed", "worker.protocol"}
    if bad:
        faults.append(("scan", ", ".join(sorted(bad))))
    return faults


def list_of(failures, total):
    """Failures of one group as text: counts by kind of fault, then each with its readers."""
    counts = collections.Counter(kind for _, faults in failures for kind, _ in faults)
    lines = [f"{len(failures)} of {total} messages are not seen through: "
             + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))]
    for row, faults in sorted(failures, key=lambda f: f[0]["name"]):
        lines.append(f"{row['name']} (for clients that {row['reader']})")
        lines += [f"    {kind}: {text}" for kind, text in faults]
    return "\n".join(lines)


def check(test, rows, reports_of, excused=lambda name, kind: False):
    """Holds each row against its reports. All failures of a group are one list, in a subTest of its own.

    `reports_of(row)` gives the reports and whether a class must be named; `excused(name, kind)` whether a fault of a
    message is none.
    """
    groups = {}
    for row in rows:
        faults = [fault for fault in faults_of(row, *reports_of(row)) if not excused(row["name"], fault[0])]
        groups.setdefault(row["group"], []).append((row, faults))
    for group, held in groups.items():
        with test.subTest(group=group):
            failures = [(row, faults) for row, faults in held if faults]
            if failures:
                test.fail(list_of(failures, len(held)))
