"""Ambiguities of how boundaries are used: delimiters that are odd, missing, shared or undeclared, and data outside."""

from ambiguity_base import CTE, DISPOSITION, LF, base64_of, edit
from ambiguity_headers import BASE64, CRLF_ONLY, multipart, top

PART = 'Content-Type: @T@; name="@N@"\n' f"{CTE}: @E@\n{DISPOSITION}\n\n@D@"
# A mixed message whose part with the payload is taken out of its place.
NO_PART = {"delim": "", "ctype": "", "cte": "", "cdisp": "", "psep": "", "data": ""}
INNER = 'Content-Type: multipart/mixed; boundary="@B@"\n'
OTHER_TEXT = "Content-Type: text/plain\n\nanother text\n"


def used(name, classes, reader, **slots):
    return edit("delimiter-" + name, classes, reader, **slots)


def nested(name, classes, reader, boundary, body, **more):
    """The payload is in a multipart inside of the multipart; `body` is all of the inner one, with its delimiters."""
    return edit("nested-" + name, classes, reader, ctype=f"Content-Type: multipart/mixed{boundary}\n", cte="", cdisp="",
                data=body, **more)


PREFIX, SHARED = "boundary.prefix", "boundary.shared"
NESTED = [
    nested("outer-is-prefix", PREFIX, "compare whole lines", '; boundary="@B@inner"',
           "--@B@inner\n" + PART + "--@B@inner--\n"),
    nested("outer-is-prefix-dash", PREFIX, "compare whole lines", '; boundary="@B@-2"', "--@B@-2\n" + PART + "--@B@-2--\n"),
    nested("outer-is-prefix-two-dashes", PREFIX, "look at the inner boundary first", '; boundary="@B@--"',
           "--@B@--\n" + PART + "--@B@----\n"),
    nested("inner-is-prefix", PREFIX, "compare whole lines", '; boundary="@B1@"', "--@B1@\n" + PART + "--@B1@--\n"),
    nested("prefix-three-levels", PREFIX, "compare whole lines", '; boundary="@B@a"',
           '--@B@a\nContent-Type: multipart/mixed; boundary="@B@ab"\n\n--@B@ab\n' + PART + "--@B@ab--\n--@B@a--\n"),
    nested("prefix-unterminated", PREFIX, "compare whole lines", '; boundary="@B@x"', "--@B@x\n" + PART),
    nested("shared", SHARED, "let the innermost multipart have the delimiter", '; boundary="@B@"',
           "--@B@\n" + PART + "--@B@--\n"),
    nested("shared-unterminated", SHARED, "let the innermost multipart have the delimiter", '; boundary="@B@"',
           "--@B@\n" + PART),
    nested("shared-two-parts", SHARED, "let the innermost multipart have the delimiter", '; boundary="@B@"',
           "--@B@\n" + OTHER_TEXT + "--@B@\n" + PART + "--@B@--\n"),
    nested("shared-behind-inner-end", SHARED, "let the inner end close the inner multipart", '; boundary="@B@"',
           "--@B@\n" + OTHER_TEXT + "--@B@--\n", close="--@B@\n" + PART + "--@B@--\n"),
    nested("shared-three-levels", SHARED, "let the innermost multipart have the delimiter", '; boundary="@B@"',
           "--@B@\n" + INNER + "\n--@B@\n" + PART + "--@B@--\n"),
    nested("shared-no-delimiter", SHARED + " boundary.unused", "treat what has no delimiter as data", '; boundary="@B@"',
           PART),
    # To see it one has to take the first of two types, and then the second of two boundaries.
    nested("choices-at-two-levels", "header.duplicate boundary.duplicate", "decode as Python's email package does",
           "; boundary*=utf-8''decoy; boundary=in@B@",
           "--decoy\nX-Part: 0\n\ntext\n--decoy--\n--in@B@\nX-Part: 1\n" + PART + "--in@B@--\n",
           mtype='Content-Type: multipart/mixed; boundary="@B@"\nContent-Type: text/plain\n'),
    nested("no-parameter", "boundary.missing", "guess from the first delimiter", "", "--in@B@\n" + PART + "--in@B@--\n"),
    nested("no-parameter-outer-delimiters", "boundary.missing boundary.shared", "let the outer delimiter begin the part",
           "", "--@B@\n" + PART),
    nested("no-parameter-no-delimiter", "boundary.missing boundary.unused", "take the inner header block for a part", "",
           PART),
    nested("other-used", "boundary.unused boundary.undeclared", "guess from the first delimiter", '; boundary="wrong"',
           "--in@B@\n" + PART + "--in@B@--\n"),
    nested("outer-ends-early", "boundary.unterminated boundary.epilogue boundary.shared",
           "go on with the inner multipart behind the outer end", '; boundary="in"',
           "--in\n" + OTHER_TEXT + "--@B@--\n--in\n" + PART + "--in--\n"),
]

