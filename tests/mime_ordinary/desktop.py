"""Mail programs of Unix and Windows desktops: each has a boundary of its own kind."""

import files
from make import base64, continued, entity, lf, mail, multipart, quoted, text, top, word


def mixed(boundary, fields, *parts, preamble=b"", epilogue=b"", head=None, line=None):
    """The common shape: fields of the program, then its multipart/mixed."""
    line = line or f'Content-Type: multipart/mixed; boundary="{boundary}"\n'
    return entity((head if head is not None else top(), fields, line),
                  multipart(boundary, *parts, preamble=preamble, epilogue=epilogue))


@mail("Thunderbird: boundary of twelve hyphens, format=flowed, a long name as RFC 2231 and as words")
def thunderbird():
    paper, name = files.pdf("Report"), "二〇二四年度第一四半期業務報告書（社外秘・取扱注意）.pdf"
    return mixed("------------0aBcDeFgHiJkLmNoPqRsTuVw", "MIME-Version: 1.0\nUser-Agent: Mozilla Thunderbird\n"
                 "Content-Language: ja\n", entity("""
        Content-Type: text/plain; charset=UTF-8; format=flowed
        Content-Transfer-Encoding: 8bit
        """, "報告書です。\n\n-- \n佐藤 花子\n"), entity((
                     'Content-Type: application/pdf;\n name="', word(name), '"\n',
                     "Content-Disposition: attachment;\n", continued("filename", name),
                     "\nContent-Transfer-Encoding: base64\n"), base64(paper)), epilogue=b"\r\n",
                 preamble=b"This is a multi-part message in MIME format.\r\n",
                 line='Content-Type: multipart/mixed; boundary="------------0aBcDeFgHiJkLmNoPqRsTuVw"\n'
                 ), [(name, paper)]


@mail("Thunderbird: a mail forwarded as an attachment, LF alone as in its store")
def thunderbird_forward():
    sheet = files.csv("utf-8", "\n")
    inner = entity((top("list", message_id="in.1@example.org"), 'MIME-Version: 1.0\n'
                    'Content-Type: multipart/mixed;\n boundary="------------040506070801020304050607"\n'),
                   multipart("------------040506070801020304050607",
                             entity("Content-Type: text/plain; charset=us-ascii", "list\n"),
                             entity('Content-Type: text/csv;\n name="list.csv"\nContent-Transfer-Encoding: 8bit\n'
                                    'Content-Disposition: attachment;\n filename="list.csv"\n',
                                    sheet.replace(b"\n", b"\r\n"))))
    return lf(mixed("------------070605040302010807060504", "MIME-Version: 1.0\n", entity(
        "Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 7bit\n", "see below\n"),
        entity('Content-Type: message/rfc822; charset=UTF-8;\n name="list.eml"\nContent-Transfer-Encoding: 7bit\n'
               'Content-Disposition: attachment;\n filename="list.eml"\n', inner),
        preamble=b"This is a multi-part message in MIME format.\r\n")), [("list.csv", sheet)]


@mail("Mutt: a short boundary, signed attachments without a name, LF alone")
def mutt():
    patch = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n"
    return lf(mixed("qMm9M+Fa2AknHoGS", "MIME-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=us-ascii
        Content-Disposition: inline
        """, "Hi,\n\nthe patch is attached.\n\n"), entity("""
        Content-Type: text/x-diff; charset=us-ascii
        Content-Disposition: attachment; filename="0001-fix.patch"
        """, patch.replace(b"\n", b"\r\n"))) + b"\r\n"), [("0001-fix.patch", patch)]


@mail("Mutt: boundary with characters of base64, RFC 2231 name, text in ISO-2022-JP")
def mutt_japanese():
    paper, name = files.zipped(("a.txt", b"mutt")), "予定表.zip"
    return mixed("zYM0uCDKw75PZbzx/+=", "MIME-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=iso-2022-jp
        Content-Disposition: inline
        """, text("予定表です。\n", "iso2022_jp")), entity((
            "Content-Type: application/zip\nContent-Disposition: attachment; filename*=iso-2022-jp''",
            "%1B%24BM%3DDjI%3D%1B%28B.zip\nContent-Transfer-Encoding: base64\n"), base64(paper))), [(name, paper)]


@mail("KMail: nextPart with a dot, an unquoted boundary, Content-Disposition before the type")
def kmail():
    picture = files.png(21)
    return mixed("nextPart5678901.abcDEF", "MIME-Version: 1.0\n", entity(
        'Content-Transfer-Encoding: 7Bit\nContent-Type: text/plain; charset="us-ascii"\n', "picture\n"), entity("""
        Content-Disposition: attachment; filename="shot.png"
        Content-Transfer-Encoding: base64
        Content-Type: image/png; name="shot.png"
        """, base64(picture)), preamble=b"This is a multi-part message in MIME format.\r\n\r\n", epilogue=b"\r\n\r\n",
        line='Content-Type: multipart/mixed; boundary="nextPart5678901.abcDEF"\n'
             'Content-Transfer-Encoding: 7Bit\n'), [("shot.png", picture)]


