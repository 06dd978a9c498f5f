"""Reports of programs to programs: DMARC, TLS, complaints; and what newsletters and shops send."""

import json

import files
from make import base64, entity, mail, multipart, quoted, text, top, word

XML = b"""<?xml version="1.0" encoding="UTF-8" ?>
<feedback><report_metadata><org_name>example.org</org_name><report_id>4711</report_id><date_range><begin>1715558400</begin>
<end>1715644799</end></date_range></report_metadata><policy_published><domain>example.jp</domain><p>none</p>
</policy_published></feedback>
"""
NAME = "example.org!example.jp!1715558400!1715644799"
SUBJECT = "Report Domain: example.jp Submitter: example.org Report-ID: <4711@example.org>"


@mail("A DMARC report as the whole mail, in a ZIP")
def dmarc_zip_alone():
    packed = files.zipped((f"{NAME}.xml", XML))
    return entity((top(SUBJECT, sender="noreply-dmarc-support@example.org"), f"""
        MIME-Version: 1.0
        Content-Type: application/zip; name="{NAME}.zip"
        Content-Disposition: attachment;
        \tfilename="{NAME}.zip"
        Content-Transfer-Encoding: base64
        """), base64(packed)), [(f"{NAME}.zip", packed)]


@mail("A DMARC report within mixed, in gzip, the subject folded")
def dmarc_gzip():
    packed = files.gzipped(XML, f"{NAME}.xml")
    return entity((top(SUBJECT.replace(" Report-ID", "\n\tReport-ID"), sender="dmarc-reporter@example.org"),
                   "MIME-Version: 1.0\nContent-Type: multipart/mixed;\n"
                   '\tboundary="----=_Part_3001_12345.1715645553000"\n'),
                  b"\r\n" + multipart("----=_Part_3001_12345.1715645553000", entity(
                      "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n",
                      "This is a DMARC aggregate report.\n"), entity(f"""
        Content-Type: application/gzip; name={NAME}.xml.gz
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename={NAME}.xml.gz
        """, base64(packed)), epilogue=b"\r\n")), [(f"{NAME}.xml.gz", packed)]


