"""Texts that look like something else: code, patches, keys, logs, quoted mail."""

import files
from make import base64, entity, lf, mail, multipart, quoted, text, top

PLAIN = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"


def plain(subject, body, fields=PLAIN):
    return entity((top(subject), fields), body)


@mail("git send-email: a patch in the text, --- and -- at the beginning of lines")
def git_patch():
    return lf(plain("[PATCH v2 1/3] base: one reading of a digit", """
        Both tables said the same.

        Signed-off-by: Hanako Sato <hanako@example.jp>
        ---
         base/hex.c | 4 ++--
         1 file changed, 2 insertions(+), 2 deletions(-)

        diff --git a/base/hex.c b/base/hex.c
        index 1111111..2222222 100644
        --- a/base/hex.c
        +++ b/base/hex.c
        @@ -1,4 +1,4 @@
         int hex(int c) {
        -    return table[c];
        +    return other[c];
         }
        --
        2.39.2

        """, 'X-Mailer: git-send-email 2.39.2\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n'))


@mail("A patch as an attachment, which git am reads: it begins with 'From ' and a hash")
def git_patch_attached():
    patch = (b"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\r\nFrom: Hanako Sato <hanako@example.jp>\r\n"
             b"Date: Tue, 14 May 2024 09:12:33 +0900\r\nSubject: [PATCH] base: less\r\nMIME-Version: 1.0\r\n"
             b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n---\r\n a | 1 -\r\n"
             b"--- a/a\r\n+++ b/a\r\n@@ -1 +0,0 @@\r\n-x\r\n-- \r\n2.39.2\r\n")
    return entity((top("patch"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="k1lZvvs/B4yU6o8G"\n'),
                  multipart("k1lZvvs/B4yU6o8G", entity("Content-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\n",
                                                       "patch\n"), entity("""
        Content-Type: text/x-diff; charset=us-ascii
        Content-Disposition: attachment; filename="0001-base-less.patch"
        """, patch))), [("0001-base-less.patch", patch)]


@mail("Source code: SQL comments, Lua, Pascal's begin and end, lines of hyphens")
def source_code():
    return plain("the procedure", """
        -- The report of the month.
        --drop table report;
        create procedure report() begin
            select 1;
        end;

        begin
          writeln('begin 644 is no file');
        end.

        --[[ Lua has long comments ]]--
        --------------------------------------------------
        -- Content-Type of the answer
        """)


@mail("A text that speaks of uuencode and begins lines with 'begin'")
def begin_in_text():
    return plain("how to", """
        begin by opening the file. Then:

        begin  with two blanks is what one client stumbled over.
        begin 644 is how a uuencoded file would begin, if a name followed.

        end
        """)


@mail("Dashes: a signature, a table, an Outlook quote, a Gmail quote, cut lines")
def dashes():
    return plain("Re: Re: numbers", """
        see below
        --
        Hanako Sato
        ----------------------------------------
        Example K.K.
        ----------------------------------------

        -----Original Message-----
        From: Taro Suzuki <taro@example.com>
        Sent: Monday, May 13, 2024 10:00 AM
        To: Hanako Sato <hanako@example.jp>
        Subject: numbers

        | a   | b   |
        |-----|-----|
        --- 8< --- 8< --- cut here --- 8< ---
        -------- Forwarded Message --------
        Subject: \tnumbers
        Date: \tMon, 13 May 2024 09:00:00 +0900
        From: \tJiro <jiro@example.org>

        1, 2, 3
        """)


@mail("Keys and certificates in the text: PEM, OpenSSH, a DKIM record")
def pem():
    body = (b"the certificate:\r\n\r\n-----BEGIN CERTIFICATE-----\r\n" + base64(b"\x30\x82\x02\x10" + files.noise(528, 120), 64) +
            b"-----END CERTIFICATE-----\r\n\r\n-----BEGIN RSA PUBLIC KEY-----\r\n" + base64(files.noise(270, 121), 64) +
            b"-----END RSA PUBLIC KEY-----\r\n\r\nssh-ed25519 " + base64(files.noise(51, 122), 0).strip() +
            b" hanako@host\r\n\r\nmail._domainkey IN TXT ( \"v=DKIM1; k=rsa; \"\r\n  \"p=" +
            base64(files.noise(160, 123), 0).strip() + b"\" )\r\n")
    return plain("certificate", body)


@mail("A long base64 key alone in the text, lines of 76 as a tool prints it")
def base64_in_text():
    return plain("token", text("put this into the settings:\n\n") + base64(files.noise(400, 124)) + text("\nHanako\n"))


@mail("A raw mail source within a text, quoted with '> '")
def quoted_source():
    return plain("what does this header say?", """
        > MIME-Version: 1.0
        > Content-Type: multipart/mixed; boundary="abc"
        >
        > --abc
        > Content-Type: text/plain
        >
        > hello
        > --abc--

        Is that right?
        """)


@mail("A raw mail source within a text, not quoted: a question to an administrator",
      ambiguous="the text holds delimiters with header lines behind them; whoever splits at those sees parts")
def unquoted_source():
    return plain("what does this source say?", """
        the mail looked like this:

        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="abc123"

        --abc123
        Content-Type: text/plain; charset=us-ascii

        hello
        --abc123
        Content-Type: text/html; charset=us-ascii

        <p>hello</p>
        --abc123--

        Is that right?
        """)


@mail("HTTP and mail logs: 'Name: value' lines at the beginning of the text",
      ambiguous="a reader that takes MIME fields behind the blank line for the header's sees a shorter text")
def header_like_text():
    return plain("log", """
        Host: www.example.jp
        Content-Type: application/json
        Content-Length: 12

        {"a": "b=="}

        May 14 09:12:33 mx postfix/smtpd[123]: NOQUEUE: reject: RCPT from unknown
        """)


@mail("format=flowed: blanks at line ends, a quoted From")
def flowed():
    # As joined pieces: an editor would take the blanks away.
    body = ("This paragraph is one line that ", "was wrapped by the program and ", "ends here.", "",
            " From here on there is a blank before it.", "> Quoted text that was ", "> wrapped as well.", "")
    return plain("flowed", "\n".join(body),
                 'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8; format=flowed; delsp=no\n'
                 "Content-Transfer-Encoding: 7bit\n")


@mail("text/enriched beside plain, as older programs of Windows wrote")
def enriched():
    return entity((top("rich"), 'Mime-Version: 1.0\nContent-Type: multipart/alternative; boundary="=====_rich_====="\n'),
                  multipart("=====_rich_=====", entity("Content-Type: text/plain; charset=us-ascii\n", "bold\n"), entity(
                      "Content-Type: text/enriched; charset=us-ascii\n", "<bold>bold</bold>\n")))


@mail("A README and a script as attachments: text in 7bit, quoted-printable and base64, each with LF or CR LF of its own")
def text_attachments():
    readme, script, table = b"read me\r\nfirst\r\n", b"#!/bin/sh\necho one\necho two\n", "a\tb\r\nä\tö".encode()
    return entity((top("files"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-files"\n'), multipart(
        "=-files", entity("Content-Type: text/plain\n", "files\n"),
        entity('Content-Type: text/plain; name="README"\nContent-Disposition: attachment; filename="README"\n', readme),
        entity('Content-Type: application/x-sh; name="run.sh"\nContent-Disposition: attachment; filename="run.sh"\n'
               "Content-Transfer-Encoding: base64\n", base64(script)),
        entity('Content-Type: text/tab-separated-values; charset=utf-8\nContent-Disposition: attachment; filename="t.tsv"\n'
               "Content-Transfer-Encoding: quoted-printable\n", b"a\tb\r\n=C3=A4\t=C3=B6=\r\n"))
                  ), [("README", readme), ("run.sh", script), ("t.tsv", table)]


@mail("A page saved as MHTML, attached: message within a file that is MIME itself")
def mhtml():
    page = entity("From: <Saved by Blink>\nSubject: Page\nMIME-Version: 1.0\nContent-Type: multipart/related;\n"
                  '\ttype="text/html";\n\tboundary="----MultipartBoundary--abcDEF0123----"\n', b"\r\n" + multipart(
                      "----MultipartBoundary--abcDEF0123----", entity(
                          "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
                          "Content-Location: https://www.example.jp/\n", quoted("<html><body>ページ</body></html>\n"))))
    return entity((top("page"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-mht"\n'), multipart(
        "=-mht", entity("Content-Type: text/plain\n", "page\n"), entity(
            'Content-Type: application/x-mimearchive; name="page.mht"\n'
            'Content-Disposition: attachment; filename="page.mht"\nContent-Transfer-Encoding: base64\n', base64(page)))
                  ), [("page.mht", page)]


@mail("mailto of a browser: no subject, an empty text")
def empty_body():
    return entity((top(""), "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"))


@mail("A mail of blank lines alone")
def blank_body():
    return plain("(none)", b"\r\n\r\n   \r\n\r\n")


@mail("HTML alone, as many web mails write")
def html_only():
    return entity((top("html"), "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"),
                  base64("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>こんにちは</body></html>\r\n".encode()))


@mail("An empty multipart: delimiters with nothing between them")
def empty_multipart():
    return entity((top("empty"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-empty"\n'),
                  b"--=-empty\r\n\r\n--=-empty\r\n\r\n\r\n--=-empty--\r\n")


@mail("A multipart that ends at once: its closing delimiter alone, as a list that strips attachments leaves it")
def closed_at_once():
    return entity((top("stripped"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-none"\n'),
                  b"The attachments were removed.\r\n\r\n--=-none--\r\n")
