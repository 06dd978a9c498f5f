"""Hostile messages of any length: what an attacker would send to make a reader work more than the length is worth.

A shape is a function of a length in bytes; it gives header fields and a body, made of units that are each as much work.
Each comes twice: as it is, and with an ambiguity in front, so that every further reading, and the search for encoded
data in the raw message, run over it as well.
"""

import dataclasses
import typing

HEAD = b"From: Partner <partner@example.net>\r\nTo: user@example.jp\r\nMIME-Version: 1.0\r\n"
# A bare LF, a line that is no field, and behind the shape's own fields two more types: read as by strict clients, by
# those that end a header early, that skip junk, and that take the second or the last field.
ODD_HEAD = HEAD.replace(b".jp\r\n", b".jp\n") + b"this line is no field\r\nSubject: odd\r\n"
ODD_TAIL = b'Content-Type: multipart/mixed; boundary="second"\r\nContent-Type: text/plain; name="third.txt"\r\n'
KIB = 1 << 10
USUAL = (32 * KIB, 8 * KIB)
HALF = (16 * KIB, 8 * KIB)  # for many parts in little text


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    make: typing.Callable  # bytes -> (fields, body)
    sizes: tuple           # of the shorter message, without and with an ambiguity; the longer one is twice as long
    limits: tuple          # Budget limits that are reached at both lengths, and at both with an ambiguity in front
    per_byte: int          # instructions that are allowed for a byte, beside those for a part

    def size(self, odd):
        return self.sizes[odd]

    def message(self, size, odd):
        fields, body = self.make(size)
        head, tail = (ODD_HEAD, ODD_TAIL) if odd else (HEAD, b"")
        return head + fields + tail + b"\r\n" + body


class Table:
    """The shapes of one file."""

    def __init__(self, sizes=USUAL):
        self.sizes = sizes
        self.rows = []

    def add(self, name, make, sizes=None, limits=(), per_byte=4_000):
        self.rows.append(Shape(name, make, sizes or self.sizes, limits, per_byte))


def fill(unit, size):
    """`unit` again and again; a %d in it counts."""
    if b"%d" not in unit:
        return unit * (size // len(unit) + 1)
    out, length, number = [], 0, 0
    while length < size:
        out.append(unit.replace(b"%d", b"%06d" % number))
        length += len(out[-1])
        number += 1
    return b"".join(out)


def body(type_line, unit, front=b"", end=b""):
    """A shape: one Content-Type line, and a body of units."""
    return lambda size: (type_line, front + fill(unit, size) + end)


def fields(unit, front=b"", end=b"\r\n", text=b"body\r\n"):
    """A shape: units within the header."""
    return lambda size: (front + fill(unit, size) + end, text)


MIXED = b'Content-Type: multipart/mixed; boundary="outer"\r\n'
PLAIN = b"Content-Type: text/plain; charset=us-ascii\r\n"
BASE64 = b"Content-Transfer-Encoding: base64\r\n"
QP = b"Content-Transfer-Encoding: quoted-printable\r\n"
