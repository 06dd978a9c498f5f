"""Ambiguities of header fields: duplicates, lists, comments, encoded words, blanks, NUL, folds, line ends, separators.

`reader` says of each row which clients come to the payload. CTE rows bend the header of a part, and that of a message
of one part (the base "single"); the others bend the header of a multipart message.
"""

from ambiguity_base import CRLF, CTE, DISPOSITION, LF, edit

BOTH = ("mixed", "single")
CRLF_ONLY = (CRLF,)
BASE64 = ("base64",)


def cte(name, classes, reader, text, **more):
    """The encoding of the part is given otherwise. `text` replaces the field; it ends in \\n unless it must not."""
    return edit("cte-" + name, classes, reader, bases=more.pop("bases", BOTH), cte=text, **more)


def value(name, classes, reader, text, **more):
    return cte(name, classes, reader, f"{CTE}: {text}\n", **more)


def top(name, classes, reader, text, **more):
    """The Content-Type of the multipart is given otherwise."""
    return edit("type-" + name, classes, reader, mtype=text, **more)


def multipart(name, classes, reader, text, **more):
    return top(name, classes, reader, f"Content-Type: {text}\n", **more)


def delimited(used):
    """The slots of a mixed message whose delimiters have `used` behind their dashes."""
    return {"open": f"--{used}\n", "delim": f"--{used}\n", "close": f"--{used}--\n"}


DUP = "header.duplicate"
DUPLICATES = [
    cte("first-wins", DUP, "take the first field", f"{CTE}: @E@\n{CTE}: @O@\n"),
    cte("last-wins", DUP, "take the last field", f"{CTE}: @O@\n{CTE}: @E@\n"),
    cte("first-of-three", DUP, "take the first field", f"{CTE}: @E@\n{CTE}: @O@\n{CTE}: 7bit\n"),
    cte("last-of-three", DUP, "take the last field", f"{CTE}: 7bit\n{CTE}: @O@\n{CTE}: @E@\n"),
    cte("last-of-many", DUP, "take the last field: GMime", f"{CTE}: @O@\n" * 20 + f"{CTE}: @E@\n"),
    cte("middle-known", DUP, "take the first value that they know", f"{CTE}: xxxxxxx\n{CTE}: @E@\n{CTE}: yyyyy\n"),
    cte("after-identity", DUP, "take the last field", f"{CTE}: 8bit\n{CTE}: @E@\n"),
    cte("before-identity", DUP, "take the first field", f"{CTE}: @E@\n{CTE}: binary\n"),
    cte("empty-then-value", DUP, "skip empty values, or take the last field", f"{CTE}:\n{CTE}: @E@\n"),
    cte("other-case-of-name", DUP, "take the last field, names without regard to case",
        f"{CTE}: @O@\ncontent-TRANSFER-encoding: @E@\n"),
    edit("cte-far-apart", DUP, "take the first field", bases=BOTH, pfirst=f"{CTE}: @E@\n", cte=f"{CTE}: @O@\n"),
    edit("type-of-part-twice", DUP, "take either field: both have a payload of the same bytes", bases=BOTH,
         ctype='Content-Type: text/plain; charset=us-ascii; name="readme.txt"\nContent-Type: @T@; name="@N@"\n',
         cdisp="", kinds=("vbs",), names=("notice.vbs",)),
    edit("disposition-twice", DUP, "take either field", bases=BOTH,
         cdisp='Content-Disposition: inline; filename="readme.txt"\n' + DISPOSITION + "\n",
         ctype="Content-Type: @T@\n", kinds=("vbs",), names=("notice.vbs",)),
    edit("disposition-inline-then-attachment", DUP, "take the last field", bases=BOTH,
         cdisp="Content-Disposition: inline\n" + DISPOSITION + "\n", ctype="Content-Type: @T@\n", kinds=("vbs",),
         names=("notice.vbs",)),
    edit("version-twice", DUP, "take either field", bases=BOTH, version="MIME-Version: 1.0\nMIME-Version: 2.0\n"),
    top("multipart-first", DUP, "take the first field",
        'Content-Type: multipart/mixed; boundary="@B@"\nContent-Type: text/plain\n'),
    top("multipart-last", DUP, "take the last field",
        'Content-Type: application/octet-stream\nContent-Type: multipart/mixed; boundary="@B@"\n'),
    top("multipart-last-of-three", DUP, "take the last field",
        'Content-Type: text/plain\nContent-Type: text/html\nContent-Type: multipart/mixed; boundary="@B@"\n'),
    top("boundary-of-first", DUP, "take the first field",
        'Content-Type: multipart/mixed; boundary="@B@"\nContent-Type: multipart/mixed; boundary="other"\n'),
    top("boundary-of-last", DUP, "take the last field",
        'Content-Type: multipart/mixed; boundary="other"\nContent-Type: multipart/related; boundary="@B@"\n'),
    # Those who take the first field see the text only, those who take the last one the attachment only.
    edit("type-boundaries-mixed", DUP, "take the last field", open="--first\n", close="--@B@--\n--first--\n",
         mtype='Content-Type: multipart/mixed; boundary="first"\nContent-Type: multipart/mixed; boundary="@B@"\n'),
]

