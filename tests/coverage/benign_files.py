"""Honest files that look like something else: section 9 of the reference, and what offices mail besides."""

import base64
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import cfb
import evasion_packages
import evasion_xlm
import forms
import forms_more as more
import forms_windows as windows

NOISE = random.Random(11).randbytes
TEXT = "The figures of the quarter, with the notes of the meeting and what is still to be done.\r\n" * 30


def leftovers():
    """Workbooks of twenty years ago: a macro sheet that is empty, and a name that leads nowhere."""
    root = cfb.read(forms.ours("print-xlm.xls")())
    records = evasion_xlm.records_of(root.child("Workbook").data)
    for state, what in ((0, "visible"), (1, "hidden"), (2, "very hidden")):
        empty = []
        for kind, data in records:
            if kind in (evasion_xlm.FORMULA, 0x207):
                continue
            if kind == evasion_xlm.BOUND_SHEET and data[5] == 1:
                data = data[:4] + bytes([state]) + data[5:]
            if kind == evasion_xlm.LBL:  # PtgRefErr3d
                size = struct.unpack_from("<H", data, 4)[0]
                data = data[:4] + struct.pack("<H", 7) + data[6:len(data) - size] + b"\x3C\0\0\0\0\0\0"
            empty.append((kind, data))
        root.child("Workbook").data = evasion_xlm.stream_of(empty)
        yield f"empty Excel 4.0 sheet, {what}", "plan2004.xls", cfb.write(root)


def spreadsheet_xml():
    return ('<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Sheet1"><Table><Row><Cell><Data ss:Type="String">'
            "Total</Data></Cell><Cell><Data ss:Type=\"Number\">42</Data></Cell></Row></Table></Worksheet></Workbook>").encode()


def rights_managed():
    """[MS-OFFCRYPTO] 2.2: a document under rights management."""
    spaces = cfb.Node("\6DataSpaces", b"", [
        cfb.Node("Version", bytes(76)), cfb.Node("DataSpaceMap", bytes(96)),
        cfb.Node("DataSpaceInfo", b"", [cfb.Node("DRMEncryptedDataSpace", bytes(64))]),
        cfb.Node("TransformInfo", b"", [cfb.Node("DRMEncryptedTransform", b"", [cfb.Node("\6Primary", bytes(200))])])])
    return cfb.write(cfb.Node("Root Entry", b"", [cfb.Node("EncryptedPackage", NOISE(9000)), spaces]))


def securedoc(title, action):
    """What appliances for encrypted mail send: a page that opens itself with a password."""
    data = base64.b64encode(NOISE(6000)).decode()
    return (f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><form method=\"post\" action=\"{action}\">"
            "<p>Enter your password to read this message.</p><input type=\"password\" name=\"pw\"><input type=\"submit\" value=\"Open\">"
            f"<input type=\"hidden\" name=\"data\" value=\"{data}\"></form></body></html>").encode()


def self_decrypting():
    data = base64.b64encode(NOISE(20000)).decode()
    return ("<!DOCTYPE html><html lang=\"ja\"><head><meta charset=\"utf-8\"><title>暗号化ファイル</title></head>"
            "<body><p>パスワードを入力してください。</p>"
            f"<input type=\"password\" id=\"p\"><button onclick=\"decrypt()\">復号</button><script>var encrypted = '{data}';\n"
            "async function decrypt() {\n const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(document.getElementById('p').value),"
            " 'PBKDF2', false, ['deriveKey']);\n const bytes = Uint8Array.from(atob(encrypted), c => c.charCodeAt(0));\n}\n</script></body></html>").encode()


def offering(data, name):
    """A report whose button saves what it was made from."""
    return (f"<!DOCTYPE html><html><body><button id=save>Save</button><script>var data = '{base64.b64encode(data).decode()}';\n"
            "document.getElementById('save').addEventListener('click', () => {\n const link = document.createElement('a');\n"
            " link.href = URL.createObjectURL(new Blob([Uint8Array.from(atob(data), c => c.charCodeAt(0))]));\n"
            f" link.download = '{name}'; link.click();\n}});\n</script></body></html>").encode()


def saved_page():
    icon = base64.b64encode(more.picture()).decode()
    return (f"<!DOCTYPE html><html><head><link rel=\"icon\" href=\"data:image/png;base64,{icon}\"><style>@font-face{{src:url(data:font/woff2;base64,"
            f"{base64.b64encode(NOISE(4000)).decode()})}}</style></head><body><img src=\"data:image/png;base64,{icon}\"><p>Saved page</p>"
            "<script>document.querySelector('p').textContent = 'Saved page of the intranet';</script></body></html>").encode()