@mail("A DMARC report in one line of base64, as some programs pack it")
def dmarc_one_line():
    packed = files.gzipped(XML, f"{NAME}.xml")
    return entity((top(SUBJECT), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="dmarc_report_boundary"\n'),
                  multipart("dmarc_report_boundary", entity("Content-Type: text/plain\n", "report\n"), entity(f"""
        Content-Type: application/gzip
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="{NAME}.xml.gz"
        """, base64(packed, 0)))), [(f"{NAME}.xml.gz", packed)]


@mail("A TLS report: multipart/report with report-type tlsrpt, JSON in gzip")
def tls_report():
    packed = files.gzipped(json.dumps({"organization-name": "example.org", "policies": []}).encode(), "r.json")
    name = "example.org!example.jp!1715558400!1715644799!001.json.gz"
    return entity((top("Report Domain: example.jp Submitter: example.org"), """
        TLS-Report-Domain: example.jp
        TLS-Report-Submitter: example.org
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type="tlsrpt"; boundary="a737a3b9-5ea5-40e8-a971-a67ecbb2993e"
        """), multipart("a737a3b9-5ea5-40e8-a971-a67ecbb2993e", entity(
            'Content-Type: text/plain; charset="us-ascii"\nContent-Transfer-Encoding: 7bit\n', "This is an aggregate TLS report.\n"),
                        entity(f"""
        Content-Type: application/tlsrpt+gzip
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment;
          filename="{name}"
        """, base64(packed)))), [(name, packed)]


@mail("A complaint in ARF (RFC 5965): feedback-report, and the mail complained about with its attachment")
def feedback_report():
    paper = files.pdf("Offer")
    inner = entity((top("offer", message_id="offer@example.jp"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="of1"\n'),
                   multipart("of1", entity("Content-Type: text/plain\n", "offer\n"), entity("""
        Content-Type: application/pdf; name="offer.pdf"
        Content-Disposition: attachment; filename="offer.pdf"
        Content-Transfer-Encoding: base64
        """, base64(paper))))
    return entity((top("FW: offer", sender="<fbl@example.org>"), 'MIME-Version: 1.0\nContent-Type: multipart/report; '
                   'report-type=feedback-report;\n\tboundary="boundary-1138-29572-2659438-20513"\n'),
                  multipart("boundary-1138-29572-2659438-20513", entity(
                      'Content-Type: text/plain; charset="US-ASCII"\nContent-Transfer-Encoding: 7bit\n',
                      "This is an email abuse report.\n"), entity("Content-Type: message/feedback-report\n", """
        Feedback-Type: abuse
        User-Agent: SomeGenerator/1.0
        Version: 1
        """), entity("Content-Type: message/rfc822\nContent-Disposition: inline\n", inner))), [("offer.pdf", paper)]


@mail("A newsletter: alternative in quoted-printable, long lines cut at 76, tracking links with equal signs")
def newsletter():
    row = '<tr><td><a href="https://news.example.com/t?u=abc=def&amp;id=%7B4711%7D">read more</a> – only €9,99</td></tr>'
    page = "<html><head><style>a { color: #00c }</style></head><body><table>" + row * 12 + "</table></body></html>\n"
    return entity((top("News =)", sender='"Shop" <news@example.com>'), """
        MIME-Version: 1.0
        Content-Type: multipart/alternative; charset="utf-8"; boundary="ZkXhqE4yrAbCdEf=_?:"
        List-Unsubscribe: <https://news.example.com/u?x=1>
        X-Report-Abuse: <https://news.example.com/report>
        """), multipart("ZkXhqE4yrAbCdEf=_?:", entity(
            "Content-Type: text/plain; charset=utf-8; format=fixed\nContent-Transfer-Encoding: quoted-printable\n",
            quoted("News – only €9,99\n\n--------------------------\nread more\n--------------------------\n")), entity(
                "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", quoted(page)),
                  epilogue=b"\r\n"))


@mail("A newsletter: HTML alone in one line of 3,000 bytes, 8-bit characters declared as 7bit")
def newsletter_long_line():
    page = "<html><body>" + "<p>お買い得情報をお届けします。</p>" * 60 + "</body></html>\n"
    return entity((top(word("お買い得情報")), 'MIME-Version: 1.0\nContent-Type: text/html; charset="UTF-8"\n'
                   "Content-Transfer-Encoding: 7bit\n"), page)


@mail("A newsletter in AMP: three alternatives, text/x-amp-html among them")
def newsletter_amp():
    return entity((top("AMP"), 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b1.amp.0001"\n'),
                  multipart("b1.amp.0001", *(entity(f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: "
                                                    "quoted-printable\n", quoted(f"<p>{kind} – hello</p>\n"))
                                             for kind in ("text/plain", "text/x-amp-html", "text/html"))))


@mail("A shop's order: quoted-printable in small hexadecimal digits, blanks at line ends, an end without line break")
def shop_lower_case():
    body = text("Bestellung =e4ngenommen   \nSumme: 9,99 =80 \n\nDanke=").rstrip(b"\r\n")
    return entity((top("Order"), "MIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1252\n"
                   "Content-Transfer-Encoding: quoted-printable\n"), body)


@mail("A ticket system: the same mail in three kinds, a calendar entry and a pass")
def ticket_with_pass():
    note, pass_ = files.ics("PUBLISH"), files.zipped(("pass.json", b"{}"), ("icon.png", files.png(91)))
    return entity((top("Your booking"), 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="_----abc=_12/34-56789-DEF"\n'),
                  multipart("_----abc=_12/34-56789-DEF", entity(
                      'Content-Type: multipart/alternative; boundary="_----alt=_12/34-56789-DEF"\n',
                      multipart("_----alt=_12/34-56789-DEF", entity("Content-Type: text/plain; charset=utf-8\n", "booked\n"),
                                entity("Content-Type: text/html; charset=utf-8\n", "<p>booked</p>\n"))), entity("""
        Content-Disposition: attachment; filename="event.ics"
        Content-Type: text/calendar; name="event.ics"; charset=utf-8
        Content-Transfer-Encoding: base64
        """, base64(note)), entity("""
        Content-Type: application/vnd.apple.pkpass; name="pass.pkpass"
        Content-Disposition: attachment; filename="pass.pkpass"
        Content-Transfer-Encoding: base64
        """, base64(pass_)))), [("event.ics", note), ("pass.pkpass", pass_)]
