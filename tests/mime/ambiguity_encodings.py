"""Ambiguities of the transfer encoding: odd names, encodings where none belong, bent base64 and quoted-printable, and
uuencode, yEnc and BinHex inside of text."""

import base64

from ambiguity_base import CRLF, CTE, base64_of, binhex_of, edit, lines_of, qp_of, script_payload, uu_of, yenc_of
from ambiguity_headers import BASE64, BOTH, value

QP = ("quoted-printable",)

UNKNOWN = "encoding.unknown"
UNKNOWNS = [
    *(value("unknown-" + name, UNKNOWN, "decode what is plainly base64", text, encodings=BASE64)
      for name, text in (("x", "x-unknown"), ("none", "none"), ("utf-7", "utf-7"), ("utf-8", "utf-8"),
                         ("base32", "base32"), ("gzip", "gzip"), ("number", "64"))),
    value("empty", "encoding.absent", "decode what is plainly base64", "", encodings=BASE64),
    value("only-comment", "header.comment encoding.unknown encoding.absent", "decode what is plainly base64", "(none)",
          encodings=BASE64),
    *(value("uu-" + text, UNKNOWN + " text.uuencode", "know this old name of uuencode", text, encodings=BASE64,
            data=lambda c: uu_of(c.payload, c.file)) for text in ("x-uuencode", "uuencode", "x-uue", "uue")),
    value("yenc", UNKNOWN + " text.yenc", "know yEnc by its name", "x-yenc", encodings=BASE64,
          data=lambda c: yenc_of(c.payload, c.file)),
    value("binhex", UNKNOWN + " text.binhex", "know BinHex by its name", "mac-binhex40", encodings=BASE64,
          data=lambda c: binhex_of(c.payload, c.file)),
]

MISSPELT = "encoding.misspelt"
# What stands in the field, for the encoding that was meant. Two kinds of clients come through: those that look for a
# known start of the word or letters only, and those that decode what plainly is base64.
BASE64_SPELLINGS = ["base-64", "base64base64", "base645", "base64-", "base 64", "b64", "base64.", "base64:", "8base64",
                    "x-base64", "base_64", "base", "bas64", "base64;", "base64,", "base64/", "base64=", "b",
                    "base64; x=y"]
QP_SPELLINGS = ["quotedprintable", "quoted_printable", "quoted-printible", "quoted-print", "quoted printable", "qp",
                "quoted-printable;", "quoted-printable.", "x-quoted-printable", "quoted-printable-", "quoted--printable",
                "Quoted-Printable,", "q"]
# Those that no letters of a word tell, and the one that is two values.
SPELLING_CLASSES = {"base": UNKNOWN, "b": UNKNOWN, "qp": UNKNOWN, "q": UNKNOWN, "base64; x=y": "header.values"}


def misspelt(name, text, **more):
    return value("misspelt-" + name, SPELLING_CLASSES.get(text, MISSPELT), "look for the start or the letters of a word", text,
                 **more)


MISSPELLINGS = [
    *(misspelt(f"{i:02}", text, encodings=BASE64) for i, text in enumerate(BASE64_SPELLINGS)),
    *(misspelt(f"qp-{i:02}", text, encodings=QP, bases=("mixed",)) for i, text in enumerate(QP_SPELLINGS)),
    value("misspelt-nul", MISSPELT + " header.nul", "drop NUL", "@E1@\0@E2@"),
]

QUOTED = "encoding.quoted"
QUOTES = [
    value("quotes", QUOTED, "take quotes off", '"@E@"'),
    value("quotes-single", "encoding.misspelt", "take quotes of any kind off", "'@E@'"),
    value("quotes-open", QUOTED, "take quotes off", '"@E@'),
    value("quotes-close", QUOTED, "take quotes off", '@E@"'),
    value("quotes-empty-first", QUOTED, "take quotes off", '""@E@'),
    value("quotes-inside", QUOTED, "take quotes off", '@E1@"@E2@"'),
    value("quotes-pair", QUOTED, "know quoted-pairs", '"@E1@\\@E2@"'),
    value("quotes-blanks", QUOTED, "take quotes and blanks off", '" @E@ "'),
    value("quotes-angle", "encoding.misspelt", "look for the letters of a word", "<@E@>"),
]

