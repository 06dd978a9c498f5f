"""The bytes of the fixtures: by sekisho-fixtures, or put together here. Nothing in them does anything."""

import functools
import io
import os
import pathlib
import subprocess
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release"))


@functools.cache
def _ours():
    with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
        subprocess.run([BUILD / "bin/sekisho-fixtures", folder], check=True, stdout=subprocess.DEVNULL)
        return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}


def ours(name):
    return lambda: _ours()[name]


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 24, 9, 0, 0)), data)
    return out.getvalue()


def word_xml():
    return (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
            b'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
            b"<w:t>Monthly report</w:t></w:r></w:p></w:body></w:wordDocument>")


def notes():
    return "Notes of the meeting of 24 November.\r\n1. Figures\r\n2. Any other business\r\n".encode()


TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _relationships(rows):
    items = "".join(f'<Relationship Id="rId{i}" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'
                    for i, (kind, target, mode) in enumerate(rows, 1))
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{PACKAGE_RELATIONS}">{items}</Relationships>'


def docx(body="<w:p><w:r><w:t>Minutes</w:t></w:r></w:p>", template=None, others=()):
    """A document of Word whose template, or what else `others` says, lies where they say."""
    external = ' TargetMode="External"'
    members = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _relationships([("officeDocument", "word/document.xml", "")]),
        "word/document.xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document '
                             'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
                             f"{body}</w:body></w:document>",
    }
    if template:
        members["word/settings.xml"] = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:settings '
                                        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
                                        f'xmlns:r="{RELATIONS}"><w:attachedTemplate r:id="rId1"/></w:settings>')
        members["word/_rels/settings.xml.rels"] = _relationships([("attachedTemplate", template, external)])
    if others or template:
        rows = [(kind, target, external) for kind, target in others]
        if template:
            rows.append(("settings", "settings.xml", ""))
        members["word/_rels/document.xml.rels"] = _relationships(rows)
    return zipped(members)


def field(*pieces):
    """A field of Word whose instruction stands in as many runs."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    return f'<w:p>{mark("begin")}{runs}{mark("separate")}<w:r><w:t>0</w:t></w:r>{mark("end")}</w:p>'


LINES = "".join(f"Line {line} of the report, with its figures.\\par " for line in range(40))
COMMENT = "INERT SEKISHO TEST: a comment that is as long as those of real ones are. " * 20


def rtf(*contents):
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\pard Monthly report\\par " + LINES + "".join(contents) + "}").encode()


def ole1(class_name, native):
    """[MS-OLEDS] 2.2.5: an embedded object, in hex."""
    def text(value):
        return (len(value) + 1).to_bytes(4, "little") + value + b"\0"
    data = (b"\1\5\0\0\2\0\0\0" + text(class_name) + bytes(8) + len(native).to_bytes(4, "little") + native)
    return data.hex()


def rtf_equation():
    """Equation Editor is handed 16 bytes that are no equation."""
    return rtf("{\\object\\objemb\\objupdate{\\*\\objclass Equation.3}{\\*\\objdata " + ole1(b"Equation.3", b"\xAA" * 16) + "}}")


def rtf_template(target):
    return rtf("{\\*\\template " + target + "}")


def rtf_field(instruction):
    return rtf("{\\field{\\*\\fldinst " + instruction + "}{\\fldrslt 0}}")


def svg(script):
    body = f"<desc>{COMMENT}</desc><script>{script}</script>" if script else '<circle cx="8" cy="8" r="8"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">{body}</svg>'.encode()


def script(text):
    text = text.format(comment=COMMENT)
    return lambda: text.replace("\n", "\r\n").encode()


def url_file(target):
    return f"[InternetShortcut]\r\nURL={target}\r\n".encode()


def csv(first):
    return f"Name,Price\r\nA,{first}\r\n".encode()
