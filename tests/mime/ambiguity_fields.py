"""Ambiguities of where a header ends and of what is a field: separators, late fields, odd lines, odd names, long lines."""

from ambiguity_base import CTE, DISPOSITION, LF, edit
from ambiguity_headers import BASE64, BOTH, CRLF_ONLY, cte, multipart, top, value

# How the blank line between header and body may look. Each text stands where "\n\n" should be.
SEP = "header.separator"
ODD_SEPARATORS = [
    ("none", "\n", "end the header at the first line that is no field"),
    ("spaces", "\n  \n", "take a line of blanks for a blank line"),
    ("tab", "\n\t\n", "take a line of blanks for a blank line"),
    ("crcr", "\r\r", "end lines at CR"),
    ("lfcr", LF + "\r", "end lines at CR and at LF"),
    ("crlf-cr", "\n\r", "end lines at CR"),
    ("crcrlf", "\n\r\n", "drop CR before a line end"),
    ("crcrlf-twice", "\r\n\r\n", "drop CR before a line end"),
    ("nul", "\n\0\n", "drop NUL"),
    ("vt", "\n\x0b\n", "take a line of white space for a blank line"),
    ("ff", "\n\x0c\n", "take a line of white space for a blank line"),
    ("nbsp", "\n\xa0\n", "take a line of white space, NBSP too, for a blank line"),
]
# These leave something of themselves in the body, which base64 does not notice.
LEAVING = [
    ("crlf-crcr", "\n\r\r", "end lines at CR"),
    ("cr-dc3", "\n\r\x13\n", "end lines at CR"),
    ("comment", "\n()\n", "end the header at the first line that is no field"),
]
CRLF_SEPARATORS = [
    ("lflf", LF + LF, "end lines at LF"),
    ("crlf-lf", "\n" + LF, "end lines at LF"),
    ("lf-crlf", LF + "\n", "end lines at LF"),
]

# What is named of those that leave the blank line as it is.
LINE_END, NO_COLON = "header.line-end ", "header.no-colon"
LEADS = {"part-crcrlf-twice": LINE_END, "part-lflf": LINE_END, "part-lf-crlf": LINE_END, "top-none": NO_COLON + " ",
         "top-lfcr": LINE_END, "top-crlf-cr": LINE_END, "top-crcrlf-twice": LINE_END, "top-lflf": LINE_END,
         "top-lf-crlf": LINE_END}


def separator(name, classes, reader, **more):
    return edit("separator-" + name, LEADS.get(name, "") + classes, reader, **more)


SEPARATORS = [
    *(separator("part-" + name, SEP + " header.line-end header.folding header.no-colon", reader, bases=BOTH,
           cdisp=DISPOSITION + text, psep="") for name, text, reader in ODD_SEPARATORS),
    *(separator("part-" + name, SEP + " header.line-end header.no-colon", reader, bases=BOTH, encodings=BASE64,
           cdisp=DISPOSITION + text, psep="") for name, text, reader in LEAVING),
    *(separator("top-" + name, SEP + " header.line-end header.no-colon", reader, preamble="",
           mtype='Content-Type: multipart/mixed; boundary="@B@"' + text, sep="") for name, text, reader in LEAVING),
    separator("part-crlf-lfcr", SEP + " header.line-end", "end lines at CR and at LF", bases=BOTH,
         encodings=BASE64, ends=CRLF_ONLY, cdisp=DISPOSITION + "\n" + LF + "\r", psep=""),
    separator("top-crlf-lfcr", SEP + " header.line-end", "end lines at CR and at LF", preamble="", ends=CRLF_ONLY,
         mtype='Content-Type: multipart/mixed; boundary="@B@"\n' + LF + "\r", sep=""),
    *(separator("part-" + name, SEP + " header.line-end", reader, bases=BOTH, ends=CRLF_ONLY,
           cdisp=DISPOSITION + text, psep="") for name, text, reader in CRLF_SEPARATORS),
    *(separator("top-" + name, SEP + " header.line-end header.folding header.no-colon", reader, preamble="",
           mtype='Content-Type: multipart/mixed; boundary="@B@"' + text, sep="")
      for name, text, reader in ODD_SEPARATORS),
    *(separator("top-" + name, SEP + " header.line-end", reader, preamble="", ends=CRLF_ONLY,
           mtype='Content-Type: multipart/mixed; boundary="@B@"' + text, sep="")
      for name, text, reader in CRLF_SEPARATORS),
    separator("top-none-preamble", SEP + " header.no-colon", "end the header at the first line that is no field",
         sep=""),
    separator("part-junk", SEP + " header.no-colon", "take the line for text, and drop it from base64",
         bases=BOTH, encodings=BASE64, psep="*****\n"),
    separator("part-junk-dashes", SEP + " header.no-colon", "take the line for text, and drop it from base64",
         bases=BOTH, encodings=BASE64, psep="----------\n"),
    separator("part-junk-then-blank", "header.no-colon " + SEP, "skip lines that are no fields",
         bases=BOTH, psep="this line is junk\n\n"),
    separator("top-junk", SEP + " header.no-colon", "end the header there, or skip the line",
         sep="this line is junk\n"),
]