def order_form():
    return (b"<!DOCTYPE html><html><body><form onsubmit=\"return check()\"><input name=\"amount\"><input name=\"name\"></form><script>\n"
            b"function check() { return document.forms[0].amount.value > 0 && document.forms[0].name.value !== ''; }\n</script></body></html>")


def image(files):
    with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
        inside = pathlib.Path(folder, "in")
        for name, data in files.items():
            path = inside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        subprocess.run(["genisoimage", "-quiet", "-J", "-R", "-o", "../out", "."], cwd=inside, check=True)
        return pathlib.Path(folder, "out").read_bytes()


def drawing():
    return b"AC1027\0\0\0\0\0\0\0\x01" + NOISE(40000)


def form_pdf():
    """An AcroForm as form designers write it: figures are formatted and summed by scripts."""
    return more.pdf(
        b"<</FT/Tx/T(amount)/Type/Annot/Subtype/Widget/Rect[100 700 200 720]/AA<</K<</S/JavaScript/JS(AFNumber_Keystroke\\(2, 0, 0, 0, \"\", true\\);)>>"
        b"/F<</S/JavaScript/JS(AFNumber_Format\\(2, 0, 0, 0, \"\", true\\);)>>>>>>",
        b"<</FT/Tx/T(sum)/Type/Annot/Subtype/Widget/Rect[100 650 200 670]/AA<</C<</S/JavaScript/JS(AFSimple_Calculate\\(\"SUM\", new Array\\(\"amount\"\\)\\);)>>>>>>",
        catalog="/AcroForm<</Fields[3 0 R 4 0 R]/CO[4 0 R]>>")


def link_pdf():
    return more.pdf(b"<</Type/Annot/Subtype/Link/Rect[50 50 200 70]/A<</S/URI/URI(https://www.example.com/terms)>>>>", catalog="/OpenAction[5 0 R/Fit]")


