"""Apple Mail and its forerunners on the Macintosh."""

import binascii
import struct
import unicodedata

import files
from make import CRLF, base64, entity, mail, multipart, quoted, text, top

VERSION = "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))\n"
PLAIN = entity("""
    Content-Transfer-Encoding: 7bit
    Content-Type: text/plain;
    \tcharset=us-ascii
    """, "Hello,\n\nthe pages:\n\n")


def apple_file(name, data, version=0x00020000):
    """AppleSingle or AppleDouble (RFC 1740): the real name and the Finder's information."""
    entries = [(3, name.encode("mac_roman")), (9, b"TEXTttxt" + bytes(24)), (2, data)]
    out, at = struct.pack(">II16xH", 0x00051607, version, len(entries)), 26 + 12 * len(entries)
    for kind, body in entries:
        out += struct.pack(">III", kind, at, len(body))
        at += len(body)
    return out + b"".join(body for _, body in entries)


@mail("Apple Mail: mixed within alternative, a PDF inline between two pieces of HTML")
def apple_inline_pdf():
    paper = files.pdf("Page")
    mixed = entity('Content-Type: multipart/mixed;\n\tboundary="Apple-Mail=_5F0E1D2C-3B4A-4958-8677-BBBBBBBBBBBB"\n',
                   b"\r\n\r\n" + multipart("Apple-Mail=_5F0E1D2C-3B4A-4958-8677-BBBBBBBBBBBB", entity("""
        Content-Transfer-Encoding: 7bit
        Content-Type: text/html;
        \tcharset=us-ascii
        """, '<html><head></head><body>Hello,<div>the pages:</div></body></html>\n'), entity("""
        Content-Disposition: inline;
        \tfilename="Page 1.pdf"
        Content-Type: application/pdf;
        \tx-unix-mode=0644;
        \tname="Page 1.pdf"
        Content-Transfer-Encoding: base64
        """, base64(paper)), entity("""
        Content-Transfer-Encoding: 7bit
        Content-Type: text/html;
        \tcharset=us-ascii
        """, "<html><body><br></body></html>\n")))
    return entity((top("Pages"), 'Content-Type: multipart/alternative;\n'
                  '\tboundary="Apple-Mail=_5F0E1D2C-3B4A-4958-8677-AAAAAAAAAAAA"\n', VERSION, "X-Mailer: Apple Mail (2.3774.600.62)\n"),
                  b"\r\n\r\n" + multipart("Apple-Mail=_5F0E1D2C-3B4A-4958-8677-AAAAAAAAAAAA", PLAIN, mixed)
                  ), [("Page 1.pdf", paper)]


@mail("Apple Mail: related within alternative, a picture with an x-apple-part-url")
def apple_related():
    picture = files.png(11)
    related = entity("""
        Content-Type: multipart/related;
        \ttype="text/html";
        \tboundary="Apple-Mail=_11111111-2222-4333-8444-555555555555"
        """, b"\r\n\r\n" + multipart("Apple-Mail=_11111111-2222-4333-8444-555555555555", entity("""
        Content-Transfer-Encoding: quoted-printable
        Content-Type: text/html;
        \tcharset=utf-8
        """, quoted('<html><body>地図です。<img src="cid:3E2D@local"></body></html>\n')), entity("""
        Content-Transfer-Encoding: base64
        Content-Disposition: inline;
        \tfilename=map.png
        Content-Type: image/png;
        \tx-apple-part-url="3E2D@local";
        \tx-unix-mode=0666;
        \tname="map.png"
        Content-Id: <3E2D@local>
        """, base64(picture))))
    return entity((top("Map"), 'Content-Type: multipart/alternative;\n'
                  '\tboundary="Apple-Mail=_00000000-2222-4333-8444-555555555555"\n', VERSION),
                  b"\r\n\r\n" + multipart("Apple-Mail=_00000000-2222-4333-8444-555555555555", entity("""
        Content-Transfer-Encoding: quoted-printable
        Content-Type: text/plain;
        \tcharset=utf-8
        """, quoted("地図です。\n")), related)), [("map.png", picture)]


@mail("Apple Mail: a Japanese name as RFC 2231 without its charset's language, its kana decomposed as HFS+ has them")
def apple_japanese_name():
    paper = files.pdf("Guide")
    # HFS+ and the Finder write voiced kana as two characters.
    decomposed = unicodedata.normalize("NFD", "ガイド.pdf")
    return entity((top("Guide"), 'Content-Type: multipart/mixed;\n'
                  '\tboundary="Apple-Mail=_77777777-2222-4333-8444-555555555555"\n', VERSION),
                  b"\r\n\r\n" + multipart("Apple-Mail=_77777777-2222-4333-8444-555555555555", entity((
                      "Content-Disposition: attachment;\n"
                      "\tfilename*=utf-8''%E3%82%AB%E3%82%99%E3%82%A4%E3%83%88%E3%82%99.pdf\n"
                      'Content-Type: application/pdf;\n'
                      '\tname="=?utf-8?B?44Kr44KZ44Kk44OI44KZLnBkZg==?="\nContent-Transfer-Encoding: base64\n'),
                      base64(paper)), PLAIN, b"\r\n")), [(decomposed, paper)]


