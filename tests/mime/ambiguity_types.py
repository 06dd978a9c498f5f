"""Ambiguities of types and charsets: what a part is, whether it holds other parts, and in which charset its text is."""

import base64
import struct

from ambiguity_base import CTE, base64_of, edit, qp_of, script_payload
from ambiguity_delimiters import PART
from ambiguity_encodings import inner_mail
from ambiguity_headers import BASE64, BOTH

BINARY = ("zip", "ole")     # VBScript is text
PLAIN = {"cte": "", "cdisp": ""}


def typed(name, classes, reader, field, **more):
    """The Content-Type of the part with the payload, or of the whole message, is given otherwise."""
    return edit("type-" + name, classes, reader, ctype=field and f"Content-Type: {field}\n", **more)


MULTIPART = "type.multipart"
MULTIPARTS = [
    *(edit(f"type-multipart-{i}", MULTIPART, "treat unknown kinds as mixed: RFC 2046's rule",
           mtype=f'Content-Type: multipart/{kind}; boundary="@B@"\n')
      for i, kind in enumerate(("foo", "x-unknown", "mixed2", "attachment", "zip", "x-mixed-replaced", "*"))),
    edit("type-multipart-no-subtype", MULTIPART + " header.values", "treat unknown kinds as mixed",
         mtype='Content-Type: multipart; boundary="@B@"\n'),
    edit("type-multipart-empty-subtype", MULTIPART, "treat unknown kinds as mixed",
         mtype='Content-Type: multipart/; boundary="@B@"\n'),
    typed("multipart-nested", MULTIPART, "treat unknown kinds as mixed", 'multipart/what; boundary="in@B@"', **PLAIN,
          data="--in@B@\n" + PART + "--in@B@--\n"),
]

TEXT = "type.text"
TEXTS = [
    *(typed("text-" + kind.replace("/", "-"), TEXT, "look at the name, or at the data", f'{kind}; name="@N@"',
            kinds=BINARY, bases=BOTH)
      for kind in ("text/plain", "text/html", "text/csv", "text/x-unknown", "text/calendar", "text/plain; charset=utf-8")),
    typed("text-no-name", TEXT, "look at the data", "text/plain", cdisp="", kinds=BINARY, bases=BOTH),
    typed("text-inline", TEXT, "look at the name", "text/plain", kinds=BINARY, bases=BOTH,
          cdisp='Content-Disposition: inline; filename="@N@"\n'),
]

MESSAGE = "type.message"


def mail_in_base64(context):
    return base64_of(inner_mail(context).replace("\n", "\r\n").encode("latin-1"))


MESSAGES = [
    typed("mail-octet", MESSAGE, "open what is named .eml", 'application/octet-stream; name="a.eml"', encodings=BASE64,
          cte=f"{CTE}: base64\n", cdisp='Content-Disposition: attachment; filename="a.eml"\n', data=mail_in_base64,
          bases=BOTH),
    typed("mail-octet-plain", MESSAGE, "open what is named .eml", 'application/octet-stream; name="a.eml"',
          encodings=BASE64, **PLAIN, data=inner_mail),
    typed("mail-text", MESSAGE, "look at the data", "text/plain", encodings=BASE64, **PLAIN, data=inner_mail),
    typed("mail-text-base64", MESSAGE, "look at the data", "text/plain", encodings=BASE64, cdisp="",
          data=mail_in_base64, bases=BOTH),
    typed("mail-image", MESSAGE, "look at the data, or at the name", 'image/png; name="a.eml"', encodings=BASE64,
          data=mail_in_base64, cdisp='Content-Disposition: attachment; filename="a.eml"\n', bases=BOTH),
    typed("mail-no-type", MESSAGE, "look at the name", "", encodings=BASE64, data=mail_in_base64,
          cdisp='Content-Disposition: attachment; filename="a.eml"\n', bases=BOTH),
    # One field of a mail, which alone does not make data look like one.
    *(typed(f"mail-other-kind-{i}", MESSAGE, "take all kinds of message/* for mails: Python's email package",
            f"message/{kind}", cte="", cdisp="", data=f"{CTE}: @E@\n\n@D@")
      for i, kind in enumerate(("x-other", "external-body; access-type=x", "http", "disposition-notification"))),
    typed("mail-own-type", MESSAGE, "look at the data, or at the name", 'application/x-mail; name="a.eml"',
          encodings=BASE64, data=mail_in_base64, bases=BOTH),
    typed("mail-received-first", MESSAGE, "look at the data", "application/octet-stream", encodings=BASE64, **PLAIN,
          data=lambda c: "Received: from a.example.net by b.example.jp; Mon, 05 Jan 2026 10:00:00 +0900\n"
          + inner_mail(c)),
]


