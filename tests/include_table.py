#!/usr/bin/env python3
"""Holds the sources to the tables of docs/architecture.md: who may include whom, where a main may stand, which
third-party header is confined to how few files, and how long a file may be.

usage: include_table.py [ROOT]     prints each fault as file:line: what; exit 1 if there is one
"""

import pathlib
import re
import sys

# folder -> folders that it may include, besides itself. The longest key that is a prefix of a file's folder counts.
CORE = {"base", "model", "scanner"}
ROOM = CORE | {"scanner/unlock", "scanner/fold"}
GATE = {"base", "model", "config"}
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "config": {"base", "model"},
    "scanner": {"base", "model"},
    "scanner/mime": CORE,
    "scanner/unlock": CORE,
    "scanner/fold": CORE,
    "scanner/containers": ROOM,
    "scanner/office": ROOM,
    "scanner/active": ROOM,
    "scanner/text": CORE,
    "scanner/mail": CORE | {"scanner/mime"},
    "scanner/rules": CORE,
    "sandbox": GATE,
    "outbound": GATE | {"store"},
    "policy": GATE,
    "store": GATE,
    "quarantine": GATE | {"store"},
    "control": {"base", "model"},
    "milter": GATE | {"policy", "sandbox", "outbound", "quarantine", "store"},
    "daemon": GATE | {"policy", "sandbox", "outbound", "quarantine", "store", "control", "milter"},
    "cli": GATE | {"control", "sandbox"},
    "console": GATE | {"control"},
}
# Single files with a wider view than their folder, and why.
SCANNER_ROOMS = {name for name in ALLOWED if name.startswith("scanner/")}
WIDER = {
    "scanner/formats.cpp": SCANNER_ROOMS,                         # the one table that sees all rooms
    "scanner/formats_test.cpp": SCANNER_ROOMS,
    "sandbox/worker_main.cpp": {"scanner"} | SCANNER_ROOMS,       # the program sekisho-worker
}
# The worker's own files: what runs in sekisho-worker may see the scanner, what runs in sekishod may not.
WORKER = re.compile(r"^sandbox/worker_\w+\.(cpp|h)$")

# Tests and fuzzers may build their inputs with the fixtures, and may look at what their subject stands on.
FIXTURES = "tests/fixtures"

MAINS = re.compile(r"^(daemon|cli|console)/[\w/]*main\.cpp$|^sandbox/worker_main\.cpp$"
                   r"|^(tests|bench)/.*\.cpp$")
MAIN = re.compile(r"^\s*(?:extern \"C\" )?int\s+main\s*\(")

# third-party header (a regular expression) -> how many files may include it, all of them in which folder
CONFINED = {
    r"libmilter/mf(api|def)\.h": (3, ""),
    r"nlohmann/.*": (1, "base/"),
    r"spdlog/.*": (1, "base/"),
    r"toml\+\+/.*|toml\.hpp": (1, "config/"),
    r"CLI/.*": (1, "cli/"),
    r"archive(_entry)?\.h": (1, "scanner/containers/"),
    r"wimlib\.h": (1, "scanner/containers/"),
    r"mspack\.h": (1, "scanner/containers/"),
    r"yara\.h|yara/.*": (5, "scanner/rules/"),
    r"magic\.h": (1, "scanner/"),
    r"sqlite3\.h": (1, "store/"),
    r"pugixml\.hpp": (3, "scanner/"),
    r"qpdf/.*": (1, "scanner/active/"),
    r"re2/.*": (1, "scanner/mail/"),
    r"pcre2\.h": (1, "scanner/mail/"),
    r"systemd/.*": (1, "daemon/"),
    r"gmime/.*": (1, "tests/"),
}

MAX_LINES = 400
# Tables, which hold nothing else.
TABLES = {"model/findings_table.cpp", "config/schema.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
SKIPPED = {"build", ".git", ".cache"}


def sources(root):
    """Every C++ file of the tree, as paths relative to it."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix in (".cpp", ".h") and relative.parts[0] not in SKIPPED:
            yield relative.as_posix()


def room_of(path):
    """The key of ALLOWED that a file belongs to; None where it belongs to none (tests/, bench/)."""
    parts = path.split("/")[:-1]
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in ALLOWED:
            return name
    return None


def may_include(path, target):
    """True when the file `path` may include the file `target` of ours."""
    own, other = room_of(path), room_of(target)
    is_test = re.search(r"_(test|fuzz|bench)\.cpp$|_testing\.h$|_test_\w+\.(h|cpp)$", path)
    if own is None:
        return True
    if target.startswith(FIXTURES + "/") or target.startswith("tests/"):
        return bool(is_test)
    if other is None or other == own:
        return other == own
    if other in ALLOWED[own] or other in WIDER.get(path, set()):
        return True
    if WORKER.match(path) and (other == "scanner" or other in SCANNER_ROOMS):
        return True
    return False


def check(root):
    """All faults of the tree under `root`, as text."""
    faults, confined = [], {pattern: {} for pattern in CONFINED}
    for path in sources(root):
        lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) > MAX_LINES and path not in TABLES:
            faults.append(f"{path}:{len(lines)}: longer than {MAX_LINES} lines; make a folder of it")
        for number, line in enumerate(lines, 1):
            if MAIN.match(line) and not MAINS.match(path):
                faults.append(f"{path}:{number}: a main stands in daemon/, cli/, console/ and "
                              "sandbox/worker_main.cpp, nowhere else")
            found = INCLUDE.match(line)
            if not found:
                continue
            ours, theirs = found.groups()
            for pattern in CONFINED:
                if re.fullmatch(pattern, ours or theirs):
                    confined[pattern].setdefault(path, number)
            if ours is None or any(re.fullmatch(pattern, ours) for pattern in CONFINED):
                continue
            if not (root / ours).is_file():
                faults.append(f'{path}:{number}: "{ours}" is no file of ours from the root')
            elif not may_include(path, ours):
                faults.append(f'{path}:{number}: {room_of(path)}/ may not include "{ours}"')
    for pattern, places in confined.items():
        most, folder = CONFINED[pattern]
        where = ", ".join(f"{path}:{number}" for path, number in sorted(places.items()))
        if len(places) > most:
            faults.append(f"{where}: {pattern} is included by {len(places)} files, at most {most} may")
        elif any(not path.startswith(folder) for path in places):
            faults.append(f"{where}: {pattern} belongs to {folder} alone")
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1])
    count = sum(1 for _ in sources(root))
    faults = check(root)
    print("\n".join(faults) if faults else f"{count} files keep to the table")
    if not count:
        print("no source was found")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
