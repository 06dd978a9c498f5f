"""Ambiguities of file names. A row's `names` are those of which some part must bear one: what clients would show or
save the file as."""

import base64

from ambiguity_base import edit
from ambiguity_headers import BOTH

JAPANESE = "\u8acb\u6c42\u66f8"                # a name of three characters: "invoice"
BACKSLASHES = "\u8868\u30bd\u80fd"             # their second bytes in Shift_JIS are 0x5C, a backslash
OVERRIDE = "\u202e"


def raw(text, charset="utf-8"):
    """The bytes of a text as the characters of the tables."""
    return text.encode(charset).decode("latin-1")


def percent(text, charset="utf-8"):
    """RFC 2231's form, all bytes escaped."""
    return "".join(f"%{byte:02X}" for byte in text.encode(charset))


def word(text, charset="utf-8"):
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def q_word(text, charset="utf-8"):
    return f"=?{charset}?Q?" + "".join(f"={byte:02X}" for byte in text.encode(charset)) + "?="


def named(name, classes, reader, parameters, names=("@N@",), **more):
    """The disposition's parameters are given; the type has no name."""
    return edit("name-" + name, classes, reader, names=names, ctype=more.pop("ctype", "Content-Type: @T@\n"),
                cdisp=f"Content-Disposition: attachment; {parameters}\n", encodings=("base64",), bases=BOTH, **more)


def fields(name, classes, reader, in_type, in_disposition, names):
    return named(name, classes, reader, in_disposition, names, ctype=f"Content-Type: @T@; {in_type}\n")


R2231, CONFLICT = "name.rfc2231", "name.conflict name.extension-conflict"
CONTINUED = [
    named("out-of-order", R2231, "put continuations in order", 'filename*1=".@EXT@"; filename*0="@STEM@"'),
    named("out-of-order-three", R2231, "put continuations in order",
          'filename*2="@EXT@"; filename*0="@STEM@"; filename*1="."'),
    named("out-of-order-extended", R2231, "put continuations in order",
          "filename*1*=%2E@EXT@; filename*0*=utf-8''@STEM@"),
    named("gap", R2231, "join what is there, or end at the gap", 'filename*0="@STEM@"; filename*2=".@EXT@"',
          ("@N@", "@STEM@")),
    named("no-zero", R2231, "join what is there", 'filename*1="@STEM@"; filename*2=".@EXT@"'),
    named("doubled", R2231, "take the last of two", 'filename*0="@STEM@"; filename*1=".txt"; filename*1=".@EXT@"',
          ("@N@", "@STEM@.txt", "@STEM@.txt.@EXT@")),
    named("leading-zeros", R2231, "read numbers with zeros before them", 'filename*00="@STEM@"; filename*01=".@EXT@"'),
    named("extended-and-plain", R2231 + " " + CONFLICT, "prefer RFC 2231's form",
          "filename=\"readme.txt\"; filename*=utf-8''@N@"),
    named("plain-and-extended", R2231 + " " + CONFLICT, "prefer the last form",
          "filename*=utf-8''@N@; filename=\"readme.txt\""),
    named("continued-and-plain", R2231 + " " + CONFLICT, "prefer RFC 2231's form",
          'filename="readme.txt"; filename*0="@STEM@"; filename*1=".@EXT@"'),
    named("extended-and-name", CONFLICT, "prefer the disposition",
          "filename*=utf-8''@N@", ctype='Content-Type: @T@; name="readme.txt"\n'),
]

