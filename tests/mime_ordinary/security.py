"""Signed and encrypted mail: S/MIME and OpenPGP. Signatures are noise in the right frame; no key is real."""

import hashlib

import files
from make import base64, entity, lf, mail, multipart, quoted, text, top


def der(tag, *contents):
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def oid(*arcs):
    out = bytes([arcs[0] * 40 + arcs[1]])
    for arc in arcs[2:]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.insert(0, arc & 0x7F | 0x80)
        out += bytes(septets)
    return der(0x06, out)


PKCS7 = (1, 2, 840, 113549, 1, 7)
SHA256 = der(0x30, oid(2, 16, 840, 1, 101, 3, 4, 2, 1), b"\x05\0")
RSA = der(0x30, oid(1, 2, 840, 113549, 1, 1, 1), b"\x05\0")
ISSUER = der(0x30, der(0x31, der(0x30, oid(2, 5, 4, 3), der(0x0C, b"Inert CA"))))


def signed_data(content=None, seed=80):
    """CMS SignedData (RFC 5652 section 5) of one signer, without certificates; `content` is enclosed if given."""
    inside = [der(0xA0, der(0x04, content))] if content is not None else []
    signer = der(0x30, b"\x02\1\1", der(0x30, ISSUER, b"\x02\1\x2a"), SHA256, RSA, der(0x04, files.noise(256, seed)))
    return der(0x30, oid(*PKCS7, 2), der(0xA0, der(0x30, b"\x02\1\1", der(0x31, SHA256),
                                                   der(0x30, oid(*PKCS7, 1), *inside), der(0x31, signer))))


def enveloped_data(seed=81):
    recipient = der(0x30, b"\x02\1\0", der(0x30, ISSUER, b"\x02\1\x2a"), RSA, der(0x04, files.noise(256, seed)))
    aes = der(0x30, oid(2, 16, 840, 1, 101, 3, 4, 1, 42), der(0x04, files.noise(16, seed + 1)))
    return der(0x30, oid(*PKCS7, 3), der(0xA0, der(0x30, b"\x02\1\0", der(0x31, recipient), der(
        0x30, oid(*PKCS7, 1), aes, der(0x80, files.noise(320, seed + 2))))))


def packet(tag, body):
    """A packet of OpenPGP in the new format (RFC 9580 section 4.2)."""
    size = len(body)
    length = bytes([size]) if size < 192 else bytes([(size - 192 >> 8) + 192, size - 192 & 0xFF])
    return bytes([0xC0 | tag]) + length + body


def armoured(kind, data, fields="", end="\r\n"):
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
    check = base64((crc & 0xFFFFFF).to_bytes(3, "big"))
    return (f"-----BEGIN PGP {kind}-----{end}{fields}{end}".encode() + base64(data, 64, end.encode()) + b"=" +
            check.strip() + f"{end}-----END PGP {kind}-----{end}".encode())


SIGNATURE = packet(2, bytes([4, 0, 1, 8, 0, 6, 5, 2]) + (1715645553).to_bytes(4, "big") + bytes([0, 0, 0x12, 0x34, 4, 0]) +
                   files.noise(128, 82))
ENCRYPTED = (packet(1, b"\3" + files.noise(8, 83) + b"\1\4\0" + files.noise(128, 84)) +
             packet(18, b"\1" + files.noise(300, 85)))
PAPER = files.pdf("Signed")