ABSENT = "encoding.absent"
ABSENTS = [
    edit("absent", ABSENT, "decode what is plainly base64", bases=BOTH, encodings=BASE64, cte=""),
    *(value("absent-" + text, ABSENT, "decode what is plainly base64", text, encodings=BASE64)
      for text in ("7bit", "8bit", "binary")),
    edit("absent-data-uri", ABSENT, "decode what is plainly base64", encodings=BASE64, cte=f"{CTE}: 7bit\n",
         data=lambda c: "\n\n" + c.encoded),
    edit("absent-in-text", ABSENT, "decode what is plainly base64", encodings=BASE64, cte="",
         ctype='Content-Type: text/plain; name="@N@"\n'),
    edit("absent-no-fields", ABSENT, "decode what is plainly base64", encodings=BASE64, ctype="", cte="", cdisp=""),
]

COMPOSITE = "encoding.composite"


def inner_mail(context, encoding="base64", encode=base64_of):
    """A mail with the payload, to be enclosed."""
    return context.fill('From: a@example.net\nSubject: inner\nMIME-Version: 1.0\nContent-Type: @T@; name="@N@"\n'
                        f"{CTE}: {encoding}\n\n") + encode(context.payload)


def quoted_mail(context):
    return inner_mail(context, "quoted-printable", qp_of)


def inner_multipart(context):
    return context.fill('--in@B@\nContent-Type: @T@; name="@N@"\n' f"{CTE}: base64\n\n") + base64_of(
        context.payload) + context.fill("--in@B@--\n")


def encoded_text(make):
    """The encoding of what `make` gives, its line ends as CR LF."""
    def data(context):
        raw = make(context).replace("\n", "\r\n").encode("latin-1")
        return base64_of(raw) if context.encoding == "base64" else qp_of(raw)
    return data


COMPOSITES = [
    edit("composite-mail-encoded", COMPOSITE, "decode an encoded message/rfc822", ctype="Content-Type: message/rfc822\n",
         data=encoded_text(inner_mail)),
    edit("composite-mail-plain", COMPOSITE, "do not decode message/rfc822", ctype="Content-Type: message/rfc822\n",
         data=inner_mail),
    edit("composite-mail-plain-other", COMPOSITE, "do not decode message/rfc822", encodings=BASE64,
         ctype="Content-Type: message/rfc822\n", data=quoted_mail),
    edit("composite-multipart-encoded", COMPOSITE, "decode an encoded multipart",
         ctype='Content-Type: multipart/mixed; boundary="in@B@"\n', cdisp="", data=encoded_text(inner_multipart)),
    edit("composite-multipart-plain", COMPOSITE, "do not decode a multipart",
         ctype='Content-Type: multipart/mixed; boundary="in@B@"\n', cdisp="", data=inner_multipart),
    edit("composite-top-plain", COMPOSITE, "do not decode a multipart", version=f"MIME-Version: 1.0\n{CTE}: @E@\n"),
    edit("composite-top-encoded", COMPOSITE, "decode an encoded multipart",
         whole=lambda c: c.fill('From: a@example.net\nSubject: @X@\nMIME-Version: 1.0\n'
                                'Content-Type: multipart/mixed; boundary="in@B@"\n' f"{CTE}: @E@\n\n")
         + encoded_text(inner_multipart)(c)),
    edit("composite-top-other-words", COMPOSITE + " encoding.unknown", "do not decode a multipart",
         version=f"MIME-Version: 1.0\n{CTE}: utf-7\n"),
    edit("composite-digest", COMPOSITE, "decode an encoded message/rfc822", encodings=BASE64,
         mtype='Content-Type: multipart/digest; boundary="@B@"\n', ctype="", cdisp="", data=encoded_text(inner_mail)),
    edit("composite-global", COMPOSITE, "decode an encoded message/global", ctype="Content-Type: message/global\n",
         data=encoded_text(inner_mail)),
]