SEVERAL = "header.values encoding.several"
VALUES = [
    value("list-first", SEVERAL, "take the first of a list", "@E@, @O@"),
    value("list-last", SEVERAL, "take the last of a list", "@O@, @E@"),
    value("list-quoted-first", SEVERAL, "take the first of a list, unquoted", '"@E@", @O@'),
    value("list-quoted-last", SEVERAL, "take the last of a list, unquoted", '@O@, "@E@"'),
    value("list-semicolon", SEVERAL, "read up to the first semicolon", "@E@; @O@"),
    value("list-semicolon-last", SEVERAL, "take the last token", "@O@;@E@"),
    value("list-blank", SEVERAL, "read up to the first blank", "@E@ @O@"),
    value("list-blank-last", SEVERAL, "take the last word", "7bit @E@"),
    value("list-empty-head", SEVERAL, "skip empty elements of a list", ", @E@"),
    value("list-unknown-first", SEVERAL, "take the first value that they know", "xxxx, @E@, yyyy"),
    multipart("list-octet-first", "header.values", "take the last of a list",
              "application/octet-stream, multipart/mixed; boundary=@B@"),
    multipart("list-octet-last", "header.values boundary.characters", "end the boundary at the comma",
              "multipart/mixed; boundary=@B@, application/octet-stream"),
    multipart("list-before-parameter", "header.values", "take the first type and any boundary parameter",
              "multipart/mixed, text/plain; boundary=@B@"),
    multipart("list-text-first", "header.values", "take the type that has a boundary",
              'text/plain; charset=utf-8, multipart/mixed; boundary="@B@"'),
    edit("type-of-part-list", "header.values", "look at the disposition", bases=BOTH,
         ctype='Content-Type: text/plain, @T@; name="@N@"\n'),
]

