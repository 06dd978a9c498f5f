"""Workbooks of Excel 97 with macros of Excel 4.0, written in other ways: record by record."""

import struct

import cfb
from evasion_base import mutation

BOUND_SHEET, LBL, BOF, EOF, FORMULA = 0x85, 0x18, 0x809, 0x0A, 0x06


def records_of(stream):
    at, out = 0, []
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if not kind and not size:
            break
        out.append((kind, stream[at + 4:at + 4 + size]))
        at += 4 + size
    return out


def stream_of(records):
    """Puts records together; BoundSheet8 learns where its sheet begins."""
    places, at = [], 0
    for kind, data in records:
        if kind == BOF:
            places.append(at)
        at += 4 + len(data)
    places, out = iter(places[1:]), b""
    for kind, data in records:
        if kind == BOUND_SHEET:
            data = struct.pack("<I", next(places)) + data[4:]
        out += struct.pack("<HH", kind, len(data)) + data
    return out.ljust(4096, b"\0")


def book(name):
    """Enters change(records) -> records for books that hold a macro sheet."""
    def enter(function):
        @mutation(name, "Excel 4.0")
        def apply(sample):
            if sample.kind != "cfb":
                return None
            root = cfb.read(sample.data)
            workbook = root.child("Workbook")
            records = records_of(workbook.data) if workbook else []
            if not any(kind == BOUND_SHEET and data[5] == 1 for kind, data in records):
                return None
            workbook.data = stream_of(function(records))
            return sample.with_data(cfb.write(root))
        return function
    return enter


def stated(name, state):
    @book(name)
    def change(records):
        return [(kind, data[:4] + bytes([state]) + data[5:]) if kind == BOUND_SHEET and data[5] == 1 else (kind, data)
                for kind, data in records]
    return change


stated("macro sheet visible", 0)
stated("macro sheet hidden", 1)
stated("macro sheet very hidden", 2)
stated("macro sheet in a state that does not exist", 3)
stated("macro sheet hidden, reserved bits set", 0xFD)
stated("macro sheet very hidden, reserved bits set", 0xFE)


def named(name, text, wide=False, flags=0):
    """The name that starts the macro, spelled out."""
    @book(name)
    def change(records):
        out = []
        for kind, data in records:
            if kind == LBL and struct.unpack_from("<H", data)[0] & 0x20:
                letters = text.encode("utf-16-le" if wide else "latin-1")
                old = struct.unpack_from("<H", data)[0]
                data = (struct.pack("<H", old & ~0x21 | flags) + data[2:3] + bytes([len(text)]) + data[4:14]
                        + bytes([1 if wide else 0]) + letters + data[14 + 1 + data[3]:])
            out.append((kind, data))
        return out
    return change


named("Auto_Open spelled out", "Auto_Open")
named("Auto_Open in mixed case with letters behind", "aUTO_oPEN77x")
named("Auto_Open in UTF-16", "Auto_Open", wide=True)
named("Auto_Open hidden", "auto_open", flags=1)
named("Auto_Open with a character that Excel skips", "Auto\u200b_Open", wide=True)
named("Auto_Close instead", "Auto_Close")
named("Auto_Activate instead", "auto_activate")


@book("sheets of other names")
def sheet_names(records):
    return [(kind, data[:6] + bytes([len(data[8:])]) + b"\0" + bytes(97 + i % 26 for i in range(len(data[8:]))))
            if kind == BOUND_SHEET and not data[7] else (kind, data) for kind, data in records]


@book("records that nobody knows between")
def unknown(records):
    out = []
    for kind, data in records:
        out.append((kind, data))
        if kind in (FORMULA, LBL):
            out.append((0x3FFE, b"INERT SEKISHO TEST"))
    return out


@book("2,000 cells of noise in the first sheet")
def cells(records):
    out, sheets = [], 0
    for kind, data in records:
        out.append((kind, data))
        sheets += kind == BOF
        if kind == BOF and sheets == 2:
            out += [(0x27E, struct.pack("<HHHI", i, 9, 15, i << 2 | 2)) for i in range(2000)]
    return out


@book("formulas of noise before the macro")
def formulas(records):
    out = []
    for kind, data in records:
        if kind == FORMULA:
            for column in (200, 201, 202):
                rgce = b"\x1E\x07\x00\x1E\x08\x00\x03"
                out.append((FORMULA, data[:2] + struct.pack("<HH", column, 15) + bytes(14) + struct.pack("<H", len(rgce)) + rgce))
        out.append((kind, data))
    return out


@book("no cached values")
def uncached(records):
    return [(kind, data) for kind, data in records if kind != 0x207]


@book("end of the last sheet missing")
def endless(records):
    last = max(i for i, (kind, _) in enumerate(records) if kind == EOF)
    return records[:last] + records[last + 1:]


@book("marked as of BIFF5 in the sheets")
def version(records):
    seen, out = 0, []
    for kind, data in records:
        seen += kind == BOF
        out.append((kind, b"\0\x05" + data[2:]) if kind == BOF and seen > 1 else (kind, data))
    return out


@mutation("stream named WORKBOOK", "Excel 4.0")
def stream_name(sample):
    root = cfb.read(sample.data) if sample.kind == "cfb" else None
    if not root or not root.child("Workbook"):
        return None
    root.child("Workbook").name = "WORKBOOK"
    return sample.with_data(cfb.write(root))
