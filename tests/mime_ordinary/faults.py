"""What honest software gets wrong: after RFC 7103, and after reports that authors of mail parsers got.

Each of these was written by programs that meant no harm. A gateway that weighs them as attacks keeps real mail.
"""

import files
from make import CRLF, base64, entity, header, lf, mail, multipart, quoted, text, top, word

PAPER = files.pdf("Faulty")
TEXT = entity("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", "こんにちは。\n")
FOUND = [("paper.pdf", PAPER)]


def paper(encoding="base64", kind='application/pdf; name="paper.pdf"', where='attachment; filename="paper.pdf"', data=None):
    return entity(f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\nContent-Disposition: {where}\n",
                  base64(PAPER) if data is None else data)


def fault(fields, *parts, boundary="=-fault", **more):
    """A mail with the PDF behind its text."""
    return entity((top("paper"), fields), multipart(boundary, *(parts or (TEXT, paper())), **more))


MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-fault"\n'


@mail("RFC 7103, 8.1: no MIME-Version")
def no_mime_version():
    return fault('Content-Type: multipart/mixed; boundary="=-fault"\n'), FOUND


@mail("Semicolons behind each value: MIME-Version, encoding, boundary")
def semicolons():
    return fault('MIME-Version: 1.0;\nContent-Type: multipart/mixed; boundary="=-fault";\n',
                 entity("Content-Type: text/plain; charset=iso-8859-1;\nContent-Transfer-Encoding: 8bit;\n", "Bär\n", "latin-1"),
                 paper()), FOUND


