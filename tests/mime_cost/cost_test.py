#!/usr/bin/env python3
"""No message costs more than linear time.

Each shape of cost_shapes.py is read at a length and at twice that length. The second reading takes at most 2.2 times
the instructions of the first, and no more for its bytes and parts than is stated. callgrind counts, so no clock has a
say; what an empty message costs is taken off both.

usage: cost_test.py [-v]     -v: prints a line for each pair
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import cost_encodings
import cost_headers
import cost_shapes
import cost_structure

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release")) / "bin/mime-cost"
MEASURED = "mime_cost_measured"
SHAPES = [row for table in (cost_structure, cost_headers, cost_encodings) for row in table.table.rows]
EMPTY = cost_shapes.Shape("empty", lambda size: (b"", b""), (), (), 0)
RATIO = 2.2
# Beside what is allowed for a byte. A cost that grows with the square up to some limit, and in proportion behind it,
# has a good ratio there.
PER_PART = 100_000
SHARES = 6  # of the shapes, each for one process: starting one costs as much as a few shapes
VERBOSE = "-v" in sys.argv


class Measure:
    """What one reading took: instructions, parts, and the names of the limits that were reached."""

    def __init__(self, instructions, line):
        self.instructions = instructions
        parts, *limits = line.split(" ")
        self.parts = int(parts)
        self.limits = {limit for limit in limits if limit}


def run(messages, *options):
    """The Measures of some messages, by one process."""
    with tempfile.TemporaryDirectory(prefix="sekisho-cost-") as folder:
        paths = [pathlib.Path(folder) / f"{i}.eml" for i in range(len(messages))]
        for path, message in zip(paths, messages):
            path.write_bytes(message)
        out = pathlib.Path(folder) / "callgrind.out"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={out}", f"--zero-before={MEASURED}",
             f"--dump-after={MEASURED}", PROGRAM, *options, *paths], capture_output=True, check=False, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"valgrind: exit {done.returncode}: {done.stderr[-500:]}")
        dumps = [out.with_name(f"{out.name}.{i + 1}").read_text() for i in range(len(messages))]
        counts = [int(re.search(r"^totals: (\d+)", dump, re.MULTILINE)[1]) for dump in dumps]
    return [Measure(*pair) for pair in zip(counts, done.stdout.splitlines(), strict=True)]


def measure(shapes, *options):
    """(shape, odd, shorter, longer) for each of some shapes: Measures without what is the same for all messages."""
    cases = [(shape, odd) for shape in shapes for odd in (False, True)]
    messages = [shape.message(times * shape.size(odd), odd) for shape, odd in cases for times in (1, 2)]
    plain, odd = (EMPTY.message(0, kind) for kind in (False, True))
    # The first message pays for what is set up at its first use.
    _, *empty = run([plain, plain, odd, *messages], *options)
    found = empty[2:]
    rows = [(*case, *pair) for case, pair in zip(cases, zip(found[::2], found[1::2]), strict=True)]
    for _, kind, *pair in rows:
        for measured in pair:
            measured.instructions -= empty[kind].instructions
    return rows


def faults(shape, odd, short, long):
    """What is wrong with two Measures, as text."""
    name = shape.name + (" behind an ambiguity" if odd else "")
    ratio = long.instructions / short.instructions
    per_byte = long.instructions / (2 * shape.size(odd))
    allowed = shape.per_byte * 2 * shape.size(odd) + PER_PART * long.parts
    if VERBOSE:
        print(f"{name:60}{ratio:7.2f}{per_byte:9.0f}{long.instructions / 1e6:9.1f} M{long.parts:7}", *long.limits)
    if ratio > RATIO:
        yield f"{name}: {ratio:.2f} times the instructions for twice the length"
    if long.instructions > allowed:
        yield f"{name}: {long.instructions:,} instructions, where {allowed:,} are allowed"
    for found in (short, long):
        if found.limits != set(shape.limits):
            yield f"{name}: reaches {sorted(found.limits)}, where {sorted(shape.limits)} was stated"


class Cost(unittest.TestCase):
    def test_is_linear(self):
        shares = [SHAPES[i::SHARES] for i in range(SHARES)]
        wrong = []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for rows in pool.map(measure, shares):
                for row in rows:
                    wrong += faults(*row)
        self.assertEqual([], wrong, "\n" + "\n".join(wrong))

    def test_finds_a_square(self):
        shape = next(shape for shape in SHAPES if shape.name == "base64")
        for row in measure([shape], "--square"):
            self.assertRegex("".join(faults(*row)), "times the instructions")

    def test_has_many_shapes(self):
        names = [shape.name for shape in SHAPES]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreater(len(names), 100)


if __name__ == "__main__":
    unittest.main(verbosity=1)
