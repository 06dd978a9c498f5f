"""What the tables of MIME ambiguities are made of: inert payloads, encoders, and the base messages that edits bend.

A message is written as text with these signs, and turned into bytes at the end:
  \\n            the line end of the message, CR LF or LF
  \\r            a bare CR; with \\n behind it, CR CR LF in a CRLF message
  \\u240a (LF)   a bare LF
  @B@ @E@ @O@ ...  the fields of Context, such as the boundary, the encoding, and the other encoding
All other characters are bytes (Latin-1).
"""

import base64
import binascii
import dataclasses
import functools
import io
import random
import re
import struct
import zipfile

LF = "\u240a"
CTE = "Content-Transfer-Encoding"
DISPOSITION = 'Content-Disposition: attachment; filename="@N@"'


@dataclasses.dataclass(frozen=True)
class Message:
    name: str
    group: str
    classes: tuple        # finding ids: at least one of them must be reported; empty where the payload is all
    data: bytes
    payload: bytes | None  # must come out byte for byte as some part; None where a class is about names or text only
    names: tuple           # a part must bear one of these names; empty where the class is not about names
    reader: str            # the mail clients that get the payload out


# ---- Payloads: inert, several KB, and of odd length, so that base64 ends in padding.

def _prose(words, seed):
    """Text that does not compress to nothing."""
    pick = random.Random(seed)
    syllables = ["ka", "ri", "mo", "to", "shi", "no", "se", "hu", "ya", "wa"]
    return " ".join("".join(pick.choices(syllables, k=pick.randrange(2, 6))) for _ in range(words))


def _odd(data):
    """Cuts to a length of 3n + 1: base64 of it ends in '=='."""
    return data[:len(data) - (len(data) - 1) % 3]


@functools.cache
def zip_payload():
    """A ZIP with one text file. Its comment makes the length 3n + 1."""
    for fill in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("readme.txt"), _prose(900, 1), compress_type=zipfile.ZIP_DEFLATED)
            archive.comment = b"." * fill
        if len(out.getvalue()) % 3 == 1:
            return out.getvalue()
    raise AssertionError("three lengths in a row, none of them 3n + 1")


@functools.cache
def cfb_payload():
    """A compound file with one stream of text ([MS-CFB]): header, FAT, directory, nine sectors of text."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    text = _prose(700, 2).encode()[:9 * 512].ljust(9 * 512, b".")
    header = (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
              + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
              + struct.pack("<I", free) * 108)
    table = [fat, end, *range(3, 11), end]
    fat_sector = struct.pack("<128I", *table, *[free] * (128 - len(table)))

    def entry(name, kind, child, start, size):
        raw = (name + "\0").encode("utf-16-le") if name else b""
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child) + bytes(36)
                + struct.pack("<IQ", start, size))
    directory = (entry("Root Entry", 5, 1, end, 0) + entry("Inert", 2, free, 2, len(text))
                 + entry("", 0, free, 0, 0) * 2)
    # Bytes behind the last sector belong to no stream; they make the length 3n + 1.
    return _odd(header + fat_sector + directory + text + b"\0\0\0")


@functools.cache
def script_payload():
    """A VBScript that only echoes. The blanks around '=' let a raw '=' stand in quoted-printable ("= ")."""
    lines = ["' inert: prints words, does nothing else", "Option Explicit", "Dim text", "Dim line"]
    for i, word in enumerate(_prose(60, 3).split()):
        lines += [f'text = "{word} {i}"', "line = text & vbTab", "WScript.Echo line"]
    return _odd("\r\n".join([*lines, ""]).encode() + b"''")


PAYLOADS = {
    "zip": (zip_payload, "invoice.zip", "application/zip"),
    "ole": (cfb_payload, "report.doc", "application/msword"),
    "vbs": (script_payload, "notice.vbs", "application/octet-stream"),
}


# ---- Encoders. Each gives text; the lines end in \n, the last one too.

def lines_of(text, width):
    return [text[i:i + width] for i in range(0, len(text), width)]


def base64_of(data, width=76):
    return "\n".join(lines_of(base64.b64encode(data).decode(), width)) + "\n"


def qp_of(data, case="X", raw="", end="=", every=False, width=75):
    """Quoted-printable where each line end is a soft one. `raw`: bytes that stay as they are; `every`: none do."""
    out, line = [], ""
    for i, byte in enumerate(data):
        char = chr(byte)
        plain = 33 <= byte <= 126 and char != "=" and char != "." or byte == 32
        piece = char if plain and not every or char in raw and data[i + 1:i + 2] == b" " else f"={byte:02{case}}"
        if len(line) + len(piece) > width or line and line[-1] == "=" and piece == " " and len(line) + 1 >= width:
            out.append(line + end)
            line = ""
        line += piece
    # A blank at the end of the data would be dropped with the line end.
    return "\n".join([*out, line if not line.endswith(" ") else line[:-1] + "=20"]) + "\n"


def uu_of(data, name, zero="`", begin="begin 644 "):
    """uuencode. Zero is a backtick or a blank; Python's own encoder knows both."""
    lines = [binascii.b2a_uu(data[i:i + 45], backtick=zero == "`").decode().rstrip("\n")
             for i in range(0, len(data), 45)]
    return "\n".join([begin + name, *lines, zero, "end", ""])