LATE_FIELDS = "header.late"
LATE = [
    edit("late-cte", LATE_FIELDS, "skip a blank line before fields", bases=BOTH, cte="",
         psep=f"\n{CTE}: @E@\n\n"),
    edit("late-all", LATE_FIELDS, "skip blank lines at the start of a part", ctype="\n" + 'Content-Type: @T@; name="@N@"\n'),
    edit("late-disposition-and-cte", LATE_FIELDS, "skip a blank line before fields", bases=BOTH, cte="",
         cdisp="", psep=f"\n{DISPOSITION}\n{CTE}: @E@\n\n"),
    edit("late-after-two-blank-lines", LATE_FIELDS, "skip blank lines before fields", bases=BOTH, cte="",
         psep=f"\n\n{CTE}: @E@\n\n"),
    edit("late-after-many-blank-lines", LATE_FIELDS, "skip blank lines before fields", bases=BOTH, cte="",
         psep="\n" * 30 + f"{CTE}: @E@\n\n"),
    edit("late-behind-a-long-field", LATE_FIELDS, "skip a blank line before fields", bases=BOTH, cte="",
         psep=f"\nX-Long: {'x' * 3_000}\n{CTE}: @E@\n\n"),
    edit("late-behind-an-mbox-line", LATE_FIELDS, "skip a blank line, and lines that are no field", bases=BOTH, cte="",
         psep=f"\nFrom a@example.net\n{CTE}: @E@\n\n", ctype="Content-Type: text/plain; name=\"@N@\"\n"),
    edit("late-behind-a-nul", LATE_FIELDS + " header.nul", "drop NULs", bases=BOTH, cte="",
         psep=f"\n\0{CTE}: @E@\n\n"),
    edit("late-no-second-blank", LATE_FIELDS, "read fields behind the blank line as long as there are any",
         bases=BOTH, cte="", psep=f"\n{CTE}: @E@\n"),
    edit("late-other-first", LATE_FIELDS, "read fields behind the blank line", bases=BOTH, cte=f"{CTE}: @O@\n",
         psep=f"\n{CTE}: @E@\n\n"),
    edit("late-behind-many", LATE_FIELDS, "skip a blank line before fields", cte="",
         psep="\n" + "".join(f"X-{i}: a\n" for i in range(60)) + f"{CTE}: @E@\n\n"),
    edit("late-type-of-message", LATE_FIELDS, "skip a blank line before fields",
         mtype='\nContent-Type: multipart/mixed; boundary="@B@"\n'),
    edit("late-version-and-type", LATE_FIELDS, "skip a blank line before fields",
         version="\nMIME-Version: 1.0\n"),
    edit("late-after-blanks", "header.folding header.separator",
         "take a line of blanks for a fold: the RFC's reading", bases=BOTH, cte=f" \n{CTE}: @E@\n"),
    edit("late-whole-header", LATE_FIELDS + " header.separator", "skip blank lines at the start of a message", first="\n"),
    # The doubled blank line: part of the body for the RFC, which base64 does not notice.
    edit("late-behind-body-text", LATE_FIELDS, "skip a blank line before fields", encodings=BASE64,
         cte="", psep=f"\nX-Part: 1\n{CTE}: @E@\n\n"),
]