UNUSED, UNDECLARED, MISSING = "boundary.unused", "boundary.undeclared", "boundary.missing"
OTHERS = {"open": "--other\n", "delim": "--other\n", "close": "--other--\n"}
GUESS = "guess the boundary from lines that look like delimiters"
DECLARATIONS = [
    used("other", UNUSED + " " + UNDECLARED, GUESS, **OTHERS),
    used("other-case", UNUSED + " " + UNDECLARED, "compare without regard to case", open="--pART\n", delim="--pART\n",
         close="--pART--\n", mtype='Content-Type: multipart/mixed; boundary="Part"\n'),
    used("none-at-all", UNUSED, "take a header block in the body for a part", open="", delim="", close="",
         thead="", tsep="", text="\n", encodings=BASE64),
    used("none-base64-only", UNUSED, "decode what is plainly base64", preamble="", open="", thead="", tsep="", text="",
         delim="", ctype="", cte="", cdisp="", psep="", close="", encodings=BASE64),
    used("one-dash", UNUSED + " " + UNDECLARED, "look for the boundary itself", open="-@B@\n", delim="-@B@\n",
         close="-@B@-\n", encodings=BASE64),
    used("no-dashes", UNUSED + " " + UNDECLARED, "look for the boundary itself", open="@B@\n", delim="@B@\n",
         close="@B@\n", encodings=BASE64),
    used("dashes-in-declaration", UNUSED + " " + UNDECLARED, "know that some declare the dashes too",
         mtype='Content-Type: multipart/mixed; boundary="--@B@"\n'),
    top("undeclared-text", UNDECLARED, GUESS, "Content-Type: text/plain\n"),
    top("undeclared-no-type", UNDECLARED, GUESS, ""),
    edit("undeclared-no-mime", UNDECLARED, GUESS, version="", mtype=""),
    top("undeclared-html", UNDECLARED, GUESS, "Content-Type: text/html; charset=us-ascii\n"),
    top("undeclared-octet", UNDECLARED, GUESS, "Content-Type: application/octet-stream\n"),
    edit("undeclared-part", UNDECLARED, GUESS, delim="", thead="Content-Type: text/plain\n",
         text="text\n\n--hidden\n", close="--hidden--\n--@B@--\n"),
    multipart("missing", MISSING, GUESS, "multipart/mixed"),
    multipart("missing-semicolon", MISSING, GUESS, "multipart/mixed;"),
    multipart("missing-charset", MISSING, GUESS, "multipart/mixed; charset=utf-8"),
    multipart("missing-related", MISSING, GUESS, 'multipart/related; type="text/html"'),
    multipart("missing-alternative", MISSING, GUESS, "multipart/alternative"),
]

OPEN = "boundary.unterminated"
UNTERMINATED = [
    used("no-end", OPEN, "end the part with the message", close="", encodings=BASE64),
    used("no-end-text-behind", OPEN, "end the part with the message, drop junk from base64", encodings=BASE64,
         close="\n(*)\n"),
    used("end-one-dash", OPEN + " boundary.trailing", "compare the start of the line", close="--@B@-\n"),
    used("end-blank-dashes", OPEN + " boundary.trailing boundary.blanks", "compare the start of the line",
         close="--@B@ --\n"),
    used("no-end-but-delimiter", OPEN, "end the part at the delimiter", close="--@B@\n"),
    used("no-start", "boundary.preamble", "take a header block in the preamble for a part",
         open="", delim="", thead="", tsep="", text="\n"),
    used("end-first", "boundary.epilogue", "go on behind the end", open="--@B@--\n"),
    used("end-for-delimiter", "boundary.epilogue", "take the end for one more delimiter", delim="--@B@--\n"),
]

