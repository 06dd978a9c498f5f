"""Outlook, Outlook Express, Exchange and Outlook.com."""

import binascii

import files
from make import base64, entity, folded_words, header, mail, multipart, quoted, text, top, word

NOTE = b"This is a multi-part message in MIME format.\r\n\r\n"
NOTE_JA = "Hello,\n\nthe figures of April are attached.\n\nBest regards\nHanako Sato\n"
HTML = ('<html xmlns:o=3D"urn:schemas-microsoft-com:office:office" xmlns=3D"http://www.w3.org/TR/REC-html40"><head>'
        '<meta http-equiv=3DContent-Type content=3D"text/html; charset=3Dus-ascii"></head>=\n<body lang=3DEN-US '
        'link=3D"#0563C1"><div class=3DWordSection1><p class=3DMsoNormal>Hello,<o:p></=\no:p></p></div></body></html>\n')


def plain(charset="us-ascii", encoding="7bit", body=NOTE_JA):
    return entity(f"""
        Content-Type: text/plain;
        \tcharset="{charset}"
        Content-Transfer-Encoding: {encoding}
        """, body, "cp1252")


def html(charset="us-ascii"):
    return entity(f"""
        Content-Type: text/html;
        \tcharset="{charset}"
        Content-Transfer-Encoding: quoted-printable
        """, HTML)


def file_part(kind, name, data, disposition="attachment", more=""):
    return entity(f'Content-Type: {kind};\n\tname="{name}"\nContent-Transfer-Encoding: base64\n{more}'
                  f'Content-Disposition: {disposition};\n\tfilename="{name}"\n', base64(data))


