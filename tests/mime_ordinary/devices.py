"""Scanners, faxes, storage boxes and telephones: small firmware with small ideas of MIME."""

import files
from make import base64, entity, mail, multipart, text, top, word


def device(sender, fields, body=b"", subject="Scanned document", message_id=None, date="Tue, 14 May 2024 09:12:33 +0900"):
    return entity((top(subject, sender=sender, message_id=message_id, date=date), fields), body)


def scan(boundary, name, data, kind="application/pdf", said="", close=True, epilogue=b"", width=76, more=""):
    return multipart(boundary, entity("Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n", said),
                     entity(f'Content-Type: {kind}; name="{name}"\n{more}Content-Transfer-Encoding: base64\n'
                            f'Content-Disposition: attachment; filename="{name}"\n', base64(data, width)),
                     close=close, epilogue=epilogue)


@mail("A multi-function printer: boundary of digits, no Message-ID, an empty text part")
def mfp_digits():
    paper = files.pdf("Scan")
    return device("scanner@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="1715645553"\n',
                  scan("1715645553", "SKM_C25824051409120.pdf", paper)), [("SKM_C25824051409120.pdf", paper)]


@mail("A multi-function printer: the last delimiter is missing")
def mfp_without_end():
    picture = files.tiff(101)
    return device("ricoh@example.jp", "MIME-Version: 1.0\nContent-Type: multipart/mixed;\n"
                  ' boundary="DC8A1F0B-20240514-0912"\nX-Mailer: Aficio MP C3003\n',
                  scan("DC8A1F0B-20240514-0912", "20240514091233.tif", picture, "image/tiff", "This E-mail was sent from \"RNP\".\n",
                       close=False)), [("20240514091233.tif", picture)]


@mail("Internet fax (RFC 3965): +-+-+-T-+-+ as its boundary, an encoding on the multipart")
def internet_fax():
    picture = files.tiff(102)
    return device("fax@example.jp", 'Mime-Version: 1.0\nX-Mailer: Internet FAX, MGCS\nContent-Transfer-Encoding: 7bit\n'
                  'Content-Type: multipart/mixed; boundary="+-+-+-T-+-+"\n', multipart("+-+-+-T-+-+", entity(
                      "Content-Type: image/tiff; name=\"image.tif\"\nContent-Transfer-Encoding: base64\n"
                      "Content-Disposition: attachment; filename=\"image.tif\"\n", base64(picture, 72))),
                  "IMAGE from Internet FAX"), [("image.tif", picture)]


@mail("A scanner with blanks behind its closing delimiter, and blank lines behind those")
def scanner_trailing_blanks():
    paper = files.pdf("Scan 2")
    body = scan("KM_SCAN_BOUNDARY_0001", "doc00012320240514.pdf", paper, epilogue=b"\r\n\r\n\r\n")
    return device("kyocera@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="KM_SCAN_BOUNDARY_0001"\n',
                  body.replace(b"0001--\r\n", b"0001--   \r\n")), [("doc00012320240514.pdf", paper)]


@mail("A scanner in Japan: a raw Shift_JIS subject, the name in words, Date without a zone")
def scanner_japanese():
    paper, name = files.pdf("Scan 3"), "スキャン_0001.pdf"
    made = device("fujixerox@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="----=_FX_0102030405"\n',
                  scan("----=_FX_0102030405", word(name, "Shift_JIS"), paper, said=""), "@SUBJECT@", date="14 May 2024 09:12:33")
    return made.replace(b"@SUBJECT@", "スキャン文書".encode("cp932")), [(name, paper)]


@mail("A scanner that sends a picture as the whole mail, the name in Content-Description")
def scanner_single():
    picture = files.jpeg(103)
    return device("hp@example.jp", """
        MIME-Version: 1.0
        Content-Type: image/jpeg; name=scan0001.jpg
        Content-Transfer-Encoding: base64
        Content-Description: scan0001.jpg
        Content-Disposition: inline; filename=scan0001.jpg
        """, base64(picture, 60)), [("scan0001.jpg", picture)]