E_WORD = "name.encoded-word"
WORDS = [
    named("word", E_WORD, "decode words in quotes", f'filename="{word(JAPANESE)}.@EXT@"', (f"{JAPANESE}.@EXT@",)),
    named("word-iso-2022-jp", E_WORD, "decode words in quotes", f'filename="{word(JAPANESE, "iso-2022-jp")}.@EXT@"',
          (f"{JAPANESE}.@EXT@",)),
    named("word-q", E_WORD, "decode words in quotes", f'filename="{q_word(JAPANESE)}.@EXT@"', (f"{JAPANESE}.@EXT@",)),
    named("word-ascii", E_WORD, "decode words in quotes", 'filename="=?us-ascii?Q?@STEM@=2E@EXT@?="'),
    named("word-extension", E_WORD, "decode words in quotes", f'filename="readme.txt{q_word(".vbs")}"',
          ("readme.txt.vbs",)),
    named("word-two", E_WORD, "join words next to each other",
          f'filename="{word(JAPANESE)} {word(JAPANESE)}"', (JAPANESE * 2,)),
    named("word-cut-character", E_WORD, "join the bytes of words before they decode the charset",
          "filename=\"=?utf-8?Q?=E8=AB?= =?utf-8?Q?=8B=2E@EXT@?=\"", ("\u8acb.@EXT@",)),
    named("word-unquoted", E_WORD + " header.encoded-word", "decode words everywhere", f"filename={q_word('a.')}@EXT@", ("a.@EXT@",)),
    named("word-in-extended", "", "decode words after RFC 2231",
          f"filename*=utf-8''{q_word('a.').replace('=', '%3D').replace('?', '%3F')}@EXT@", ("a.@EXT@", q_word("a.") + "@EXT@")),
    fields("word-in-type", E_WORD, "decode words in quotes", f'name="{word(JAPANESE)}.@EXT@"', 'size="1"',
           (f"{JAPANESE}.@EXT@",)),
]

EIGHT = "name.8bit"
EIGHT_BIT = [
    named("8bit-utf8", EIGHT, "take bytes for UTF-8", f'filename="{raw(JAPANESE)}.@EXT@"', (f"{JAPANESE}.@EXT@",)),
    named("8bit-sjis", EIGHT, "guess Shift_JIS", f'filename="{raw(JAPANESE, "shift_jis")}.@EXT@"',
          (f"{JAPANESE}.@EXT@",)),
    named("8bit-sjis-backslash", EIGHT, "guess Shift_JIS before they look for quoted-pairs",
          f'filename="{raw(BACKSLASHES, "shift_jis")}.@EXT@"', (f"{BACKSLASHES}.@EXT@",)),
    named("8bit-sjis-backslash-last", EIGHT, "guess Shift_JIS before they look for quotes",
          f'filename="@STEM@.@EXT@{raw(BACKSLASHES[0], "shift_jis")}"', (f"@N@{BACKSLASHES[0]}",)),
    named("8bit-euc-jp", EIGHT, "guess EUC-JP", f'filename="{raw(JAPANESE, "euc-jp")}.@EXT@"',
          (f"{JAPANESE}.@EXT@",)),
    named("8bit-iso-2022-jp", EIGHT, "know ISO-2022-JP by its escapes",
          f'filename="{raw(JAPANESE, "iso-2022-jp")}.@EXT@"', (f"{JAPANESE}.@EXT@",)),
    named("8bit-unquoted", EIGHT, "take bytes for UTF-8", f"filename={raw(JAPANESE)}.@EXT@", (f"{JAPANESE}.@EXT@",)),
    fields("8bit-in-type", EIGHT, "take bytes for UTF-8", f'name="{raw(JAPANESE)}.@EXT@"', 'size="1"',
           (f"{JAPANESE}.@EXT@",)),
]

CONFLICTS = [
    fields("conflict", CONFLICT, "take the disposition's name", 'name="readme.txt"', 'filename="@N@"', ("@N@",)),
    fields("conflict-type-wins", CONFLICT, "take the type's name", 'name="@N@"', 'filename="readme.txt"',
           ("@N@", "readme.txt")),
    fields("conflict-extension", CONFLICT, "take the disposition's name", 'name="@STEM@.pdf"', 'filename="@N@"', ("@N@",)),
    fields("conflict-same-extension", CONFLICT, "take either", 'name="other.@EXT@"', 'filename="@N@"', ("@N@",)),
    fields("conflict-extended", CONFLICT + " " + R2231, "take the disposition's name", "name*=utf-8''readme.txt",
           'filename="@N@"', ("@N@",)),
    fields("conflict-twice-in-disposition", CONFLICT, "take the last of two", 'name="@N@"',
           'filename="readme.txt"; filename="@N@"', ("@N@", "readme.txt")),
    fields("conflict-three", CONFLICT, "take the disposition's name", 'name="a.pdf"; name="b.png"', 'filename="@N@"',
           ("@N@",)),
]