def partial(context, parameters):
    return context.fill(f"From: a@example.net\nSubject: @X@\nMIME-Version: 1.0\nContent-Type: message/partial; {parameters}\n"
                        "\n") + inner_mail(context)


PARTIAL, EXTERNAL = "mime.partial", "mime.external-body"
FRAGMENTS = [
    *(edit(f"type-partial-{i}", PARTIAL, "put the fragments together", encodings=BASE64,
           whole=lambda c, p=parameters: partial(c, p))
      for i, parameters in enumerate(('number=1; total=1; id="a@example.net"', "id=b; number=1; total=1",
                                      "number=1; total=2; id=c", "number=1; id=d", "id=e"))),
    edit("type-partial-nested", PARTIAL, "put the fragments together", encodings=BASE64, cte="", cdisp="",
         ctype='Content-Type: message/partial; number=1; total=1; id="f"\n', data=inner_mail),
    edit("type-partial-second", PARTIAL, "put the fragments together, the first of which has the header",
         encodings=BASE64, payload=None, whole=lambda c: c.fill(
             "From: a@example.net\nSubject: @X@\nMIME-Version: 1.0\n"
             "Content-Type: message/partial; number=2; total=2; id=g\n\n") + c.encoded[400:]),
    *(typed(f"external-{i}", EXTERNAL, "fetch the body from where it is", f"message/external-body; {parameters}",
            encodings=BASE64, payload=None, **PLAIN,
            data='Content-Type: @T@; name="@N@"\nContent-ID: <x@example.net>\nContent-Transfer-Encoding: binary\n\n')
      for i, parameters in enumerate((
          'access-type=URL; URL="http://files.example.net/a"', 'access-type=anon-ftp; site=ftp.example.net; name="a"',
          'access-type=local-file; name="/tmp/a"', "access-type=x-smb; name=a", 'access-type="URL"; URL*0="http://a.exa"; '
          'URL*1="mple.net/"'))),
]


# ---- Text in other charsets. No payload: a class is about what is shown.

def shown(name, classes, reader, charset, text, encoding="8bit", kind="html"):
    """One text part of the message; `text` is bytes, as the characters of the tables."""
    if encoding == "base64":
        body = base64.encodebytes(text.encode("latin-1")).decode()
    else:
        body = qp_of(text.replace("\n", "\r\n").encode("latin-1")) if encoding != "8bit" else text + "\n"
    parameter = f"; charset={charset}" if charset else ""
    return edit("type-" + name, classes, reader, payload=None, encodings=BASE64,
                thead=f"Content-Type: text/{kind}{parameter}\n{CTE}: {encoding}\n", text=lambda c: body,
                delim="", ctype="", cte="", cdisp="", psep="", data="")


def html(text, head=""):
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>"


