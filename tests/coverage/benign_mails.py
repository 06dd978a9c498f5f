"""Honest mails whose words, locks or attachments look like an attack's: PPAP pairs, newsletters, invitations, signed mail."""

import email.message
import email.policy
import pathlib
import subprocess
import tempfile

import evasion_packages
import forms
import forms_more as more

PASSWORD = "Ab3xK9pQ"


def mail(subject, text, *attachments, sender="佐藤 <sato@partner.example.jp>", html=None, charset="utf-8", **fields):
    out = email.message.EmailMessage(policy=email.policy.SMTP)
    out["From"], out["To"], out["Subject"] = sender, "suzuki@example.jp", subject
    out["Date"], out["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0900", "<20261124.0900@partner.example.jp>"
    for name, value in fields.items():
        out[name.replace("_", "-")] = value
    out.set_content(text, charset=charset)
    if html:
        out.add_alternative(html, subtype="html", charset=charset)
    for name, data in attachments:
        main, sub = ("text", "calendar") if name.endswith(".ics") else ("application", "octet-stream")
        out.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return out.as_bytes()


def locked(members, password):
    with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
        for name, data in members.items():
            pathlib.Path(folder, name).write_bytes(data)
        subprocess.run(["zip", "-qX", "-P", password, "out.zip", *members], cwd=folder, check=True)
        return pathlib.Path(folder, "out.zip").read_bytes()


# What appliances write into the first mail and the second one.
APPLIANCES = {
    "HENNGE": (
        "添付ファイルはパスワード付きZIPに変換されています。パスワードは別途送信されます。",
        "先ほどお送りしたメールの添付ファイルの解凍パスワード：{}"),
    "CipherCraft": (
        "本メールの添付ファイルは自動的に暗号化されています。パスワードは別メールでお送りします。",
        "【パスワード通知】\n添付ファイルのパスワードは「{}」です。"),
    "m-FILTER": (
        "このメールの添付ファイルはm-FILTERにより暗号化されました。",
        "添付ファイル解凍用パスワードをお知らせします。\n\n{}\n"),
    "GUARDIANWALL": (
        "添付ファイルを暗号化して送信しました。",
        "暗号化ZIPファイルのパスワードは次の通りです。\nパスワード: {}"),
    "Mail Estor": (
        "※添付ファイルはセキュリティのためZIP暗号化しております。",
        "【解凍パスワード】{}"),
    "by hand": (
        "お世話になっております。佐藤です。見積書をお送りします。パスワードは追ってご連絡します。",
        "先ほどのファイルのPWです。\n\nＰＷ：{}\n\nよろしくお願いいたします。"),
    "in English": (
        "Please find the protected file attached. The password follows in a separate mail.",
        "The password of the file in my last mail is: {}"),
    "auf Deutsch": (
        "anbei die geschützte Datei. Das Passwort folgt in einer zweiten E-Mail.",
        "das Passwort zur Datei lautet: {}"),
}


def pairs():
    for name, (first, second) in APPLIANCES.items():
        for what, members in (("book and PDF", {"figures.xlsx": forms.docx(), "letter.pdf": more.pdf()}), ("one PDF", {"letter.pdf": more.pdf()})):
            archive = locked(members, PASSWORD)
            yield f"PPAP by {name}, {what}: the file", mail("見積書送付の件", first + "\n", ("mitsumori.zip", archive))
            yield f"PPAP by {name}, {what}: the password", mail("Re: 見積書送付の件（パスワードのお知らせ）", second.format(PASSWORD) + "\n")
            yield f"PPAP by {name}, {what}: both in one", mail("見積書送付の件", f"{first}\n{second.format(PASSWORD)}\n", ("mitsumori.zip", archive))


def letters():
    """(what it is, mail)."""
    text = "お世話になっております。\n\n添付をご確認ください。\n\n佐藤\n"
    yield "payroll", mail("給与明細", "パスワードは社員番号です。\n",
                          ("kyuyo.zip", locked({"meisai.pdf": more.pdf(), "list.xlsx": forms.docx()}, "E12345")))
    yield "macro book in a locked ZIP, password by another way", mail(
        "月次報告", text, ("geppo.zip", locked({"figures.xls": forms.ours("benign-macro.xls")(), "memo.txt": forms.notes()}, PASSWORD)))
    for i in range(12):
        yield f"invoice {i}", mail(f"Invoice 2026-{i:04}", f"Dear customer,\n\nplease find invoice 2026-{i:04} attached.\n\nKind regards\nAccounting\n",
                                   (f"Invoice_2026-{i:04}.pdf", more.pdf()), sender="Accounting <accounting@partner.example.com>")
    for language, subject, body in (("ja", "請求書送付のご案内", "請求書を添付いたします。ご査収ください。"),
                                    ("de", "Ihre Rechnung", "anbei erhalten Sie Ihre Rechnung."),
                                    ("it", "Fattura n. 12", "in allegato la fattura."), ("es", "Factura 12", "adjuntamos la factura."),
                                    ("fr", "Votre facture", "veuillez trouver ci-joint votre facture."), ("en", "Re: overdue payment", "please see attached.")):
        yield f"invoice in {language}", mail(subject, body + "\n", ("invoice.pdf", more.pdf()))
        yield f"invoice in {language}, as a document", mail(subject, body + "\n", ("invoice.docx", forms.docx()))
        yield f"invoice in {language}, as a page with links", mail(
            subject, body + "\n",
            html=f'<html><body><p>{body}</p><a href="https://www.example.com/i/12?id=8f14e45f">https://www.example.com/i/12</a></body></html>')
    links = "".join(f'<a href="https://click.example.net/ls/click?upn=u001.{i:040x}">Offer {i}</a><br>' for i in range(40))
    yield "newsletter with tracking links", mail(
        "Our offers of the week", "Read it in your browser: https://click.example.net/view\n", sender="Shop <news@shop.example.com>",
        html=f'<html><body><img src="https://click.example.net/o.gif" width="1" height="1">{links}'
             '<a href="https://click.example.net/unsub">Unsubscribe</a></body></html>',
        List_Unsubscribe="<https://click.example.net/unsub>")
    yield "newsletter of a bank that warns of fraud", mail(
        "Beware of phishing", "We never ask for your password. Do not click on \"Enable Content\" in documents of strangers.\n")
    yield "reply from a phone", mail("Re: Minutes", "OK!\n\nSent from my iPhone\n\n> On 23 Nov 2026, Suzuki wrote:\n> Shall we meet?\n")
    yield "scan of a copier", mail("Scanned document", "Device: MFP-3F\nFile: SKM_C30826112409000.pdf\n", ("SKM_C30826112409000.pdf", more.pdf()),
                                   sender="scanner@example.jp")
    invitation = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@example.com\r\nDTSTAMP:20261124T000000Z\r\n"
                  b"DTSTART:20261201T010000Z\r\nDTEND:20261201T020000Z\r\nSUMMARY:Budget\r\nORGANIZER:mailto:sato@partner.example.jp\r\n"
                  b"DESCRIPTION:Join: https://meet.example.com/j/123?pwd=abc\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    yield "meeting invitation", mail("Budget", "Join: https://meet.example.com/j/123?pwd=abc\nPasscode: 123456\n", ("invite.ics", invitation))
    yield "meeting with a passcode and a macro book", mail("Budget", "Passcode: 123456\n", ("budget.xls", forms.ours("benign-macro.xls")()))
    yield "resume", mail("Application", "please find my resume attached.\n", ("resume.doc", forms.ours("clean.doc")()),
                         sender="A. Candidate <a.candidate@example.org>")
    yield "delivery notice", mail("Your parcel", "Track it: https://www.example.com/track?no=1234567890\n",
                                  html='<a href="https://www.example.com/track?no=1234567890">Track</a>')
    yield "e-Gov answer", mail("公文書のお知らせ", text, ("koubunsho.zip", forms.zipped({
        "kagami.xml": forms.word_xml(), "kagami.xsl": b"<xsl/>", "tsuchi.pdf": more.pdf()})))
    yield "conference mailing", mail("Call for papers", "Submit at https://conf.example.org/\n", ("cfp.pdf", more.pdf()),
                                     sender="PC Chairs <conf@example.org>")
    forwarded = email.message_from_bytes(mail("Minutes", text, ("minutes.docx", forms.docx())), policy=email.policy.SMTP)
    outer = email.message.EmailMessage(policy=email.policy.SMTP)
    outer["From"], outer["To"], outer["Subject"], outer["Message-ID"] = "a@example.jp", "b@example.jp", "Fwd: Minutes", "<2@example.jp>"
    outer.set_content("FYI\n")
    for _ in range(3):
        outer.add_attachment(forwarded)
    yield "digest of forwarded mails", outer.as_bytes()
    yield from signed()


def signed():
    """S/MIME by OpenSSL, opaque and detached."""
    entity = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease see the contract, as agreed.\r\n"
    with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
        def run(*words):
            subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
        pathlib.Path(folder, "text").write_bytes(entity)
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "certificate", "-subj", "/CN=sato@partner.example.jp", "-days", "30")
        head = b"From: sato@partner.example.jp\r\nTo: suzuki@example.jp\r\nSubject: Contract\r\nMessage-ID: <3@partner.example.jp>\r\n"
        for what, options in (("opaque", ["-nodetach"]), ("detached", [])):
            run("cms", "-sign", "-in", "text", "-signer", "certificate", "-inkey", "key", "-out", what, *options)
            yield f"S/MIME, {what}", head + pathlib.Path(folder, what).read_bytes()


def repacked():
    """Documents of the house in other packings of ZIP."""
    members = evasion_packages.members_of(forms.docx())
    for name, options in (("stored", {"method": 0}), ("streamed", {"piped": True}), ("ZIP64", {"zip64": True}), ("commented", {"comment": b"by archiver"})):
        yield f"document packed: {name}", mail("Minutes", "attached.\n", ("minutes.docx", evasion_packages.pack(members, **options)))


def mails():
    yield from pairs()
    yield from letters()
    yield from repacked()