@mail("KMail 1: Boundary-00=_ with two equal signs")
def kmail_one():
    note = b"a short note\r\n"
    return mixed("Boundary-00=_AbCdEfGhIjKlMnO", "User-Agent: KMail/1.9.10\nMIME-Version: 1.0\n", entity("""
        Content-Type: text/plain;
          charset="us-ascii"
        Content-Transfer-Encoding: 7bit
        Content-Disposition: inline
        """, "note\n"), entity("""
        Content-Type: text/plain;
          charset="us-ascii";
          name="note.txt"
        Content-Transfer-Encoding: 7bit
        Content-Disposition: attachment;
        \tfilename="note.txt"
        """, note), line='Content-Type: Multipart/Mixed;\n  boundary="Boundary-00=_AbCdEfGhIjKlMnO"\n'
        ), [("note.txt", note)]


@mail("Evolution: =- boundaries, a comment-like agent, Face header of one long line")
def evolution():
    paper = files.pdf("Slides")
    return mixed("=-abCdEf+GhIj/KlMnOpQr", "User-Agent: Evolution 3.48.4 (3.48.4-1.fc38)\nMIME-Version: 1.0\n"
                 f"Face: {'iVBORw0KGgoAAAANSUhEUgAAADAAAAAw' * 40}\n", entity("""
        Content-Type: text/plain; charset="UTF-8"
        Content-Transfer-Encoding: quoted-printable
        """, quoted("Les diapositives – voilà.\n")), entity("""
        Content-Type: application/pdf; name="slides.pdf"
        Content-Disposition: attachment; filename="slides.pdf"
        Content-Transfer-Encoding: base64
        """, base64(paper, end=b"\r\n") + b"\r\n"), epilogue=b"\r\n"), [("slides.pdf", paper)]


@mail("Claws Mail: MP_/ boundary, unquoted names with RFC 2231 after them")
def claws():
    patch = b"--- a/src/main.c\r\n+++ b/src/main.c\r\n"
    return mixed("MP_/kZ0aBcD_EfGhIjKlMnOpQrS", "X-Mailer: Claws Mail 4.1.1 (GTK 3.24.38; x86_64-pc-linux-gnu)\n"
                 "MIME-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=US-ASCII
        Content-Transfer-Encoding: 7bit
        Content-Disposition: inline
        """, "patch\n"), entity("""
        Content-Type: text/x-patch
        Content-Transfer-Encoding: 7bit
        Content-Disposition: attachment; filename=main.c.patch
        """, patch)), [("main.c.patch", patch)]


@mail("Sylpheed: Multipart=_ with the date in it")
def sylpheed():
    book, name = files.xlsx(), "表.xlsx"
    boundary = "Multipart=_Tue__14_May_2024_09_12_33_+0900_AbCdEfGhIjKlMnOp"
    return mixed(boundary, "X-Mailer: Sylpheed 3.7.0 (GTK+ 2.24.33; x86_64-pc-linux-gnu)\nMime-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=ISO-2022-JP
        Content-Transfer-Encoding: 7bit
        """, text("表です。\n", "iso2022_jp")), entity(f"""
        Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;
         name="{word(name, 'ISO-2022-JP')}"
        Content-Disposition: attachment;
         filename="{word(name, 'ISO-2022-JP')}"
        Content-Transfer-Encoding: base64
        """, base64(book)), preamble=b"This is a multi-part message in MIME format.\r\n\r\n", epilogue=b"\r\n",
        line=f'Content-Type: multipart/mixed;\n boundary="{boundary}"\n'), [(name, book)]


