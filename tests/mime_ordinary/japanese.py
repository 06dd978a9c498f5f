"""Mail programs, services and groupware of Japan.

ISO-2022-JP is their charset, and file names come in each form that there is: words within quotes, raw ISO-2022-JP, raw
Shift_JIS (whose second bytes may be a backslash), RFC 2231, and none of these.
"""

import base64 as codec

import files
from make import base64, continued, entity, folded_words, lf, mail, multipart, percent, quoted, text, top, word

NOTE = b"This is a multi-part message in MIME format.\r\n\r\n"
BODY = text("いつもお世話になっております。\n資料をお送りします。\n", "iso2022_jp")
PLAIN = entity('Content-Type: text/plain; charset="ISO-2022-JP"\nContent-Transfer-Encoding: 7bit\n', BODY)


def jis(name):
    return word(name, "ISO-2022-JP")


def mixed(boundary, fields, *parts, preamble=b"", epilogue=b"", line="Content-Type: multipart/mixed; boundary=", subject="資料"):
    return entity((top(jis(subject)), fields, f'MIME-Version: 1.0\n{line}"{boundary}"\n'),
                  multipart(boundary, *parts, preamble=preamble, epilogue=epilogue))


def attachment(kind, name, data, fold="\n ", width=76, parameter="name", raw=None):
    """A part whose name stands in both fields as it is, within quotes; `raw`: bytes for it."""
    head = (f'Content-Type: {kind};{fold}{parameter}="@NAME@"\nContent-Disposition: attachment;{fold}filename="@NAME@"\n'
            "Content-Transfer-Encoding: base64\n")
    return entity(head, base64(data, width)).replace(
        b"@NAME@", name.replace("\n", "\r\n").encode() if raw is None else raw)


@mail("Becky!: boundary ------_ and hexadecimal digits, ISO-2022-JP words within quotes")
def becky():
    book, name = files.xlsx(), "見積書.xlsx"
    return mixed("------_6642B0E1000000001A2B_MULTIPART_MIXED_", "X-Mailer: Becky! ver. 2.81.02 [ja]\n", PLAIN,
                 attachment("application/octet-stream", jis(name), book), epilogue=b"\r\n", preamble=b"",
                 line="Content-Type: multipart/mixed; boundary="), [(name, book)]


@mail("Becky!: HTML with a picture; mixed, alternative and related, one boundary of each kind")
def becky_html():
    picture = files.gif(51)
    related = entity('Content-Type: multipart/related; boundary="------_6642B0E2000000001A2D_MULTIPART_RELATED_"\n', multipart(
        "------_6642B0E2000000001A2D_MULTIPART_RELATED_", entity(
            'Content-Type: text/html; charset="ISO-2022-JP"\nContent-Transfer-Encoding: 7bit\n',
            text('<HTML><BODY>資料です。<IMG src="cid:logo"></BODY></HTML>\n', "iso2022_jp")), entity(
                'Content-Type: image/gif; name="logo.gif"\nContent-Disposition: inline; filename="logo.gif"\n'
                "Content-ID: <logo>\nContent-Transfer-Encoding: base64\n", base64(picture))))
    return mixed("------_6642B0E2000000001A2B_MULTIPART_ALTERNATIVE_", "X-Mailer: Becky! ver. 2.75.04 [ja]\n", PLAIN, related,
                 line="Content-Type: multipart/alternative; boundary=", epilogue=b"\r\n"), [("logo.gif", picture)]


@mail("Shuriken: boundary of hyphens and a time, RFC 2231 continuations for a long name")
def shuriken():
    paper, name = files.zipped(("a.txt", b"shuriken")), "ジャストシステム製品のご案内とお見積りについて（令和六年度版）.zip"
    return mixed("----_NextPart_Shuriken_20240514091233_0001", "X-Mailer: JsvMail 10.5 (Shuriken 2016)\n", PLAIN, entity((
        "Content-Type: application/x-zip-compressed;\n", continued("name", name, "iso-2022-jp"),
        "\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n", continued("filename", name, "iso-2022-jp"),
        "\n"), base64(paper)), preamble=NOTE, line="Content-Type: multipart/mixed;\n\tboundary="), [(name, paper)]


@mail("AL-Mail: the name in words that end by ESC ( J")
def al_mail():
    paper = files.zipped(("b.txt", b"al"))
    roman = "資料A.zip".encode("iso2022_jp").replace(b"\x1b(B", b"\x1b(J")
    name = f"=?ISO-2022-JP?B?{codec.b64encode(roman).decode()}?="
    return mixed("-----------AL-Mail-0001", "X-Mailer: AL-Mail32 Version 1.13d\n", entity(
        "Content-Type: text/plain; charset=ISO-2022-JP\n", BODY.replace(b"\x1b(B", b"\x1b(J")),
        attachment("application/x-zip-compressed", name, paper), line="Content-Type: multipart/mixed;\n boundary="
    ), [("資料A.zip", paper)]


