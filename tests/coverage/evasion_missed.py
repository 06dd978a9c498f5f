"""What of the mutations is missed, why, and docs/evasion.md."""

import collections
import dataclasses

import table


@dataclasses.dataclass(frozen=True)
class Missed:
    mutation: str   # its name
    why: str
    form: str = ""  # beginning of the forms' names; empty: all

    def covers(self, form, name):
        return name == self.mutation and form.startswith(self.form)


PICTURE = "it opens as the picture: what reads these files wants their first bytes at the beginning, or stops at what it cannot read"
NAME = "Windows opens it by its name, and runs nothing"
WAVE = "the fixture's script does nothing: what speaks against it is the rule of its wave, which wants UTF-16 and the array's name; " \
       "without the rule it is quarantined as any script"
COMPILED = "what the macro would do stands in its compiled code alone, and that is gone or no code any more"
HIDDEN = "a macro that runs by itself, starts a program and hides all of its words: no honest one does, whatever the program"
NO_TEXT = "what holds zeros or noise is no text to us, and is not looked through for formulas: a weakness"
PASSWORD = "the password stood in the file's name, or is not tried among so many other words: it is told that nobody looked into it"

REASONS = [
    Missed("behind a picture", PICTURE),
    *(Missed(name, WAVE, "Script of 2019-10") for name in (
        "script in UTF-8", "script in UTF-16, big end first", "a comment of 64 KB before a script", "names of a script renamed",
        "blanks within a script")),
    *(Missed(name, NAME, form) for name in ("extension .wbk", "extension .dat", "extension .pdf", "no extension")
      for form in ("VBScript", "Web query", "Settings", "Library", "PowerShell", "CSV", "Search connector", "Saved search", "Remote desktop", "Theme",
                   "Console", "Java from")),
    *(Missed(name, NO_TEXT, "CSV") for name in (
        "256 KB of zeros behind", "64 KB of noise behind", "another file behind: a picture", "ZIP that folds 50 MB of zeros behind the file")),
    Missed("two names", "under the other name it opens in another program than Excel", "CSV"),
    Missed("no class of the root", "Windows Installer knows its packages by this class; the program in it is quarantined", "Installer"),
    Missed("names of parts with backslashes", "Java finds no META-INF/MANIFEST.MF there; the classes are quarantined", "Java archive"),
    *(Missed(name, "Java looks for the directory of the archive in its last 64 KB; the classes are quarantined", "Java archive") for name in (
        "256 KB of zeros behind", "ZIP that folds 50 MB of zeros behind the file")),
    Missed("script by a link", "what the script does lies in a data: URL, and a script alone is weak", "SVG"),
    *(Missed(name, COMPILED, "Word 97-2003, VBA, stomped") for name in (
        "purged: no compiled code before the source", "64 KB of compiled code before the source", "compiled code that looks like a source",
        "no dir stream")),
    *(Missed(name, PASSWORD, "Word, locked") for name in (
        "name in Japanese", "ZIP with 200 other files", "two names", "uuencoded in the text")),
]

# Mutations after which an honest file is none any more.
TWINS = [
    *(Missed(name, HIDDEN) for name in (
        "literals cut in single letters, joined by +", "literals as Chr()", "literals as ChrW() of hexadecimal numbers",
        "literals as Chr() of sums", "literals as Chr() of Xor", "literals backwards, by StrReverse",
        "literals xored, by a function of the module")),
    Missed("extension turned by a right-to-left mark", "a name that shows another kind, on a picture with a script", "SVG"),
    Missed("targets behind mhtml:", "no program writes such a link; it is how CVE-2021-40444 fetched its page", "Word, object"),
    Missed("script in onload", "the mutation has the picture lead elsewhere", "SVG"),
    Missed("extension turned by a right-to-left mark", "a name that shows another kind, on a document whose lock opens by itself", "Excel, opened"),
]


def reason(form, name):
    return next((row.why for row in REASONS if row.covers(form, name)), "")


def twin_reason(form, name):
    return next((row.why for row in TWINS if row.covers(form, name)), "")


HEAD = """<!-- Made by tests/coverage/evasion_test.py, which holds it to what is seen. -->
# Evasion

Each form of [coverage.md](coverage.md) written in other ways, with the shipped settings and rules. `tests/coverage/evasion_*.py` have
the mutations: what the file does stays the same, or Office and Windows would make as much of it. "As bad" is what gets the form's own
verdict, which is malicious but for a few; the last columns are of the same mutations of the honest twin. Forms that are others
in a wrapper (programs in archives, the document of 300 MB) are not mutated once more.

| form | mutations | as bad | missed | twin: mutations | suspicious | malicious |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page(reports, missed):
    lines = [HEAD]
    for number, row in enumerate(table.ROWS):
        if not row.mutated:
            continue
        own = [report for (index, _, _, twin), report in reports.items() if index == number and not twin]
        twins = [report for (index, _, _, twin), report in reports.items() if index == number and twin]
        gone = sum(form == row.form for form, _, _ in missed)
        lines.append(f"| {row.form} | {len(own)} | {len(own) - gone} | {gone} | {len(twins)} | "
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
        lines.append(f"| {form} | {group}: {name} | {report['verdict']} {report['score']:.1f} | {reason(form, name)} |\n")
    lines.append("\n## Twins that are called malicious, and why\n\n| twin | mutation | score | why |\n| --- | --- | --- | --- |\n")
    for (number, group, name, twin), report in reports.items():
        if twin and report["verdict"] == "malicious":
            lines.append(f"| `{table.ROWS[number].twin_name}` | {group}: {name} | {report['score']:.1f} | {twin_reason(table.ROWS[number].form, name)} |\n")
    return "".join(dict.fromkeys(lines))
