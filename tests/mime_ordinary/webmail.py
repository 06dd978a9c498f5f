"""Webmail: what services and the programs that people host themselves write."""

import files
from make import base64, continued, entity, folded_words, mail, multipart, quoted, top, word

HTML = "<div dir=\"ltr\">Hello,<div><br></div><div>see the attachment.</div></div>\n"


def alternative(boundary, head="Content-Type: multipart/alternative; boundary=", quote=True, charset='"UTF-8"'):
    mark = f'"{boundary}"' if quote else boundary
    return entity(f"{head}{mark}\n", multipart(boundary, entity(f"Content-Type: text/plain; charset={charset}\n",
                                                                "Hello,\n\nsee the attachment.\n"),
                                               entity(f"Content-Type: text/html; charset={charset}\n", HTML)))


@mail("Gmail: hexadecimal boundaries, base64 in lines of 76, name and filename, X-Attachment-Id")
def gmail():
    paper = files.pdf("Order 4711")
    return entity("MIME-Version: 1.0\n" + top("Order", message_id="CAHk-abc=xyz+123@mail.gmail.com") +
                  'Content-Type: multipart/mixed; boundary="000000000000a1b2c305f1a2b3c4"\n',
                  multipart("000000000000a1b2c305f1a2b3c4", alternative("000000000000a1b2c105f1a2b3c2"), entity("""
        Content-Type: application/pdf; name="order 4711.pdf"
        Content-Disposition: attachment; filename="order 4711.pdf"
        Content-Transfer-Encoding: base64
        Content-ID: <f_lw5x0abc0>
        X-Attachment-Id: f_lw5x0abc0
        """, base64(paper)))), [("order 4711.pdf", paper)]


@mail("Gmail: a Japanese name in words, in both parameters; base64 text; a picture in related")
def gmail_japanese():
    picture, book = files.png(4), files.xlsx("売上")
    name = folded_words("令和六年五月分の売上報告書（最終版）.xlsx", "UTF-8", step=11)
    inner = entity('Content-Type: multipart/alternative; boundary="00000000000077aa0105f1a2b3d0"\n',
                   multipart("00000000000077aa0105f1a2b3d0", entity("""
        Content-Type: text/plain; charset="UTF-8"
        Content-Transfer-Encoding: base64
        """, base64("売上報告書をお送りします。\r\n".encode())), entity("""
        Content-Type: text/html; charset="UTF-8"
        Content-Transfer-Encoding: base64
        """, base64('<div dir="ltr">売上報告書をお送りします。<img src="cid:ii_lw5x1"></div>\r\n'.encode()))))
    related = entity('Content-Type: multipart/related; boundary="00000000000077aa0205f1a2b3d1"\n',
                     multipart("00000000000077aa0205f1a2b3d1", inner, entity("""
        Content-Type: image/png; name="image.png"
        Content-Disposition: inline; filename="image.png"
        Content-Transfer-Encoding: base64
        Content-ID: <ii_lw5x1>
        X-Attachment-Id: ii_lw5x1
        """, base64(picture))))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return entity("MIME-Version: 1.0\n" + top(word("売上報告書", "UTF-8")) +
                  'Content-Type: multipart/mixed; boundary="00000000000077aa0305f1a2b3d2"\n',
                  multipart("00000000000077aa0305f1a2b3d2", related,
                            entity(f'Content-Type: {kind}; \n\tname="{name}"\nContent-Disposition: attachment; \n'
                                   f'\tfilename="{name}"\nContent-Transfer-Encoding: base64\n'
                                   'Content-ID: <f_lw5x2>\nX-Attachment-Id: f_lw5x2\n', base64(book)))
                  ), [("image.png", picture), ("令和六年五月分の売上報告書（最終版）.xlsx", book)]


@mail("Gmail: forwarded in the text, with the header of the old mail quoted")
def gmail_forward_text():
    return entity("MIME-Version: 1.0\n" + top("Fwd: Minutes") +
                  'Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n', quoted("""
        fyi

        ---------- Forwarded message ---------
        From: Jirō Tanaka <jiro@example.org>
        Date: Mon, 13 May 2024 18:03
        Subject: Minutes
        To: <hanako@example.jp>
        Content-Type: text/plain

        the minutes
        """))