@mail("AL-Mail and others of its time: a raw Shift_JIS name whose second byte is a backslash")
def raw_shift_jis_name():
    book = files.xlsx("raw")
    return mixed("-----------AL-Mail-0002", "X-Mailer: AL-Mail32 Version 1.11\n", PLAIN, attachment(
        "application/vnd.ms-excel", "", book, raw="表計算ソ.xls".encode("cp932"))), [("表計算ソ.xls", book)]


@mail("PostPet and others: a raw ISO-2022-JP name")
def raw_jis_name():
    picture = files.jpeg(52)
    return mixed("PostPet-0102030405060708", "X-Mailer: PostPet 2.06\n", PLAIN, attachment(
        "image/jpeg", "", picture, raw="写真.jpg".encode("iso2022_jp"))), [("写真.jpg", picture)]


@mail("The same with a kana whose second byte is a quotation mark: what name it makes is anybody's guess")
def raw_jis_name_with_quote():
    picture = files.jpeg(55)
    return mixed("PostPet-0102030405060709", "X-Mailer: PostPet 2.06\n", PLAIN, attachment(
        "image/jpeg", "", picture, raw="あいさつ.jpg".encode("iso2022_jp"))), [("", picture)]


@mail("A browser's form: a raw UTF-8 name")
def raw_utf8_name():
    paper = files.pdf("Form")
    return mixed("----=_form_0001", "X-Mailer: WebForm 3.1\n", PLAIN, attachment(
        "application/pdf", "申請書.pdf", paper)), [("申請書.pdf", paper)]


@mail("Hidemaru Mail: 7bit in capitals, a name in words over two lines")
def hidemaru():
    paper, name = files.docx("議事録"), "第三回定例会議の議事録と次回の予定について.docx"
    return mixed("=_hm_20240514091233_0001_=", "X-Mailer: HidemaruMail 7.34 (WinNT,1000)\n", PLAIN, attachment(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        folded_words(name, "iso-2022-jp", step=8, fold="\n  "), paper), line="Content-Type: multipart/mixed;\n boundary="
    ), [(name, paper)]


@mail("Datula and EdMax: RFC 2231 name with a charset in it, inside of quotes")
def rfc2231_in_quotes():
    paper = files.zipped(("c.txt", b"edmax"))
    return mixed("EDMAX-0A1B2C3D", "X-Mailer: EdMax Ver2.85.5F\n", PLAIN, entity(
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n"
        f" filename*=\"iso-2022-jp''{percent('図面.zip', 'iso-2022-jp')}\"\n", base64(paper)),
        line="Content-Type: Multipart/Mixed;\n boundary="), [("図面.zip", paper)]


@mail("Winbiff: Mixed in title case, blanks around the equal sign")
def winbiff():
    sheet = files.csv()
    return mixed("WINBIFF-20240514-091233", "X-Mailer: Winbiff [Version 2.51 PL2]\n", PLAIN, attachment(
        "Application/Octet-Stream", jis("一覧.csv"), sheet), line="Content-Type: Multipart/Mixed; boundary = "
    ), [("一覧.csv", sheet)]


@mail("Mew: a boundary that itself begins and ends with hyphens, so that each delimiter looks like the last one")
def mew():
    note = text("添付の文です。\n", "iso2022_jp")
    boundary = "--Next_Part(Tue_May_14_09_12_33_2024_123)--"
    return mixed(boundary, "X-Mailer: Mew version 6.8 on Emacs 27.1\n", entity(
        "Content-Type: Text/Plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n", BODY), entity(f"""
        Content-Type: Text/Plain; charset=iso-2022-jp
        Content-Transfer-Encoding: 7bit
        Content-Disposition: inline; filename*=iso-2022-jp''{percent('文書.txt', 'iso-2022-jp')}
        """, note), line="Content-Type: Multipart/Mixed;\n boundary="), [("文書.txt", note)]


@mail("Wanderlust and SEMI: Multipart_ with the date, a part without any header")
def wanderlust():
    picture = files.png(53)
    return lf(mixed("Multipart_Tue_May_14_09:12:33_2024-1", "User-Agent: Wanderlust/2.15.9 SEMI/1.14.6\n", entity(
        "\n", "pictures\n"), entity("""
        Content-Type: image/png; type="png"
        Content-Disposition: inline; filename="shot.png"
        Content-Transfer-Encoding: base64
        """, base64(picture)), line="Content-Type: multipart/mixed;\n boundary=")), [("shot.png", picture)]


@mail("Yahoo! JAPAN: base64 of ISO-2022-JP, numbers as its boundary")
def yahoo_japan():
    paper, name = files.pdf("Receipt"), "領収書.pdf"
    return mixed("--0-1234567890-1715645553=:98765", "X-Mailer: YahooMailWebService/0.8.111_66\n", entity(
        "Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: base64\n", base64(BODY)), attachment(
            "application/pdf", jis(name), paper), epilogue=b"\r\n"), [(name, paper)]


@mail("Nifty's web mail: words within quotes, charset in small letters, text in Shift_JIS and 8bit")
def nifty():
    picture = files.jpeg(54)
    return mixed("----------=_1715645553-12345-6", "X-Mailer: @niftyMail 2.0\n", entity(
        'Content-Type: text/plain; charset="shift_jis"\nContent-Transfer-Encoding: 8bit\n',
        text("写真を送ります。表示できますか。\n", "cp932")), attachment("image/jpeg", word("写真１.jpg", "shift_jis"), picture),
        preamble=NOTE), [("写真１.jpg", picture)]