def yenc_of(data, name, width=128, part=None):
    """yEnc 1.3: each byte plus 42; NUL, LF, CR and '=' escaped. Dots are left to SMTP's own stuffing."""
    lines, line = [], ""
    for byte in data:
        value = (byte + 42) & 255
        line += "=" + chr((value + 64) & 255) if value in (0, 9, 10, 13, 32, 61) else chr(value)
        if len(line) >= width:
            lines.append(line)
            line = ""
    crc = f"{binascii.crc32(data):08x}"
    head = [f"=ybegin line={width} size={len(data)} name={name}"]
    tail = f"=yend size={len(data)} crc32={crc}"
    if part:
        head = [f"=ybegin part=1 total=1 line={width} size={len(data)} name={name}", f"=ypart begin=1 end={len(data)}"]
        tail = f"=yend size={len(data)} part=1 pcrc32={crc} crc32={crc}"
    return "\n".join([*head, *lines, *([line] if line else []), tail, ""])


def binhex_of(data, name):
    """BinHex 4.0: header, data fork and an empty resource fork, each with its CRC; runs of 0x90 escaped."""
    def with_crc(piece):
        return piece + struct.pack(">H", binascii.crc_hqx(piece + b"\0\0", 0))
    header = bytes([len(name)]) + name.encode() + b"\0" + b"TEXTttxt" + struct.pack(">HII", 0, len(data), 0)
    packed = (with_crc(header) + with_crc(data) + b"\0\0").replace(b"\x90", b"\x90\0")
    alphabet = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr'
    packed += b"\0" * (-len(packed) % 3)
    bits = int.from_bytes(packed, "big")
    count = len(packed) * 8 // 6
    text = ":" + "".join(alphabet[bits >> 6 * (count - 1 - i) & 63] for i in range(count)) + ":"
    return "(This file must be converted with BinHex 4.0)\n\n" + "\n".join(lines_of(text, 64)) + "\n"


# ---- Base messages: named slots in order. An edit replaces some of them.

HEAD = ("From: Partner <partner@example.net>\nTo: user@example.jp\nSubject: documents @X@\n"
        "Date: Mon, 05 Jan 2026 10:00:00 +0900\nMessage-ID: <@X@@example.net>\n")

MIXED = {
    "first": "",
    "head": HEAD,
    "version": "MIME-Version: 1.0\n",
    "mtype": 'Content-Type: multipart/mixed; boundary="@B@"\n',
    "sep": "\n",
    "preamble": "This is a multi-part message in MIME format.\n",
    "open": "--@B@\n",
    "thead": "Content-Type: text/plain; charset=us-ascii\n",
    "tsep": "\n",
    "text": "Please find the document attached.\n",
    "delim": "--@B@\n",
    "pfirst": "",
    "ctype": 'Content-Type: @T@; name="@N@"\n',
    "cte": "Content-Transfer-Encoding: @E@\n",
    "cdisp": DISPOSITION + "\n",
    "psep": "\n",
    "data": "@D@",
    "close": "--@B@--\n",
    "epilogue": "",
}

# One part: what bends the part's header in MIXED bends the header of the message here.
SINGLE = {name: MIXED[name] for name in
          ("first", "head", "version", "pfirst", "ctype", "cte", "cdisp", "psep", "data", "epilogue")}

BASES = {"mixed": MIXED, "single": SINGLE}


