"""What mailing lists make of mail: footers, digests, wrapped signatures."""

import files
from make import base64, entity, lf, mail, multipart, quoted, text, top

RULE = "_______________________________________________\n"
FOOTER = RULE + "Members mailing list\nMembers@lists.example.org\nhttps://lists.example.org/mailman/listinfo/members\n"


def listed(subject, fields, body=b""):
    return entity((top(f"[Members] {subject}", to="members@lists.example.org"), """
        Precedence: list
        List-Id: Members <members.lists.example.org>
        List-Unsubscribe: <https://lists.example.org/mailman/options/members>,
         <mailto:members-request@lists.example.org?subject=unsubscribe>
        """, fields), body)


@mail("Mailman 2: a footer as one more text part of a mixed mail")
def mailman_footer_part():
    sheet = files.csv("utf-8")
    return listed("list", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="------------0102030405060708"\n',
                  b"This is a multi-part message in MIME format.\r\n" + multipart("------------0102030405060708", entity(
                      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n", "list\n"), entity("""
        Content-Type: text/csv; charset=UTF-8; name="list.csv"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="list.csv"
        """, base64(sheet) + b"\r\n"), entity("""
        Content-Type: text/plain; charset="us-ascii"
        MIME-Version: 1.0
        Content-Transfer-Encoding: 7bit
        Content-Disposition: inline
        """, FOOTER))), [("list.csv", sheet)]


@mail("Mailman 2: an alternative wrapped into a mixed, with the footer behind it")
def mailman_wraps_alternative():
    inner = entity('MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="0000000000001234"\n',
                   multipart("0000000000001234", entity('Content-Type: text/plain; charset="UTF-8"\n', "hello\n"),
                             entity('Content-Type: text/html; charset="UTF-8"\n', "<p>hello</p>\n")))
    return listed("hello", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="===============1234567890123456789=="\n',
                  multipart("===============1234567890123456789==", inner, entity("""
        Content-Type: text/plain; charset="us-ascii"
        MIME-Version: 1.0
        Content-Transfer-Encoding: 7bit
        Content-Disposition: inline
        """, FOOTER)))


@mail("Mailman 2: a footer in a plain text that was quoted-printable")
def mailman_footer_text():
    return listed("été", 'MIME-Version: 1.0\nContent-Type: text/plain; charset="iso-8859-1"\n'
                  'Content-Transfer-Encoding: quoted-printable\n', quoted("à bientôt\n" + FOOTER, "latin-1"))


@mail("An old list: its footer stands behind the last delimiter, where nobody sees it")
def footer_in_epilogue():
    paper = files.pdf("Announcement")
    return listed("announcement", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-ann1"\n',
                  multipart("=-ann1", entity("Content-Type: text/plain\n", "see the paper\n"), entity("""
        Content-Type: application/pdf; name="a.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="a.pdf"
        """, base64(paper)), epilogue=b"\r\n" + text(
            "-----\nTo unsubscribe send mail to majordomo@lists.example.org with\n\"unsubscribe members\" in the body.\n"))
                  ), [("a.pdf", paper)]


@mail("An old list: its footer is put behind base64 as plain text",
      ambiguous="a reader that goes on behind the padding decodes the footer too", findings=("mime.ambiguous.base64.padding",))
def footer_behind_base64():
    return listed("hello", 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\n'
                  'Content-Transfer-Encoding: base64\n', base64("こんにちは。\r\n".encode()) + text(FOOTER))


@mail("ezmlm: a digest, multipart/digest whose parts have no header of their own")
def ezmlm_digest():
    posts = [b"\r\n" + entity((top(f"post {n}", message_id=f"post{n}@example.org"), "MIME-Version: 1.0\n"
                               "Content-Type: text/plain; charset=us-ascii\n"), f"This is post {n}.\n") for n in range(3)]
    return lf(listed("digest", 'MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=kfoajhbcdkljhgfdsa\n',
                     multipart("kfoajhbcdkljhgfdsa", entity("Content-Type: text/plain; charset=us-ascii\n", "Topics: 3\n"),
                               *posts)))


@mail("Mailman: a MIME digest, mixed with its masthead, a digest of posts of which one has an attachment")
def mailman_mime_digest():
    picture = files.png(41)
    post = entity((top("picture", message_id="p@example.org"), "Message: 1\nMIME-Version: 1.0\n"
                   'Content-Type: multipart/mixed; boundary="postpost"\n'),
                  multipart("postpost", entity("Content-Type: text/plain\n", "picture\n"), entity("""
        Content-Type: image/png; name="p.png"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="p.png"
        """, base64(picture))))
    plain = entity((top("text", message_id="q@example.org"), "Message: 2\n"), "just text\n")
    inner = entity('Content-Type: multipart/digest; boundary="===============0000000000000000002=="\nMIME-Version: 1.0\n',
                   multipart("===============0000000000000000002==", *(
                       entity("Content-Type: message/rfc822\nMIME-Version: 1.0\n", one) for one in (post, plain))))
    return listed("Members Digest, Vol 5, Issue 14", 'MIME-Version: 1.0\n'
                  'Content-Type: multipart/mixed; boundary="===============0000000000000000001=="\n',
                  multipart("===============0000000000000000001==", entity("""
        Content-Type: text/plain; charset="us-ascii"
        MIME-Version: 1.0
        Content-Transfer-Encoding: 7bit
        Content-Description: Members Digest, Vol 5, Issue 14
        """, "Send Members mailing list submissions to\n\tmembers@lists.example.org\n"), entity("""
        Content-Type: text/plain; charset="us-ascii"
        MIME-Version: 1.0
        Content-Transfer-Encoding: 7bit
        Content-Description: Today's Topics (2 messages)
        """, "Today's Topics:\n\n   1. picture (Hanako Sato)\n   2. text (Hanako Sato)\n"), inner, entity("""
        Content-Type: text/plain; charset="us-ascii"
        MIME-Version: 1.0
        Content-Transfer-Encoding: 7bit
        Content-Description: Digest Footer
        """, FOOTER))), [("p.png", picture)]


@mail("Mailman: a plain digest (RFC 1153), posts behind lines of hyphens with Content-Type fields of their own")
def mailman_plain_digest():
    posts = "".join(f"""
Message: {n}
Date: Mon, 13 May 2024 10:0{n}:00 +0900
From: Hanako Sato <hanako@example.jp>
To: members@lists.example.org
Subject: [Members] post {n}
Message-ID: <digest{n}@example.jp>
Content-Type: text/plain; charset="us-ascii"

This is post {n}.


------------------------------
""" for n in (1, 2, 3))
    return listed("Members Digest, Vol 5, Issue 15", 'MIME-Version: 1.0\nContent-Type: text/plain; charset="us-ascii"\n'
                  "Content-Transfer-Encoding: 7bit\n", text(
                      "Today's Topics:\n\n   1. post 1\n   2. post 2\n\n\n"
                      "----------------------------------------------------------------------\n" + posts +
                      "\nSubject: Digest Footer\n\n" + FOOTER + "\n\n------------------------------\n\n"
                      "End of Members Digest, Vol 5, Issue 15\n**************************************\n"))


@mail("Google Groups: mixed around alternative, the footer within each")
def google_groups():
    paper = files.docx("Agenda")
    inner = entity('Content-Type: multipart/alternative; \n\tboundary="----=_Part_101_555.1715645553002"\n', b"\r\n" +
                   multipart("----=_Part_101_555.1715645553002", entity(
                       "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n",
                       quoted("agenda\n\n--=20\nYou received this message because you are subscribed\n")),
                             entity("Content-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n",
                                    quoted("agenda<p></p>\n\n-- <br />\nYou received this message<br />\n")), epilogue=b"\r\n"))
    return listed("agenda", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; \n'
                  '\tboundary="----=_Part_100_444.1715645553001"\n',
                  multipart("----=_Part_100_444.1715645553001", inner, entity("""
        Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document;
        \tname=agenda.docx
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename=agenda.docx
        X-Attachment-Id: b6c7d8e9-0000-4000-8000-000000000000
        Content-ID: <b6c7d8e9-0000-4000-8000-000000000000>
        """, base64(paper)), epilogue=b"\r\n")), [("agenda.docx", paper)]


@mail("fml and other Japanese lists: X-ML fields, ISO-2022-JP, the number in the subject")
def fml():
    return entity((top("[members:00123] =?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=", to="members@lists.example.jp"), """
        Posted: Tue, 14 May 2024 09:12:33 +0900
        X-ML-Name: members
        X-Mail-Count: 00123
        X-MLServer: fml [fml 4.0 STABLE (20010218/4.0.1)]
        Lines: 2
        Mime-Version: 1.0
        Content-Type: text/plain; charset=ISO-2022-JP
        """), text("会議は三時からです。\n--\n佐藤\n", "iso2022_jp"))


@mail("A list in its archive: the line 'From ' before the header, and '>From ' in the text, as in an mbox")
def mbox_line():
    return b"From members-bounces@lists.example.org Tue May 14 09:12:33 2024\r\n" + listed(
        "news", "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n",
        text(">From now on we meet on Mondays.\n\n-- \nHanako\n"))