@mail("Encodings that are none: 8-bit, 7-bit, utf-8, none")
def encodings_of_text():
    parts = [entity(f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {name}\n", "Zeile – line\n")
             for name in ("8-bit", "7-bit", "utf-8", "none")]
    return fault(MIXED, *parts, paper()), FOUND


@mail("Blanks around equal signs, and single parameters without a blank between")
def blanks_around_equals():
    return fault('MIME-Version: 1.0\nContent-Type:multipart/mixed;boundary = "=-fault"\n', TEXT,
                 paper(where='attachment; filename = "paper.pdf"', kind='application/pdf;name= "paper.pdf"')), FOUND


@mail("An unquoted boundary with characters that want quotes")
def unquoted_boundary():
    return fault("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=----=_Part_1/2=3?4\n",
                 boundary="----=_Part_1/2=3?4"), FOUND


@mail("A file name with blanks and without quotes")
def unquoted_name():
    return fault(MIXED, TEXT, paper(kind="application/pdf; name=The paper of May.pdf",
                                    where="attachment; filename=The paper of May.pdf")), [("The paper of May.pdf", PAPER)]


@mail("A path as a file name, with backslashes that are no escapes")
def path_as_name():
    return fault(MIXED, TEXT, paper(kind='application/pdf; name="C:\\Temp\\paper.pdf"',
                                    where='attachment; filename="C:\\Temp\\paper.pdf"')), [("", PAPER)]


@mail("name and filename that differ: the original's and the archive's")
def two_names():
    return fault(MIXED, TEXT, paper(kind='application/pdf; name="paper (1).pdf"')), [("", PAPER)]


@mail("MIME fields twice, the same values both times")
def doubled_fields():
    return fault(MIXED + MIXED), FOUND


@mail("A header that begins with an mbox line, and one with '>From '")
def from_lines():
    return b"From hanako@example.jp Tue May 14 09:12:33 2024\r\n>From hanako@example.jp Tue May 14 09:12:33 2024\r\n" + fault(
        MIXED), FOUND


@mail("Exchange's export: 'Microsoft Mail Internet Headers Version 2.0' as the first line",
      ambiguous="a reader that ends a header at a line without a colon sees one text (Python does)",
      findings=("mime.ambiguous.header.no-colon",))
def exchange_export_line():
    return b"Microsoft Mail Internet Headers Version 2.0\r\n" + fault(MIXED), FOUND


@mail("RFC 7103, 7.3: a subject folded without a blank, so that a line has no colon",
      ambiguous="a reader that ends a header at a line without a colon sees one text (Python does)",
      findings=("mime.ambiguous.header.no-colon",))
def fold_without_blank():
    return fault("X-Note: this is your reminder\nabout the game tonight\n" + MIXED), FOUND


@mail("RFC 7103, 7.6: raw 8-bit bytes in subject and names, no charset anywhere")
def raw_eight_bit():
    head = header((top("@"), MIXED)).replace(b"Subject: @", "Subject: Größe".encode("latin-1"))
    return head + multipart("=-fault", entity("Content-Type: text/plain\n", "Größe\n", "latin-1"), paper(
        kind='application/pdf; name="@"', where='attachment; filename="@"').replace(b"@", "größe.pdf".encode("latin-1"))
    ), [("", PAPER)]


@mail("RFC 7103, 8.2: base64 without its padding at the end, a blank line within, blanks at line ends")
def base64_faults():
    whole = PAPER + b"\n" * (2 if len(PAPER) % 3 == 2 else 1)  # of a length that asks for padding
    lines = base64(whole).rstrip(b"=\r\n").split(CRLF)
    lines[3] += b"  "
    lines.insert(5, b"")
    return fault(MIXED, TEXT, paper(data=CRLF.join(lines) + CRLF)), [("paper.pdf", whole)]


@mail("base64 in lines of 60, 64, 72 and one of 4,000: all are in use")
def base64_widths():
    book = files.zipped(("n.bin", files.noise(3_000, 130)))
    return fault(MIXED, TEXT, *(entity(f'Content-Type: application/zip; name="{width}.zip"\nContent-Transfer-Encoding: base64\n',
                                       base64(book, width)) for width in (60, 64, 72, 0))), [(f"{w}.zip", book) for w in (60, 64, 72, 0)]


@mail("A multipart that says it is quoted-printable: an encoding that it may not have",
      ambiguous="a client that decodes the whole first sees other bytes", findings=("mime.ambiguous.encoding.composite",))
def encoded_multipart():
    return fault("MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n"
                 'Content-Type: multipart/mixed; boundary="fault"\n', boundary="fault"), FOUND


@mail("A mail attached as message/rfc822 in base64, as Notes and some gateways do",
      ambiguous="a client that leaves the encoding aside sees none of it", findings=("mime.ambiguous.encoding.composite",))
def encoded_message():
    return fault(MIXED, TEXT, entity("Content-Type: message/rfc822; name=\"a.eml\"\nContent-Transfer-Encoding: base64\n"
                                     'Content-Disposition: attachment; filename="a.eml"\n',
                                     base64(entity((top("inner"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; '
                                                    'boundary="inner"\n'), multipart("inner", TEXT, paper()))))), FOUND


@mail("A mail saved as a file and attached as application/octet-stream")
def message_as_file():
    inner = entity((top("inner"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="inner"\n'),
                   multipart("inner", TEXT, paper()))
    return fault(MIXED, TEXT, entity("Content-Type: application/octet-stream; name=\"inner.eml\"\n"
                                     "Content-Transfer-Encoding: base64\n", base64(inner))), [("inner.eml", inner), *FOUND]


@mail("The inner multipart ends in a delimiter without its last hyphens, as cPanel wrote")
def inner_without_end():
    inner = entity('Content-Type: multipart/alternative; boundary="alternative-Email-1591224646-0.84"\n', multipart(
        "alternative-Email-1591224646-0.84", TEXT, entity("Content-Type: text/html; charset=utf-8\n", "<p>hello</p>\n"),
        close=False) + b"--alternative-Email-1591224646-0.84\r\n")
    return fault(MIXED, inner, paper()), FOUND


@mail("A mail that was cut in its last line: half a delimiter",
      ambiguous="half a delimiter is base64 to a reader that goes on behind the padding",
      findings=("mime.ambiguous.base64.padding",))
def cut_delimiter():
    return fault(MIXED).removesuffix(b"-\r\n"), FOUND


@mail("LF alone in all of it, as read from a maildir; a text attachment with LF")
def maildir():
    note = b"one\ntwo\n"
    return lf(fault(MIXED, TEXT, paper(), entity('Content-Type: text/plain; name="n.txt"\nContent-Disposition: attachment; '
                                                 'filename="n.txt"\n', note.replace(b"\n", CRLF)))), [*FOUND, ("n.txt", note)]


@mail("A disclaimer put before the first delimiter and behind the last one by a gateway")
def disclaimers():
    legal = text("\nThis message is confidential. If you are not the intended\nrecipient, please delete it: legal@example.jp\n\n")
    return fault(MIXED, preamble=legal, epilogue=legal), FOUND


@mail("'Content-Type: text', as elm wrote, with Content-Length")
def type_without_subtype():
    return entity((top("elm"), "X-Mailer: ELM [version 2.4 PL25]\nMIME-Version: 1.0\nContent-Type: text\nContent-Length: 6\n"),
                  "hello\n")


@mail("charset=unknown-8bit and x-user-defined; a quotation mark that never closes")
def odd_charsets():
    return fault(MIXED, entity("Content-Type: text/plain; charset=unknown-8bit\n", "Bär\n", "latin-1"),
                 entity('Content-Type: text/plain; charset="x-user-defined\n', "Bär\n", "latin-1"), paper()), FOUND


@mail("A long References field of 3,000 bytes in one line, and Received fields by the dozen")
def long_header_line():
    received = "".join(f"Received: from h{n}.example.jp (h{n}.example.jp [192.0.2.{n}])\n\tby h{n + 1}.example.jp with ESMTP id x{n};\n"
                       "\tTue, 14 May 2024 09:12:33 +0900\n" for n in range(20))
    return entity((received, top("long"), "References: " + " ".join(f"<{n:032x}@mail.example.jp>" for n in range(60)) + "\n", MIXED),
                  multipart("=-fault", TEXT, paper())), FOUND


@mail("Types without a parameter of their name: attachments that have none, in four kinds")
def nameless():
    made = [("application/pdf", PAPER), ("image/png", files.png(131)), ("application/octet-stream", files.noise(99, 132)),
            ("application/zip", files.zipped(("z.txt", b"z")))]
    return fault(MIXED, TEXT, *(entity(f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n",
                                       base64(data)) for kind, data in made)), [("", data) for _, data in made]


@mail("RFC 2231 in one form and words in the other, with other characters in them: a client that could not do better")
def names_of_two_forms():
    return fault(MIXED, TEXT, entity((f'Content-Type: application/pdf; name="{word("論文＿最終.pdf", "ISO-2022-JP")}"\n'
                                      "Content-Transfer-Encoding: base64\nContent-Disposition: attachment;\n"
                                      " filename=\"__________.pdf\";\n"
                                      " filename*=UTF-8''%E8%AB%96%E6%96%87%EF%BC%BF%E6%9C%80%E7%B5%82.pdf\n"),
                                     base64(PAPER))), [("論文＿最終.pdf", PAPER)]


@mail("Percent-encoded names, as web servers' scripts write them")
def percent_name():
    return fault(MIXED, TEXT, paper(where='attachment; filename="%E8%AB%96%E6%96%87.pdf"',
                                    kind='application/pdf; name="%E8%AB%96%E6%96%87.pdf"')), [("", PAPER)]


@mail("A boundary of one character, and one of seventy")
def boundary_lengths():
    inner = entity('Content-Type: multipart/mixed; boundary="A"\n', multipart("A", TEXT, paper()))
    return fault(f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{"x" * 70}"\n', inner, boundary="x" * 70), FOUND


@mail("Headers in capitals and small letters")
def header_case():
    return fault('MIME-VERSION: 1.0\nCONTENT-TYPE: MULTIPART/MIXED; BOUNDARY="=-fault"\n', TEXT, entity(
        'content-type: application/PDF; NAME="paper.pdf"\ncontent-transfer-encoding: BASE64\ncontent-disposition: ATTACHMENT; '
        'FILENAME="paper.pdf"\n', base64(PAPER))), FOUND


@mail("Boundaries of a home-made program, the inner one the outer with a letter more",
      ambiguous="a client that compares the beginning alone takes one for the other", findings=("mime.ambiguous.boundary.prefix",))
def home_made_prefix():
    inner = entity('Content-Type: multipart/alternative; boundary="=-fault2"\n', multipart(
        "=-fault2", TEXT, entity("Content-Type: text/html; charset=utf-8\n", "<p>hello</p>\n")))
    return fault(MIXED, inner, paper()), FOUND


@mail("Quoted-printable of a whole PDF, by a program that knows no other encoding")
def quoted_pdf():
    return fault(MIXED, TEXT, paper("quoted-printable", data=b"".join(
        b"=%02X" % byte + (b"=\r\n" if at % 24 == 23 else b"") for at, byte in enumerate(PAPER)) + b"=\r\n")), FOUND


@mail("Binary and 8bit: a picture as it is, between delimiters")
def binary_attachment():
    picture = files.png(133)
    return fault(MIXED, TEXT, entity('Content-Type: image/png; name="raw.png"\nContent-Transfer-Encoding: binary\n', picture)
                 ), [("raw.png", picture)]