@mail("Cybozu: JavaMail's boundary, the name both as RFC 2231 and as words")
def cybozu():
    book, name = files.xlsx(), "勤務表_2024年5月.xlsx"
    return mixed("----=_Part_77_1234567.1715645553000", "X-Mailer: Cybozu Garoon\n", PLAIN, entity((
        f'Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; \n\tname="{jis(name)}"\n'
        "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; \n\tfilename*=", f"UTF-8''{percent(name)}\n"),
        base64(book)), line="Content-Type: multipart/mixed; \n\tboundary="), [(name, book)]


@mail("desknet's: name and filename in different charsets, of the same name")
def desknets():
    paper, name = files.docx("回覧"), "回覧板.docx"
    return mixed("DN_0102030405060708090A", "X-Mailer: desknet's NEO\n", PLAIN, entity(
        f'Content-Type: application/octet-stream; name="{jis(name)}"\nContent-Disposition: attachment; '
        f'filename="{word(name, "UTF-8")}"\nContent-Transfer-Encoding: base64\n', base64(paper))), [(name, paper)]


@mail("A gateway: words without quotes in both parameters, as NEC's manual warns of")
def words_without_quotes():
    sheet = files.csv()
    name = word("NE60090760表.csv", "ISO-2022-JP")
    return mixed("=_gw_0001", "", PLAIN, entity(f"Content-Type: text/csv; name={name}\nContent-Transfer-Encoding: base64\n"
                                               f"Content-Disposition: attachment; filename={name}\n", base64(sheet))
                 ), [("NE60090760表.csv", sheet)]


@mail("A name of 200 characters in RFC 2231 continuations, of parts in order")
def name_of_two_hundred():
    paper, name = files.pdf("Long"), "長" * 196 + ".pdf"
    return mixed("----=_long_0001", "", PLAIN, entity((
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n",
        continued("filename", name), "\n"), base64(paper))), [(name, paper)]


@mail("One word cut in the middle of a character, as programs do that count bytes")
def word_cut_within_a_character():
    paper, name = files.zipped(("d.txt", b"cut")), "福岡県福岡市博多駅前地下.zip"
    raw = name.encode()
    pieces = [raw[at:at + 20] for at in range(0, len(raw), 20)]
    cut = "\n ".join(f"=?UTF-8?B?{codec.b64encode(piece).decode()}?=" for piece in pieces)
    return mixed("----=_cut_0001", "", PLAIN, attachment("application/zip", cut, paper)), [(name, paper)]


@mail("Half-width kana and characters of vendors, in words and in the text, as ISO-2022-JP without a name for them")
def vendor_characters():
    body = "ｶﾌﾞｼｷｶﾞｲｼｬ ①㈱髙橋様\r\n".encode("iso2022_jp_ext", "ignore")
    return entity((top("=?ISO-2022-JP?B?GyRCLSEbKEI=?="), "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n"
                   "Content-Transfer-Encoding: 7bit\n"), b"\x1b$B-!-j\x7c\x62\x1b(B" + b"\r\n" + body)


@mail("The older escapes: ESC $ @ and ESC ( J, ASCII between them")
def older_escapes():
    body = text("NEC の PC で\nABC を実行します。\n", "iso2022_jp").replace(b"\x1b$B", b"\x1b$@").replace(b"\x1b(B", b"\x1b(J")
    return entity((top(jis("連絡")), "MIME-Version: 1.0\nContent-Type: text/plain; charset=ISO-2022-JP\n"), body)


@mail("A mail without MIME: raw ISO-2022-JP in subject and text, as twenty years ago")
def raw_jis_without_mime():
    head = entity("From: hanako@example.jp\nTo: taro@example.com\nSubject: @SUBJECT@\nDate: Tue, 14 May 2024 09:12:33 JST\n")
    return head.replace(b"@SUBJECT@", "会議のお知らせ".encode("iso2022_jp")) + text("会議は三時からです。\n", "iso2022_jp")


@mail("A mail magazine: raw Shift_JIS, HTML that names another charset than the header")
def magazine_charset():
    return entity((top(jis("号外")), 'MIME-Version: 1.0\nContent-Type: text/html; charset="iso-2022-jp"\n'
                   "Content-Transfer-Encoding: 7bit\nPrecedence: bulk\n"), text("""
        <html><head>
        <meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">
        </head><body>号外です。</body></html>
        """, "iso2022_jp"))


@mail("EUC-JP in 8bit, with quoted-printable beside it")
def euc_jp():
    return mixed("=_euc_0001", "", entity("Content-Type: text/plain; charset=EUC-JP\nContent-Transfer-Encoding: 8bit\n",
                                          text("資料です。\n", "euc_jp")),
                 entity("Content-Type: text/html; charset=euc-jp\nContent-Transfer-Encoding: quoted-printable\n",
                        quoted("<p>資料です。</p>\n", "euc_jp")), line="Content-Type: multipart/alternative; boundary=")
