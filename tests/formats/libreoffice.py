"""Documents by LibreOffice that hold a picture as it is, plain or locked with a password."""

import base64
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
import xml.sax.saxutils

# convert-to knows no password, so locked documents are saved by a Basic macro. {name of a format: its filter}
FILTERS = {"odt": "writer8", "docx": "MS Word 2007 XML", "docm": "MS Word 2007 XML VBA", "doc": "MS Word 97",
           "xml": "MS Word 2003 XML", "ods": "calc8", "xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97",
           "odp": "impress8", "pptx": "Impress MS PowerPoint 2007 XML", "ppt": "MS PowerPoint 97"}
SHEETS, SLIDES = ("ods", "xlsx", "xls"), ("odp", "pptx", "ppt")
# An error ends it: a message box would wait for somebody who presses its button.
MACRO = """Sub Save(source As String, target As String, filter As String, password As String)
 On Error GoTo Failed
 Dim load(0) As New com.sun.star.beans.PropertyValue
 load(0).Name = "Hidden" : load(0).Value = True
 document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, load())
 Dim secret(1) As New com.sun.star.beans.NamedValue
 secret(0).Name = "OOXPassword" : secret(0).Value = password
 secret(1).Name = "CryptoType" : secret(1).Value = "Standard"
 Dim store(1) As New com.sun.star.beans.PropertyValue
 store(0).Name = "FilterName" : store(0).Value = filter
 If InStr(filter, "XML") Then
  store(1).Name = "EncryptionData" : store(1).Value = secret()
 Else
  store(1).Name = "Password" : store(1).Value = password
 End If
 document.storeToURL(ConvertToURL(target), store())
Failed:
 document.close(True)
End Sub
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}
</script:module>
"""
NAMES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{rest}"' for name, rest in (
    ("office", "office:1.0"), ("text", "text:1.0"), ("table", "table:1.0"), ("draw", "drawing:1.0"),
    ("svg", "svg-compatible:1.0")))
FRAME = ('<draw:frame text:anchor-type="paragraph" svg:width="2cm" svg:height="2cm"><draw:image>'
         "<office:binary-data>{}</office:binary-data></draw:image></draw:frame>")
SENTENCE = "A picture follows, marked kumquat-5931."
TEXT = '<office:text><text:p>' + SENTENCE + '{}</text:p></office:text>'
SHEET = ('<office:spreadsheet><table:table table:name="One"><table:table-row><table:table-cell>{}<text:p>' + SENTENCE + '</text:p>'
         "</table:table-cell></table:table-row></table:table></office:spreadsheet>")
PAGES = ('<office:presentation><draw:page draw:name="One">{}<draw:frame svg:width="9cm" svg:height="2cm"><draw:text-box>'
         "<text:p>" + SENTENCE + "</text:p></draw:text-box></draw:frame></draw:page></office:presentation>")
FLAT = ('<?xml version="1.0" encoding="UTF-8"?>\n<office:document ' + NAMES + ' office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.{kind}"><office:body>{body}</office:body></office:document>\n')


def soffice(home, *arguments):
    subprocess.run(["soffice", f"-env:UserInstallation=file://{home}/profile", "--headless", *arguments], check=True,
                   timeout=100, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(home)})


@functools.cache
def home():
    """A user's folder with the macro in it, for as long as this program runs."""
    folder = tempfile.TemporaryDirectory(prefix="sekisho-office-")
    path = pathlib.Path(folder.name)
    soffice(path, "--terminate_after_init")
    (path / "profile/user/basic/Standard/Module1.xba").write_text(MODULE.format(xml.sax.saxutils.escape(MACRO)))
    home.folder = folder
    return path


def document(out, picture, password=""):
    """Writes `out`, whose suffix says the kind, with the PNG `picture` in it."""
    kind = out.suffix[1:]
    name, body, suffix = (("spreadsheet", SHEET, "fods") if kind in SHEETS else
                          ("presentation", PAGES, "fodp") if kind in SLIDES else ("text", TEXT, "fodt"))
    source = home() / f"source.{suffix}"
    source.write_text(FLAT.format(kind=name, body=body.format(FRAME.format(base64.b64encode(picture).decode()))))
    made = home() / f"made.{kind}"
    if password:
        quoted = ",".join(f'"{word}"' for word in (source, made, FILTERS[kind], password))
        soffice(home(), f"macro:///Standard.Module1.Save({quoted})")
    else:
        made = home() / "plain" / f"source.{kind}"
        soffice(home(), "--convert-to", f"{kind}:{FILTERS[kind]}", "--outdir", made.parent, source)
    shutil.move(made, out)
    return out