PERCENT = "name.percent"
PERCENTS = [
    named("percent-dot", PERCENT, "undo percent-encoding everywhere", 'filename="@STEM@%2E@EXT@"', ("@N@", "@STEM@%2E@EXT@")),
    named("percent-all", PERCENT, "undo percent-encoding everywhere", f'filename="{percent("a.vbs")}"',
          ("a.vbs", percent("a.vbs"))),
    named("percent-utf8", PERCENT, "undo percent-encoding everywhere", f'filename="{percent(JAPANESE)}.@EXT@"',
          (f"{JAPANESE}.@EXT@", f"{percent(JAPANESE)}.@EXT@")),
    named("percent-with-charset", PERCENT + " name.rfc2231", "know RFC 2231 without its asterisk",
          "filename=\"utf-8''@STEM@%2E@EXT@\"", ("@N@", "utf-8''@STEM@%2E@EXT@", "utf-8''@N@")),
    named("percent-lower-case", PERCENT, "undo percent-encoding everywhere", 'filename="@STEM@%2e@EXT@"',
          ("@N@", "@STEM@%2e@EXT@")),
    fields("percent-in-type", PERCENT, "undo percent-encoding everywhere", 'name="@STEM@%2E@EXT@"', 'size="1"',
           ("@N@", "@STEM@%2E@EXT@")),
]

BIDI = "name.bidi"
BIDIS = [
    named("bidi-extended", BIDI, "show the name", f"filename*=utf-8''re{percent(OVERRIDE)}cod.vbs",
          (f"re{OVERRIDE}cod.vbs",)),
    named("bidi-word", BIDI, "show the name", f'filename="{word(f"re{OVERRIDE}cod.vbs")}"', (f"re{OVERRIDE}cod.vbs",)),
    named("bidi-raw", BIDI, "show the name", f'filename="re{raw(OVERRIDE)}cod.vbs"', (f"re{OVERRIDE}cod.vbs",)),
    named("bidi-isolate", BIDI, "show the name", f"filename*=utf-8''a{percent(chr(0x2066))}b{percent(chr(0x2069))}.vbs",
          ("a\u2066b\u2069.vbs",)),
    named("bidi-mark", BIDI, "show the name", f"filename*=utf-8''a{percent(chr(0x200F))}.vbs", ("a\u200f.vbs",)),
    fields("bidi-in-type", BIDI, "show the name", f'name="{word(f"a{OVERRIDE}txt.vbs")}"', 'size="1"',
           (f"a{OVERRIDE}txt.vbs",)),
]

TRAIL = "name.trailing"
SAVE = "save under the name that Windows makes of it"


def trailing(name, text):
    return named("trailing-" + name, TRAIL, SAVE, f'filename="{text}"', (text, "@N@"))


TRAILING = [
    trailing("dot", "@N@."), trailing("dots", "@N@..."), trailing("blank", "@N@ "),
    trailing("dot-blank-dot", "@N@. ."), trailing("many-blanks", "@N@" + " " * 30),
    named("trailing-extended", TRAIL, SAVE, "filename*=utf-8''@N@%20%2E", ("@N@", "@N@ .")),
    named("trailing-word", TRAIL, SAVE, 'filename="=?utf-8?Q?@STEM@=2E@EXT@=20=2E?="', ("@N@", "@N@ .")),
    fields("trailing-in-type", TRAIL, SAVE, 'name="@N@. "', 'size="1"', ("@N@", "@N@. ")),
]

