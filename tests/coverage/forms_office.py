"""Fixtures of the less usual programs of Office: Publisher, PowerPoint, and workbooks with macro sheets in XML and binary."""

import struct
import zlib

import benign_macros
import cfb
import evasion_packages
import forms

GUARDED = """Sub Auto_Open()
    ' INERT SEKISHO TEST
    If False Then
        CreateObject("WScr" & "ipt.Shell").Run "power" & "shell -w hidden -e SQBOAEUAUgBUAA==", 0
    End If
End Sub
"""
HONEST = """Sub Embolden()
    ActiveWindow.Selection.TextRange.Font.Bold = True
End Sub
"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MACRO_SHEET = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"


def publisher(source=None):
    """A publication; macros stand in a storage of their own. [MS-PUB] is not published: names as in real files."""
    children = [cfb.Node("Contents", bytes(5000)), cfb.Node("Quill", b"", [cfb.Node("QuillSub", b"", [cfb.Node("CONTENTS", bytes(600))])]),
                cfb.Node("Envelope", bytes(64))]
    if source:
        children.append(cfb.Node("VBA", b"", benign_macros.project_bin(source).children))
    return cfb.write(cfb.Node("Root Entry", b"", children))


def presentation_97(source=None):
    """[MS-PPT] 2.10.35: the project is a compound file, packed, in a record of the document's stream."""
    document = struct.pack("<HHI", 0x000F, 0x03E8, 0)
    if source:
        project = cfb.write(benign_macros.project_bin(source))
        packed = zlib.compress(project)
        document += struct.pack("<HHI", 0x0010, 0x1011, 4 + len(packed)) + struct.pack("<I", len(project)) + packed
    user = struct.pack("<HHIIIIHHBBH", 0, 0x0FF6, 24, 20, 0xE391C05F, 0, 4, 0x03F4, 3, 0, 0) + b"Test" + struct.pack("<I", 8)
    return cfb.write(cfb.Node("Root Entry", b"", [cfb.Node("Current User", user), cfb.Node("PowerPoint Document", document.ljust(5000, b"\0"))]))


def package(main, content_type, parts, relations):
    """A package whose main part has `relations`: (type, target)."""
    def rels(rows):
        items = "".join(f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(rows, 1))
        return f'<?xml version="1.0"?><Relationships xmlns="{forms.PACKAGE_RELATIONS}">{items}</Relationships>'.encode()
    types = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
             'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
             '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
             f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>').encode()
    folder, name = main.rsplit("/", 1)
    return evasion_packages.pack([("[Content_Types].xml", types), ("_rels/.rels", rels([(OFFICE + "/officeDocument", main)])),
                                  (f"{folder}/_rels/{name}.rels", rels(relations)), *parts])


def add_in_of_powerpoint(source):
    text = '<?xml version="1.0"?><p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
    return package("ppt/presentation.xml", "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml",
                   [("ppt/presentation.xml", text.encode()), ("ppt/vbaProject.bin", cfb.write(benign_macros.project_bin(source)))],
                   [("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")])


def macro_book(cells=None):
    """A workbook with a hidden macro sheet in XML, or an ordinary one."""
    main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml" if cells else \
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheets, names = '<sheet name="Figures" sheetId="1" r:id="rId1"/>', ""
    parts = [("xl/worksheets/sheet1.xml", f'<worksheet {space}><sheetData><row r="1"><c r="A1"><v>42</v></c></row></sheetData></worksheet>'.encode())]
    relations = [(OFFICE + "/worksheet", "worksheets/sheet1.xml")]
    if cells:
        sheets += '<sheet name="Mac" sheetId="2" state="veryHidden" r:id="rId2"/>'
        names = '<definedNames><definedName name="_xlnm.Auto_Open" hidden="1">Mac!$A$1</definedName></definedNames>'
        rows = "".join(f'<row r="{i}"><c r="A{i}"><f>{text.replace("&", "&amp;").replace(chr(34), "&quot;")}</f><v>0</v></c></row>'
                       for i, text in enumerate(cells, 1))
        parts.append(("xl/macrosheets/sheet1.xml", '<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" '
                      f"{space}><sheetData>{rows}</sheetData></xm:macrosheet>".encode()))
        relations.append((MACRO_SHEET, "macrosheets/sheet1.xml"))
    book = f'<?xml version="1.0"?><workbook {space} xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{names}</workbook>'
    return package("xl/workbook.xml", main, [("xl/workbook.xml", book.encode()), *parts], relations)


def _brt(kind, data):
    """[MS-XLSB] 2.1.4: numbers of seven bits a byte."""
    out = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    while size >= 0x80:
        out, size = out + bytes([size & 0x7F | 0x80]), size >> 7
    return out + bytes([size]) + data


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _formula(row, tokens):
    """BrtRowHdr and BrtFmlaNum."""
    return _brt(0, struct.pack("<I", row) + bytes(13)) + _brt(9, bytes(18) + struct.pack("<I", len(tokens)) + tokens + bytes(4))


def _text(text):
    return b"\x17" + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def binary_book(command=None):
    """.xlsb: the macro sheet halts before it would start `command`, which stands in two pieces."""
    main = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    bundle = _brt(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Figures"))
    sheet = _brt(0, bytes(17)) + _brt(5, bytes(8) + struct.pack("<d", 42))
    parts, relations, rest = [("xl/worksheets/sheet1.bin", sheet)], [(OFFICE + "/worksheet", "worksheets/sheet1.bin")], b""
    if command:
        bundle += _brt(156, struct.pack("<II", 2, 2) + _wide("rId2") + _wide("Mac"))
        target = b"\x3A" + struct.pack("<HIH", 1, 0, 0)
        name = struct.pack("<IBI", 0x21, 0, 0xFFFFFFFF) + _wide("_xlnm.Auto_Open") + struct.pack("<I", len(target)) + target + bytes(4)
        rest = _brt(357, b"") + _brt(362, struct.pack("<IIIIIII", 2, 0, 0, 0, 0, 1, 1)) + _brt(39, name)
        half = len(command) // 2
        run = _text(command[:half]) + _text(command[half:]) + b"\x08" + b"\x42\x01\x6E\x00"
        parts.append(("xl/macrosheets/sheet1.bin", _formula(0, b"\x42\x00\x36\x00") + _formula(1, run)))
        relations.append((MACRO_SHEET, "macrosheets/sheet1.bin"))
    return package("xl/workbook.bin", main, [("xl/workbook.bin", bundle + rest), *parts], relations)