@mail("Gmail: forwarded as an attachment, message/rfc822 with the subject as its name")
def gmail_forward_attached():
    paper = files.pdf("Ticket")
    inner = entity("Delivered-To: hanako@example.jp\nReceived: by 2002:a05:6a10:b0b0 with SMTP id x;\n"
                   "        Mon, 13 May 2024 02:03:04 -0700 (PDT)\n" + top("Ticket", message_id="t1@example.org") +
                   'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-x1ticket"\n',
                   multipart("=-x1ticket", entity("Content-Type: text/plain", "Your ticket\n"), entity("""
        Content-Type: application/pdf; name=ticket.pdf
        Content-Disposition: attachment; filename=ticket.pdf
        Content-Transfer-Encoding: base64
        """, base64(paper))))
    return entity("MIME-Version: 1.0\n" + top("Ticket") +
                  'Content-Type: multipart/mixed; boundary="00000000000012ab3405f1a2b3e7"\n',
                  multipart("00000000000012ab3405f1a2b3e7", alternative("00000000000012ab3205f1a2b3e5"), entity("""
        Content-Type: message/rfc822; name="Ticket.eml"
        Content-Disposition: attachment; filename="Ticket.eml"
        Content-Transfer-Encoding: 7bit
        Content-ID: <f_lw5x3>
        X-Attachment-Id: f_lw5x3
        """, inner))), [("ticket.pdf", paper)]


@mail("Yahoo! Mail: JavaMail boundaries, MIME-Version with the boundary folded into it, as it once wrote")
def yahoo_com():
    picture = files.jpeg(5)
    return entity(top() + """
MIME-Version: 1.0
    boundary="----=_Part_505990_122814590.1475767204022"
Content-Type: multipart/mixed;
	boundary="----=_Part_505990_122814590.1475767204022"
References: <1.ref@mail.yahoo.com>
""", multipart("----=_Part_505990_122814590.1475767204022", entity("""
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: 7bit
        """, "the picture\n"), entity("""
        Content-Type: image/jpeg
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="DSC00042.JPG"
        """, base64(picture)), epilogue=b"\r\n")), [("DSC00042.JPG", picture)]


@mail("AOL: boundary of many hyphens, Content-Type before MIME-Version")
def aol():
    paper = files.docx("Résumé")
    boundary = "--------MB_8CD1F0B6B1B2D3E_1A2C_38F01_webmail-d123.sysops.aol.com"
    return entity(top() + f'MIME-Version: 1.0\nX-MB-Message-Source: WebUI\nContent-Type: multipart/mixed; \n '
                  f'boundary="{boundary}"\nX-Mailer: AOL Webmail 36855-STANDARD\n',
                  b"\r\n" + multipart(boundary, entity("""
        Content-Transfer-Encoding: quoted-printable
        Content-Type: text/plain; charset="us-ascii"
        """, quoted("the paper\n")), entity("""
        Content-Transfer-Encoding: base64
        Content-Type: application/octet-stream; name="resume.docx"
        Content-Disposition: attachment; filename="resume.docx"
        """, base64(paper)))), [("resume.docx", paper)]


@mail("iCloud on the web and Roundcube: RFC 2231 and words side by side")
def roundcube():
    book = files.xlsx()
    name = "請求書（五月）.xlsx"
    return entity("MIME-Version: 1.0\n" + top() + 'User-Agent: Roundcube Webmail/1.6.6\n'
                  'Content-Type: multipart/mixed;\n boundary="=_0a1b2c3d4e5f60718293a4b5c6d7e8f9"\n',
                  multipart("=_0a1b2c3d4e5f60718293a4b5c6d7e8f9", entity("""
        Content-Transfer-Encoding: 8bit
        Content-Type: text/plain; charset=UTF-8;
         format=flowed
        """, "請求書です。\n"), entity((f"""
        Content-Transfer-Encoding: base64
        Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;
         name="{word(name)}"
        Content-Disposition: attachment;
        """, continued("filename", name), f";\n size={len(book)}\n"), base64(book)))), [(name, book)]


@mail("Horde IMP: an unquoted boundary that begins with =_, Content-Description in words")
def horde():
    paper = files.zipped(("a.txt", b"a" * 200))
    return entity(top() + 'User-Agent: Horde Application Framework 5\n'
                  'Content-Type: multipart/mixed; boundary="=_iOhEzkqlZ4YkYk1RV3nFRQ1"\nMIME-Version: 1.0\n'
                  'Content-Transfer-Encoding: 8bit\n',
                  b"This message is in MIME format.\r\n\r\n" + multipart("=_iOhEzkqlZ4YkYk1RV3nFRQ1", entity("""
        Content-Type: text/plain; charset=utf-8; format=flowed; DelSp=Yes
        Content-Description: Plaintext Version of Message
        Content-Disposition: inline
        """, "Files.\n"), entity("""
        Content-Type: application/zip; name=files.zip
        Content-Disposition: attachment; size=318; filename=files.zip
        Content-Transfer-Encoding: base64
        """, base64(paper)))), [("files.zip", paper)]