@mail("Outlook 2016: alternative within related within mixed, a picture of the signature and a workbook")
def outlook_desktop():
    picture, book = files.png(1), files.xlsx()
    alternative = entity('Content-Type: multipart/alternative;\n\tboundary="----=_NextPart_002_0012_01DAA5F2.8C0B1A20"\n',
                         b"\r\n" + multipart("----=_NextPart_002_0012_01DAA5F2.8C0B1A20", plain(), html()))
    related = entity('Content-Type: multipart/related;\n\tboundary="----=_NextPart_001_0011_01DAA5F2.8C0B1A20"\n',
                     b"\r\n" + multipart("----=_NextPart_001_0011_01DAA5F2.8C0B1A20", alternative, entity("""
        Content-Type: image/png;
        \tname="image001.png"
        Content-Transfer-Encoding: base64
        Content-ID: <image001.png@01DAA5F2.8BE5F4C0>
        """, base64(picture))))
    book_part = file_part("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "April figures.xlsx", book)
    return entity((top("April figures"), """
        MIME-Version: 1.0
        Content-Type: multipart/mixed;
        \tboundary="----=_NextPart_000_0010_01DAA5F2.8C0B1A20"
        X-Mailer: Microsoft Outlook 16.0
        Thread-Index: AdqlntH6d2Y0v0xkR8mW7n1oG0m3Zg==
        Content-Language: ja
        """), NOTE + multipart("----=_NextPart_000_0010_01DAA5F2.8C0B1A20", related, book_part)
                  ), [("image001.png", picture), ("April figures.xlsx", book)]


@mail("Outlook 2010: alternative alone")
def outlook_alternative():
    return entity(top("Re: Minutes") + 'MIME-Version: 1.0\nContent-Type: multipart/alternative;\n'
                  '\tboundary="----=_NextPart_000_0001_01D1A2B3.C4D5E6F0"\nX-Mailer: Microsoft Outlook 14.0\n',
                  NOTE + multipart("----=_NextPart_000_0001_01D1A2B3.C4D5E6F0", plain(), html(), epilogue=b"\r\n"))


@mail("Outlook 365 through Exchange Online: _004_ and _000_ boundaries, the size and dates of the attachment")
def outlook_365():
    paper = files.pdf("Quotation")
    alternative = entity("""
        Content-Type: multipart/alternative;
        \tboundary="_000_TYCPR01MB10345A6F1C2D3E4F506172839AE32TYCPR01MB10345jpnp_"
        """, multipart("_000_TYCPR01MB10345A6F1C2D3E4F506172839AE32TYCPR01MB10345jpnp_", entity("""
        Content-Type: text/plain; charset="iso-2022-jp"
        Content-Transfer-Encoding: quoted-printable
        """, quoted("見積書をお送りします。\n", "iso2022_jp")), entity("""
        Content-Type: text/html; charset="iso-2022-jp"
        Content-Transfer-Encoding: quoted-printable
        """, quoted("<html><body><p>見積書をお送りします。</p></body></html>\n", "iso2022_jp"))))
    return entity(top(word("見積書", "iso-2022-jp")) + """
Accept-Language: ja-JP, en-US
Content-Language: ja-JP
X-MS-Has-Attach: yes
X-MS-TNEF-Correlator:
x-ms-exchange-antispam-messagedata-0: =?us-ascii?Q?abcdefghijklmnop?=
Content-Type: multipart/mixed;
	boundary="_004_TYCPR01MB10345A6F1C2D3E4F506172839AE32TYCPR01MB10345jpnp_"
MIME-Version: 1.0
""", multipart("_004_TYCPR01MB10345A6F1C2D3E4F506172839AE32TYCPR01MB10345jpnp_", alternative, entity(f"""
        Content-Type: application/pdf; name="{word('見積書.pdf', 'iso-2022-jp')}"
        Content-Description: {word('見積書.pdf', 'iso-2022-jp')}
        Content-Disposition: attachment;
        \tfilename="{word('見積書.pdf', 'iso-2022-jp')}"; size={len(paper)};
        \tcreation-date="Tue, 14 May 2024 00:10:02 GMT";
        \tmodification-date="Tue, 14 May 2024 00:12:33 GMT"
        Content-Transfer-Encoding: base64
        """, base64(paper)))), [("見積書.pdf", paper)]


@mail("Outlook 365: a mail forwarded as an attachment, item with size and dates")
def outlook_forwards_an_item():
    paper = files.docx("Contract")
    inner = entity(top("Contract", message_id="inner.1@mail.example.jp") + 'Content-Type: multipart/mixed;\n'
                   '\tboundary="_002_INNER01MB0001_"\nMIME-Version: 1.0\n',
                   multipart("_002_INNER01MB0001_", entity('Content-Type: text/plain; charset="us-ascii"', "see below\n"),
                             file_part("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                       "contract.docx", paper)))
    return entity(top("FW: Contract") + 'Content-Type: multipart/mixed;\n\tboundary="_004_OUTER01MB0001_"\n'
                  'MIME-Version: 1.0\n', multipart("_004_OUTER01MB0001_", plain(), entity("""
        Content-Type: message/rfc822
        Content-Disposition: attachment;
        \tcreation-date="Tue, 14 May 2024 00:12:33 GMT";
        \tmodification-date="Tue, 14 May 2024 00:12:33 GMT"
        """, inner))), [("contract.docx", paper)]


@mail("Outlook: a meeting request, text/calendar within alternative")
def outlook_meeting():
    invitation = files.ics()
    return entity(top("Weekly meeting") + """
Content-Type: multipart/alternative;
	boundary="_000_OSZPR01MB6789_"
MIME-Version: 1.0
""", multipart("_000_OSZPR01MB6789_", plain(), html(), entity("""
        Content-Type: text/calendar; charset="utf-8"; method=REQUEST
        Content-Transfer-Encoding: base64
        """, base64(invitation)))), [("", invitation)]


@mail("Outlook: the answer to a meeting request, text/calendar alone")
def outlook_meeting_reply():
    reply = files.ics("REPLY")
    return entity(top("Accepted: Weekly meeting") + 'Content-Type: text/calendar; method=REPLY; charset=UTF-8\n'
                  'Content-Transfer-Encoding: 8bit\nMIME-Version: 1.0\nX-Mailer: Microsoft Outlook 16.0\n',
                  reply), [("", reply)]


@mail("Outlook Express 6: three levels, trailing blanks behind MIME-Version as one mail server left them")
def outlook_express():
    sheet = files.csv()
    inner = entity('Content-Type: multipart/alternative;\n\tboundary="----=_NextPart_001_0160_01D39F41.67F9EF83"\n',
                   b"\r\n" + multipart("----=_NextPart_001_0160_01D39F41.67F9EF83",
                                       plain("iso-8859-1", "quoted-printable"), html("iso-8859-1"), epilogue=b"\r\n"))
    head = header(top("Fw: list") + 'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n'
                  '\tboundary="----=_NextPart_000_015F_01D39F41.67F9EF83"\nX-Priority: 3\n'
                  'X-Mailer: Microsoft Outlook Express 6.00.2900.5931\n').replace(b"1.0\r\n", b"1.0" + b" " * 40 + b"\r\n")
    return head + NOTE + multipart("----=_NextPart_000_015F_01D39F41.67F9EF83", inner, entity("""
        Content-Type: application/vnd.ms-excel;
        \tname="list.csv"
        Content-Transfer-Encoding: quoted-printable
        Content-Disposition: attachment;
        \tfilename="list.csv"
        """, quoted(sheet)), epilogue=b"\r\n"), [("list.csv", sheet)]


@mail("Outlook Express, set to uuencode: the file stands in the text", ambiguous="only some clients open uuencoded text",
      findings=("mime.ambiguous.text.uuencode",))
def outlook_express_uuencode():
    picture = files.gif(3)
    lines = b"".join(binascii.b2a_uu(picture[at:at + 45]).rstrip(b"\n") + b"\r\n" for at in range(0, len(picture), 45))
    return entity(top() + 'X-Mailer: Microsoft Outlook Express 5.50.4133.2400\n',
                  text("the picture\n\n") + b"begin 666 logo.gif\r\n" + lines + b"`\r\nend\r\n\r\n"), [("logo.gif", picture)]


@mail("Outlook for Mac: 'Mime-version' and 'Content-type', B_ boundaries, X-Mac parameters")
def outlook_for_mac():
    paper = files.docx()
    alternative = entity('Content-type: multipart/alternative;\n\tboundary="B_3798000001_987654321"\n',
                         b"\r\n" + multipart("B_3798000001_987654321", entity("""
        Content-type: text/plain;
        \tcharset="UTF-8"
        Content-transfer-encoding: quoted-printable
        """, quoted("先日の議事録です。\n")), entity("""
        Content-type: text/html;
        \tcharset="UTF-8"
        Content-transfer-encoding: quoted-printable
        """, quoted("<html><body>先日の議事録です。</body></html>\n"))))
    return entity(top() + """
User-Agent: Microsoft-MacOutlook/16.84.24050500
Mime-version: 1.0
Content-type: multipart/mixed;
	boundary="B_3798000000_123456789"
""", b"> This message is in MIME format. Since your mail reader does not understand\r\nthis format, some or all of this "
     b"message may not be legible.\r\n\r\n" + multipart("B_3798000000_123456789", alternative, entity("""
        Content-type: application/vnd.openxmlformats-officedocument.wordprocessingml.document; name="minutes.docx";
         x-mac-creator="4D535744";
         x-mac-type="5738424E"
        Content-disposition: attachment;
        \tfilename="minutes.docx"
        Content-transfer-encoding: base64
        """, base64(paper)), epilogue=b"\r\n")), [("minutes.docx", paper)]


@mail("Outlook.com on the web: an inline picture pasted into the text")
def outlook_com():
    picture = files.jpeg(2)
    alternative = entity('Content-Type: multipart/alternative;\n\tboundary="_000_SY4P282MB0001_"\n',
                         multipart("_000_SY4P282MB0001_", plain(), html()))
    return entity(top("photo") + 'Content-Type: multipart/related;\n\tboundary="_002_SY4P282MB0001_";\n'
                  '\ttype="multipart/alternative"\nMIME-Version: 1.0\n',
                  multipart("_002_SY4P282MB0001_", alternative, entity(f"""
        Content-Type: image/jpeg; name="image.jpg"
        Content-Description: image.jpg
        Content-Disposition: inline; filename="image.jpg"; size={len(picture)};
        \tcreation-date="Tue, 14 May 2024 00:12:33 GMT"
        Content-ID: <0ed1f3a5-aaaa-4bbb-8ccc-1234567890ab>
        Content-Transfer-Encoding: base64
        """, base64(picture)))), [("image.jpg", picture)]


@mail("Exchange 2003: boundary with ----_=, content-class, a name in raw words over two lines")
def exchange_2003():
    paper = files.zipped(("memo.txt", b"memo"))
    name = folded_words("平成二十四年度予算案の説明資料一式.zip", "iso-2022-jp", step=9, fold="\n\t")
    return entity(top() + """
Content-class: urn:content-classes:message
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="----_=_NextPart_001_01C5051E.59120C80"
X-MimeOLE: Produced By Microsoft Exchange V6.5
""", NOTE + multipart("----_=_NextPart_001_01C5051E.59120C80", plain(),
                      entity(f'Content-Type: application/x-zip-compressed;\n\tname="{name}"\n'
                             f'Content-Transfer-Encoding: base64\nContent-Description: memo\n'
                             f'Content-Disposition: attachment;\n\tfilename="{name}"\n', base64(paper)),
                      epilogue=b"\r\n")), [("平成二十四年度予算案の説明資料一式.zip", paper)]


@mail("Exchange journaling: the report, and the mail as it was as message/rfc822")
def exchange_journal():
    inner = entity(top(message_id="j1@example.jp") + 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\n'
                   'Content-Transfer-Encoding: base64\n', base64("本文です。\r\n".encode()))
    return entity(top("Minutes", sender='"Microsoft Outlook" <MicrosoftExchange329e@example.jp>') +
                  'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary="de8f1f54-4a0c-4a5c-9a59-0c3d0f2f1a11"\n'
                  'X-MS-Journal-Report:\n', multipart("de8f1f54-4a0c-4a5c-9a59-0c3d0f2f1a11", entity("""
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: 7bit
        """, "Sender: hanako@example.jp\nSubject: Minutes\nMessage-Id: <j1@example.jp>\nTo: taro@example.com\n"),
                                          entity("Content-Type: message/rfc822", inner)))
