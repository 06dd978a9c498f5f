"""Ambiguities of multipart boundaries: how they are declared (this file) and used (ambiguity_delimiters.py)."""

from ambiguity_base import edit
from ambiguity_headers import delimited, multipart, top


def declared(name, classes, reader, parameter, used="@B@", **more):
    """A multipart whose parameters are `parameter`, and whose delimiters have `used` behind their dashes."""
    return multipart(name, classes, reader, f"multipart/mixed; {parameter}", **(delimited(used) | more))


# A part whose header does not begin with a Content-* field. Who reads past the boundary's declaration has nothing to
# know its delimiters by but the fields further down.
BEHIND_OTHERS = {"thead": "X-Part: 1\nContent-Type: text/plain; charset=us-ascii\n", "pfirst": "X-Part: 2\nDate: now\n"}
PYTHON = "decode as Python's email package does"

FIRST, LAST = "take the first parameter", "take the last parameter"
DUP = "boundary.duplicate"
# What the text and the payload stand behind: those who take the other boundary see one part, or none.
SPLIT = {"open": "--other\n", "close": "--@B@--\n--other--\n"}
DUPLICATES = [
    declared("twice-first", DUP, FIRST, "boundary=@B@; boundary=other"),
    declared("twice-last", DUP, LAST, "boundary=other; boundary=@B@"),
    declared("twice-quoted-first", DUP, FIRST, 'boundary="@B@"; boundary="other"'),
    declared("twice-quoted-last", DUP, LAST, 'boundary="other"; boundary="@B@"'),
    declared("twice-quoted-and-not", DUP, LAST, 'boundary="other"; boundary=@B@'),
    declared("twice-case", DUP, LAST, "boundary=other; BOUNDARY=@B@"),
    declared("twice-far-apart", DUP, LAST, 'boundary=other; charset=utf-8; type="text/html"; boundary=@B@'),
    declared("twice-folded", DUP, LAST, 'boundary="other";\n\tboundary="@B@"'),
    declared("thrice", DUP, LAST, "boundary=a; boundary=b; boundary=@B@"),
    declared("twice-split-last", DUP, LAST, "boundary=other; boundary=@B@", **SPLIT),
    declared("twice-split-first", DUP, FIRST, "boundary=@B@; boundary=other", **SPLIT),
    declared("twice-empty", DUP + " boundary.empty", "skip an empty parameter", "boundary=; boundary=@B@"),
    declared("twice-in-disposition", "boundary.foreign", "ignore the disposition's boundary", "boundary=@B@",
             version="MIME-Version: 1.0\nContent-Disposition: inline; boundary=other\n"),
]

QUOTE = "boundary.quoting"
QUOTES = [
    declared("empty-quotes-dropped", QUOTE, "drop quotes", 'boundary=""@B@'),
    declared("empty-quotes-kept", QUOTE, "take the value as it stands", 'boundary=""@B@', '""@B@'),
    declared("text-behind-quotes", QUOTE, "end the value at the second quote", 'boundary="@B@"tail'),
    declared("text-behind-quotes-joined", QUOTE, "drop quotes", 'boundary="@B1@"@B2@'),
    declared("text-behind-quotes-last", QUOTE, "take what is behind the quotes", 'boundary="head"@B@'),
    declared("text-behind-quotes-kept", QUOTE, "take the value as it stands", 'boundary="head"@B@', '"head"@B@'),
    declared("text-before-quotes", QUOTE, "drop quotes", 'boundary=@B1@"@B2@"'),
    declared("text-before-quotes-cut", QUOTE, "end the value at a quote", 'boundary=@B@"tail"'),
    declared("open-quote", QUOTE, "end a quoted value with the field", 'boundary="@B@'),
    declared("open-quote-then-parameter", QUOTE, "end a value at the semicolon", 'boundary="@B@; charset=utf-8'),
    declared("open-quote-folded", QUOTE, "end a quoted value at the line end", 'boundary="@B@\n ; charset=utf-8'),
    declared("close-quote", QUOTE, "drop quotes", 'boundary=@B@"'),
    declared("single-quotes", QUOTE, "know single quotes", "boundary='@B@'"),
    declared("single-quotes-kept", QUOTE, "do not know single quotes: the RFC's reading", "boundary='@B@'", "'@B@'"),
    declared("quoted-pair", QUOTE, "know quoted-pairs", 'boundary="@B1@\\@B2@"'),
    declared("quoted-pair-kept", QUOTE, "do not know quoted-pairs", 'boundary="@B1@\\@B2@"', "@B1@\\@B2@"),
    declared("quoted-pair-of-quote", QUOTE, "know quoted-pairs", 'boundary="@B1@\\"@B2@"', '@B1@"@B2@'),
    declared("quoted-pair-unquoted", QUOTE, "drop backslashes", "boundary=@B1@\\@B2@"),
    declared("quoted-pair-at-end", QUOTE, "do not know quoted-pairs", 'boundary="@B@\\"', "@B@\\"),
    declared("quotes-in-use", QUOTE, "take quotes off delimiters", 'boundary="@B@"', '"@B@"'),
    declared("quotes-doubled", QUOTE, "drop quotes", 'boundary=""@B@""'),
    declared("smart-quotes", QUOTE + " boundary.characters", "know typographic quotes", "boundary=\x93@B@\x94"),
]