def documents():
    """(what it is, name, bytes)."""
    figures = forms.docx()
    yield from leftovers()
    yield "Excel 4.0 macro that prints", "print.xls", forms.ours("print-xlm.xls")()
    yield "accountant's macro book", "figures.xls", forms.ours("benign-macro.xls")()
    yield "VBA without code", "stub.xls", forms.ours("stub.xls")()
    for target in (
            "file:///\\\\srv\\templates\\x.dotm", "https://company.sharepoint.com/sites/t/Templates/letter.dotx", "\\\\fs01.corp\\vorlagen\\brief.dotm",
                   "file:///C:\\Users\\tanaka\\AppData\\Roaming\\Microsoft\\Templates\\Normal.dotm", "http://intranet/templates/memo.dotx"):
        yield f"template of the house: {target}", "letter.docx", forms.docx(template=target)
    for field in (
            " PAGE ", " TOC \\o &quot;1-3&quot; ", " HYPERLINK &quot;https://www.example.com/&quot; ", " MERGEFIELD Name ", " DATE \\@ &quot;d.M.yyyy&quot; ",
                  " REF _Ref1 \\h ", " LINK Excel.Sheet.12 &quot;D:\\\\figures\\\\2026.xlsx&quot; &quot;Sheet1!R1C1&quot; \\a \\f 0 "):
        yield f"field of Word: {field.split()[0]}", "report.docx", forms.docx(forms.field(field))
    yield "links in Word", "report.docx", forms.docx(others=[("hyperlink", "https://www.example.com/a?b=c"), ("hyperlink", "mailto:info@example.com")])
    yield "RTF named .doc", "report.doc", forms.rtf()
    yield "RTF, template of this machine", "report.rtf", forms.rtf_template("C:\\\\Templates\\\\report.dot")
    for instruction in ("PAGE", "HYPERLINK \"https://www.example.com/\"", "TOC \\\\o 1-3", "INCLUDEPICTURE \"D:\\\\\\\\logo.png\""):
        yield f"RTF, field {instruction.split()[0]}", "report.rtf", forms.rtf_field(instruction)
    yield "Word 2003 XML of an ERP", "invoice.xml", forms.word_xml()
    yield "Word 2003 XML named .doc", "invoice.doc", forms.word_xml()
    yield "Excel 2003 XML of an ERP", "invoice.xls", spreadsheet_xml()
    yield "page named .xls", "export.xls", b"<html><head><meta charset=\"utf-8\"></head><body><table><tr><td>Total</td><td>42</td></tr></table></body></html>"
    yield "MHTML of a report server", "report.mht", more.mhtml()
    yield "locked book without a password in the mail", "salaries.xlsx", more.locked(figures, "unknown to all")
    yield "document under rights management", "plan.docx", rights_managed()
    for i, first in enumerate((
            "=RSS|'7203.T'!Price", "=SUM(A1:A9)", "+81-3-1234-5678", "-42", "@home", "=RSS|'9984.T'!現在値", "=BLP|M!'IBM US Equity,[PX_LAST]'",
                               "=REUTER|IDN!'JPY=,PRIM ACT 1'")):
        yield f"CSV: {first}", f"export{i}.csv", forms.csv(first)
    yield "shortcut to a folder of the house", "sales.lnk", forms.ours("folder.lnk")()
    for target in ("https://www.example.com/", "http://intranet/portal", "file://srv01/share/", "https://company.sharepoint.com/sites/team"):
        yield f"internet shortcut: {target}", "portal.url", forms.url_file(target)
    yield "web query of the house", "list.iqy", more.web_query("https://company.sharepoint.com/_vti_bin/owssvr.dll?XMLDATA=1&List=A")
    yield "library of the house", "team.library-ms", more.library("\\\\srv\\team")
    yield "remote desktop of the house", "server.rdp", b"screen mode id:i:2\r\nfull address:s:ts01\r\nusername:s:CORP\\tanaka\r\n"
    yield "page of an appliance for encrypted mail", "securedoc.html", securedoc("Secure message", "https://res.example.com/websafe/payload")
    yield "page of an appliance for encrypted mail, in German", "securemail.html", \
        securedoc("Verschlüsselte Nachricht", "https://securemail.example.de/open")
    yield "file that decrypts itself in a page", "file.html", self_decrypting()
    yield "saved page", "page.html", saved_page()
    yield "report that offers its table by a button", "report.html", offering(forms.docx(), "report.docx")
    yield "report that offers an archive by a button", "report.html", offering(forms.zipped({"a.csv": b"1,2"}), "tables.zip")
    yield "report that offers its table by a link", "report.html", \
        b"<html><body><a download='data.docx' href='data:application/octet-stream;base64," + base64.b64encode(forms.docx()) + b"'>Data</a></body></html>"
    yield "form with a script", "order.html", order_form()
    yield "drawing without a script", "logo.svg", forms.svg("")
    yield "OneNote with a PDF", "notes.one", more.notebook("report.pdf", more.pdf())
    yield "OneNote with a picture", "notes.one", more.notebook("photo.png", more.picture())
    yield "OneNote with a workbook", "notes.one", more.notebook("figures.xlsx", figures)
    yield "image of a CAD department", "drawings.iso", image({
        "drawings/plan-1.dwg": drawing(), "drawings/plan-2.dwg": drawing(), "readme.txt": TEXT.encode()})
    yield "image of an IT department", "docs.iso", image({f"manuals/manual-{i}.pdf": more.pdf() for i in range(20)} | {"data.bin": NOISE(4 << 20)})
    yield "form with scripts", "form.pdf", form_pdf()
    yield "PDF with a link", "terms.pdf", link_pdf()
    yield "PDF with an invoice in XML", "invoice.pdf", more.pdf_with("factur-x.xml", b"<?xml version='1.0'?><Invoice/>")
    yield "plain PDF of a scanner", "SKM_C3081900000.pdf", more.pdf()
    yield "SYLK of an old program", "figures.slk", more.sylk()
    yield "notes", "notes.txt", forms.notes()
    yield "Japanese notes, Shift_JIS", "議事録.txt", "議事録\r\n一、売上について\r\n二、その他\r\n".encode("cp932")
    yield "message of Outlook", "letter.msg", more.outlook("letter.doc", forms.ours("clean.doc")())
    yield "mail as a file", "letter.eml", more.mail_file("minutes.docx", figures)
    yield "winmail.dat", "winmail.dat", more.tnef("minutes.docx", figures)
    yield "DocuWorks", "keiyaku.xdw", b"\x60\x0E\x82\x63\x10" + NOISE(8000)
    yield "Ichitaro", "report.jtd", cfb.write(
        cfb.Node("Root Entry", b"", [cfb.Node("DocumentText", NOISE(5000)), cfb.Node("DocumentViewStyles", bytes(300))]))
    for kind in more.ARCHIVES:
        yield f"notes in an archive: {kind}", f"notes.{more.ARCHIVES[kind][0]}", more.packed_notes(kind)
    members = {"figures.xlsx": figures, "letter.pdf": more.pdf(), "photo.png": more.picture()}
    yield "ZIP of a few documents", "documents.zip", forms.zipped(members)
    yield "ZIP with a macro book", "book.zip", forms.zipped({"figures.xls": forms.ours("benign-macro.xls")(), "readme.txt": TEXT.encode()})
    yield "ZIP with Japanese names", "shiryo.zip", forms.zipped({"資料/見積書.xlsx": figures, "資料/図面.pdf": more.pdf()})
    yield "sources of a page", "site.zip", forms.zipped({"index.html": order_form(), "css/site.css": b"p { color: black }\n", "logo.svg": forms.svg("")})
    yield "template with parts of a strict package", "minutes.docx", evasion_packages.pack(evasion_packages.members_of(figures)[::-1])
    for level in (1, 9):
        yield f"Word, packed at level {level}", "minutes.docx", evasion_packages.pack(evasion_packages.members_of(figures), level=level)
    for version4 in (False, True):
        yield f"Word 97 laid out in another way ({version4})", "letter.doc", cfb.write(
            cfb.read(forms.ours("clean.doc")()), cfb.Way(version4=version4, gaps=True))


