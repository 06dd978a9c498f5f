"""Mobile mail of Japan: decorated mail of the three carriers, pictures, and what their gateways make of it."""

import files
from make import base64, entity, mail, multipart, quoted, text, top, word


def carrier(fields, body, sender, subject="=?ISO-2022-JP?B?GyRCJCoyYSQ0JDckRyQ5JCsbKEI=?="):
    return entity((top(subject, sender=sender, to="taro@example.com", message_id=None), fields), body)


def picture_part(name, data, cid, kind="image/gif"):
    return entity(f"""
        Content-Type: {kind}; name="{name}"
        Content-Transfer-Encoding: base64
        Content-ID: <{cid}>
        """, base64(data))


@mail("docomo's decorated mail: alternative within related, each picture a part with a Content-ID, no Message-ID")
def docomo_decoration():
    pictures = [files.gif(60 + n) for n in range(3)]
    inner = entity('Content-Type: multipart/alternative; boundary="----_=_docomo_alt_0001"\n',
                   multipart("----_=_docomo_alt_0001", entity(
                       'Content-Type: text/plain; charset="shift_jis"\nContent-Transfer-Encoding: 8bit\n',
                       text("こんにちは\n", "cp932")), entity(
                           'Content-Type: text/html; charset="shift_jis"\nContent-Transfer-Encoding: quoted-printable\n',
                           quoted('<html><body bgcolor="#ffccff">こんにちは<img src="cid:00@docomo"></body></html>\n', "cp932"))))
    related = entity('Content-Type: multipart/related; boundary="----_=_docomo_rel_0001"\n',
                     multipart("----_=_docomo_rel_0001", inner, *(
                         picture_part(f"deco{n}.gif", data, f"0{n}@docomo.ne.jp.240514091233")
                         for n, data in enumerate(pictures))))
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="----_=_docomo_mix_0001"\n',
                   multipart("----_=_docomo_mix_0001", related), "hanako.sato@docomo.example"
                   ), [(f"deco{n}.gif", data) for n, data in enumerate(pictures)]


@mail("au's decorated mail: boundaries of digits, types in small letters without a blank behind the semicolon")
def au_decoration():
    picture, photo = files.gif(64), files.jpeg(64)
    inner = entity('Content-Type:multipart/alternative;boundary="20240514091233001"\n', multipart("20240514091233001", entity(
        "Content-Type:text/plain;charset=iso-2022-jp\nContent-Transfer-Encoding:7bit\n", text("おはよう\n", "iso2022_jp")),
        entity("Content-Type:text/html;charset=iso-2022-jp\nContent-Transfer-Encoding:7bit\n",
               text('<HTML><BODY>おはよう<IMG SRC="cid:01"></BODY></HTML>\n', "iso2022_jp"))))
    related = entity('Content-Type:multipart/related;boundary="20240514091233000"\n',
                     multipart("20240514091233000", inner, picture_part("01.gif", picture, "01")))
    return carrier('MIME-Version:1.0\nContent-Type:multipart/mixed;boundary="20240514091232999"\n',
                   multipart("20240514091232999", related, entity("""
        Content-Type:image/jpeg;name="240514_0912~01.jpg"
        Content-Transfer-Encoding:base64
        Content-Disposition:attachment;filename="240514_0912~01.jpg"
        """, base64(photo)), epilogue=b"\r\n"), "hanako@ezweb.example"), [("01.gif", picture), ("240514_0912~01.jpg", photo)]


@mail("SoftBank: its emoji escapes in the text, a boundary of words with underscores")
def softbank_emoji():
    picture = files.jpeg(65)
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="mixed_part_0001_SoftBank"\n'
                   "X-Mailer: SoftBank MMS\n", multipart("mixed_part_0001_SoftBank", entity(
                       "Content-Type: text/plain; charset=Shift_JIS\nContent-Transfer-Encoding: 8bit\n",
                       text("元気です", "cp932") + b"\x1b$Gj\x0f\x1b$Ev\x0f\r\n"), entity("""
        Content-Type: image/jpeg; name="image.jpg"
        Content-Location: image.jpg
        Content-Transfer-Encoding: base64
        """, base64(picture))), "hanako@softbank.example"), [("image.jpg", picture)]


