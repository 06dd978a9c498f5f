"""Mail that libraries and scripts write: PHP, Perl, Java, Python, Ruby, .NET and others; cron and monitoring."""

import binascii

import files
from make import base64, entity, lf, mail, multipart, quoted, text, top, word


def with_pdf(boundary, fields, first, name="invoice.pdf", preamble=b"", epilogue=b"", line=None, part=None, data=None):
    """mixed: a text part and a PDF, in the way of one library."""
    data = files.pdf("Invoice") if data is None else data
    part = part or ('Content-Type: application/pdf; name="{name}"\nContent-Transfer-Encoding: base64\n'
                    'Content-Disposition: attachment; filename="{name}"\n')
    return entity((top("Invoice"), fields, line or f'Content-Type: multipart/mixed; boundary="{boundary}"\n'),
                  multipart(boundary, first, entity(part.replace("{name}", name), base64(data)), preamble=preamble,
                            epilogue=epilogue)), [(name, data)]


PLAIN = entity("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", "請求書です。\n")


@mail("PHPMailer: b1_ and a digest, fields folded by tabs, base64 with a blank line behind it")
def phpmailer():
    mark = "b1_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    inner = entity(f'Content-Type: multipart/alternative;\n\tboundary="b2{mark[2:]}"\n', multipart(
        "b2" + mark[2:], entity("Content-Type: text/plain; charset=us-ascii\n", "Invoice\n\n"),
        entity("Content-Type: text/html; charset=us-ascii\n", "<p>Invoice</p>\n\n"), epilogue=b"\r\n"))
    return with_pdf(mark, "X-Mailer: PHPMailer 5.2.28 (https://github.com/PHPMailer/PHPMailer)\nMIME-Version: 1.0\n", inner,
                    preamble=b"This is a multi-part message in MIME format.\r\n\r\n", epilogue=b"\r\n\r\n",
                    line=f'Content-Type: multipart/mixed;\n\tboundary="{mark}"\nContent-Transfer-Encoding: 8bit\n',
                    part='Content-Type: application/pdf; name="{name}"\nContent-Transfer-Encoding: base64\n'
                         "Content-Disposition: attachment; filename={name}\n")


@mail("PHPMailer 6: the same with a boundary of mixed case and equal signs")
def phpmailer_six():
    mark = "b1_=_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGh"[:45]
    return with_pdf(mark, "X-Mailer: PHPMailer 6.9.1\nMIME-Version: 1.0\n", PLAIN, epilogue=b"\r\n",
                    preamble=b"This is a multi-part message in MIME format.\r\n\r\n",
                    line=f'Content-Type: multipart/mixed;\n boundary="{mark}"\n')


@mail("PHP: the tutorial's script, PHP-mixed and PHP-alt, a blank behind each value")
def php_tutorial():
    mark = "d41d8cd98f00b204e9800998ecf8427e"
    inner = entity(f'Content-Type: multipart/alternative; boundary="PHP-alt-{mark}"\n', b"\r\n" + multipart(
        f"PHP-alt-{mark}", entity('Content-Type: text/plain; charset="iso-8859-1" \nContent-Transfer-Encoding: 7bit\n',
                                  "Hello World!!!\n\n"),
        entity('Content-Type: text/html; charset="iso-8859-1" \nContent-Transfer-Encoding: 7bit\n', "<h2>Hello</h2>\n\n"),
        epilogue=b"\r\n"))
    return with_pdf(f"PHP-mixed-{mark}", "", inner, epilogue=b"\r\n", part="Content-Type: application/pdf; name=\"{name}\" \n"
                    "Content-Transfer-Encoding: base64 \nContent-Disposition: attachment \n")


@mail("PHP: Multipart_Boundary_x...x of the manual's comments, no blank behind Content-Type:")
def php_multipart_boundary():
    mark = "==Multipart_Boundary_xa1b2c3d4e5f60718293a4b5c6d7e8f90x"
    return with_pdf(mark, "", entity('Content-Type:text/html; charset="iso-8859-1"\nContent-Transfer-Encoding: 7bit\n',
                                     "<p>Invoice</p>\n\n"),
                    preamble=b"This is a multi-part message in MIME format.\r\n\r\n",
                    line=f'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary="{mark}"\n')