@mail("The Bat!: a boundary of hyphens and digits, its end two more")
def the_bat():
    paper = files.zipped(("r.txt", b"bat"))
    return mixed("----------0AF1B2C3D4E5F60718", "X-Mailer: The Bat! (v9.3.4) Professional\nMIME-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: 7bit
        """, "files\n\n-- \nBest regards,\n Hanako                          mailto:hanako@example.jp\n"), entity("""
        Content-Type: APPLICATION/X-ZIP-COMPRESSED;
         name="r.zip"
        Content-Transfer-Encoding: BASE64
        Content-Disposition: ATTACHMENT;
         filename="r.zip"
        """, base64(paper, 76)), epilogue=b"\r\n",
        line='Content-Type: multipart/mixed;\n boundary="----------0AF1B2C3D4E5F60718"\n'), [("r.zip", paper)]


@mail("Eudora for Windows: boundary of ==== with an underscore, x-eudora types")
def eudora():
    paper = files.docx()
    return mixed("=====================_12345678==_", "X-Mailer: QUALCOMM Windows Eudora Version 7.1.0.9\n"
                 "Mime-Version: 1.0\n", entity('Content-Type: text/plain; charset="us-ascii"; format=flowed\n', "paper\n"),
                 entity("""
        Content-Type: application/octet-stream; name="minutes.docx";
         x-mac-type="42494E41"; x-mac-creator="4D535744"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="minutes.docx"
        """, base64(paper)), epilogue=b"\r\n",
                 line='Content-Type: multipart/mixed;\n\tboundary="=====================_12345678==_"\n'
                 ), [("minutes.docx", paper)]


@mail("Pine: types in capitals, a boundary of digits with a colon, the preamble about MIME-aware tools")
def pine():
    note = b"line one\r\nline two\r\n"
    return mixed("8323328-1234567890-1715645553=:12345", "MIME-Version: 1.0\n", entity(
        "Content-Type: TEXT/PLAIN; charset=US-ASCII; format=flowed\n", "note\n"), entity("""
        Content-Type: TEXT/PLAIN; charset=US-ASCII; name=note.txt
        Content-Transfer-Encoding: BASE64
        Content-ID: <Pine.LNX.4.64.2405140912330.12345@host.example.jp>
        Content-Description:
        Content-Disposition: attachment; filename=note.txt
        """, base64(note, 60)), epilogue=b"",
        preamble=b"  This message is in MIME format.  The first part should be readable text,\r\n"
                 b"  while the remaining parts are likely unreadable without MIME-aware tools.\r\n\r\n",
        line='Content-Type: MULTIPART/MIXED; BOUNDARY="8323328-1234567890-1715645553=:12345"\n'), [("note.txt", note)]


@mail("nmh: a boundary that holds a blank, within another of the kind")
def nmh():
    note = b"of nmh\r\n"
    inner = entity('Content-Type: multipart/alternative; boundary="----- =_aaaaaaaaaa1"\nContent-ID: <1.2@host>\n',
                   multipart("----- =_aaaaaaaaaa1", entity('Content-Type: text/plain; charset="us-ascii"\n', "one\n"),
                             entity('Content-Type: text/html; charset="us-ascii"\n', "<p>one</p>\n")))
    return mixed("----- =_aaaaaaaaaa0", "MIME-Version: 1.0\n", inner, entity("""
        Content-Type: text/plain; name="note"; charset="us-ascii"
        Content-Description: note
        """, note)), [("note", note)]


@mail("Gnus: =-=-= within ==-=-=")
def gnus():
    code = b"(message \"hello\")\r\n"
    inner = entity('Content-Type: multipart/alternative; boundary="==-=-="\n',
                   multipart("==-=-=", entity("Content-Type: text/plain\n", "code\n"),
                             entity("Content-Type: text/html\n", "<p>code</p>\n")))
    return mixed("=-=-=", "User-Agent: Gnus/5.13 (Gnus v5.13)\nMIME-Version: 1.0\n", inner, entity("""
        Content-Type: application/emacs-lisp
        Content-Disposition: attachment; filename=hello.el
        """, code)), [("hello.el", code)]


@mail("Lotus Notes: =_mixed with a blank and the number of the document, types in capitals")
def notes():
    book, boundary = files.xlsx(), "=_mixed 0012AB3449258B1D_="
    inner = entity('Content-Type: multipart/alternative; boundary="=_alternative 0012AB3449258B1D_="\n', b"\r\n\r\n" +
                   multipart("=_alternative 0012AB3449258B1D_=", entity('Content-Type: text/plain; charset="US-ASCII"\n',
                                                                        "figures\n"),
                             entity('Content-Type: text/html; charset="US-ASCII"\n', "<br><font size=2>figures</font>\n")))
    return mixed(boundary, "MIME-Version: 1.0\nX-Mailer: Lotus Notes Release 8.5.3 September 15, 2011\n"
                 "X-MIMETrack: Serialize by Router on MX1/Example(Release 9.0.1) at\n 2024/05/14 09:12:33,\n"
                 "\tSerialize complete at 2024/05/14 09:12:33\n", inner, entity("""
        Content-Type: application/octet-stream; name="figures.xlsx"
        Content-Disposition: attachment; filename="figures.xlsx"
        Content-Transfer-Encoding: base64
        """, base64(book)), preamble=b"This is a multipart message in MIME format.\r\n", epilogue=b"\r\n"
        ), [("figures.xlsx", book)]


@mail("GroupWise: =__Part with dots, quoted-printable of a whole CSV")
def groupwise():
    sheet = files.csv("utf-8")
    return mixed("=__Part0A1B2C3D.0__=", "X-Mailer: Novell GroupWise Internet Agent 18.4.1\nMime-Version: 1.0\n", entity("""
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: quoted-printable
        Content-Disposition: inline
        """, quoted("list\n")), entity("""
        Content-Type: text/csv; name="list.csv"
        Content-Transfer-Encoding: quoted-printable
        Content-Disposition: attachment; filename="list.csv"
        """, quoted(sheet)), preamble=b"This is a MIME message. If you are reading this text, you may want to \r\n"
        b"consider changing to a mail reader or gateway that understands how to \r\nproperly handle MIME multipart "
        b"messages.\r\n\r\n", epilogue=b"\r\n"), [("list.csv", sheet)]