PREAMBLE, EPILOGUE = "boundary.preamble", "boundary.epilogue"
OUTSIDE = [
    used("preamble-part", PREAMBLE, "show the preamble, part by part", preamble=PART, **NO_PART),
    used("preamble-part-after-text", PREAMBLE, "take a header block in the preamble for a part",
         preamble="some words\n\n" + PART, **NO_PART),
    used("preamble-other-delimiters", PREAMBLE + " " + UNDECLARED, GUESS, preamble="--x\n" + PART + "--x--\n", **NO_PART),
    used("preamble-base64", PREAMBLE, "decode what is plainly base64", encodings=BASE64, preamble="@D@", **NO_PART),
    used("preamble-glued", PREAMBLE + " boundary.line-end", "find a delimiter in the middle of a line",
         preamble="text --@B@\n" + PART, **NO_PART),
    used("epilogue-part", EPILOGUE, "go on behind the end", epilogue="--@B@\n" + PART + "--@B@--\n", **NO_PART),
    used("epilogue-part-no-delimiter", EPILOGUE, "take a header block behind the end for a part", encodings=BASE64,
         epilogue="\n" + PART, **NO_PART),
    used("epilogue-part-text-between", EPILOGUE, "go on behind the end",
         epilogue="some words\n\n--@B@\n" + PART + "--@B@--\n", **NO_PART),
    used("epilogue-other-delimiters", EPILOGUE + " " + UNDECLARED, GUESS, epilogue="--x\n" + PART + "--x--\n", **NO_PART),
    used("epilogue-base64", EPILOGUE, "decode what is plainly base64", encodings=BASE64, epilogue="\n@D@", **NO_PART),
    used("epilogue-second-mail", EPILOGUE, "take what follows for one more mail", encodings=BASE64,
         epilogue="\nFrom: a@example.net\nSubject: second\nMIME-Version: 1.0\n" + PART, **NO_PART),
]

TRAILING, INDENTED = "boundary.trailing", "boundary.indented"
START = "compare the start of the line"
LENIENT = [
    used("trailing-word", TRAILING, START, delim="--@B@ tail\n"),
    used("trailing-glued", TRAILING, START, delim="--@B@tail\n"),
    used("trailing-semicolon", TRAILING, START, delim="--@B@;\n"),
    used("trailing-comment", TRAILING, START, delim="--@B@(x)\n"),
    used("trailing-header", TRAILING, START, delim="--@B@ Content-Type: text/plain\n"),
    used("trailing-dashes-word", TRAILING + " " + EPILOGUE, START + ", take it for one more delimiter",
         delim="--@B@--tail\n"),
    used("trailing-one-dash", TRAILING, START, delim="--@B@-\n"),
    used("trailing-all", TRAILING, START, open="--@B@ 1\n", delim="--@B@ 2\n", close="--@B@ 3\n"),
    used("indented-space", INDENTED, "cut blanks off lines", delim=" --@B@\n"),
    used("indented-tab", INDENTED, "cut blanks off lines", delim="\t--@B@\n"),
    used("indented-many", INDENTED, "cut blanks off lines", delim=" " * 12 + "--@B@\n"),
    used("indented-all", INDENTED, "cut blanks off lines", open="  --@B@\n", delim="  --@B@\n", close="  --@B@--\n"),
    used("indented-form-feed", INDENTED, "cut white space off lines", delim="\x0c--@B@\n"),
    used("indented-end", INDENTED + " " + OPEN, "cut blanks off lines", close=" --@B@--\n"),
]

ENDS = "boundary.line-end"
LINE_ENDS = [
    used("after-cr", ENDS, "end lines at CR", text="Please find it attached.\r"),
    used("after-lf", ENDS, "end lines at LF", text="Please find it attached." + LF, ends=CRLF_ONLY),
    used("after-crcrlf", ENDS, "drop CR before a line end", text="Please find it attached.\r\n"),
    used("after-lfcr", ENDS, "end lines at CR and at LF", text="Please find it attached." + LF + "\r"),
    used("after-nothing", ENDS, "find a delimiter in the middle of a line", text="Please find it attached."),
    used("before-cr", ENDS, "end lines at CR", delim="--@B@\r"),
    used("before-lf", ENDS, "end lines at LF", delim="--@B@" + LF, ends=CRLF_ONLY),
    used("before-crcrlf", ENDS, "drop CR before a line end", delim="--@B@\r\n"),
    used("before-crcr", ENDS, "end lines at CR, skip empty ones", delim="--@B@\r\r"),
    used("between-cr", ENDS, "end lines at CR", text="Please find it attached.\r", delim="--@B@\r"),
    used("all-cr", ENDS, "end lines at CR", open="--@B@\r", delim="--@B@\r", close="--@B@--\r"),
    used("data-after-cr", ENDS, "end lines at CR, drop CR from the data", encodings=BASE64,
         data=lambda c: base64_of(c.payload)[:-1] + "\r"),
    used("cr-starts-line", ENDS + " " + INDENTED, "end lines at CR", delim="\r--@B@\n"),
    used("blank-line-behind", "header.late header.separator boundary.line-end",
         "skip blank lines at the start of a part", delim="--@B@\n\n"),
    used("type-glued", ENDS + " " + TRAILING, "end lines at CR", delim="--@B@\rX-Part: 1\n"),
]

GROUP = "boundary"
ROWS = [*NESTED, *DECLARATIONS, *UNTERMINATED, *OUTSIDE, *LENIENT, *LINE_ENDS]
for row in ROWS:
    row.name = row.name.replace("type-", "boundary-", 1)