@mail("PHP mb_send_mail: ISO-2022-JP, each MIME field twice with the same value")
def mb_send_mail():
    return entity((top("=?ISO-2022-JP?B?GyRCJCpMZCQkOWckbyQ7GyhC?="), """
        MIME-Version: 1.0
        Content-Type: text/plain; charset=ISO-2022-JP
        Content-Transfer-Encoding: 7bit
        Mime-Version: 1.0
        Content-Type: text/plain; charset=ISO-2022-JP
        Content-Transfer-Encoding: 7bit
        """), text("お問い合わせありがとうございます。\n", "iso2022_jp"))


@mail("SwiftMailer and WordPress: _=_swift_ boundaries, a blank at the end of the fold")
def swiftmailer():
    mark = "_=_swift_v4_1715645553_0a1b2c3d4e5f60718293a4b5c6d7e8f9_=_"
    return with_pdf(mark, "MIME-Version: 1.0\n", entity(
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", quoted("<p>請求書</p>\n")),
        preamble=b"\r\n", epilogue=b"\r\n", line=f'Content-Type: multipart/mixed;\n boundary="{mark}"\n',
        part="Content-Type: application/pdf; name={name}\nContent-Transfer-Encoding: base64\n"
             "Content-Disposition: attachment; filename={name}\n")


@mail("Perl MIME::Lite: _----------=_, Content-Disposition first, its own preamble")
def mime_lite():
    mark = "_----------=_1715645553123450"
    return with_pdf(mark, "MIME-Version: 1.0\n", entity("Content-Disposition: inline\nContent-Length: 8\n"
                                                        "Content-Transfer-Encoding: binary\nContent-Type: TEXT/PLAIN\n", "Invoice\n"),
                    preamble=b"This is a multi-part message in MIME format.\r\n\r\n", epilogue=b"\r\n",
                    line=f'Content-Transfer-Encoding: binary\nContent-Type: multipart/mixed; boundary="{mark}"\n'
                         "X-Mailer: MIME::Lite 3.031 (F2.85; T2.17; A2.21; B3.16; Q3.13)\n",
                    part="Content-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n"
                         "Content-Type: application/pdf; name=\"{name}\"\n")


@mail("Perl MIME-tools, as SpamAssassin and amavis use it: ten hyphens, equal signs")
def mime_tools():
    mark = "----------=_1715645553-12345-0"
    return with_pdf(mark, "MIME-Version: 1.0\nX-Mailer: MIME-tools 5.509 (Entity 5.509)\n", entity(
        "Content-Type: text/plain; charset=\"iso-8859-1\"\nContent-Disposition: inline\nContent-Transfer-Encoding: 7bit\n",
        "Invoice\n"), preamble=b"This is a multi-part message in MIME format...\r\n\r\n", epilogue=b"\r\n")


@mail("JavaMail: ----=_Part_, names unquoted, text in 7bit, types before encodings")
def javamail():
    return with_pdf("----=_Part_0_1804289383.1715645553123", "MIME-Version: 1.0\n", entity(
        "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n", "Invoice\n"),
        line='Content-Type: multipart/mixed; \n\tboundary="----=_Part_0_1804289383.1715645553123"\n', epilogue=b"",
        part="Content-Type: application/pdf; name={name}\nContent-Transfer-Encoding: base64\n"
             "Content-Disposition: attachment; filename={name}\n")


@mail("JavaMail: a Japanese name in one word in the type and in RFC 2231 in the disposition")
def javamail_japanese():
    data, name = files.xlsx(), "月次報告.xlsx"
    return entity((top("report"), "MIME-Version: 1.0\nContent-Type: multipart/mixed; \n\tboundary=\"----=_Part_1_22.33\"\n"),
                  multipart("----=_Part_1_22.33", PLAIN, entity((
                      f'Content-Type: application/octet-stream; name="{word(name)}"\nContent-Transfer-Encoding: base64\n'
                      "Content-Disposition: attachment; \n\tfilename*=UTF-8''%E6%9C%88%E6%AC%A1%E5%A0%B1%E5%91%8A.xlsx\n"),
                      base64(data)))), [(name, data)]


@mail("Python's email: =============== boundaries, MIME-Version on each part")
def python_email():
    return with_pdf("===============8412345678901234567==", "MIME-Version: 1.0\n", entity(
        'Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n',
        base64("請求書です。\n".encode())), part='Content-Type: application/pdf\nMIME-Version: 1.0\n'
        'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="{name}"\n')


@mail("Python: the recipe with MIMEBase and 'filename= %s', a blank before the name; LF alone")
def python_mimebase():
    made, files_ = with_pdf("===============0000000000000000042==", "", entity(
        'Content-Type: text/html; charset="us-ascii"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\n', "<p>Invoice</p>"),
        line='Content-Type: multipart/mixed; boundary="===============0000000000000000042=="\nMIME-Version: 1.0\n',
        part='Content-Type: application/octet-stream\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n'
             'Content-Disposition: attachment; filename= {name}\n')
    return lf(made), files_


@mail("Ruby's mail: --==_mimepart_, as GitHub sends it, Content-Type before MIME-Version, a semicolon at the end")
def ruby_mail():
    mark = "--==_mimepart_66600c884d7d2_12466c31756"
    return entity((top("Re: [example/repo] Fix the build (#12)"), f"""
        Mime-Version: 1.0
        Content-Type: multipart/alternative;
         boundary="{mark}";
         charset=UTF-8
        Content-Transfer-Encoding: 7bit
        """), b"\r\n" + multipart(mark, entity(
            "Content-Type: text/plain;\n charset=UTF-8\nContent-Transfer-Encoding: 7bit\n",
            "Merged #12.\n\n-- \nReply to this email directly\n"), entity(
                "Content-Type: text/html;\n charset=UTF-8\nContent-Transfer-Encoding: 7bit\n",
                "<p></p>\n<p>Merged #12.</p>\n\n<p style=\"font-size:small\">&mdash;<br />Reply</p>\n"), epilogue=b"\r\n"))


@mail(".NET: --boundary_0_ and a GUID, names that are words without a fold")
def dotnet():
    mark = "--boundary_0_1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    return with_pdf(mark, "MIME-Version: 1.0\n", entity(
        "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n", quoted("Invoice\n")),
        line=f"Content-Type: multipart/mixed;\n boundary={mark}\n", epilogue=b"\r\n", name="請求.pdf",
        part=f'Content-Type: application/octet-stream; name="{word("請求.pdf", "utf-8")}"\n'
             "Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n")


