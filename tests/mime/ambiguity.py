#!/usr/bin/env python3
"""Messages that mail clients read in different ways, made from tables of edits: what a scanner must see through.

usage: ambiguity.py DIR     writes DIR/NNNN-name.eml and DIR/manifest.json

Each row of the tables bends one base message in one way, and comes with both encodings, both line ends and several
payloads. All payloads are inert. For each message some real kind of client gets the payload out byte for byte; which,
is the row's `reader`.
"""

import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import ambiguity_boundaries  # noqa: E402
import ambiguity_delimiters  # noqa: E402
import ambiguity_encodings  # noqa: E402
import ambiguity_fields  # noqa: E402
import ambiguity_headers  # noqa: E402
import ambiguity_names  # noqa: E402
import ambiguity_smuggling  # noqa: E402
import ambiguity_types  # noqa: E402
from ambiguity_base import build  # noqa: E402

TABLES = (ambiguity_headers, ambiguity_fields, ambiguity_encodings,
          ambiguity_boundaries, ambiguity_delimiters, ambiguity_names, ambiguity_types, ambiguity_smuggling)


def messages():
    """All messages, group by group; their names are unique."""
    for table in TABLES:
        yield from build(table.GROUP, table.ROWS)


def row_of(message):
    """A message's row in the manifest."""
    return {
        "name": message.name, "group": message.group, "classes": list(message.classes),
        "payload": message.payload and hashlib.sha256(message.payload).hexdigest(),
        "names": list(message.names), "reader": message.reader,
    }


def write(folder):
    """Writes all messages and the manifest; gives the manifest's rows, each with its file."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows, seen = [], set()
    for number, message in enumerate(messages()):
        assert message.name not in seen, f"two messages are called {message.name}"
        seen.add(message.name)
        file = f"{number:04}-{message.name}.eml"
        (folder / file).write_bytes(message.data)
        rows.append({"file": file, **row_of(message)})
    (folder / "manifest.json").write_text(json.dumps(rows, indent=1, ensure_ascii=True) + "\n")
    return rows


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(f"{len(write(sys.argv[1]))} messages")
