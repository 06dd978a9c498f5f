"""Mail that mail servers and programs write by themselves: bounces, delays, receipts."""

import files
from make import base64, entity, lf, mail, multipart, quoted, text, top, word

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.com>"
PAPER = files.pdf("Undelivered")


def original(boundary="=_orig_0001"):
    """The mail that could not be delivered, with its attachment."""
    return entity((top("Order", message_id="orig.1@example.jp"), f'MIME-Version: 1.0\nContent-Type: multipart/mixed;\n'
                   f'\tboundary="{boundary}"\n'), multipart(boundary, entity(
                       'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n', "注文書です。\n"), entity("""
        Content-Type: application/pdf; name="order.pdf"
        Content-Disposition: attachment; filename="order.pdf"
        Content-Transfer-Encoding: base64
        """, base64(PAPER))))


def status(more="", head="Content-Type: message/delivery-status\n"):
    return entity(head, f"""
        Reporting-MTA: dns; mx.example.com
        X-Postfix-Queue-ID: 4VdXyz1abcz9rx
        X-Postfix-Sender: rfc822; hanako@example.jp
        Arrival-Date: Tue, 14 May 2024 09:12:33 +0900 (JST)

        Final-Recipient: rfc822; nobody@example.org
        Original-Recipient: rfc822;nobody@example.org
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mail.example.org
        Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.org>: Recipient address
            rejected: User unknown in local recipient table
        {more}""")


def report(boundary, fields, *parts, preamble=b"", epilogue=b"", kind="delivery-status", sender=DAEMON,
           subject="Undelivered Mail Returned to Sender"):
    return entity((top(subject, sender=sender, to="hanako@example.jp", message_id="20240514.4VdX@mx.example.com"), fields,
                   f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind};\n\tboundary="{boundary}"\n'),
                  multipart(boundary, *parts, preamble=preamble, epilogue=epilogue))


@mail("Postfix: a bounce with the whole mail; the boundary is the queue id and the host")
def postfix_bounce():
    return report("4VdXyz1abcz9rx.1715645553/mx.example.com", "Auto-Submitted: auto-replied\n"
                  "Content-Transfer-Encoding: 8bit\n",
                  entity('Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n', """
        This is the mail system at host mx.example.com.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

                           The mail system

        <nobody@example.org>: host mail.example.org[192.0.2.1] said: 550 5.1.1
            <nobody@example.org>: Recipient address rejected: User unknown in local
            recipient table (in reply to RCPT TO command)
        """), status(head="Content-Description: Delivery report\nContent-Type: message/delivery-status\n"),
                  entity("Content-Description: Undelivered Message\nContent-Type: message/rfc822\n"
                         "Content-Transfer-Encoding: 8bit\n", original()),
                  preamble=b"This is a MIME-encapsulated message.\r\n\r\n"), [("order.pdf", PAPER)]


@mail("Postfix: a warning of delay, with the header of the mail alone; LF as in a maildir")
def postfix_delay():
    head = original().partition(b"\r\n\r\n")[0] + b"\r\n"
    return lf(report("4VdXyz1abcz9rx.1715645553/mx.example.com", "Auto-Submitted: auto-replied\n",
                     entity("Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n",
                            "This is the mail system. It is a warning only.\n"), status(),
                     entity("Content-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n"
                            "Content-Transfer-Encoding: 8bit\n", head),
                     preamble=b"This is a MIME-encapsulated message.\r\n\r\n"))


@mail("Sendmail: a bounce, boundary of queue id and time, Transcript of session follows")
def sendmail_bounce():
    return report("44E0CXab012345.1715645553/mx.example.com", "Auto-Submitted: auto-generated (failure)\n", entity("\n", """
        The original message was received at Tue, 14 May 2024 09:12:33 +0900
        from localhost [127.0.0.1]

           ----- The following addresses had permanent fatal errors -----
        <nobody@example.org>
            (reason: 550 5.1.1 <nobody@example.org>... User unknown)

           ----- Transcript of session follows -----
        ... while talking to mail.example.org.:
        >>> DATA
        <<< 550 5.1.1 <nobody@example.org>... User unknown
        550 5.1.1 <nobody@example.org>... User unknown
        """), status(), entity("Content-Type: message/rfc822\n", original()),
                  preamble=b"This is a MIME-encapsulated message\r\n\r\n", epilogue=b"\r\n",
                  subject="Returned mail: see transcript for details"), [("order.pdf", PAPER)]