@mail("CDO: NextPart of Windows 2000, thread-index, Content-Class; text in 7bit")
def cdo():
    return with_pdf("----=_NextPart_000_0000_01DAA5F6.12345678", 'thread-index: AdqlntH6d2Y0v0xkR8mW7n1oG0m3Zg==\n'
                    "MIME-Version: 1.0\n", entity(
                        'Content-Type: text/plain;\n\tcharset="iso-8859-1"\nContent-Transfer-Encoding: 7bit\n', "Invoice\n"),
                    preamble=b"This is a multi-part message in MIME format.\r\n\r\n", epilogue=b"\r\n",
                    line='Content-Type: multipart/mixed;\n\tboundary="----=_NextPart_000_0000_01DAA5F6.12345678"\n'
                         "Content-Class: urn:content-classes:message\nX-MimeOLE: Produced By Microsoft MimeOLE V6.1.7601.17609\n")


@mail("Delphi's Indy: =_NextPart_2relrfksadvnqindyw3nerasdf in each mail")
def indy():
    return with_pdf("=_NextPart_2relrfksadvnqindyw3nerasdf", "MIME-Version: 1.0\n", entity(
        "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit\n\n", "Invoice\n\n"),
        preamble=b"This is a multi-part message in MIME format\r\n\r\n", epilogue=b"\r\n")


@mail("Go: sixty hexadecimal digits, Content-Disposition before the encoding, one line of base64")
def go_multipart():
    mark = "1f3870be274f6c49b3e31a0c6728957f1f3870be274f6c49b3e31a0c6728"
    data = files.zipped(("go.txt", b"go" * 300))
    return entity((top("backup"), f"Mime-Version: 1.0\nContent-Type: multipart/mixed;\n boundary={mark}\n"), multipart(
        mark, entity("Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=UTF-8\n", quoted("done\n")),
        entity('Content-Disposition: attachment; filename="backup.zip"\nContent-Transfer-Encoding: base64\n'
               'Content-Type: application/zip; name="backup.zip"\n', base64(data, 0)))), [("backup.zip", data)]