@mail("Apple Mail 2: numbered boundaries, an appledouble pair for one file")
def apple_double():
    picture, fork = files.jpeg(12), apple_file("Photo 1.jpg", b"", 0x00020000)
    pair = entity('Content-Type: multipart/appledouble;\n\tboundary=Apple-Mail-2--345678901\n'
                  'Content-Disposition: attachment\n', b"\r\n\r\n" + multipart("Apple-Mail-2--345678901", entity("""
        Content-Transfer-Encoding: base64
        Content-Type: application/applefile;
        \tname="Photo 1.jpg"
        Content-Disposition: attachment;
        \tfilename="Photo 1.jpg"
        """, base64(fork)), entity("""
        Content-Transfer-Encoding: base64
        Content-Type: image/jpeg;
        \tx-mac-type=4A504547;
        \tx-unix-mode=0644;
        \tname="Photo 1.jpg"
        Content-Disposition: attachment;
        \tfilename="Photo 1.jpg"
        """, base64(picture))))
    return entity((top("Photo"), 'Mime-Version: 1.0 (Apple Message framework v752.2)\nContent-Type: multipart/mixed;\n'
                  '\tboundary=Apple-Mail-1--345678912\nX-Mailer: Apple Mail (2.752.2)\n'),
                  b"\r\n\r\n" + multipart("Apple-Mail-1--345678912", entity("""
        Content-Transfer-Encoding: 7bit
        Content-Type: text/plain;
        \tcharset=US-ASCII;
        \tdelsp=yes;
        \tformat=flowed
        """, "the photo \n"), pair)), [("Photo 1.jpg", picture), ("", fork)]


@mail("Eudora for Macintosh: boundary of ====, a pair with the comment of RFC 1740's time, BinHex by its type",
      ambiguous="BinHex is opened by some clients alone", findings=("mime.ambiguous.text.binhex",))
def eudora_binhex():
    data = files.noise(120, 13)
    head = bytes([8]) + b"data.dat" + b"\0" + b"BINAmdos" + struct.pack(">HII", 0, len(data), 0)
    packed = b"".join(piece + struct.pack(">H", binascii.crc_hqx(piece, 0)) for piece in (head, data, b""))
    alphabet = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    doubled = packed.replace(b"\x90", b"\x90\0")
    doubled += bytes(-len(doubled) % 3)
    six = [int.from_bytes(doubled[at:at + 3], "big") >> shift & 63 for at in range(0, len(doubled), 3)
           for shift in (18, 12, 6, 0)]
    coded = b":" + bytes(alphabet[value] for value in six) + b":"
    lines = CRLF.join(coded[at:at + 64] for at in range(0, len(coded), 64)) + CRLF
    whole = b"(This file must be converted with BinHex 4.0)\r\n\r\n" + lines
    return entity((top(), 'X-Sender: hanako@mail.example.jp\nMime-Version: 1.0\nContent-Type: multipart/mixed; '
                  'boundary="============_-1234567890==_============"\n'),
                  multipart("============_-1234567890==_============", entity(
                      'Content-Type: text/plain; charset="us-ascii"\n', "The data.\n"), entity("""
        Content-Type: application/mac-binhex40; name="data.dat"
        Content-Disposition: attachment; filename="data.dat"
        """, whole), epilogue=b"\r\n")), [("", whole), ("data.dat", data)]


@mail("Entourage: B_ boundary and the preamble of its time, x-mac-creator")
def entourage():
    paper = files.docx()
    return entity((top(), """
        User-Agent: Microsoft-Entourage/12.30.0.110427
        Mime-version: 1.0
        Content-type: multipart/mixed;
        \tboundary="B_3390000000_12345678"
        """), b"> This message is in MIME format. Since your mail reader does not understand\r\nthis format, some or all of "
                  b"this message may not be legible.\r\n\r\n" + multipart("B_3390000000_12345678", entity("""
        Content-type: text/plain;
        \tcharset="ISO-2022-JP"
        Content-transfer-encoding: 7bit
        """, text("議事録です。\n", "iso2022_jp")), entity("""
        Content-type: application/octet-stream; name="minutes.docx";
         x-mac-creator="4D535744";
         x-mac-type="5738424E"
        Content-disposition: attachment
        Content-transfer-encoding: base64
        """, base64(paper)), epilogue=b"\r\n")), [("minutes.docx", paper)]


@mail("iPhone: HTML alone in related, base64, a calendar file behind it")
def iphone_calendar():
    invitation = files.ics("PUBLISH")
    return entity((top("Meeting"), "Content-Type: multipart/mixed; boundary=Apple-Mail-F0000000-1111-4222-8333-444444444444\n"
                  "Content-Transfer-Encoding: 7bit\nMime-Version: 1.0 (1.0)\nX-Mailer: iPhone Mail (20H115)\n"),
                  b"\r\n" + multipart("Apple-Mail-F0000000-1111-4222-8333-444444444444", entity("""
        Content-Type: text/html;
        \tcharset=utf-8
        Content-Transfer-Encoding: base64
        """, base64("<html><body dir=\"auto\">会議です。</body></html>".encode())), entity("""
        Content-Type: text/calendar;
        \tname=meeting.ics;
        \tx-apple-part-url=AAAA-1
        Content-Disposition: attachment;
        \tfilename=meeting.ics
        Content-Transfer-Encoding: quoted-printable
        """, quoted(invitation)))), [("meeting.ics", invitation)]