LINES = [
    cte("no-colon", NO_COLON + " header.name encoding.absent", "decode what is plainly base64",
        f"{CTE} @E@\n", encodings=BASE64),
    cte("equals-for-colon", NO_COLON + " header.name encoding.absent", "decode what is plainly base64",
        f"{CTE}=@E@\n", encodings=BASE64),
    cte("line-before", NO_COLON, "skip a line that is no field", f"This line is no field\n{CTE}: @E@\n"),
    cte("line-mbox", NO_COLON, "skip a line that is no field",
        f"From partner@example.net Mon Jan  5 10 2026\n{CTE}: @E@\n"),
    cte("line-quoted-mbox", NO_COLON, "skip a line that is no field", f">From partner\n{CTE}: @E@\n"),
    cte("line-punctuation", NO_COLON, "skip a line that is no field", f"=====\n{CTE}: @E@\n"),
    cte("line-8bit", NO_COLON, "skip a line that is no field", f"\x93\xfa\x96\x7b\n{CTE}: @E@\n"),
    top("parameter-at-line-start", NO_COLON, "go on with a parameter at the start of a line",
        'Content-Type: multipart/mixed;\nboundary="@B@"\n'),
    top("line-before", NO_COLON, "skip a line that is no field",
        'no field at all\nContent-Type: multipart/mixed; boundary="@B@"\n'),
    edit("name-parameter-at-line-start", NO_COLON, "go on with a parameter at the start of a line", bases=BOTH,
         ctype='Content-Type: @T@; x-unix-mode=0600;\nname="@N@"\n'),
    top("parameter-no-quotes-at-line-start", NO_COLON, "go on with a parameter at the start of a line",
        "Content-Type: multipart/mixed; charset=utf-8;\nboundary=@B@\n"),
]

NAME = "header.name"
NAMES = [
    edit("name-empty", NAME, "skip a field without a name", bases=BOTH, ctype=': @T@; name="@N@"\n'),
    edit("name-empty-before-cte", NAME, "skip a field without a name", bases=BOTH, cte=f": x\n{CTE}: @E@\n"),
    cte("name-twice", NAME + " encoding.misspelt", "take a name in the value for a repetition", f"{CTE}:{CTE}: @E@\n"),
    top("name-twice", NAME, "look for a known type in the value",
        'Content-Type:Content-Type: multipart/mixed; boundary="@B@"\n'),
    top("name-twice-spaced", NAME, "look for a known type in the value",
        'Content-Type: Content-Type: multipart/mixed; boundary="@B@"\n'),
    cte("name-two-colons", "encoding.misspelt", "cut punctuation off values", f"{CTE}:: @E@\n"),
    cte("name-underscores", NAME, "take '_' for '-', as CGI does", "Content_Transfer_Encoding: @E@\n"),
    cte("name-no-dashes", NAME, "compare letters only", "ContentTransferEncoding: @E@\n"),
    cte("name-with-blanks", NAME + " header.space header.no-colon", "compare letters only",
        "Content Transfer Encoding: @E@\n"),
    cte("name-one-blank", NAME + " header.space header.no-colon", "compare letters only",
        "Content-Transfer Encoding: @E@\n"),
    cte("name-cut", NAME, "compare the start of names", "Content-Transfer-Encodin: @E@\n", encodings=BASE64),
    cte("name-longer", NAME, "compare the start of names", f"{CTE}s: @E@\n"),
    cte("name-dash-end", NAME, "compare the start of names", f"{CTE}-: @E@\n"),
    cte("name-misspelt", NAME, "decode what is plainly base64", "Content-Transfert-Encoding: @E@\n", encodings=BASE64),
    cte("name-http", "encoding.absent", "take HTTP's name as well", "Content-Encoding: @E@\n", encodings=BASE64),
    cte("name-dot-end", NAME, "cut punctuation off names", f"{CTE}.: @E@\n"),
    cte("name-quoted", NAME, "take quotes off names", f'"{CTE}": @E@\n'),
    top("name-underscore", NAME, "take '_' for '-'", 'Content_Type: multipart/mixed; boundary="@B@"\n'),
    top("name-plural", NAME, "compare the start of names", 'Content-Types: multipart/mixed; boundary="@B@"\n'),
    top("name-misspelt", NAME + " boundary.undeclared", "look for delimiters in the body",
        'Contnet-Type: multipart/mixed; boundary="@B@"\n'),
    top("name-empty", NAME + " boundary.undeclared", "look for delimiters in the body",
        ': multipart/mixed; boundary="@B@"\n'),
]