def programs():
    """Honest files that are quarantined for what they are, and must not be called malicious."""
    ours = forms.ours
    yield "signed installer", "setup.exe", ours("setup.exe")()
    yield "signed installer in a ZIP", "tool-1.2.zip", forms.zipped({"tool-1.2-setup.exe": ours("setup.exe")()})
    yield "signed installer under a paper's name", "invoice-2026.exe", ours("setup.exe")()
    yield "tool beside its files", "tool-1.2.zip", forms.zipped({
        "tool-1.2/tool-1.2-setup.exe": ours("tool.exe")(), "tool-1.2/README.txt": TEXT.encode(), "tool-1.2/LICENCE.txt": TEXT.encode()})
    yield "tool for invoices", "invoice-tool-1.2-setup.exe", ours("tool.exe")()
    yield "tool of nobody's", "listfiles.zip", forms.zipped({"listfiles.exe": ours("program.exe")()})
    yield "tool of a Japanese author", "lhtool.lzh", more.lzh("lhtool.exe", ours("tool.exe")())
    yield "tool in an image with its manual", "tool.iso", image({"setup.exe": ours("tool.exe")(), "manual.pdf": more.pdf(), "setup.dll": ours("tool.exe")()})
    yield "tool for orders, in Japanese", "受注.zip", forms.zipped({"受注管理ツール.exe": ours("tool.exe")()})
    yield "signed add-in of Excel", "figures.xll", ours("signed.xll")()
    yield "signed installer package", "tool-1.2.msi", windows.installer("tool.txt", forms.notes(), signed=True)
    yield "installer package", "tool-1.2.msi", windows.installer("tool.txt", forms.notes())
    yield "library of Java", "library-1.2.jar", windows.jar(("org/example/A.class", "org/example/B.class"))
    yield "help file", "manual.chm", windows.help_file("<html><body>A topic.</body></html>")
    yield "keys of the registry", "settings.reg", windows.registry('"Notes"="C:\\\\Program Files\\\\Notes\\\\notes.exe"')
    yield "log-on script", "logon.bat", b"@echo off\r\nnet use z: \\\\srv01\\share\r\n"
    yield "script that lists files", "list.ps1", b"Get-ChildItem -Recurse | Export-Csv list.csv\r\n"
    yield "console with a task", "admin.msc", windows.console('<Task Command="cmd.exe"><CommandLine Params="/c net view"/></Task>')
    yield "remote program of the house", "app.rdp", windows.remote_desktop(
        "rds.example.com", "drivestoredirect:s:*", "remoteapplicationprogram:s:||app", "signature:s:AAAA")
    yield "web query over HTTP", "rates.iqy", more.web_query("http://www.example.com/rates.php")


def libreoffice():
    """The same where LibreOffice is there; it takes some seconds each."""
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "formats"))
    import libreoffice as office
    with tempfile.TemporaryDirectory(prefix="sekisho-benign-") as folder:
        for kind in ("odt", "docx", "doc", "ods", "xlsx", "xls", "odp", "pptx"):
            out = pathlib.Path(folder, f"document.{kind}")
            office.document(out, more.picture())
            yield f"LibreOffice: {kind}", out.name, out.read_bytes()
            os.remove(out)