@mail("Sendmail: a bounce that returns text/rfc822-headers")
def sendmail_headers_only():
    return report("44E0CXab012346.1715645554/mx.example.com", "Auto-Submitted: auto-generated (failure)\n",
                  entity("\n", "   ----- The following addresses had permanent fatal errors -----\n<nobody@example.org>\n"),
                  status(), entity("Content-Type: text/rfc822-headers\n", original().partition(b"\r\n\r\n")[0] + b"\r\n"),
                  preamble=b"This is a MIME-encapsulated message\r\n\r\n", epilogue=b"\r\n")


QMAIL = """
    Hi. This is the qmail-send program at mx.example.com.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <nobody@example.org>:
    192.0.2.1 does not like recipient.
    Remote host said: 550 User unknown
    Giving up on 192.0.2.1.

    --- Below this line is a copy of the message.

    Return-Path: <hanako@example.jp>
    """


@mail("qmail: a bounce without MIME; what it copies is plain text")
def qmail_bounce():
    copy = entity((top("Order", message_id="orig.2@example.jp"),), "The order.\n")
    return entity(top("failure notice", sender="MAILER-DAEMON@mx.example.com", message_id=None), text(QMAIL) + copy)


@mail("qmail: a bounce without MIME whose copy is the source of a multipart with an attachment",
      ambiguous="the text holds the source of a mail; whoever opens that sees its parts")
def qmail_bounce_of_multipart():
    return entity(top("failure notice", sender="MAILER-DAEMON@mx.example.com", message_id=None), text(QMAIL) + original())


@mail("Exim: a bounce, boundary of the time and eximdsn")
def exim_bounce():
    return report("1715645553-eximdsn-1804289383", "X-Failed-Recipients: nobody@example.org\nAuto-Submitted: auto-replied\n",
                  entity("Content-type: text/plain; charset=us-ascii\n", """
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error.
        """), status(head="Content-type: message/delivery-status\n"),
                  entity("Content-type: message/rfc822\n", original()), epilogue=b"\r\n"), [("order.pdf", PAPER)]


@mail("Exim 4.7 and older: a bounce without MIME, the copy behind a line of hyphens",
      ambiguous="the text holds the source of a mail; whoever opens that sees its parts")
def exim_old_bounce():
    return entity((top("Mail delivery failed: returning message to sender", sender="Mailer-Daemon@mx.example.com"),
                   "X-Failed-Recipients: nobody@example.org\nAuto-Submitted: auto-replied\n"), text("""
        This message was created automatically by mail delivery software.

          nobody@example.org
            SMTP error from remote mail server after RCPT TO:<nobody@example.org>:
            host mail.example.org [192.0.2.1]: 550 User unknown

        ------ This is a copy of the message, including all the headers. ------

        """) + original())


@mail("Exchange: a non-delivery report, HTML within alternative, X-Display-Name, the mail as an item")
def exchange_ndr():
    said = entity('Content-Type: multipart/alternative; differences=Content-Type;\n'
                  '\tboundary="a1b2c3d4-0000-4000-8000-2233445566aa"\n', b"\r\n" + multipart(
                      "a1b2c3d4-0000-4000-8000-2233445566aa", entity("""
        Content-Type: text/plain; charset="iso-2022-jp"
        Content-Transfer-Encoding: quoted-printable
        """, quoted("配信できませんでした。\n", "iso2022_jp")), entity("""
        Content-Type: text/html; charset="iso-2022-jp"
        Content-Transfer-Encoding: quoted-printable
        """, quoted("<html><body><p>配信できませんでした。</p></body></html>\n", "iso2022_jp")), epilogue=b"\r\n"))
    return report("a1b2c3d4-0000-4000-8000-1122334455aa", "Content-Language: ja-JP\nX-MS-Exchange-Message-Is-Ndr:\n", said,
                  status("X-Display-Name: =?iso-2022-jp?B?GyRCTT49aRsoQg==?=\n"),
                  entity("Content-Type: message/rfc822\n", original()), epilogue=b"\r\n",
                  sender=f"{word('Microsoft Outlook', 'iso-2022-jp')} <MicrosoftExchange329e@example.com>"
                  ), [("order.pdf", PAPER)]


@mail("Exchange 2000: a report whose boundary is ----_=_NextPart, Content-Transfer-Encoding on each part")
def exchange_2000_ndr():
    return report("----_=_NextPart_001_01C21F9D.448286CC", "content-class: urn:content-classes:dsn\n", entity("""
        Content-Type: text/plain;
        \tcharset="iso-2022-jp"
        Content-Transfer-Encoding: 7bit
        """, text("配信されませんでした。\n", "iso2022_jp")),
                  status(head="Content-Type: message/delivery-status\nContent-Transfer-Encoding: 7bit\n"),
                  entity("Content-Type: message/rfc822\nContent-Transfer-Encoding: 7bit\n", entity(
                      top("test", message_id="old@example.jp"), "test\n")), epilogue=b"\r\n")


