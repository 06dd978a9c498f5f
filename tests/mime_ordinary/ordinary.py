#!/usr/bin/python3
"""Ordinary mail, as real programs write it: no part of it may look like an attack.

usage: ordinary.py DIR     writes NAME.eml for each message, and manifest.json

manifest.json: a list of {"file", "program", "attachments": [{"name", "sha256"}], "ambiguous", "findings"}, as Row in make.py.
All names are examples, all hosts end in .example or are documentation addresses, and nothing in the files runs.
"""

import hashlib
import json
import pathlib
import sys

import apple
import bounces
import desktop
import devices
import faults
import japanese
import lists
import make
import mobile
import outlook
import programs
import reports
import security
import texts
import webmail

GROUPS = (outlook, webmail, apple, desktop, bounces, lists, japanese, mobile, security, reports, programs, devices, texts,
          faults)


def messages():
    """All rows, in the order of their groups. Names are unique."""
    names = [row.name for row in make.ROWS]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    return list(make.ROWS)


def write(folder):
    """Writes all messages and the manifest; gives the paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    manifest, paths = [], []
    for row in messages():
        paths.append(folder / f"{row.name}.eml")
        paths[-1].write_bytes(row.data)
        manifest.append({
            "file": paths[-1].name, "program": row.program, "ambiguous": row.ambiguous, "findings": row.findings,
            "attachments": [{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in row.attachments]})
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(sys.argv[1])
