"""Contents of attachments: small files of the kinds that people send. All inert, and the same on each run."""

import gzip as _gzip
import io
import random
import struct
import zipfile
import zlib


def noise(size, seed):
    return random.Random(seed).randbytes(size)


def gif(seed=1):
    """A GIF of 16 by 16 pixels, as decorations of mobile mail are."""
    pixels = noise(60, seed)
    return (b"GIF89a" + struct.pack("<HHBBB", 16, 16, 0x80, 0, 0) + b"\xff\xff\xff\0\0\0" +
            b"\x2c" + struct.pack("<HHHHB", 0, 0, 16, 16, 0) + b"\x02" + bytes([len(pixels)]) + pixels + b"\0;")


def png(seed=1, side=12):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + noise(side * 3, seed * 1000 + row) for row in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def jpeg(seed=1, size=700):
    """The frame of a JFIF file around noise that holds no marker."""
    scan = noise(size, seed).replace(b"\xff", b"\xfe")
    return (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xdb\0\x43\0" + bytes(range(1, 65)) +
            b"\xff\xda\0\x08\1\1\0\0\x3f\0" + scan + b"\xff\xd9")


def tiff(seed=1, size=600):
    return b"II*\0" + struct.pack("<I", 8 + size) + noise(size, seed) + struct.pack("<HI", 0, 0)


def wav(seed=1, size=400):
    data = noise(size, seed)
    return (b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 7, 1, 8000, 8000, 1, 8) +
            b"data" + struct.pack("<I", size) + data)


def pdf(title="Invoice"):
    """One page with one line of text; offsets and all."""
    stream = f"BT /F1 18 Tf 72 720 Td ({title}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
               b"/Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (out + b"xref\n0 6\n0000000000 65535 f \n" + table +
            b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out))


def zipped(*members):
    """A ZIP of (name, bytes), with one date for all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 14, 9, 0, 0)), data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gzipped(data, name):
    out = io.BytesIO()
    with _gzip.GzipFile(name, "wb", mtime=1715645553, fileobj=out) as file:
        file.write(data)
    return out.getvalue()


def _ooxml(kind, main, body):
    types = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
             '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
             '<Default Extension="xml" ContentType="application/xml"/>'
             f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
             '</Types>')
    links = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
             '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
             'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
             f'Target="{main}"/></Relationships>')
    return zipped(("[Content_Types].xml", types), ("_rels/.rels", links), (main, body))


def docx(words="Minutes"):
    return _ooxml("wordprocessingml.document", "word/document.xml",
                  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="http://schemas.openxml'
                  f'formats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body>'
                  '</w:document>')


def xlsx(words="Figures"):
    return _ooxml("spreadsheetml.sheet", "xl/workbook.xml",
                  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<workbook xmlns="http://schemas.openxml'
                  f'formats.org/spreadsheetml/2006/main"><sheets><sheet name="{words}" sheetId="1"/></sheets></workbook>')


def csv(charset="cp932", end="\r\n"):
    rows = [("日付", "品名", "数量"), ("2024/05/14", "表計算ソフト", "3"), ("2024/05/15", "申請書", "12")]
    return "".join(",".join(row) + end for row in rows).encode(charset)


def ics(method="REQUEST"):
    return ("BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\n"
            f"METHOD:{method}\r\nBEGIN:VEVENT\r\nUID:040000008200E00074C5B7101A82E00800000000\r\n"
            "DTSTAMP:20240514T001233Z\r\nDTSTART:20240520T010000Z\r\nDTEND:20240520T020000Z\r\n"
            "ORGANIZER;CN=\"Hanako Sato\":mailto:hanako@example.jp\r\nSUMMARY:Weekly meeting\r\nLOCATION:Room 3\r\n"
            "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n").encode()


def vcard():
    return (b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Sato;Hanako\r\nFN:Hanako Sato\r\nORG:Example K.K.\r\n"
            b"TEL;WORK;VOICE:+81-3-0000-0000\r\nEMAIL;PREF;INTERNET:hanako@example.jp\r\nEND:VCARD\r\n")
