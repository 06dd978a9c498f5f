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


# A password ZIP with a macro book in it is what honest senders in Japan send every day.
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
]
