"""Pieces of mail as text, and the list of messages that they are put into.

Nothing here is Python's `email`: what a program really writes is the point, down to its folds and the case of its fields.
Header text stands in triple quotes with plain line ends; bodies are bytes with CR LF.
"""

import base64 as _base64
import dataclasses
import quopri
import textwrap

CRLF = b"\r\n"


@dataclasses.dataclass(frozen=True)
class Row:
    """One message, and what a scanner has to make of it."""

    name: str           # file name without .eml
    program: str        # what writes such mail, or which honest fault it shows
    data: bytes
    attachments: tuple  # of (name, bytes): each must come out with these bytes. The name "" is not checked
    ambiguous: str      # why parts may carry the flag `ambiguous`; empty: none may
    findings: tuple     # "mime.ambiguous.*" ids that may have their weight here beyond the common bound


ROWS = []


def mail(program, ambiguous="", findings=()):
    """Enters a function into the list. It returns the message, or (message, [(name, bytes), ...])."""
    def enter(function):
        made = function()
        data, attachments = made if isinstance(made, tuple) else (made, [])
        name = function.__name__.replace("_", "-")
        ROWS.append(Row(name, program, data, tuple(attachments), ambiguous, tuple(findings)))
        return function
    return enter


def text(words, charset="ascii"):
    """A body of triple-quoted text: dedented, without the first line break, CR LF at each end of line."""
    return textwrap.dedent(words).removeprefix("\n").replace("\n", "\r\n").encode(charset)


def header(pieces, charset="utf-8"):
    """A header block with its blank line, of one piece of text or several.

    A piece that begins with a line break is a block in triple quotes, and is dedented; others stand as they are. Blank
    lines of the source are left out, so that pieces can be joined.
    """
    pieces = (pieces,) if isinstance(pieces, str) else pieces
    whole = "".join(textwrap.dedent(piece) if piece.startswith("\n") else piece for piece in pieces)
    lines = [line for line in whole.split("\n") if line.strip()]
    return "".join(line + "\r\n" for line in lines).encode(charset) + CRLF


def entity(head, body=b"", charset="utf-8"):
    """Header and body. `head` may be bytes, where it is no text, or several pieces."""
    if isinstance(body, str):
        body = text(body, charset)
    return (head if isinstance(head, bytes) else header(head, charset)) + body


def multipart(boundary, *parts, preamble=b"", epilogue=b"", close=True):
    """The body of a multipart. `preamble` ends in its own line break; what follows the last delimiter is `epilogue`."""
    line = b"--" + boundary.encode()
    out = preamble
    for part in parts:
        out += line + CRLF + part + CRLF
    return out + (line + b"--" + CRLF + epilogue if close else b"")


def base64(data, width=76, end=CRLF):
    """Lines of `width` characters, each with its line end; 0: one line of any length."""
    packed = _base64.b64encode(data)
    width = width or max(len(packed), 1)
    return b"".join(packed[at:at + width] + end for at in range(0, len(packed), width))


def quoted(words, charset="utf-8"):
    """Quoted-printable; `words` may be bytes."""
    data = text(words, charset) if isinstance(words, str) else words
    return quopri.encodestring(data.replace(CRLF, b"\n"), quotetabs=False).replace(b"\n", CRLF)


def word(words, charset="utf-8", kind="B"):
    """One RFC 2047 word, of whatever length."""
    data = words.encode(charset)
    if kind == "B":
        return f"=?{charset}?B?{_base64.b64encode(data).decode()}?="
    safe = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
    return f"=?{charset}?Q?{''.join(chr(b) if b in safe else '_' if b == 32 else f'={b:02X}' for b in data)}?="


def folded_words(long, charset="utf-8", kind="B", step=10, fold="\n "):
    """Several words, each of `step` characters, folded as most programs do."""
    return fold.join(word(long[at:at + step], charset, kind) for at in range(0, len(long), step))


def percent(name, charset="utf-8"):
    """The percent form of RFC 2231."""
    return "".join(chr(b) if chr(b).isalnum() and b < 128 or b in b"-._" else f"%{b:02X}" for b in name.encode(charset))


def continued(parameter, name, charset="utf-8", width=50):
    """RFC 2231 continuations of a parameter, each on a line of its own that begins with a blank."""
    raw, lines = percent(name, charset), []
    value = f"{charset}''{raw}"
    while value:
        cut = min(width, len(value))
        # An escape is not cut in two.
        cut -= next((back for back in (1, 2) if len(value) > cut and value[cut - back] == "%"), 0)
        lines.append(f" {parameter}*{len(lines)}*={value[:cut]}")
        value = value[cut:]
    return ";\n".join(lines)


def top(subject="Minutes of Tuesday", sender="Hanako Sato <hanako@example.jp>", to="Taro Suzuki <taro@example.com>",
        date="Tue, 14 May 2024 09:12:33 +0900", message_id="20240514001233.0A1B2C3D@mail.example.jp"):
    """The five fields that most mail begins with. None leaves a field out."""
    fields = (("From", sender), ("To", to), ("Subject", subject), ("Date", date),
              ("Message-ID", message_id and f"<{message_id}>"))
    return "".join(f"{name}: {value}\n" for name, value in fields if value is not None)


def lf(data):
    """As it lies in a maildir."""
    return data.replace(CRLF, b"\n")