@mail("A scanner that sends LF alone in its base64 and CR LF in the rest")
def scanner_mixed_line_ends():
    paper = files.pdf("Scan 4")
    return device("brother@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BRN001BA9_0001"\n',
                  multipart("BRN001BA9_0001", entity("Content-Type: text/plain\n", "scan\n"), entity("""
        Content-Type: application/pdf; name="scan.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="scan.pdf"
        """, base64(paper, 76, b"\n")))), [("scan.pdf", paper)]


@mail("A scanner whose text part has neither header nor text, and whose PDF has no name")
def scanner_nameless():
    paper = files.pdf("Scan 5")
    return device("canon@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="CANON_iR_0001"\n',
                  multipart("CANON_iR_0001", b"\r\n", entity("Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n",
                                                            base64(paper)))), [("", paper)]


@mail("A camera: pictures with one name for all, an X-field of status per part")
def camera():
    pictures = [files.jpeg(104), files.jpeg(105)]
    return device("camera1@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="#BOUNDARY#"\n', multipart(
        "#BOUNDARY#", entity("Content-Type: text/plain; charset=us-ascii\n", "Motion detected\n"), *(entity("""
        Content-Type: image/jpeg; name="snap.jpg"
        X-Camera-Status: alarm
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="snap.jpg"
        """, base64(data)) for data in pictures)), "Alarm"), [("snap.jpg", data) for data in pictures]


@mail("A storage box: HTML alone, no charset, blanks behind the encoding")
def storage_box():
    return device("nas@example.jp", "MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit \n",
                  "<html><body>RAID: ボリューム1は正常です。</body></html>\n", "[NAS] 通知".encode("ascii", "ignore").decode())


@mail("A UPS: a header that ends the mail, no body and no blank line")
def empty_mail():
    return device("ups@example.jp", "", subject="UPS: on battery").removesuffix(b"\r\n")


@mail("A telephone exchange: voice mail as multipart/voice-message, audio/x-wav")
def voice_mail():
    sound = files.wav(106)
    return device("pbx@example.jp", 'MIME-Version: 1.0 (Voice 2.0)\nContent-Type: multipart/voice-message;\n'
                  ' boundary="==_voice_0001_=="\n', multipart("==_voice_0001_==", entity(
                      "Content-Type: text/plain; charset=us-ascii\n", "A message of 12 seconds.\n"), entity("""
        Content-Type: audio/x-wav; name="msg0001.wav"
        Content-Transfer-Encoding: base64
        Content-Disposition: inline; voice=Voice-Message; filename="msg0001.wav"
        Content-Duration: 12
        """, base64(sound, 60))), "Voice message from 0312345678", "vm.1@pbx.example.jp"), [("msg0001.wav", sound)]


@mail("Asterisk: ----voicemail_ and a number as its boundary, which begins with hyphens")
def asterisk():
    sound = files.wav(107)
    return device('"PBX" <asterisk@pbx.example.jp>', "MIME-Version: 1.0\nContent-Type: multipart/mixed; "
                  'boundary="----voicemail_112345678901804289383"\n', b"\r\n\r\n" + multipart(
                      "----voicemail_112345678901804289383", entity(
                          "Content-Type: text/plain; charset=ISO-8859-1\nContent-Transfer-Encoding: 8bit\n", "A message.\n\n"),
                      entity("""
        Content-Type: audio/x-wav; name="msg0003.wav"
        Content-Transfer-Encoding: base64
        Content-Description: Voicemail sound attachment.
        Content-Disposition: attachment; filename="msg0003.wav"
        """, base64(sound, 72))), "[PBX]: New message 3"), [("msg0003.wav", sound)]


@mail("A fax gateway: TIFF as application/octet-stream, the text part behind it")
def fax_gateway():
    picture = files.tiff(108)
    return device("faxgate@example.jp", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_fax_=_1"\n', multipart(
        "=_fax_=_1", entity("""
        Content-Type: application/octet-stream; name="0312345678_20240514.tif"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="0312345678_20240514.tif"
        """, base64(picture)), entity("Content-Type: text/plain; charset=iso-2022-jp\n",
                                      text("受信しました。\n", "iso2022_jp")))), [("0312345678_20240514.tif", picture)]