EMPTY = "boundary.empty"
EMPTIES = [
    declared("empty", EMPTY, "take an empty boundary for one", "boundary=", ""),
    declared("empty-quoted", EMPTY, "take an empty boundary for one", 'boundary=""', ""),
    declared("empty-one-quote", QUOTE, "take an empty boundary for one", 'boundary="', ""),
    declared("empty-semicolon", EMPTY, "take an empty boundary for one", "boundary=;", ""),
    declared("empty-no-equals", "boundary.missing", "take a parameter without a value for empty", "boundary", ""),
    declared("empty-blanks", "boundary.blanks boundary.missing", "cut blanks off", 'boundary="  "', ""),
    declared("empty-other-delimiters", EMPTY + " boundary.undeclared", "guess the boundary from the first delimiter",
             'boundary=""'),
    declared("empty-two-quotes-kept", EMPTY + " " + QUOTE, "take the value as it stands", 'boundary=""', '""'),
]

BLANK = "boundary.blanks"
BLANKS = [
    declared("blank-before", BLANK, "cut blanks off: most clients", "boundary= @B@"),
    declared("blank-before-equals", BLANK, "cut blanks off", "boundary =@B@"),
    declared("blank-quoted-first", BLANK, "cut blanks off", 'boundary=" @B@"'),
    declared("blank-quoted-first-kept", BLANK, "keep blanks in quotes: the RFC's reading", 'boundary=" @B@"', " @B@"),
    declared("blank-quoted-last", BLANK, "cut blanks off", 'boundary="@B@ "'),
    declared("blank-quoted-last-kept", BLANK, "keep blanks in quotes", 'boundary="@B@ "', "@B@ "),
    declared("blank-in-use-first", BLANK, "cut blanks off delimiters", 'boundary="@B@"', " @B@"),
    declared("blank-in-use-last", BLANK, "take blanks behind a delimiter for padding: the RFC's reading",
             'boundary="@B@"', close="--@B@--   \n", delim="--@B@   \n"),
    declared("blank-in-use-tab", BLANK, "take blanks behind a delimiter for padding", 'boundary="@B@"',
             delim="--@B@\t\n"),
    declared("blank-tabs", BLANK, "cut blanks off", "boundary=\t@B@\t"),
    declared("nul-in-use", "boundary.trailing", "drop NUL", 'boundary="@B@"',
             open="--@B@\0\n", delim="--@B@\0\n"),
    declared("nul-declared-and-used", "header.nul", "take NUL for any byte", 'boundary="\0@B@"', "\0@B@"),
]

