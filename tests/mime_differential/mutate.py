"""Mails bent at random, mostly in their structure: the same mail for the same fixtures, seed and number, on every machine.

A fixture more or less changes only the mutations that are made of it.
"""

import bisect
import functools
import hashlib
import random
import re

FIELD = re.compile(rb"^(content-[a-z-]+|mime-version)[ \t]*:", re.I)
DELIMITER = re.compile(rb"^--[^\s-]")
BOUNDARY = re.compile(rb'(boundary\s*=\s*"?)([^";\r\n]+)', re.I)
PARAMETER = re.compile(rb";\s*[a-z-]+\*?[0-9]*\*?\s*=\s*(\"[^\"]*\"|[^;\s]+)", re.I)
BASE64 = re.compile(rb"^[A-Za-z0-9+/]{16,}={0,2}\r?\n?$")

ENDS = (b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"")
SPECIAL = b"\"\\;=,()<>:\t\r\n\0 -/?*'%"
ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode", b'"base64"', b"base64, 7bit", b"base-64",
             b"BASE64", b"(c) base64", b"base64;", b"quoted-printable base64", b"x-unknown", b"")
TYPES = (b"text/plain", b"text/html", b"application/octet-stream", b"message/rfc822", b'multipart/mixed; boundary="b"',
         b"multipart/alternative", b"multipart/x-odd", b"text", b"image/png", b"application/zip; name=a.zip", b"")
EXTRA = (b" (comment)", b"; x=y", b";", b" ", b"\t", b'"', b"\0", b", text/plain", b"\r\n ", b"\r\n\t\r\n ", b"=?utf-8?Q?x?=",
         b'; boundary="b"', b"; name*0=a; name*1=b", b"(", b"\\")


def split(data):
    """Lines with their ends; LF ends a line."""
    return data.splitlines(keepends=True) if b"\r" not in data.replace(b"\r\n", b"") else re.findall(rb"[^\n]*\n|[^\n]+", data)