@mail("Gmail: a bounce in related with an icon; the report's fields are its own")
def gmail_bounce():
    icon = files.png(31)
    said = entity('Content-Type: multipart/related; boundary="000000000000bb11aa05f1a2b3ee"\n',
                  multipart("000000000000bb11aa05f1a2b3ee", entity(
                      'Content-Type: multipart/alternative; boundary="000000000000bb11ab05f1a2b3ef"\n',
                      multipart("000000000000bb11ab05f1a2b3ef", entity(
                          'Content-Type: text/plain; charset="UTF-8"\n', "** Address not found **\n"), entity(
                              'Content-Type: text/html; charset="UTF-8"\n', "<html><body><p>Address not found</p></body></html>\n"))),
                            entity("""
        Content-Type: image/png; name="icon.png"
        Content-Disposition: attachment; filename="icon.png"
        Content-Transfer-Encoding: base64
        Content-ID: <icon.png>
        """, base64(icon))))
    return report("000000000000bb11a705f1a2b3ed", "Auto-Submitted: auto-replied\nX-Failed-Recipients: nobody@example.org\n",
                  said, status(), entity("Content-Type: message/rfc822\n", original())), [("icon.png", icon), ("order.pdf", PAPER)]


@mail("A report with odd fields: blank groups, a field without a value, lines without a colon, folds by a tab")
def report_odd_fields():
    odd = entity("Content-Type: message/delivery-status\n", """
        Reporting-MTA: dns;mx.example.com
        Received-From-MTA:


        Original-Recipient:
        Final-Recipient: RFC822; <nobody@example.org>
        Action: Failed
        Status: 5.0.0 (permanent failure)
        \tof the address
        Diagnostic-Code: smtp;550 5.1.1 (User unknown
        This line is none of a field
        Last-Attempt-Date: 14 May 2024 09:12:33 -0000

        """)
    return report("----=_odd_0001", "", entity("Content-Type: text/plain\n", "failed\n"), odd,
                  entity("Content-Type: text/rfc822-headers; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
                         quoted("Subject: 注文\nFrom: hanako@example.jp\n")))


def receipt(boundary, said, fields, *more):
    return report(boundary, "References: <orig.1@example.jp>\n", said, entity("Content-Type: message/disposition-notification\n"
                                                                              "Content-Transfer-Encoding: 7bit\n", fields),
                  *more, kind="disposition-notification", sender="Taro Suzuki <taro@example.com>", subject="Read: Order")


@mail("Outlook: a read receipt")
def outlook_read_receipt():
    return receipt("----=_NextPart_000_0005_01DAA5F3.00000000", entity("""
        Content-Type: text/plain;
        \tcharset="us-ascii"
        Content-Transfer-Encoding: 7bit
        """, "Your message was read on Tuesday, May 14, 2024 9:30:00 AM UTC.\n"), """
        Reporting-UA: mail.example.com; Microsoft Outlook 16.0
        Final-Recipient: rfc822;taro@example.com
        Original-Message-ID: <orig.1@example.jp>
        Disposition: automatic-action/MDN-sent-automatically; displayed
        X-MSExch-Correlation-Key: abcdefgh==
        """)


@mail("Thunderbird: a read receipt with the header of the mail as its third part")
def thunderbird_read_receipt():
    return receipt("------------mdn010203040506070809000102", entity("""
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: 8bit
        """, "これはあなたが送信したメッセージの開封確認です。\n"), """
        Reporting-UA: example.com; Thunderbird
        Final-Recipient: rfc822;taro@example.com
        Original-Message-ID: <orig.1@example.jp>
        Disposition: manual-action/MDN-sent-manually; displayed
        """, entity("Content-Type: text/rfc822-headers; name=\"MDNPart3.txt\"\nContent-Disposition: inline\n"
                    "Content-Transfer-Encoding: 7bit\n", "Subject: Order\nFrom: hanako@example.jp\n"))


@mail("A vacation notice: no MIME at all, precedence bulk")
def vacation():
    return entity((top("away from my mail", message_id=None), "Precedence: bulk\nAuto-Submitted: auto-replied\n"), """
        I will not be reading my mail for a while.
        Your mail regarding "Minutes" will be read when I return.
        """)
