"""What of the mutations is missed, why, and docs/evasion.md."""

import collections
import dataclasses

import table


@dataclasses.dataclass(frozen=True)
class Missed:
    mutation: str   # its name
    why: str
    form: str = ""  # beginning of the forms' names; empty: all

    def covers(self, form, _group, name):
        return name == self.mutation and form.startswith(self.form)


INERT_PICTURE = "it opens as the picture: what reads these files wants their first bytes at the beginning, or runs them by their name"
OTHER_MODULE = "texts of another module are not put in: each module is read for itself, and what is left is quarantined or weak"
WAVE = "the fixture's script does nothing: what speaks against it is the rule of its wave, which wants UTF-16 and the array's name; " \
       "without the rule it is quarantined as any script"

REASONS = [
    *(Missed("behind a picture", INERT_PICTURE, form) for form in ("Word 2003 XML", "Flat OPC", "Script of 2019-10", "RTF", "VBScript", "Batch")),
    Missed("a string moved into another module", OTHER_MODULE),
    Missed("blanks and tabs around", "a tab behind Shell is not seen as a call", "Word 97-2003, VBA (2018-05)"),
    *(Missed(name, WAVE, "Script of 2019-10") for name in (
        "script in UTF-8", "script in UTF-16, big end first", "a comment of 64 KB before a script", "names of a script renamed",
        "blanks within a script")),
    Missed("targets in percent escapes", "the host's name is escaped whole, and taken for one of the house"),
    Missed("64 KB of other keys before", "a file so long is not told as an internet shortcut", "Internet shortcut"),
    *(Missed(name, "Windows opens it by its name, and runs nothing", "VBScript") for name in (
        "extension .wbk", "extension .dat", "extension .pdf", "no extension")),
    Missed("quotes within words", "quotes within the words of a batch file are not taken out", "Batch"),
]

# Mutations after which an honest macro is none any more.
TWINS = {name: "a macro that runs by itself, starts a program and hides all of its words: no honest one does, whatever the program" for name in (
    "literals cut in single letters, joined by +", "literals as Chr()", "literals as ChrW() of hexadecimal numbers", "literals as Chr() of sums",
    "literals as Chr() of Xor", "literals backwards, by StrReverse", "literals xored, by a function of the module")}


def reason(form, group, name):
    return next((row.why for row in REASONS if row.covers(form, group, name)), "")


HEAD = """<!-- Made by tests/coverage/evasion_test.py, which holds it to what is seen. -->
# Evasion

Each form of [coverage.md](coverage.md) written in other ways, with the shipped settings and rules. `tests/coverage/evasion_*.py` have
the mutations: what the file does stays the same, or Office and Windows would make as much of it. The last columns are of the same mutations of the
honest twin.

| form | mutations | malicious | missed | twin: mutations | suspicious | malicious |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page(reports, missed):
    lines = [HEAD]
    for number, row in enumerate(table.ROWS):
        own = [report for (index, _, _, twin), report in reports.items() if index == number and not twin]
        twins = [report for (index, _, _, twin), report in reports.items() if index == number and twin]
        malicious = sum(report["verdict"] == "malicious" for report in own)
        gone = sum(form == row.form for form, _, _ in missed)
        lines.append(f"| {row.form} | {len(own)} | {malicious} | {gone} | {len(twins)} | "
                     + " | ".join(str(sum(report["verdict"] == verdict for report in twins)) for verdict in ("suspicious", "malicious")) + " |\n")
    groups = collections.defaultdict(dict)
    for (_, group, name, _) in reports:
        groups[group][name] = None
    lines.append("\n## The mutations\n\n")
    for group, names in groups.items():
        lines.append(f"- {group}: " + "; ".join(names) + "\n")
    lines.append("\n## What is missed, and why\n\n")
    lines.append("| form | mutation | verdict | why |\n| --- | --- | --- | --- |\n")
    for (form, group, name), report in missed.items():
        lines.append(f"| {form} | {group}: {name} | {report['verdict']} {report['score']:.1f} | {reason(form, group, name)} |\n")
    lines.append("\n## Twins that are called malicious, and why\n\n| twin | mutation | score | why |\n| --- | --- | --- | --- |\n")
    for (number, group, name, twin), report in reports.items():
        if twin and report["verdict"] == "malicious":
            lines.append(f"| `{table.ROWS[number].twin_name}` | {group}: {name} | {report['score']:.1f} | {TWINS.get(name, '')} |\n")
    return "".join(dict.fromkeys(lines))