COMMENT = "header.comment"
COMMENTS = [
    value("comment-before", COMMENT, "take comments out", "(x) @E@"),
    value("comment-behind", COMMENT, "take comments out", "@E@ (x)"),
    value("comment-glued", COMMENT, "take comments out", "@E@(x)"),
    value("comment-inside", COMMENT, "take comments out before they look for tokens", "@E1@(x)@E2@"),
    value("comment-around", COMMENT, "look for a known word in the value", "(@E@)"),
    value("comment-nested", COMMENT, "take comments out", "((a)b(c)) @E@"),
    value("comment-escaped", COMMENT, "know quoted-pairs in comments", "(a\\)b) @E@"),
    value("comment-folded", COMMENT, "take comments out of unfolded fields", "(x\n y) @E@"),
    value("comment-other-before", COMMENT, "take comments out", "(@O@) @E@"),
    value("comment-other-behind", COMMENT, "take comments out, or the first word", "@E@ (@O@)"),
    value("comment-open-before", COMMENT, "drop the parenthesis as a special", "(@E@"),
    value("comment-open-behind", COMMENT, "read up to the first special", "@E@ (x"),
    value("comment-close-only", COMMENT, "read up to the first special", "@E@)"),
    cte("comment-in-name-end", COMMENT, "take comments out of names", f"{CTE}(x): @E@\n"),
    cte("comment-in-name-blank", COMMENT, "take comments out of names, and blanks", f"{CTE} (x): @E@\n"),
    cte("comment-over-colon", COMMENT, "match the start of the name, look for a word", f"{CTE}(: )@E@\n"),
    cte("comment-open-in-name", COMMENT, "drop specials from names", "Content-Transfe(r-Encoding: @E@\n"),
    cte("comment-before-name", COMMENT, "take comments out of names", f"(x){CTE}: @E@\n"),
    multipart("comment-behind", COMMENT, "take comments out", "multipart/mixed (x); boundary=@B@"),
    multipart("comment-in-type", COMMENT, "take comments out", "multipart(x)/mixed; boundary=@B@"),
    multipart("comment-in-subtype", COMMENT, "take comments out", "multipart/(x)mixed; boundary=@B@"),
    multipart("comment-in-parameter", COMMENT, "take comments out", "multipart/mixed; boundary(x)=@B@"),
    multipart("comment-before-boundary", COMMENT, "take comments out", "multipart/mixed; boundary=(x)@B@"),
    multipart("comment-in-boundary", COMMENT, "take comments out", "multipart/mixed; boundary=@B1@(x)@B2@"),
    multipart("comment-in-boundary-kept", COMMENT, "know no comments", "multipart/mixed; boundary=@B@(x)",
              **delimited("@B@(x)")),
    multipart("comment-in-boundary-open", COMMENT, "know no comments", "multipart/mixed; boundary=(@B@",
              **delimited("(@B@")),
    multipart("comment-hides-boundary", COMMENT, "take comments out",
              "multipart/mixed; (; boundary=fake;) boundary=@B@"),
    multipart("comment-quoted-in-boundary", COMMENT, "take the quoted string",
              'multipart/mixed; boundary=(fake)"@B@"'),
    top("comment-in-name", COMMENT, "take comments out of names",
        'Content-Type (x(y)): multipart/mixed; boundary="@B@"\n'),
]

WORD = "header.encoded-word"
ENCODED_WORDS = [
    value("word-q", WORD, "decode words everywhere", "=?US-ASCII?Q?@E@?="),
    value("word-b", WORD, "decode words everywhere", "=?utf-8?B?@EB64@?="),
    value("word-part", WORD, "decode words everywhere", "@E1@=?US-ASCII?Q?@E2@?="),
    value("word-two", WORD, "decode words and join them", "=?us-ascii?q?@E1@?= =?us-ascii?q?@E2@?="),
    value("word-quoted", WORD, "decode words in quotes", '"=?us-ascii?q?@E@?="'),
    value("word-and-comment", WORD, "decode words, take comments out", "=?utf-8?q?@E@?= (x)"),
    multipart("word-type", WORD, "decode words everywhere", '=?us-ascii?q?multipart/mixed?=; boundary="@B@"'),
    multipart("word-subtype", WORD, "decode words everywhere", 'multipart/=?us-ascii?q?mixed?=; boundary="@B@"'),
    multipart("word-boundary", WORD, "decode words everywhere", "multipart/mixed; boundary==?US-ASCII?Q?@B@?="),
    multipart("word-boundary-quoted", WORD, "decode words in quotes",
              'multipart/mixed; boundary="=?us-ascii?q?@B@?="'),
    multipart("word-boundary-kept", WORD, "decode no words: the RFC's reading",
              'multipart/mixed; boundary="=?us-ascii?q?@B@?="', **delimited("=?us-ascii?q?@B@?=")),
    multipart("word-whole", WORD, "decode words everywhere", "=?us-ascii?q?multipart/mixed=3B_boundary=3D@B@?="),
]