def signed_part(boundary="signed-inner-1"):
    return entity(f'Content-Type: multipart/mixed; boundary="{boundary}"\n', multipart(boundary, entity(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", quoted("署名した文です。\n")),
        entity('Content-Type: application/pdf; name="signed.pdf"\nContent-Disposition: attachment; filename="signed.pdf"\n'
               "Content-Transfer-Encoding: base64\n", base64(PAPER))))


@mail("Outlook: clear-signed S/MIME, smime.p7s, x-pkcs7-signature")
def outlook_clear_signed():
    proof = signed_data()
    boundary = "----=_NextPart_000_0007_01DAA5F4.00000000"
    return entity((top("Contract"), 'MIME-Version: 1.0\nContent-Type: multipart/signed;\n'
                   f'\tprotocol="application/x-pkcs7-signature";\n\tmicalg=SHA1;\n\tboundary="{boundary}"\n'),
                  b"This is a multi-part message in MIME format.\r\n\r\n" + multipart(
                      boundary, signed_part("----=_NextPart_001_0008_01DAA5F4.00000000"), entity("""
        Content-Type: application/x-pkcs7-signature;
        \tname="smime.p7s"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment;
        \tfilename="smime.p7s"
        """, base64(proof)), epilogue=b"\r\n")), [("signed.pdf", PAPER), ("smime.p7s", proof)]


@mail("Thunderbird: clear-signed S/MIME, the cryptographic preamble, micalg in the middle")
def thunderbird_clear_signed():
    proof = signed_data(seed=86)
    return entity((top("Contract"), 'MIME-Version: 1.0\nContent-Type: multipart/signed; '
                   'protocol="application/pkcs7-signature"; micalg=sha-256; boundary="------------ms010203040506070809000102"\n'),
                  b"This is a cryptographically signed message in MIME format.\r\n\r\n" + multipart(
                      "------------ms010203040506070809000102", signed_part("------------0102030405060708090A0B0C"), entity("""
        Content-Type: application/pkcs7-signature; name="smime.p7s"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="smime.p7s"
        Content-Description: S/MIME Cryptographic Signature
        """, base64(proof)))), [("signed.pdf", PAPER), ("smime.p7s", proof)]


@mail("S/MIME, opaque-signed: the whole mail is smime.p7m")
def opaque_signed():
    whole = signed_data(signed_part())
    return entity((top("Contract"), """
        MIME-Version: 1.0
        Content-Disposition: attachment; filename="smime.p7m"
        Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name="smime.p7m"
        Content-Transfer-Encoding: base64
        """), base64(whole, 64)), [("smime.p7m", whole)]


@mail("S/MIME, encrypted")
def smime_encrypted():
    whole = enveloped_data()
    return entity((top("Contract"), """
        MIME-Version: 1.0
        Content-Type: application/pkcs7-mime; name="smime.p7m"; smime-type=enveloped-data
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="smime.p7m"
        Content-Description: S/MIME Encrypted Message
        """), base64(whole, 72)), [("smime.p7m", whole)]


@mail("Mutt: PGP/MIME signed, LF alone")
def pgp_mime_signed():
    proof = armoured("SIGNATURE", SIGNATURE)
    return lf(entity((top("news"), 'MIME-Version: 1.0\nContent-Type: multipart/signed; micalg=pgp-sha256;\n'
                      '\tprotocol="application/pgp-signature"; boundary="aYrjF+tKM0nOJ5Pr"\n'),
                     b"\r\n" + multipart("aYrjF+tKM0nOJ5Pr", signed_part("pQhZXvAqiZgbeUkD"), entity("""
        Content-Type: application/pgp-signature; name="signature.asc"
        """, proof), epilogue=b"\r\n"))), [("signed.pdf", PAPER), ("signature.asc", proof.replace(b"\r\n", b"\n"))]


@mail("Enigmail: PGP/MIME signed, the preamble about OpenPGP, the inner mail with protected headers")
def enigmail_signed():
    proof = armoured("SIGNATURE", SIGNATURE)
    inner = entity('Content-Type: multipart/mixed; boundary="AbCdEfGhIjKlMnOpQrStUvWxYz012345";\n protected-headers="v1"\n'
                   "From: Hanako Sato <hanako@example.jp>\nSubject: news\n", multipart(
                       "AbCdEfGhIjKlMnOpQrStUvWxYz012345", entity(
                           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
                           base64("署名\r\n".encode())), epilogue=b"\r\n"))
    return entity((top("news"), 'MIME-Version: 1.0\nContent-Type: multipart/signed; micalg=pgp-sha256;\n'
                   ' protocol="application/pgp-signature";\n boundary="zYxWvUtSrQpOnMlKjIhGfEdCbA543210"\n'),
                  b"This is an OpenPGP/MIME signed message (RFC 4880 and 3156)\r\n" + multipart(
                      "zYxWvUtSrQpOnMlKjIhGfEdCbA543210", inner, entity("""
        Content-Type: application/pgp-signature; name="OpenPGP_signature.asc"
        Content-Description: OpenPGP digital signature
        Content-Disposition: attachment; filename="OpenPGP_signature"
        """, proof), epilogue=b"\r\n")), [("", proof)]


@mail("PGP/MIME encrypted: the control part and encrypted.asc")
def pgp_mime_encrypted():
    secret, control = armoured("MESSAGE", ENCRYPTED), b"Version: 1\r\n"
    return entity((top("..."), 'MIME-Version: 1.0\nContent-Type: multipart/encrypted;\n protocol="application/pgp-encrypted";\n'
                   ' boundary="foo-encrypted-0001"\n'), b"This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n" +
                  multipart("foo-encrypted-0001", entity("Content-Type: application/pgp-encrypted\n"
                                                         "Content-Description: PGP/MIME version identification\n", control),
                            entity("""
        Content-Type: application/octet-stream; name="encrypted.asc"
        Content-Description: OpenPGP encrypted message
        Content-Disposition: inline; filename="encrypted.asc"
        """, secret), epilogue=b"\r\n")), [("", control), ("encrypted.asc", secret)]


@mail("PGP inline: a text signed in the clear, with its dashes escaped")
def pgp_inline_signed():
    return entity((top("news"), "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n"), text("""
        -----BEGIN PGP SIGNED MESSAGE-----
        Hash: SHA256

        Two points:

        - -- the first
        - --- the second
        - -----BEGIN is escaped as well

        """) + armoured("SIGNATURE", SIGNATURE, "Version: GnuPG v2\r\n"))


@mail("PGP inline: an encrypted text with words before and after it")
def pgp_inline_encrypted():
    return entity((top("for you"), "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n"),
                  text("for your eyes:\n\n") + armoured("MESSAGE", ENCRYPTED, "Charset: utf-8\r\n") + text("\nHanako\n"))


@mail("PGP: an encrypted file beside a text, names ending in .pgp and .asc")
def pgp_attached_file():
    binary, armour = ENCRYPTED, armoured("MESSAGE", ENCRYPTED)
    return entity((top("files"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-pgpfiles"\n'),
                  multipart("=-pgpfiles", entity("Content-Type: text/plain\n", "both forms\n"), entity("""
        Content-Type: application/octet-stream; name="order.pdf.pgp"
        Content-Disposition: attachment; filename="order.pdf.pgp"
        Content-Transfer-Encoding: base64
        """, base64(binary)), entity("""
        Content-Type: text/plain; name="order.pdf.asc"
        Content-Disposition: attachment; filename="order.pdf.asc"
        """, armour))), [("order.pdf.pgp", binary), ("order.pdf.asc", armour)]


@mail("A mail signed twice: by its author with PGP, by the company's gateway with S/MIME")
def signed_twice():
    proof, outer = armoured("SIGNATURE", SIGNATURE), signed_data(seed=87)
    inner = entity('Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature";\n'
                   ' boundary="nextPart1.inner"\n', multipart("nextPart1.inner", signed_part("nextPart2.inner"), entity(
                       "Content-Type: application/pgp-signature; name=signature.asc\n", proof)))
    digest = hashlib.sha1(inner).hexdigest().upper()
    return entity((top("twice"), 'MIME-Version: 1.0\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; '
                   f'micalg="sha-256"; boundary="----{digest[:32]}"\n'), b"This is an S/MIME signed message\r\n\r\n" + multipart(
                       f"----{digest[:32]}", inner, entity("""
        Content-Type: application/pkcs7-signature; name="smime.p7s"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="smime.p7s"
        """, base64(outer, 64)), epilogue=b"\r\n")), [("signed.pdf", PAPER), ("", proof), ("smime.p7s", outer)]