@mail("SquirrelMail: ----=_ date _ number, name and filename differ in their blanks")
def squirrelmail():
    paper = files.pdf("Plan")
    return entity(top() + 'User-Agent: SquirrelMail/1.4.23 [SVN]\nMIME-Version: 1.0\n'
                  'Content-Type: multipart/mixed;boundary="----=_20240514091233_12345"\nX-Priority: 3 (Normal)\n'
                  'Importance: Normal\n', multipart("----=_20240514091233_12345", entity("""
        Content-Type: text/plain; charset="iso-8859-1"
        Content-Transfer-Encoding: 8bit
        """, "the plan, à bientôt\n", "latin-1"), entity("""
        Content-Type: application/pdf; name="plan 2024.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="plan 2024.pdf"
        """, base64(paper)))), [("plan 2024.pdf", paper)]


@mail("Zimbra: JavaMail boundaries without a blank, a trailing blank line")
def zimbra():
    sheet = files.csv("utf-8")
    return entity(top() + 'MIME-Version: 1.0\nContent-Type: multipart/mixed; \n'
                  '\tboundary="----=_Part_12345_1678901234.1715645553000"\nX-Mailer: Zimbra 8.8.15_GA_4508\n',
                  multipart("----=_Part_12345_1678901234.1715645553000",
                            alternative("----=_Part_12346_9876543.1715645553001",
                                        "Content-Type: multipart/alternative; \n\tboundary=", charset="utf-8"), entity("""
        Content-Type: text/csv; name=list.csv
        Content-Disposition: attachment; filename=list.csv
        Content-Transfer-Encoding: base64
        """, base64(sheet)), epilogue=b"\r\n\r\n")), [("list.csv", sheet)]


@mail("Proton Mail: boundary b1_, a public key as an attachment")
def proton():
    key = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n" + base64(files.noise(220, 9), 64) + b"=abcd\r\n" \
          b"-----END PGP PUBLIC KEY BLOCK-----\r\n"
    return entity(top() + 'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n'
                  ' boundary="b1_q3Zc5W0mE2v8aBcDeFgHiJkLmNoPqRsTuVwXyZ012"\n',
                  b"This is a multi-part message in MIME format.\r\n\r\n" +
                  multipart("b1_q3Zc5W0mE2v8aBcDeFgHiJkLmNoPqRsTuVwXyZ012",
                            alternative("b2_q3Zc5W0mE2v8aBcDeFgHiJkLmNoPqRsTuVwXyZ012",
                                        "Content-Type: multipart/alternative;\n boundary=", charset="utf-8"), entity("""
        Content-Type: application/pgp-keys; filename="publickey - hanako@example.jp - 0x1A2B3C4D.asc";
         name="publickey - hanako@example.jp - 0x1A2B3C4D.asc"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="publickey - hanako@example.jp - 0x1A2B3C4D.asc";
         name="publickey - hanako@example.jp - 0x1A2B3C4D.asc"
        """, base64(key)), epilogue=b"\r\n")), [("publickey - hanako@example.jp - 0x1A2B3C4D.asc", key)]


@mail("mail.ru: --ALT-- and --- boundaries that begin with hyphens")
def mail_ru():
    picture = files.png(6)
    inner = alternative("--ALT--abCdEfGh0123456789", "Content-Type: multipart/alternative;\n\tboundary=",
                        charset="utf-8")
    return entity(top() + 'Mime-Version: 1.0\nX-Mailer: Mail.Ru Mailer 1.0\nContent-Type: multipart/mixed;\n'
                  '\tboundary="----QwErTyUi-abcDEF123:1715645553"\n',
                  b"\r\n" + multipart("----QwErTyUi-abcDEF123:1715645553", inner, entity("""
        Content-Type: image/png; name="=?UTF-8?B?0YTQvtGC0L4ucG5n?="
        Content-Disposition: attachment; filename="=?UTF-8?B?0YTQvtGC0L4ucG5n?="
        Content-Transfer-Encoding: base64
        """, base64(picture)))), [("фото.png", picture)]


@mail("The iPhone's mail through Yahoo: text behind the attachment")
def text_behind_attachment():
    picture = files.jpeg(8)
    return entity(top() + 'Content-Type: multipart/mixed; boundary=Apple-Mail-1F2A3B4C-5D6E-7F80-9182-A3B4C5D6E7F8\n'
                  'Content-Transfer-Encoding: 7bit\nMime-Version: 1.0 (1.0)\nX-Mailer: iPhone Mail (21E236)\n',
                  b"\r\n" + multipart("Apple-Mail-1F2A3B4C-5D6E-7F80-9182-A3B4C5D6E7F8", entity("""
        Content-Type: image/jpeg;
        \tname=IMG_0001.jpeg;
        \tx-apple-part-url=1B2C3D4E-0000-4000-8000-000000000000
        Content-Disposition: inline;
        \tfilename=IMG_0001.jpeg
        Content-Transfer-Encoding: base64
        """, base64(picture)), entity("""
        Content-Type: text/plain;
        \tcharset=us-ascii
        Content-Transfer-Encoding: 7bit
        """, "\n\nSent from my iPhone"))), [("IMG_0001.jpeg", picture)]