@mail("SoftBank's decorated mail: related with start and type, Content-Location beside Content-ID")
def softbank_decoration():
    picture = files.gif(66)
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/related; start="<main>"; type="multipart/alternative";\n'
                   ' boundary="--sb.rel.0123456789"\n', multipart("--sb.rel.0123456789", entity(
                       'Content-Type: multipart/alternative; boundary="--sb.alt.0123456789"\nContent-ID: <main>\n',
                       multipart("--sb.alt.0123456789", entity(
                           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
                           base64("やあ😀\r\n".encode())), entity(
                               "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n",
                               base64('<html><body>やあ😀<img src="cid:a.gif"></body></html>'.encode())))), entity("""
        Content-Type: image/gif; name="a.gif"
        Content-ID: <a.gif>
        Content-Location: a.gif
        Content-Transfer-Encoding: base64
        """, base64(picture))), "hanako@softbank.example"), [("a.gif", picture)]


@mail("docomo's i-mode: a picture alone as the whole mail, name in the type")
def imode_picture():
    picture = files.jpeg(67)
    return carrier('MIME-Version: 1.0\nContent-Type: image/jpeg; name="NEC_0001.jpg"\nContent-Transfer-Encoding: base64\n'
                   'Content-Disposition: attachment; filename="NEC_0001.jpg"\n', base64(picture, 72), "hanako@docomo.example"
                   ), [("NEC_0001.jpg", picture)]


@mail("A template of decorated mail, application/x-decomail-template, whose content is MIME again")
def decomail_template():
    picture = files.gif(68)
    template = b"Decomail-Template\r\nMIME-Version:1.0\r\n" + entity(
        'Content-Type: multipart/related; boundary="tpl1"\n', multipart("tpl1", entity(
            "Content-Type: text/html; charset=Shift_JIS\nContent-Transfer-Encoding: 8bit\n",
            text("<html><body>お元気ですか</body></html>\n", "cp932")), picture_part("t.gif", picture, "t")))
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="tplmail"\n', multipart("tplmail", entity(
        "Content-Type: text/plain; charset=ISO-2022-JP\n", text("どうぞ\n", "iso2022_jp")), entity("""
        Content-Type: application/x-decomail-template; name="hello.dmt"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="hello.dmt"
        """, base64(template))), "hanako@docomo.example"), [("hello.dmt", template)]


@mail("A carrier's notice of a size limit: the picture is gone, an empty part stands in its place")
def carrier_dropped_picture():
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="dropped0001"\n', multipart(
        "dropped0001", entity("Content-Type: text/plain; charset=ISO-2022-JP\n", text("写真です\n", "iso2022_jp")), entity("""
        Content-Type: image/jpeg; name="big.jpg"
        Content-Transfer-Encoding: base64
        """), entity("Content-Type: text/plain; charset=ISO-2022-JP\n", text("添付ファイル削除\n", "iso2022_jp"))),
        "hanako@ezweb.example")


@mail("MMS from abroad: SMIL, related with start, parts of several kinds")
def mms_smil():
    picture = files.jpeg(69)
    smil = b'<smil><head><layout/></head><body><par dur="5000ms"><img src="a.jpg"/></par></body></smil>\r\n'
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/related; start=<0.smil>; type=application/smil; '
                   'boundary="__CONTENT_64564516_PART_BOUNDARY__0.9876"\n', multipart(
                       "__CONTENT_64564516_PART_BOUNDARY__0.9876", entity("""
        Content-Type: application/smil; name="0.smil"; charset="utf-8"
        Content-ID: <0.smil>
        Content-Transfer-Encoding: 7bit
        """, smil), entity("""
        Content-Type: image/jpeg; name="a.jpg"
        Content-Location: a.jpg
        Content-ID: <a.jpg>
        Content-Transfer-Encoding: base64
        """, base64(picture)), entity('Content-Type: text/plain; charset="utf-8"; name="text_0.txt"\n'
                                      "Content-Transfer-Encoding: base64\n", base64("hi 😀".encode()))),
                   "+81900000000/TYPE=PLMN@mms.example"), [("0.smil", smil), ("a.jpg", picture)]


@mail("Android's mail program: hexadecimal boundary, two photos and no text")
def android():
    photos = [files.jpeg(70), files.jpeg(71)]
    return carrier('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="--_com.android.email_1234567890123456"\n',
                   multipart("--_com.android.email_1234567890123456", *(entity(f"""
        Content-Type: image/jpeg;
         name="{word(f'写真{n}.jpg')}"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment;
         filename="{word(f'写真{n}.jpg')}";
         size={len(data)}
        """, base64(data)) for n, data in enumerate(photos)), preamble=b"", epilogue=b"\r\n"), "hanako@example.jp"
                   ), [(f"写真{n}.jpg", data) for n, data in enumerate(photos)]