SPACE = "header.space"
SPACES = [
    cte("indented", SPACE, "cut blanks off each line of the header", f" {CTE}: @E@\n"),
    cte("indented-tab", SPACE, "cut blanks off each line of the header", f"\t{CTE}: @E@\n"),
    cte("space-before-colon", SPACE, "cut blanks off names", f"{CTE} : @E@\n"),
    cte("tab-before-colon", SPACE, "cut blanks off names", f"{CTE}\t: @E@\n"),
    cte("many-spaces-before-colon", SPACE, "cut blanks off names: GMime", f"{CTE}{' ' * 250}: @E@\n"),
    cte("indented-ninth", SPACE, "cut blanks off each line of the header", f" {CTE}: @O@\n" * 12 + f" {CTE}: @E@\n"),
    cte("spaces-before-colon", SPACE, "cut blanks off names", f"{CTE}    :@E@\n"),
    cte("space-in-name", "header.name", "drop blanks from names", "Content-Transfer- Encoding: @E@\n"),
    edit("part-first-line-indented", SPACE, "cut blanks off the first line", bases=("mixed",),
         pfirst=f" {CTE}: @E@\n", cte=""),
    edit("message-first-line-indented", SPACE, "cut blanks off the first line",
         first=' Content-Type: multipart/mixed; boundary="@B@"\n', mtype=""),
    edit("message-first-line-tab", SPACE, "cut blanks off the first line",
         first='\tContent-Type: multipart/mixed; boundary="@B@"\n', mtype=""),
    top("space-before-colon", SPACE, "cut blanks off names", 'Content-Type : multipart/mixed; boundary="@B@"\n'),
    top("indented", SPACE, "cut blanks off each line", '  Content-Type: multipart/mixed; boundary="@B@"\n'),
    multipart("space-in-type", SPACE, "drop blanks around the slash", 'multipart / mixed; boundary="@B@"'),
]

NUL = "header.nul"
NULS = [
    cte("nul-before-colon", NUL, "drop NUL, or end names there", f"{CTE}\0: @E@\n"),
    cte("nul-before-name", NUL, "drop NUL", f"\0{CTE}: @E@\n"),
    value("nul-before-value", NUL, "drop NUL", "\0@E@"),
    value("nul-behind-value", NUL, "drop NUL, or end values there", "@E@\0"),
    value("nul-in-value", NUL, "drop NUL", "@E1@\0@E2@"),
    value("nul-then-other", NUL, "end values at NUL, as C does", "@E@\0@O@"),
    cte("nul-many-in-name", NUL, "drop NUL", "Content-Tran" + "\0" * 40 + "sfer-Encoding: @E@\n"),
    cte("nul-in-name", NUL, "drop NUL", "Content-Tran\0sfer-Encoding: @E@\n"),
    multipart("nul-in-type", NUL, "drop NUL", 'multi\0part/mixed; boundary="@B@"'),
    multipart("nul-behind-type", NUL, "drop NUL", 'multipart/mixed\0; boundary="@B@"'),
    multipart("nul-before-boundary", NUL, "drop NUL", "multipart/mixed; boundary=\0@B@"),
    multipart("nul-behind-boundary", NUL, "drop NUL, or end values there", 'multipart/mixed; boundary="@B@\0x"'),
    multipart("nul-in-boundary", NUL, "drop NUL", 'multipart/mixed; boundary="@B1@\0@B2@"'),
    top("nul-before-colon", NUL, "drop NUL", 'Content-Type\0: multipart/mixed; boundary="@B@"\n'),
]