CHARACTERS = "boundary.characters"
STRANGE = [
    declared("comma-first", CHARACTERS, "end the value at the comma", "boundary=@B@,tail"),
    declared("comma-last", CHARACTERS, "take the last of a list", "boundary=head,@B@"),
    declared("comma-kept", CHARACTERS, "end the value at blank or semicolon", "boundary=@B@,tail", "@B@,tail"),
    declared("comma-two-parameters", CHARACTERS + " " + DUP, FIRST, "boundary=@B@, boundary=other"),
    declared("comma-two-parameters-last", CHARACTERS + " " + DUP, LAST, "boundary=other, boundary=@B@"),
    declared("semicolon-first", CHARACTERS, "end the value at the semicolon: the RFC's reading", "boundary=@B@;tail"),
    declared("semicolon-kept", CHARACTERS, "end the value at the line end", "boundary=@B@;tail", "@B@;tail"),
    declared("semicolon-quoted", CHARACTERS + " " + QUOTE, "end the value at the semicolon",
             'boundary="@B@;tail"'),
    declared("semicolon-quoted-kept", CHARACTERS, "know quotes: the RFC's reading", 'boundary="@B@;tail"', "@B@;tail"),
    declared("blank-first", CHARACTERS, "end the value at the blank", "boundary=@B@ tail"),
    declared("blank-kept", CHARACTERS, "end the value at the semicolon", "boundary=@B@ tail", "@B@ tail"),
    declared("specials", "", "end the value at the semicolon", "boundary=<@B@>", "<@B@>"),
    declared("specials-brackets", "", "end the value at the semicolon", "boundary=[@B@]@x", "[@B@]@x"),
    declared("8bit", "", "compare bytes", 'boundary="\xe9\xe8@B@"', "\xe9\xe8@B@"),
    multipart("no-semicolon", CHARACTERS, "look for 'boundary='", "multipart/mixed boundary=@B@"),
    multipart("no-semicolon-quoted", CHARACTERS, "look for 'boundary='", 'multipart/mixed boundary="@B@"'),
    multipart("comma-for-semicolon", CHARACTERS + " header.values", "look for 'boundary='", "multipart/mixed, boundary=@B@"),
    multipart("colon-for-semicolon", CHARACTERS, "look for 'boundary='", "multipart/mixed: boundary=@B@"),
    multipart("no-semicolon-charset", CHARACTERS, "look for 'boundary='",
              'multipart/mixed; charset="utf-8" boundary="@B@"'),
    multipart("colon-for-equals", "boundary.missing boundary.undeclared",
              "look for 'boundary', or guess from the first delimiter", "multipart/mixed; boundary:@B@"),
]

RFC2231 = "boundary.rfc2231"
EXTENDED = [
    declared("2231-charset", RFC2231, "know RFC 2231", "boundary*=us-ascii''@B@"),
    declared("2231-continued", RFC2231, "know RFC 2231", 'boundary*0="@B1@"; boundary*1="@B2@"'),
    declared("2231-continued-bare", RFC2231, "know RFC 2231", "boundary*0=@B1@; boundary*1=@B2@"),
    declared("2231-out-of-order", RFC2231, "put continuations in order", "boundary*1=@B2@; boundary*0=@B1@"),
    declared("2231-continued-charset", RFC2231, "know RFC 2231", "boundary*0*=utf-8''@B1@; boundary*1*=@B2@"),
    declared("2231-percent", RFC2231, "know RFC 2231", "boundary*=utf-8''%50%61rt", "Part"),
    declared("2231-and-plain", RFC2231 + " " + DUP, "prefer the plain form", "boundary*=utf-8''other; boundary=@B@"),
    declared("2231-over-plain", RFC2231 + " " + DUP, "prefer RFC 2231's form", "boundary=other; boundary*=utf-8''@B@"),
    declared("2231-continued-over-plain", RFC2231 + " " + DUP, "prefer RFC 2231's form",
             "boundary=other; boundary*0=@B1@; boundary*1=@B2@"),
    declared("2231-first-only", RFC2231, "take the first piece for all", "boundary*0=@B@; boundary*1=tail"),
    declared("2231-language", RFC2231, "know RFC 2231", "boundary*=utf-8'ja'@B@"),
    declared("2231-no-charset", RFC2231, "take a value without a charset as it is", "boundary*=@B@"),
    declared("2231-quoted", RFC2231, "take quotes off the extended form", "boundary*=\"utf-8''@B@\""),
    declared("percent-plain", RFC2231 + " boundary.undeclared", "know no RFC 2231: the plain reading",
             "boundary*=utf-8''%4f%74her; boundary=@B@"),
]