NUL = "name.nul header.nul"
NULS = [
    named("nul-then-harmless", NUL, "end names at NUL", 'filename="@N@\0.txt"', ("@N@", "@N@\0.txt", "@N@.txt")),
    named("nul-then-real", NUL, "drop NUL", 'filename="readme.txt\0.@EXT@"',
          ("readme.txt", "readme.txt\0.@EXT@", "readme.txt.@EXT@")),
    named("nul-in-extension", NUL, "drop NUL", 'filename="@STEM@.\0@EXT@"', ("@N@", "@STEM@.\0@EXT@", "@STEM@.")),
    named("nul-extended", "name.nul", "end names at NUL", "filename*=utf-8''@N@%00.txt",
          ("@N@", "@N@\0.txt", "@N@.txt")),
    named("nul-word", "name.nul", "end names at NUL", 'filename="=?utf-8?Q?@STEM@=2E@EXT@=00=2Etxt?="',
          ("@N@", "@N@\0.txt", "@N@.txt")),
    fields("nul-in-type", NUL, "end names at NUL", 'name="@N@\0.txt"', 'size="1"', ("@N@", "@N@\0.txt", "@N@.txt")),
]

BLANKS = "name.blanks"


def blanks(name, gap, shown=None):
    text = f"report.pdf{gap}.vbs"
    return named("blanks-" + name, BLANKS, "show the start of a long name", f'filename="{text}"',
                 (shown or text, "report.pdf .vbs", "report.pdf.vbs"))


BLANK = [
    blanks("fifty", " " * 50), blanks("two-hundred", " " * 200), blanks("tabs", "\t" * 20),
    blanks("folded", " \n" * 5 + " ", "report.pdf      .vbs"),
    blanks("no-break", raw("\u00a0") * 60, "report.pdf" + "\u00a0" * 60 + ".vbs"),
    blanks("ideographic", raw("\u3000") * 60, "report.pdf" + "\u3000" * 60 + ".vbs"),
    named("blanks-extended", BLANKS, "show the start of a long name", f"filename*=utf-8''report.pdf{'%20' * 80}.vbs",
          ("report.pdf" + " " * 80 + ".vbs", "report.pdf .vbs")),
]

LONG = "name.long"
LONGS = [
    *(named(f"long-{size}", LONG, "show any length, and cut it to save it", f'filename="{"n" * size}.@EXT@"', ())
      for size in (256, 700, 990, 3000)),
    named("long-continued", LONG, "join the pieces",
          "; ".join(f'\n filename*{i}="{"p" * 60}"' for i in range(20)) + '; filename*20=".@EXT@"', ()),
    named("long-japanese", LONG, "show any length", f"filename*=utf-8''{percent(JAPANESE) * 40}.@EXT@", ()),
]

# No class is made for these; that the name comes out as clients have it is all.
OTHERS = [
    named("open-quote", "", "end a quoted value with the field", 'filename="@N@'),
    named("quoted-pairs", "", "know quoted-pairs", 'filename="@STEM@\\.@EXT@"', ("@N@", "@STEM@\\.@EXT@")),
    named("behind-many-parameters", "", "have no limit for parameters",
          "".join(f"\n p{i}=v;" for i in range(1_100)) + ' filename="@N@"'),
    named("semicolon-unquoted", "", "end the value at the semicolon: the RFC's reading", "filename=@N@;.pdf",
          ("@N@", "@N@;.pdf")),
    named("blank-unquoted", "", "end the value at the semicolon", "filename=my report.@EXT@", ("my report.@EXT@", "my")),
    edit("name-only-in-type", "", "take the type's name", names=("@N@",), cdisp="Content-Disposition: attachment\n",
         encodings=("base64",), bases=BOTH),
    edit("name-in-location", "", "take the location's name", names=("@N@", ""), ctype="Content-Type: @T@\n",
         cdisp="Content-Location: @N@\n", encodings=("base64",)),
]

GROUP = "name"
ROWS = [*CONTINUED, *WORDS, *EIGHT_BIT, *CONFLICTS, *PERCENTS, *BIDIS, *TRAILING, *NULS, *BLANK, *LONGS, *OTHERS]