@dataclasses.dataclass
class Context:
    """What a row of the tables may refer to."""

    name: str
    encoding: str
    kind: str
    boundary: str
    payload: bytes = b""
    file: str = ""
    type: str = ""

    def __post_init__(self):
        make, self.file, self.type = PAYLOADS[self.kind]
        self.payload = make()

    @property
    def encoded(self):
        return base64_of(self.payload) if self.encoding == "base64" else qp_of(self.payload)

    def fill(self, text):
        """Replaces @B@ and the like."""
        other = "quoted-printable" if self.encoding == "base64" else "base64"
        half = len(self.boundary) // 2
        stem, _, extension = self.file.rpartition(".")
        values = {
            "B": self.boundary, "B1": self.boundary[:half], "B2": self.boundary[half:],
            "E": self.encoding, "E1": self.encoding[:3], "E2": self.encoding[3:], "O": other,
            "EB64": base64.b64encode(self.encoding.encode()).decode(),
            "N": self.file, "STEM": stem, "EXT": extension, "T": self.type, "X": self.name,
        }
        return re.sub(r"@([A-Z][A-Z0-9]*)@", lambda m: self.encoded if m[1] == "D" else values.get(m[1], m[0]), text)


CRLF, UNIX = "\r\n", "\n"
ENCODINGS = ("base64", "quoted-printable")


@dataclasses.dataclass
class Edit:
    """A row: which slots change, which clients read the payload out of the result, what must be reported.

    A slot is text with @...@ signs, or a function of the Context that gives finished text. `whole` gives all of the
    message. Quoted-printable is used with the base "mixed" only: the last line end of a message of one part would be
    a byte of the payload.
    """

    name: str
    classes: tuple
    reader: str
    slots: dict
    bases: tuple = ("mixed",)
    encodings: tuple = ENCODINGS
    ends: tuple = (CRLF, UNIX)
    kinds: tuple = ("zip", "ole", "vbs")
    payload: object = True      # True: the payload of the context; None; or a function of the context
    names: tuple = ()
    boundary: str = ""

    def combinations(self, number):
        """(base, encoding, line end): each encoding, each base and each line end come at least once.

        Messages with LF alone come with one encoding, by turns: those with CR LF have both.
        """
        result = [("mixed" if encoding != "base64" and base == "single" else base, encoding, self.ends[0])
                  for base in self.bases for encoding in self.encodings]
        if len(self.ends) > 1:
            encoding = self.encodings[number % len(self.encodings)]
            result.append((self.bases[-1] if encoding == "base64" else self.bases[0], encoding, self.ends[1]))
        return list(dict.fromkeys(result))


def edit(name, classes, reader, *, bases=("mixed",), encodings=ENCODINGS, ends=(CRLF, UNIX),
         kinds=("zip", "ole", "vbs"), payload=True, names=(), boundary="", **slots):
    """A row of a table. `classes` without the common start "mime.ambiguous." are written as "header.comment"."""
    words = classes.split()
    ids = tuple(w if w.startswith("mime.") else "mime.ambiguous." + w for w in words)
    return Edit(name, ids, reader, slots, bases, encodings, ends, kinds, payload, names, boundary)


def to_bytes(text, end):
    """The signs of the file's head as bytes."""
    return text.replace("\n", end).replace(LF, "\n").encode("latin-1")


def build(group, rows):
    """All messages of a table."""
    for number, row in enumerate(rows):
        for turn, (base, encoding, end) in enumerate(row.combinations(number)):
            kind = row.kinds[(number + turn) % len(row.kinds)]
            short = "b64" if encoding == "base64" else "qp"
            name = f"{row.name}.{base}.{short}.{'crlf' if end == CRLF else 'lf'}.{kind}"
            context = Context(name, encoding, kind, row.boundary or f"Part{number:03}x{turn}0A7B")
            slots = BASES[base] if "whole" not in row.slots else {"whole": ""}
            unknown = set(row.slots) - set(MIXED) - {"whole"}
            assert not unknown, f"{row.name}: no such slots: {unknown}"
            text = "".join(value(context) if callable(value) else context.fill(value)
                           for value in (row.slots.get(slot, default) for slot, default in slots.items()))
            payload = context.payload if row.payload is True else row.payload and row.payload(context)
            yield Message(name, group, row.classes, to_bytes(text, end), payload,
                          tuple(context.fill(n) for n in row.names), row.reader)