class Bend:
    """One mail under way: its lines, and the edits that there are. Each edit leaves `lines` changed, or as they were."""

    def __init__(self, data, others, chance):
        self.lines, self.others, self.chance = split(data), others, chance

    # Edits of bytes and lines, whatever they are.

    def flip(self):
        for _ in range(self.chance.randint(1, 4)):
            at = self.any_line()
            line = bytearray(self.lines[at])
            where = self.chance.randrange(len(line))
            line[where] = self.chance.choice(SPECIAL) if self.chance.random() < 0.5 else line[where] ^ 1 << self.chance.randrange(8)
            self.lines[at] = bytes(line)

    def delete_lines(self):
        at = self.any_line()
        del self.lines[at:at + self.chance.choice((1, 1, 1, 2, 3, 8))]

    def repeat_lines(self):
        at, to, count = self.any_line(), self.any_line(), self.chance.choice((1, 1, 2, 5))
        self.lines[to:to] = self.lines[at:at + count]

    def swap_lines(self):
        one, other = self.any_line(), self.any_line()
        if self.chance.random() < 0.5:
            other = min(one + 1, len(self.lines) - 1)
        self.lines[one], self.lines[other] = self.lines[other], self.lines[one]

    def cut(self):
        data = b"".join(self.lines)
        at = self.chance.randrange(len(data))
        self.lines = split(data[:at] if self.chance.random() < 0.8 else data[at:])

    def line_ends(self):
        way = self.chance.randrange(4)
        if way == 0:
            self.lines = [line.replace(b"\r\n", b"\n") for line in self.lines]
        elif way == 1:
            self.lines = [line.replace(b"\r\n", b"\n") if self.chance.random() < 0.2 else line for line in self.lines]
        else:
            at = self.some_line(lambda line: FIELD.match(line) or DELIMITER.match(line) or not line.strip())
            self.lines[at] = self.lines[at].rstrip(b"\r\n") + self.chance.choice(ENDS)

    # Edits of header fields.

    def field_value(self):
        at = self.some_line(FIELD.match)
        name, colon, _ = self.lines[at].partition(b":")
        if colon:
            values = ENCODINGS if name.strip().lower().endswith(b"encoding") else TYPES
            self.lines[at] = name + b": " + self.chance.choice(values) + b"\r\n"

    def field_twice(self):
        at = self.some_line(FIELD.match)
        line = self.lines[at]
        name = line.partition(b":")[0]
        values = ENCODINGS if name.strip().lower().endswith(b"encoding") else TYPES
        new = line if self.chance.random() < 0.3 else name + b": " + self.chance.choice(values) + b"\r\n"
        self.lines.insert(at + self.chance.randint(0, 1), new)

    def field_extra(self):
        at = self.some_line(FIELD.match)
        line = self.lines[at]
        body = line.rstrip(b"\r\n")
        where = len(body) if self.chance.random() < 0.5 else self.chance.randrange(len(body) + 1)
        self.lines[at] = body[:where] + self.chance.choice(EXTRA) + body[where:] + line[len(body):]

    def field_name(self):
        at = self.some_line(FIELD.match)
        line, kind = self.lines[at], self.chance.randrange(5)
        name, _, value = line.partition(b":")
        where = self.chance.randrange(len(name) + 1)
        self.lines[at] = (name[:where] + name[where + 1:] + b":" + value, b" " + line, name + b" :" + value,
                          name.swapcase() + b":" + value, name[:where] + b"\0" + name[where:] + b":" + value)[kind]

    def parameter(self):
        at = self.some_line(PARAMETER.search)
        line = self.lines[at]
        found = PARAMETER.search(line)
        if found:
            new = self.chance.choice((b"", found[0].replace(b'"', b""), found[0] + found[0].replace(b"=", b'="x', 1),
                                      found[0].replace(b"=", b" = ", 1), found[0].replace(b"=", b"*=utf-8''", 1)))
            self.lines[at] = line[:found.start()] + new + line[found.end():]

    def blank_line(self):
        blank = [at for at, line in enumerate(self.lines) if not line.strip()]
        if blank and self.chance.random() < 0.4:
            self.lines[self.chance.choice(blank)] = self.chance.choice((b"", b" \r\n", b"\r\n\r\n", b"\t\r\n", b"\r", b"x\r\n"))
        else:
            self.lines.insert(self.some_line(FIELD.match) + self.chance.randint(0, 1), b"\r\n")

    # Edits of boundaries and of what stands between them.

    def delimiter(self):
        at = self.some_line(DELIMITER.match)
        line = self.lines[at]
        body = line.rstrip(b"\r\n")
        end = line[len(body):]
        self.lines[at] = self.chance.choice((b"", line + line, body + b"--" + end, body.removesuffix(b"--") + end, b" " + line,
                                             body + b"  " + end, body + b"x" + end, body[:-1] + end, body.swapcase() + end,
                                             body + b" text" + end, b"\r\n" + line, b"-" + line))

    def declaration(self):
        at = self.some_line(BOUNDARY.search)
        line, found = self.lines[at], BOUNDARY.search(self.lines[at])
        if found:
            name = found[2]
            other = BOUNDARY.search(self.lines[self.some_line(BOUNDARY.search)])
            self.lines[at] = line[:found.start(2)] + self.chance.choice((
                name[:-1], name + b"x", name + b" ", b" " + name, name.swapcase(), b"", other[2] if other else b"b",
                name[:len(name) // 2], name + b"\\", name.replace(b"=", b"=3D"))) + line[found.end():]

    def splice(self):
        """A part of another mail, or of this one, behind one of our delimiters."""
        others = split(self.others.pick(self.chance)[1]) if self.chance.random() < 0.7 else self.lines
        marks = [at for at, line in enumerate(others) if DELIMITER.match(line)]
        if marks:
            index = self.chance.randrange(len(marks))
            end = marks[index + 1] if index + 1 < len(marks) else len(others)
            piece = others[marks[index] + self.chance.randint(0, 1):end]
            at = self.some_line(DELIMITER.match)
            self.lines[at:at] = [self.lines[at], *piece] if self.chance.random() < 0.5 else piece

    def base64(self):
        at = self.some_line(BASE64.match)
        line = self.lines[at]
        body = line.rstrip(b"\r\n")
        where = self.chance.randrange(len(body) + 1)
        before, behind = body[:where], body[where:]
        garbage = self.chance.choice((b"!", b"-", b"_", b" ", b"\0", b"\xa0"))
        new = self.chance.choice((before + b"=" + behind, before + b"==" + behind, before + b"\r\n" + behind,
                                  before + garbage + behind, body.rstrip(b"="), body[:-1], body + b"="))
        self.lines[at] = new + line[len(body):]

    # Each with its weight: what changes the structure comes more often than what changes a byte.
    EDITS = ((flip, 3), (delete_lines, 2), (repeat_lines, 2), (swap_lines, 2), (cut, 1), (line_ends, 3), (field_value, 3),
             (field_twice, 4), (field_extra, 5), (field_name, 3), (parameter, 3), (blank_line, 3), (delimiter, 5),
             (declaration, 4), (splice, 4), (base64, 3))

    # Which line.

    def any_line(self):
        return self.chance.randrange(len(self.lines))

    def some_line(self, wanted):
        """A line of the wanted kind, or any line where there is none."""
        found = [at for at, line in enumerate(self.lines) if wanted(line)]
        return self.chance.choice(found) if found else self.any_line()


# How often a mail of a folder is bent: the ordinary ones have more shapes, those of tests/mime are bent already.
SHARES = {"mime_ordinary": 5, "mime": 4, "handwritten": 1, "fixtures": 1}


class Ring:
    """Mails, to be picked at random by the hashes of their names: each stands at some points of a ring (consistent hashing),
    and the first one behind a random point is picked. Where a list were picked from, a new row would change every pick."""

    POINTS = 32  # for each mail; few give some mails a much larger share than others

    def __init__(self, bases):
        # The number in front of a name is the row's place in its table.
        points = [(hashlib.sha256(f"{name.split('/')[0]}/{name.split('/')[1].lstrip('0123456789-')}#{k}".encode()).digest(), name, data)
                  for name, data in bases for k in range(self.POINTS)]
        self.mails = sorted(points)
        self.hashes = [point[0] for point in self.mails]

    def pick(self, chance):
        """(name, mail)"""
        return self.mails[bisect.bisect(self.hashes, chance.randbytes(32)) % len(self.mails)][1:]


LONG = 40_000


class Bases:
    """The fixtures: [(folder/name, bytes), ...]."""

    def __init__(self, fixtures):
        self.all = list(fixtures)

    @functools.cached_property
    def rings(self):
        folders = {}
        for name, data in self.all:
            # Time goes with size: a long mail says nothing more when it is bent.
            if len(data) < LONG:
                folders.setdefault(name.split("/")[0], []).append((name, data))
        return {folder: Ring(mails) for folder, mails in folders.items()}

    def pick(self, chance):
        folder = chance.choices(list(SHARES), SHARES.values())[0]
        return self.rings[folder].pick(chance)


def mutation(bases, seed, number):
    """(mail, what was done) number `number` of a seed."""
    chance = random.Random(f"{seed}/{number}")
    name, data = bases.pick(chance)
    bend, done = Bend(data, bases, chance), [name]
    edits, weights = zip(*Bend.EDITS)
    for edit in chance.choices(edits, weights, k=chance.choice((1, 1, 1, 2, 2, 3, 4))):
        if not any(bend.lines):
            break
        bend.lines = [line for line in bend.lines if line]
        edit(bend)
        done.append(edit.__name__)
    return b"".join(bend.lines), " ".join(done)