WORDS = "\u8acb\u6c42\u66f8\u3092\u304a\u9001\u308a\u3057\u307e\u3059"     # "we send you the invoice"
CHARSET = "type.charset"
PREFER = "prefer the charset that the HTML names"
SJIS, EUC = WORDS.encode("shift_jis").decode("latin-1"), WORDS.encode("euc-jp").decode("latin-1")
CHARSETS = [
    shown("charset-meta", CHARSET, PREFER, "utf-8", html(SJIS, '<meta charset="shift_jis">')),
    shown("charset-meta-http", CHARSET, PREFER, "us-ascii", html(
        EUC, '<meta http-equiv="Content-Type" content="text/html; charset=euc-jp">')),
    shown("charset-meta-qp", CHARSET, PREFER, "iso-8859-1", html(SJIS, "<META CHARSET=Shift_JIS>"), "quoted-printable"),
    shown("charset-meta-base64", CHARSET, PREFER, "utf-8", html(EUC, "<meta charset='euc-jp'>"), "base64"),
    shown("charset-meta-utf16", CHARSET, PREFER, "utf-8", html("text", '<meta charset="utf-16">')),
    shown("charset-xml", CHARSET, PREFER, "utf-8", '<?xml version="1.0" encoding="shift_jis"?>' + html(SJIS)),
    shown("charset-mark", CHARSET, "prefer the byte order mark", "shift_jis",
          "\xef\xbb\xbf" + html(WORDS.encode().decode("latin-1"))),
    shown("charset-meta-late", CHARSET, PREFER, "utf-8", html(SJIS, "<!-- " + "x" * 900 + ' --><meta charset="shift_jis">')),
]

UTF7 = "type.utf7"
SCRIPT7 = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
UTF7S = [
    shown("utf7-declared", UTF7, "know UTF-7", "utf-7", html(SCRIPT7)),
    shown("utf7-declared-plain", UTF7, "know UTF-7", "utf-7", "Password: +AHAAYQBzAHM-", kind="plain"),
    shown("utf7-unicode-name", UTF7, "know UTF-7 by its other name", "unicode-1-1-utf-7", html(SCRIPT7)),
    shown("utf7-meta", UTF7 + " " + CHARSET, PREFER, "utf-8", html(SCRIPT7, '<meta charset="utf-7">')),
    shown("utf7-guessed", UTF7, "guess the charset", "", html(SCRIPT7)),
    shown("utf7-mark", UTF7, "know UTF-7 by its byte order mark", "us-ascii", "+/v8-" + html(SCRIPT7)),
    shown("utf7-qp", UTF7, "know UTF-7", '"UTF-7"', html(SCRIPT7), "quoted-printable"),
    shown("utf7-base64", UTF7, "know UTF-7", "UTF-7", html(SCRIPT7), "base64"),
]

ISO2022 = "type.iso2022"
ASCII, ROMAN, TWO = "\x1b(B", "\x1b(J", "\x1b$B"
ESCAPES = [
    shown("iso2022-ascii", ISO2022, "show ISO-2022-JP without its escapes", "iso-2022-jp",
          f"Pass{ASCII}word: se{ASCII}cret", kind="plain"),
    shown("iso2022-empty-shifts", ISO2022, "show ISO-2022-JP without its escapes", "iso-2022-jp",
          f"Pass{TWO}{ASCII}word: se{TWO}{ASCII}cret", kind="plain"),
    shown("iso2022-roman", ISO2022, "show ISO-2022-JP without its escapes", "iso-2022-jp",
          f"{ROMAN}Password{ASCII}: {ROMAN}secret{ASCII}", kind="plain"),
    shown("iso2022-html", ISO2022, "show ISO-2022-JP without its escapes", "iso-2022-jp",
          html(f'<a href="ht{ASCII}tp://exa{ASCII}mple.net/">open</a>')),
    shown("iso2022-undeclared", ISO2022, "know ISO-2022-JP by its escapes", "us-ascii",
          f"Pass{ASCII}word: se{TWO}{ASCII}cret", kind="plain"),
    shown("iso2022-meta", ISO2022 + " " + CHARSET, PREFER, "utf-8",
          html(f"<scr{ASCII}ipt>alert(1)</scr{ASCII}ipt>", '<meta charset="iso-2022-jp">')),
    shown("iso2022-qp", ISO2022, "show ISO-2022-JP without its escapes", "ISO-2022-JP",
          f"Pass{ASCII}word: se{ROMAN}cret", "quoted-printable", "plain"),
    shown("iso2022-base64", ISO2022, "show ISO-2022-JP without its escapes", "iso-2022-jp",
          f"Pass{ASCII}word: se{ASCII}cret", "base64", "plain"),
]

UTF16 = "type.utf16"


def wide(text, charset):
    return text.encode(charset).decode("latin-1")