LONG = "boundary.long"
FOREIGN = "boundary.foreign"
LONGS = [
    *(declared(f"long-{size}", LONG, "have no limit for a boundary", 'boundary="@B@' + "L" * (size - 13) + '"',
               "@B@" + "L" * (size - 13)) for size in (71, 100, 300, 900)),
    declared("long-cut", LONG, "cut boundaries at 70 characters", 'boundary="@B@' + "c" * 80 + '"',
             "@B@" + "c" * 57),
    declared("long-prefix", LONG, "compare no more than 70 characters", 'boundary="@B@' + "c" * 80 + '"',
             "@B@" + "c" * 57 + "d" * 23),
]
FOREIGNS = [
    top("foreign-octet", FOREIGN, "split whatever has a boundary", 'Content-Type: application/octet-stream; boundary="@B@"\n'),
    top("foreign-text", FOREIGN, "split whatever has a boundary", 'Content-Type: text/plain; boundary="@B@"\n'),
    top("foreign-html", FOREIGN, "split whatever has a boundary", 'Content-Type: text/html; boundary="@B@"\n'),
    top("foreign-image", FOREIGN, "split whatever has a boundary", 'Content-Type: image/png; boundary="@B@"\n'),
    top("foreign-bare", FOREIGN, "split whatever has a boundary", 'Content-Type: mixed; boundary="@B@"\n'),
    top("foreign-no-type", FOREIGN, "split whatever has a boundary", 'Content-Type: ; boundary="@B@"\n'),
    top("foreign-message", FOREIGN, "split whatever has a boundary", 'Content-Type: message/partial; boundary="@B@"\n'),
    *(multipart("parameter-" + name, "boundary.missing" if name == "Boundary-" else FOREIGN, "look for the start of the word, or guess",
                f'multipart/mixed; {name}="@B@"')
      for name in ("bound", "boundry", "boundaries", "x-boundary", "bounday", "Boundary-")),
    edit("foreign-own-field", "boundary.missing", "look for 'boundary=' in the header",
         mtype='Content-Type: multipart/mixed\nX-Parameters: boundary="@B@"\n'),
]



def python_reads(name, classes, parameters, **more):
    """`parameters`: text, or a function of the Context. The reader's boundary is @B@."""
    def field(context):
        text = parameters(context) if callable(parameters) else context.fill(parameters)
        return f"Content-Type: multipart/mixed; {text}\n"
    return edit("boundary-" + name, classes, PYTHON, mtype=field, **(BEHIND_OTHERS | more))


UNUSED = "boundary.unused"
NOISE = "".join(f"--noise{i}\n" for i in range(2_100))
DECOY = "--decoy\nX-Part: 0\nContent-Type: text/plain\n\ntext\n--decoy--\n"
UNDERSTOOD_BY_FEW = [
    python_reads("utf-16", RFC2231, lambda c: "boundary*=utf-16-le''" + "".join(f"{x}%00" for x in c.boundary)),
    python_reads("ebcdic", RFC2231, lambda c: "boundary*=cp037''" + "".join(f"%{x:02X}" for x in c.boundary.encode("cp037"))),
    python_reads("control-behind", UNUSED, 'boundary="@B@\x1f"'),
    python_reads("many-fields-before", UNUSED, 'boundary="@B@\x1f"', thead="".join(f"X-{i}: a\n b\n" for i in range(200)),
                 pfirst="".join(f"X-{i}: a\n b\n" for i in range(200))),
    python_reads("wide-blank-behind", UNUSED, 'boundary="@B@\xe3\x80\x80"'),
    python_reads("angle-brackets", UNUSED, "boundary=<@B@>"),
    python_reads("blank-within", UNUSED, 'boundary="@B@ x\x1f"', **delimited("@B@ x")),
    python_reads("noise-before", DUP, "boundary*=utf-8''decoy; boundary=@B@", preamble=DECOY + NOISE),
    python_reads("decoy-before", DUP, "boundary*=utf-8''decoy; boundary=@B@", preamble=DECOY),
    declared("forty-before", DUP, LAST, "".join(f"boundary=b{i}; " for i in range(40)) + "boundary=@B@",
             preamble="--b0\nX-Part: 0\n\ntext\n--b0--\n", **BEHIND_OTHERS),
]

GROUP = "boundary"
ROWS = [*DUPLICATES, *QUOTES, *EMPTIES, *BLANKS, *STRANGE, *EXTENDED, *LONGS, *FOREIGNS, *UNDERSTOOD_BY_FEW]
for row in ROWS:
    row.name = row.name.replace("type-", "boundary-", 1)