FOLD = "header.folding"
FOLDS = [
    value("fold-in-token", FOLD, "drop line end and blanks of a fold", "@E1@\n @E2@"),
    value("fold-in-token-tab", FOLD, "drop line end and blanks of a fold", "@E1@\n\t@E2@"),
    cte("fold-before-colon", FOLD, "unfold before they look for the colon", f"{CTE}\n : @E@\n"),
    cte("fold-in-name", FOLD, "unfold before they look for the colon", "Content-Transfer-\n Encoding: @E@\n"),
    cte("fold-blank", FOLD, "take a line of blanks for a fold: the RFC's reading", f"{CTE}:\n \n @E@\n"),
    cte("fold-blank-behind", FOLD, "take a line of blanks for a fold: the RFC's reading", f"{CTE}: @E@\n\t\n"),
    cte("fold-many", FOLD, "unfold", f"{CTE}:\n" + " \t \n" * 5 + " @E@\n"),
    multipart("fold-in-type", FOLD, "drop line end and blanks of a fold", 'multipart/\n mixed; boundary="@B@"'),
    multipart("fold-in-boundary", FOLD, "drop line end and blanks of a fold",
              "multipart/mixed; boundary=@B1@\n @B2@"),
    multipart("fold-in-quoted-boundary", FOLD, "drop line end and blanks of a fold",
              'multipart/mixed; boundary="@B1@\n @B2@"'),
    multipart("fold-in-quoted-boundary-kept", FOLD, "drop the line end only: the RFC's reading",
              'multipart/mixed; boundary="@B1@\n @B2@"', **delimited("@B1@ @B2@")),
    multipart("fold-cuts-boundary", FOLD, "end the value at the blank", "multipart/mixed; boundary=@B@\n tail"),
    multipart("fold-before-equals", FOLD, "unfold", 'multipart/mixed; boundary\n =\n "@B@"'),
    multipart("fold-blank", FOLD, "take a line of blanks for a fold", 'multipart/mixed;\n \n boundary="@B@"'),
    top("fold-before-colon", FOLD, "unfold before they look for the colon",
        'Content-Type\n : multipart/mixed; boundary="@B@"\n'),
]


def line_end_rows(name, end, reader, ends=(CRLF, "\n"), extra="", lead=""):
    """An odd line end before the encoding of a part, and before the type of a multipart."""
    classes = lead + "header.line-end " + extra
    return [
        edit("line-end-cte-" + name, classes, reader, bases=BOTH, ends=ends,
             ctype='Content-Type: @T@; name="@N@"' + end),
        edit("line-end-type-" + name, classes, reader, ends=ends, version="MIME-Version: 1.0" + end),
    ]


LINE_ENDS = [
    *line_end_rows("cr", "\r", "end lines at CR"),
    *line_end_rows("lf", LF, "end lines at LF", CRLF_ONLY),
    *line_end_rows("crcrlf", "\r\n", "drop CR before a line end"),
    *line_end_rows("lfcr", LF + "\r", "end lines at CR and at LF, skip empty ones", extra="header.separator header.late"),
    *line_end_rows("crcr", "\r\r", "skip empty lines", extra="header.separator header.late"),
    *line_end_rows("crlflf", "\n" + LF, "skip empty lines", CRLF_ONLY, "header.separator header.late", "header.late "),
    *line_end_rows("crlfcr", "\n\r", "drop a CR at the start", extra="header.separator header.late"),
    *line_end_rows("cr-dc3", "\r\x13", "end lines at CR, drop control characters"),
    *line_end_rows("cr-junk-lf", "\r{}" + LF, "end lines at CR and LF, skip lines without a colon", CRLF_ONLY,
                   "header.no-colon"),
    *line_end_rows("cr-comment-lf", "\r(" + LF + ")\n", "end lines at CR and LF, skip lines without a colon", CRLF_ONLY,
                   "header.no-colon header.comment"),
    *line_end_rows("vt", "\x0b" + LF, "cut white space off lines", CRLF_ONLY),
]

GROUP = "header"
ROWS = [*DUPLICATES, *VALUES, *COMMENTS, *ENCODED_WORDS, *SPACES, *NULS, *FOLDS, *LINE_ENDS]