LINES = "Please open the attachment.\nThe password is: secret\n"
UTF16S = [
    shown("utf16-mark", UTF16, "know UTF-16", "utf-16", wide(LINES, "utf-16"), "base64", "plain"),
    shown("utf16-le", UTF16, "know UTF-16", "utf-16le", wide(LINES, "utf-16-le"), "base64", "plain"),
    shown("utf16-be-html", UTF16, "know UTF-16", "utf-16be", wide(html("text"), "utf-16-be"), "base64"),
    shown("utf16-undeclared", UTF16, "know UTF-16 by its byte order mark", "us-ascii", wide(LINES, "utf-16"), "base64",
          "plain"),
    shown("utf16-undeclared-html", UTF16, "know UTF-16 by its zeros", "", wide(html("text"), "utf-16-le"), "base64"),
    shown("utf32-mark", UTF16, "know UTF-32", "utf-32", wide(LINES, "utf-32"), "base64", "plain"),
    shown("utf32-be", UTF16, "know UTF-32", "utf-32be", wide(LINES, "utf-32-be"), "base64", "plain"),
    # A script that Windows runs: the payload is the file as it is saved.
    edit("type-utf16-script", "type.utf16", "save the file", kinds=("vbs",), encodings=BASE64, bases=BOTH,
         ctype='Content-Type: text/plain; charset=utf-16; name="@N@"\n',
         payload=lambda c: script_payload().decode().encode("utf-16"),
         data=lambda c: base64_of(script_payload().decode().encode("utf-16"))),
]


# ---- Apple's two ways of sending a file with its resource fork (RFC 1740)

def apple_file(magic, entries):
    """AppleSingle or AppleDouble; `entries`: (id, data)."""
    head = struct.pack(">II16xH", magic, 0x20000, len(entries))
    offset, table = len(head) + 12 * len(entries), b""
    for number, data in entries:
        table += struct.pack(">III", number, offset, len(data))
        offset += len(data)
    return head + table + b"".join(data for _, data in entries)


FINDER_INFO = (9, b"TEXTttxt" + bytes(24))


def apple_double(context):
    return context.fill('--ad@B@\nContent-Type: application/applefile; name="@N@"\n' f"{CTE}: base64\n\n") + base64_of(
        apple_file(0x00051607, [FINDER_INFO])) + context.fill("--ad@B@\n" + PART + "--ad@B@--\n")


def apple_single(context):
    return apple_file(0x00051600, [FINDER_INFO, (1, context.payload)])


APPLE = "type.appledouble"
APPLES = [
    typed("apple-double", APPLE, "take the data fork", 'multipart/appledouble; boundary="ad@B@"', **PLAIN,
          data=apple_double),
    edit("type-apple-double-top", APPLE, "take the data fork", encodings=BASE64, whole=lambda c: c.fill(
        'From: a@example.net\nSubject: @X@\nMIME-Version: 1.0\nContent-Type: multipart/appledouble; boundary="ad@B@"\n\n')
         + apple_double(c)),
    typed("apple-single", APPLE, "take the data fork of AppleSingle: Apple's Mail", 'application/applefile; name="@N@"',
          encodings=BASE64, cte=f"{CTE}: base64\n", data=lambda c: base64_of(apple_single(c)), bases=BOTH),
    typed("apple-single-octet", APPLE, "take the data fork of AppleSingle, by its magic", 'application/octet-stream; name="@N@"',
          encodings=BASE64, cte=f"{CTE}: base64\n", data=lambda c: base64_of(apple_single(c)), bases=BOTH),
    typed("apple-single-entries", APPLE, "take the data fork, whatever stands before it", 'application/applefile; name="@N@"',
          encodings=BASE64, cte=f"{CTE}: base64\n", bases=BOTH, data=lambda c: base64_of(
              apple_file(0x00051600, [(3, b"x")] * 70 + [(1, c.payload)]))),
    typed("apple-file-with-payload", APPLE, "save the file as it is", 'application/applefile; name="@N@"', bases=BOTH),
]

GROUP = "type"
ROWS = [*MULTIPARTS, *TEXTS, *MESSAGES, *FRAGMENTS, *CHARSETS, *UTF7S, *ESCAPES, *UTF16S, *APPLES]