@mail("Nodemailer: --_NmP-, name and filename, Content-Transfer-Encoding last")
def nodemailer():
    return with_pdf("--_NmP-0a1b2c3d4e5f6071-Part_1", "MIME-Version: 1.0\n", PLAIN, part=(
        "Content-Type: application/pdf; name={name}\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename={name}\n"))


@mail("SAP: boundary =_ and hexadecimal digits, Content-Description, names in capitals")
def sap():
    return with_pdf("=_5F2A3B4C5D6E7F80E10000000A010203", "MIME-Version: 1.0\n", entity(
        'Content-Type: text/plain;\n charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n'
        "Content-Disposition: inline\nContent-Description: Invoice\n", quoted("請求書\n")), name="INVOICE 4711.PDF",
        line='Content-Type: multipart/mixed;\n boundary="=_5F2A3B4C5D6E7F80E10000000A010203"\n',
        part='Content-Type: application/pdf;\n name="{name}"\nContent-Transfer-Encoding: base64\n'
             'Content-Disposition: attachment;\n filename="{name}"\nContent-Description: INVOICE 4711\n')


@mail("cron: no Message-ID, text with its environment in X-Cron-Env, paths and output")
def cron():
    return lf(entity((top("Cron <root@host> test -x /usr/sbin/anacron", sender="root@host.example.jp (Cron Daemon)"), """
        Content-Type: text/plain; charset=UTF-8
        X-Cron-Env: <SHELL=/bin/sh>
        X-Cron-Env: <HOME=/root>
        X-Cron-Env: <PATH=/usr/bin:/bin>
        MIME-Version: 1.0
        Content-Transfer-Encoding: 8bit
        """), "/etc/cron.daily/logrotate:\nerror: stat of /var/log/app/*.log failed: そのようなファイルはありません\n"))


@mail("AIX and HP-UX: mailx with uuencode in a pipe, no MIME at all", ambiguous="only some clients open uuencoded text",
      findings=("mime.ambiguous.text.uuencode",))
def mailx_uuencode():
    sheet = files.csv()
    lines = b"".join(binascii.b2a_uu(sheet[at:at + 45], backtick=True).strip() + b"\r\n" for at in range(0, len(sheet), 45))
    return entity((top("nightly list", sender="batch@host.example.jp (Batch)", message_id="200405@host"),),
                  text("see the list\n") + b"begin 644 list.csv\r\n" + lines + b"`\r\nend\r\n"), [("list.csv", sheet)]


@mail("Nagios: plain text with stars and colons")
def nagios():
    return lf(entity((top("** PROBLEM Service Alert: web1/HTTP is CRITICAL **", sender="nagios@monitor.example.jp"),
                      "MIME-Version: 1.0\nContent-Type: text/plain; charset=US-ASCII\nContent-Transfer-Encoding: 7bit\n"), """
        ***** Nagios *****

        Notification Type: PROBLEM
        Service: HTTP
        Content-Type: checked
        Host: web1

        Additional Info:

        CRITICAL - Socket timeout after 10 seconds
        """))


@mail("logwatch: sections between lines of hyphens and hashes")
def logwatch():
    return lf(entity((top("Logwatch for host (Linux)"), "Mime-Version: 1.0\nPrecedence: bulk\n"
                      'Content-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset="UTF-8"\n'), """
         ################### Logwatch 7.7 (07/22/22) ####################
                Processing Initiated: Tue May 14 06:25:02 2024
         ##################################################################

         --------------------- pam_unix Begin ------------------------

         sshd:
            Sessions Opened:
               root: 3 Time(s)

         ---------------------- pam_unix End -------------------------

         --------------------- Disk Space Begin ------------------------

         Filesystem      Size  Used Avail Use% Mounted on
         /dev/sda1        20G   12G  7.1G  63% /

         ---------------------- Disk Space End -------------------------
        """))