def prefixed(start, classes):
    return " ".join(start + name for name in classes.split())


# ---- base64. `bend` gives the text of the part; lines end in \n.

def base(name, classes, reader, bend, **more):
    return edit("b64-" + name, prefixed("base64.", classes), reader, bases=more.pop("bases", BOTH), encodings=BASE64,
                data=bend, **more)


def every(text, count, what):
    """`what` behind each `count` characters."""
    return what.join(lines_of(text, count))


def per_line(change):
    return lambda c: "".join(change(line) + "\n" for line in c.encoded.splitlines())


def pieces(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


def quads(context):
    """"XX=X" for two bytes, the second of which ends in four zero bits: whoever begins a new group at '=' is lost."""
    at = next(i for i in range(300, len(context.payload)) if context.payload[i + 1] & 15 == 0)
    start = base64.b64encode(context.payload[at:at + 2]).decode()[:2]
    return "\n".join(lines_of(base64.b64encode(context.payload[:at]).decode() + start + "=Q"
                              + base64.b64encode(context.payload[at + 2:]).decode(), 76)) + "\n"


DROP = "drop what is not of the alphabet"
GARBAGE = [
    base("garbage-marks", "garbage", DROP, per_line(lambda line: every(line, 10, "!"))),
    base("garbage-line-start", "garbage", DROP, per_line(lambda line: "#" + line)),
    base("garbage-line-end", "garbage", DROP, per_line(lambda line: line + ";")),
    base("garbage-blanks", "garbage", DROP, per_line(lambda line: every(line, 4, " "))),
    base("garbage-8bit", "garbage", DROP, per_line(lambda line: every(line, 20, "\xa4\xe9"))),
    base("garbage-nul", "garbage", DROP, per_line(lambda line: every(line, 30, "\0"))),
    base("garbage-url-safe", "garbage", "take '-' for '+' and '_' for '/': Node.js", kinds=("zip",),
         bend=lambda c: c.encoded.replace("+", "-").replace("/", "_")),
    base("garbage-one", "garbage", DROP, lambda c: c.encoded[:200] + "*" + c.encoded[200:]),
    base("garbage-first", "garbage", DROP, lambda c: "<<<<>>>>\n" + c.encoded),
    base("garbage-lines", "garbage", DROP, per_line(lambda line: line + "\n~~~~ ~~~~ ~~~~")),
    base("garbage-bare-cr", "garbage", DROP, per_line(lambda line: every(line, 19, "\r"))),
    base("garbage-dashes", "garbage", DROP, per_line(lambda line: "- " + line)),
    base("garbage-quoted", "garbage", DROP, per_line(lambda line: "> " + line)),
    base("garbage-behind", "garbage padding", DROP, lambda c: c.encoded + "\n(--- * ---)\n"),
]

SKIP = "drop '=' like any other junk"
STOP = "end at the first '='"
GROUPS = "decode each padded run by itself"
PADDING = [
    base("padding-in-the-middle", "padding", SKIP, per_line(lambda line: line[:7] + "=" + line[7:])),
    base("padding-at-line-ends", "padding", SKIP, per_line(lambda line: line if "=" in line else line + "=")),
    base("padding-double-at-line-ends", "padding", SKIP, per_line(lambda line: line if "=" in line else line + "==")),
    base("padding-one", "padding", SKIP, lambda c: c.encoded[:101] + "=" + c.encoded[101:]),
    base("padding-at-the-start", "padding garbage", SKIP, lambda c: "=" + c.encoded),
    base("padding-four-at-the-start", "padding garbage", SKIP, lambda c: "====\n" + c.encoded),
    base("runs-of-lines", "padding", GROUPS, lambda c: "".join(
        base64_of(piece) for piece in pieces(c.payload, 55))),
    base("runs-two", "padding", GROUPS, lambda c: "".join(base64_of(p) for p in (c.payload[:1000], c.payload[1000:]))),
    base("runs-joined", "padding", GROUPS, lambda c: "\n".join(lines_of("".join(
        base64.b64encode(piece).decode() for piece in pieces(c.payload, 400)), 76)) + "\n"),
    base("runs-of-groups", "padding", GROUPS, lambda c: "\n".join(lines_of("".join(
        base64.b64encode(piece).decode() for piece in pieces(c.payload, 1)), 76)) + "\n", kinds=("zip",)),
    base("data-behind", "padding", STOP, lambda c: c.encoded + base64_of(b"this is not of the payload " * 20)),
    base("skipped-and-data-behind", "padding", "skip '=' but where it fills a group, and end there: Python's binascii",
         lambda c: "".join(per_line(lambda line: line if "=" in line else line[:5] + "=" + line[5:])(c))
         + base64_of(b"this is not of the payload " * 20)),
    base("group-with-padding-inside", "padding", "let '=' stand for a character of its group: Thunderbird", quads,
         kinds=("zip", "ole")),
    base("data-behind-joined", "padding", STOP, lambda c: c.encoded.rstrip("\n") + base64_of(b"not of it " * 50)),
    base("padding-too-long", "padding garbage", "drop what is too much", lambda c: c.encoded.rstrip("\n") + "====\n"),
    base("padding-on-own-line", "padding lines", "take the run of '=' over the line end",
         lambda c: c.encoded.rstrip("=\n") + "=\n=\n"),
]

UNPADDED = [
    base("unpadded", "unpadded", "take the last group as it is", lambda c: c.encoded.rstrip("=\n") + "\n"),
    base("unpadded-half", "unpadded", "take the last group as it is", lambda c: c.encoded.rstrip("\n")[:-1] + "\n"),
    base("unpadded-two-bytes", "unpadded", "take the last group as it is",
         lambda c: base64_of(c.payload[:-2]).rstrip("=\n") + "\n", payload=lambda c: c.payload[:-2]),
    base("unpadded-stray", "unpadded", "drop a last group of one character",
         lambda c: base64_of(c.payload[:-1]).rstrip("\n") + "Q\n", payload=lambda c: c.payload[:-1]),
    base("unpadded-no-line-end", "unpadded", "take the last group as it is", lambda c: c.encoded.rstrip("=\n"),
         bases=("single",)),
]
# 80 KB, so that one line of base64 is over 100,000 characters.
def long_payload(context):
    return (context.payload * (80_000 // len(context.payload) + 1))[:80_002]


LINES = [
    *(base(f"lines-{width}", "lines", "care for no length of lines", lambda c, w=width: base64_of(c.payload, w))
      for width in (1, 2, 3, 1000, 1500, 5000)),
    base("lines-100000", "lines", "care for no length of lines", lambda c: base64_of(long_payload(c), 200_000),
         payload=long_payload, bases=("mixed",)),
    base("lines-mixed", "lines", "care for no length of lines", lambda c: "\n".join(
        piece for line in lines_of(base64.b64encode(c.payload).decode(), 60) for piece in (line[:1], line[1:])) + "\n"),
    base("lines-blank-between", "lines garbage", "skip blank lines",
         lambda c: "\n\n".join(lines_of(base64.b64encode(c.payload).decode(), 2)) + "\n"),
]

# ---- quoted-printable

def qp(name, classes, reader, bend, **more):
    return edit("qp-" + name, prefixed("qp.", classes), reader, encodings=QP, data=bend, **more)


TEXT = {"kinds": ("vbs",)}
assert b" = " in script_payload()
QPS = [
    qp("escape-kept", "escape", "keep '=' that is no escape, as RFC 2045 advises", lambda c: qp_of(c.payload, raw="="),
       **TEXT),
    qp("escape-dropped", "escape", "drop '=' that is no escape", lambda c: qp_of(c.payload).replace("WScript", "WS=cript"),
       **TEXT),
    qp("escape-before-cr", "escape", "take a CR alone for a line end",
       lambda c: qp_of(c.payload).replace("WScript", "WS=\rcript"), ends=(CRLF,), **TEXT),
    qp("escape-double", "escape", "keep one '=' of two, as Python's binascii does", lambda c: qp_of(c.payload).replace("=3D", "=="), **TEXT),
    qp("escape-kept-long-lines", "escape", "keep '=' that is no escape",
       lambda c: qp_of(c.payload, raw="=", width=300), **TEXT),
    qp("case", "case", "take lower-case digits", lambda c: qp_of(c.payload, case="x")),
    qp("case-every", "case", "take lower-case digits", lambda c: qp_of(c.payload, case="x", every=True)),
    qp("case-first-half", "case", "take lower-case digits", lambda c: qp_of(c.payload[:1500], case="x")[:-1] + "=\n"
       + qp_of(c.payload[1500:])),
    qp("case-long-lines", "case", "take lower-case digits", lambda c: qp_of(c.payload, case="x", width=990)),
    qp("case-one-digit", "case", "take lower-case digits", lambda c: qp_of(c.payload).replace("=0D=0A", "=0d=0A")
       .replace("=0D", "=0d").replace("=CF", "=cF")),
    qp("end", "end", "drop '=' at the end", lambda c: qp_of(c.payload)[:-1] + "=\n"),
    qp("end-twice", "end", "drop '=' at the end", lambda c: qp_of(c.payload)[:-1] + "=\n=\n"),
    qp("end-blank", "end blanks", "drop '=' and blanks at the end", lambda c: qp_of(c.payload)[:-1] + "=  \n"),
    edit("qp-end-of-message", "qp.end", "drop '=' at the end", bases=("single",), encodings=BASE64,
         cte=f"{CTE}: quoted-printable\n", data=lambda c: qp_of(c.payload)[:-1] + "="),
    qp("blanks-behind-soft", "blanks", "drop blanks at line ends", lambda c: qp_of(c.payload, end="=  ")),
    qp("tabs-behind-soft", "blanks", "drop blanks at line ends", lambda c: qp_of(c.payload, end="=\t")),
    qp("blanks-many", "blanks", "drop blanks at line ends", lambda c: qp_of(c.payload, end="=" + " " * 60)),
    qp("blanks-at-end", "blanks", "drop blanks at line ends", lambda c: qp_of(c.payload)[:-1] + "   \n"),
    qp("blanks-mixed", "blanks", "drop blanks at line ends", lambda c: qp_of(c.payload, end="= \t ")),
]


# ---- encodings inside of text

def inside(name, classes, reader, make, **more):
    """A text part with words before and behind the block."""
    return edit("text-" + name, classes, reader, encodings=BASE64, ctype=more.pop("ctype", "Content-Type: text/plain\n"),
                cte="", cdisp="", data=lambda c: "words before\n\n" + make(c) + "\nwords behind\n", **more)


UU = "text.uuencode"
SHOW = "show the block as an attachment"
TEXTS = [
    inside("uu", UU, SHOW, lambda c: uu_of(c.payload, c.file), bases=BOTH),
    inside("uu-blank-for-zero", UU, SHOW, lambda c: uu_of(c.payload, c.file, zero=" "), bases=BOTH),
    inside("uu-mode-four-digits", UU, SHOW, lambda c: uu_of(c.payload, c.file, begin="begin 0644 "), bases=BOTH),
    inside("uu-mode-666", UU, SHOW, lambda c: uu_of(c.payload, c.file, begin="begin 666 "), bases=BOTH),
    *(inside(f"uu-begin-{i}", UU, SHOW, lambda c, b=begin: uu_of(c.payload, c.file, begin=b))
      for i, begin in enumerate(("begin 100644 ", "begin 66 ", "begin  644 ", "begin\t644\t", "begin 0100644 "))),
    inside("uu-blank-line-first", UU, SHOW, lambda c: uu_of(c.payload, c.file).replace("\n", "\n\n", 1)),
    inside("uu-words-first", UU, "skip lines that hold no data: Perl's MIME-tools",
           lambda c: uu_of(c.payload, c.file).replace("\n", "\nwords before the data\n", 1)),
    inside("uu-name-with-blanks", UU, SHOW, lambda c: uu_of(c.payload, "a b " + c.file)),
    inside("uu-two", UU, SHOW, lambda c: uu_of(b"the first one", "a.txt") + "\n" + uu_of(c.payload, c.file)),
    inside("uu-no-end", UU, SHOW, lambda c: uu_of(c.payload, c.file).removesuffix("`\nend\n")),
    inside("uu-html", UU, SHOW, lambda c: uu_of(c.payload, c.file), ctype="Content-Type: text/html\n"),
    inside("uu-blanks-cut", UU, SHOW, lambda c: "\n".join(
        line.rstrip(" ") for line in uu_of(c.payload, c.file, zero=" ").split("\n"))),
    inside("uu-base64", UU + " encoding.absent", SHOW, lambda c: f"begin-base64 644 {c.file}\n{base64_of(c.payload)}====\n"),
    edit("text-uu-preamble", UU + " boundary.preamble", SHOW, encodings=BASE64, delim="", ctype="", cte="", cdisp="",
         psep="", data="", preamble=lambda c: uu_of(c.payload, c.file)),
    edit("text-uu-epilogue", UU + " boundary.epilogue", SHOW, encodings=BASE64, delim="", ctype="", cte="", cdisp="",
         psep="", data="", epilogue=lambda c: "\n" + uu_of(c.payload, c.file)),
    inside("yenc", "text.yenc", SHOW, lambda c: yenc_of(c.payload, c.file), bases=BOTH),
    inside("yenc-wide", "text.yenc", SHOW, lambda c: yenc_of(c.payload, c.file, width=256), bases=BOTH),
    inside("yenc-part", "text.yenc", SHOW, lambda c: yenc_of(c.payload, c.file, part=1), bases=BOTH),
    inside("yenc-named-blank", "text.yenc", SHOW, lambda c: yenc_of(c.payload, "a b " + c.file), bases=BOTH),
    inside("binhex", "text.binhex", SHOW, lambda c: binhex_of(c.payload, c.file), bases=BOTH),
    inside("binhex-no-blank-line", "text.binhex", SHOW,
           lambda c: binhex_of(c.payload, c.file).replace("\n\n", "\n", 1), bases=BOTH),
    inside("binhex-typed", "text.binhex", SHOW, lambda c: binhex_of(c.payload, c.file),
           ctype='Content-Type: application/mac-binhex40; name="@N@"\n'),
    inside("yenc-blank-line-before-part", "text.yenc", SHOW,
           lambda c: yenc_of(c.payload, c.file, part=1).replace("=ypart", "\n=ypart")),
    *(edit("text-binhex-bare-" + name, UNKNOWN if name == "encoding" else "text.binhex", "begin at the first ':'", encodings=BASE64, ctype=kind,
           cte=field, cdisp="", data=lambda c: binhex_of(c.payload, c.file).split("\n\n")[1])
      for name, kind, field in (("typed", 'Content-Type: application/mac-binhex40; name="@N@"\n', ""),
                                ("encoding", 'Content-Type: @T@; name="@N@"\n', f"{CTE}: mac-binhex40\n"))),
    inside("binhex-html", "text.binhex", SHOW, lambda c: binhex_of(c.payload, c.file),
           ctype="Content-Type: text/html\n"),
]

GROUP = "encoding"
ROWS = [*UNKNOWNS, *MISSPELLINGS, *QUOTES, *ABSENTS, *COMPOSITES, *GARBAGE, *PADDING, *UNPADDED, *LINES, *QPS, *TEXTS]