LONG = "header.long"
LONG_LINES = [
    edit("long-field-before-cte", LONG, "have no limit for lines", bases=BOTH,
         pfirst="X-Padding: " + "x" * 5000 + "\n"),
    value("long-blanks", LONG, "have no limit for lines", " " * 1500 + "@E@"),
    value("long-comment", LONG + " header.comment", "have no limit, take comments out", "(" + "x" * 1200 + ") @E@"),
    multipart("long-parameter", LONG, "have no limit for lines",
              'multipart/mixed; x-padding="' + "p" * 2500 + '"; boundary="@B@"'),
    multipart("long-many-parameters", LONG, "have no limit for parameters",
              "multipart/mixed; " + "".join(f"p{i}=v{i}; " for i in range(150)) + 'boundary="@B@"'),
    edit("long-field-of-message", LONG, "have no limit for lines", first="X-Padding: " + "x" * 1100 + "\n"),
    edit("long-folded-lines", LONG, "have no limit for lines", bases=BOTH,
         pfirst="X-Padding: a\n" + (" " + "y" * 1000 + "\n") * 3),
]

EIGHT = "header.8bit"
EIGHT_BIT = [
    edit("8bit-name-before-cte", EIGHT, "skip a field of a strange name", bases=BOTH, pfirst="X-\xe9t\xe9: x\n"),
    edit("8bit-name-utf8", EIGHT, "skip a field of a strange name", bases=BOTH, pfirst="X-\xc3\xa9: x\n"),
    edit("8bit-name-sjis", EIGHT, "skip a field of a strange name", bases=BOTH, pfirst="\x8c\x8f\x96\xbc: x\n"),
    cte("8bit-nbsp-before-colon", EIGHT, "cut white space, NBSP too, off names", f"{CTE}\xa0: @E@\n"),
    cte("8bit-nbsp-utf8-before-colon", EIGHT, "cut white space, NBSP too, off names", f"{CTE}\xc2\xa0: @E@\n"),
    cte("8bit-nbsp-before-name", EIGHT, "cut white space, NBSP too, off lines", f"\xa0{CTE}: @E@\n"),
    edit("8bit-byte-order-mark", EIGHT, "drop a byte order mark", pfirst="", cdisp=DISPOSITION + "\n",
         ctype='\xef\xbb\xbfContent-Type: @T@; name="@N@"\n'),
    cte("8bit-byte-order-mark", EIGHT, "drop a byte order mark", f"\xef\xbb\xbf{CTE}: @E@\n"),
    top("8bit-nbsp-before-colon", EIGHT, "cut white space, NBSP too, off names",
        'Content-Type\xc2\xa0: multipart/mixed; boundary="@B@"\n'),
]

CASE = "header.case"
CASES = [
    value("case-base64", CASE, "compare without regard to case", "bASe64", encodings=BASE64),
    value("case-base64-other", CASE, "compare without regard to case", "BaSE64", encodings=BASE64),
    value("case-qp", CASE, "compare without regard to case", "qUoTeD-pRiNtAbLe", encodings=("quoted-printable",),
          bases=("mixed",)),
    value("case-qp-other", CASE, "compare without regard to case", "quoted-PRINTable", encodings=("quoted-printable",),
          bases=("mixed",)),
    multipart("case-type", CASE, "compare without regard to case", 'mUltIpARt/mIxeD; boundary="@B@"'),
    multipart("case-subtype", CASE, "compare without regard to case", 'multipart/miXed; BOUNDARY="@B@"'),
]

GROUP = "header"
ROWS = [*SEPARATORS, *LATE, *LINES, *NAMES, *LONG_LINES, *EIGHT_BIT, *CASES]
