"""Packages of Office (ZIP) and documents in XML, written in other ways."""

import base64
import io
import re
import struct
import warnings
import zipfile

from evasion_base import mutation

STAMP = (2026, 11, 24, 9, 0, 0)


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


class _Unseekable(io.RawIOBase):
    """What is written to a pipe: the writer cannot go back, so that sizes stand behind the data."""

    def __init__(self):
        super().__init__()
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += data
        return len(data)


def pack(members, method=zipfile.ZIP_DEFLATED, level=6, comment=b"", piped=False, zip64=False, extra=b"", flag=0):
    out = _Unseekable() if piped else io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w", method, compresslevel=level) as archive:
        archive.comment = comment
        for name, data in members:
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.extra = method, extra
            info.flag_bits |= flag
            with archive.open(info, "w", force_zip64=zip64) as member:
                member.write(data)
    return bytes(out.bytes) if piped else out.getvalue()


def repacked(name, **options):
    @mutation(name, "package")
    def apply(sample):
        return sample.with_data(pack(members_of(sample.data), **options)) if sample.kind == "zip" else None
    return apply


repacked("stored", method=zipfile.ZIP_STORED)
repacked("deflated, fastest", level=1)
repacked("deflated, best", level=9)
repacked("sizes behind the data (data descriptors)", piped=True)
repacked("ZIP64", zip64=True)
repacked("with a comment that looks like an end", comment=b"PK\5\6" + bytes(18))
repacked("extra fields", extra=struct.pack("<HH", 0xCAFE, 40) + bytes(40))
repacked("bzip2, which Office does not read", method=zipfile.ZIP_BZIP2)


def package(name, **options):
    """Enters change(members) -> members, or None where there is nothing to change."""
    def enter(function):
        @mutation(name, "package")
        def apply(sample):
            changed = function(members_of(sample.data)) if sample.kind == "zip" else None
            return None if changed is None else sample.with_data(pack(changed, **options))
        return function
    return enter


def texts(name):
    """Enters change(text, name of the part) for all parts in XML."""
    def enter(function):
        @package(name)
        def change(members):
            out = [(part, function(data.decode(), part).encode() if data.lstrip().startswith(b"<") else data) for part, data in members]
            return out if out != members else None
        return function
    return enter


@package("parts in another order")
def reordered(members):
    return members[::-1]


@package("parts of noise beside")
def noise(members):
    return members + [(f"media/image{i}.png", b"\x89PNG\r\n\x1a\n" + bytes(2000)) for i in range(40)]


@package("names of parts in upper case")
def upper_names(members):
    return [(name if name == "[Content_Types].xml" else name.upper(), data) for name, data in members]


@package("names of parts with backslashes")
def backslashes(members):
    return [(name.replace("/", "\\"), data) for name, data in members]


@package("a harmless part of the same name before")
def doubled(members):
    main = next(((name, data) for name, data in members if name.endswith("document.xml")), None)
    return [(main[0], b"<?xml version='1.0'?><none/>"), *members] if main else None


@package("parts in a folder of another name")
def folder(members):
    return [(name.replace("word/", "figures/"), data.replace(b"word/", b"figures/") if data.lstrip().startswith(b"<") else data)
            for name, data in members]


@package("macros under the name of a picture")
def picture(members):
    if not any(name.endswith("vbaProject.bin") for name, _ in members):
        return None
    return [(name.replace("vbaProject.bin", "media/image1.png"), data.replace(b"vbaProject.bin", b"media/image1.png"))
            for name, data in members]


@package("macros without a relationship")
def unrelated(members):
    if not any(name.endswith("vbaProject.bin") for name, _ in members):
        return None
    return [(name, data) for name, data in members if not name.endswith("document.xml.rels")]


@package("type of the document: without macros")
def typed(members):
    out = [(name, data.replace(b"vnd.ms-word.document.macroEnabled.main", b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"))
           for name, data in members]
    return out if out != members else None


@texts("prefixes of namespaces renamed")
def prefixes(text, _):
    return re.sub(r"(</?)w:", r"\1zz:", text).replace("xmlns:w=", "xmlns:zz=").replace(" w:", " zz:")


@texts("attributes in single quotes")
def single(text, _):
    return re.sub(r'="([^"\']*)"', r"='\1'", text)


@texts("attributes in another order, with line breaks")
def order(text, _):
    return re.sub(r'<Relationship Id="(\w+)" Type="([^"]+)" Target="([^"]+)"([^/>]*)/>',
                  r'<Relationship\n\tTarget = "\3"\n\4\n Type = "\2" Id = "\1"\n></Relationship>', text)


@texts("comments in XML")
def xml_comments(text, _):
    return re.sub(r"(</?(?:w:r|w:p|Relationships|w:body)>)", r"<!-- <w:p/> -->\1<?none?>", text)


@texts("characters as entities")
def entities(text, part):
    if part.endswith(".rels"):
        return re.sub(r'Target="([^"]+)"', lambda m: 'Target="' + "".join(f"&#x{ord(c):x};" for c in m[1]) + '"', text)
    return re.sub(r"(<w:instrText[^>]*>)([^<&]+)<", lambda m: m[1] + "".join(f"&#{ord(c)};" for c in m[2]) + "<", text)


@texts("text in CDATA")
def cdata(text, _):
    return re.sub(r"(<w:instrText[^>]*>)([^<&]+)<", r"\1<![CDATA[\2]]><", text)


@texts("namespaces of the strict form")
def strict(text, _):
    return text.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main") \
        .replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")


@texts("targets in mixed case")
def target_case(text, _):
    return re.sub(r'Target="(https?)://', lambda m: f'Target="{m[1].upper()}://', text)


@texts("targets in percent escapes")
def target_escapes(text, _):
    return re.sub(r'Target="(https?://)([^"]+)"', lambda m: f'Target="{m[1]}' + "".join(f"%{ord(c):02x}" for c in m[2]) + '"', text)


@texts("targets on a WebDAV share")
def target_webdav(text, _):
    return re.sub(r'Target="https?://([^/"]+)/', r'Target="file://\1@SSL/DavWWWRoot/', text)


@texts("targets with blanks around")
def target_blanks(text, _):
    return re.sub(r'Target="(https?[^"]+)"', r'Target="  \1 "', text)


@texts("targets behind mhtml:")
def target_mhtml(text, _):
    return re.sub(r'Target="(https?[^"]+)"', r'Target="mhtml:\1!x-usc:\1"', text)


@texts("field as one instruction")
def simple_field(text, _):
    pieces = re.findall(r"<w:instrText[^>]*>([^<]+)<", text)
    if not pieces:
        return text
    return re.sub(r"<w:p><w:r><w:fldChar.*</w:p>", lambda m: '<w:p><w:fldSimple w:instr="' + "".join(pieces).replace('"', "&quot;")
                  + '"><w:r><w:t>0</w:t></w:r></w:fldSimple></w:p>', text)


@texts("field in runs of single letters")
def field_letters(text, _):
    return re.sub(r"<w:r><w:instrText[^>]*>([^<]+)</w:instrText></w:r>", lambda m: "".join(
        f'<w:r><w:rPr><w:b/></w:rPr><w:instrText xml:space="preserve">{c}</w:instrText></w:r>' for c in m[1]), text)


@texts("field with revisions and bookmarks between")
def field_marks(text, _):
    return text.replace("</w:instrText></w:r><w:r><w:instrText", '</w:instrText></w:r><w:bookmarkStart w:id="1" w:name="a"/>'
                        '<w:proofErr w:type="spellStart"/><w:r><w:instrText')


@package("XML in UTF-16")
def utf16(members):
    return [(name, b"\xFF\xFE" + re.sub(r'encoding="[^"]*"', 'encoding="UTF-16"', data.decode()).encode("utf-16-le")
             if data.lstrip().startswith(b"<") else data) for name, data in members]


@package("XML with a byte order mark and line breaks")
def marked(members):
    return [(name, b"\xEF\xBB\xBF" + data.replace(b"><", b">\r\n<") if data.lstrip().startswith(b"<?xml") else data)
            for name, data in members]


def file_of(name):
    """Enters a change of the bytes of the archive."""
    def enter(function):
        @mutation(name, "package")
        def apply(sample):
            return sample.with_data(function(sample.data)) if sample.kind == "zip" else None
        return function
    return enter


@file_of("sizes of local headers cleared")
def cleared(data):
    return re.sub(rb"PK\x03\x04.{26}", lambda m: m[0][:14] + bytes(12) + m[0][26:], data, flags=re.DOTALL)


@file_of("marked as encrypted, which it is not")
def false_flag(data):
    return re.sub(rb"PK\x01\x02.{6}", lambda m: m[0][:8] + bytes([m[0][8] | 1]) + m[0][9:], data, flags=re.DOTALL)


@file_of("cut before the central directory")
def no_directory(data):
    return data[:data.index(b"PK\1\2")]


def office_xml(name):
    """Enters a change of the text of a document in XML."""
    def enter(function):
        @mutation(name, "Word in XML")
        def apply(sample):
            if sample.kind != "office-xml":
                return None
            text = sample.data.decode()
            changed = function(text)
            return sample.with_data(changed if isinstance(changed, bytes) else changed.encode()) if changed != text else None
        return function
    return enter


def _binary(text, change):
    pattern = r"(<(?:w:binData|pkg:binaryData)[^>]*>)([^<]+)<"
    return re.sub(pattern, lambda m: m[1] + change("".join(m[2].split())) + "<", text)


@office_xml("base64 in one line")
def one_line(text):
    return _binary(text, lambda data: data)


@office_xml("base64 with blanks and tabs")
def gaps(text):
    return _binary(text, lambda data: " \t\n".join(data[at:at + 11] for at in range(0, len(data), 11)))


@office_xml("base64 in entities")
def in_entities(text):
    return _binary(text, lambda data: "".join(f"&#{ord(c)};" if i % 7 == 0 else c for i, c in enumerate(data)))


@office_xml("base64 in CDATA")
def in_cdata(text):
    return _binary(text, lambda data: f"<![CDATA[{data}]]>")


@office_xml("data under another name")
def other_name(text):
    return text.replace("editdata.mso", "oledata.bin").replace("vbaProject.bin", "theme.bin")


@office_xml("prefixes renamed")
def other_prefix(text):
    return re.sub(r"\b(w|pkg):", lambda m: "x" + m[1] + ":", text)


@office_xml("no processing instruction of Office")
def no_instruction(text):
    return text.replace('<?mso-application progid="Word.Document"?>', "")


@office_xml("macrosPresent says no")
def denied(text):
    return text.replace('macrosPresent="yes"', 'macrosPresent="no"')


@office_xml("XML in UTF-16")
def xml_utf16(text):
    return b"\xFF\xFE" + text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16-le")


@office_xml("byte order mark")
def xml_mark(text):
    return b"\xEF\xBB\xBF" + text.encode()


@office_xml("comments and blanks before the root")
def xml_before(text):
    return text.replace("?>\r\n<", "?>\r\n<!-- " + "figures " * 2000 + " -->\r\n<", 1)


@office_xml("attributes in single quotes")
def xml_single(text):
    return re.sub(r'="([^"\']*)"', r"='\1'", text)


@office_xml("64 KB of text before the macros")
def xml_text(text):
    return text.replace("<w:docSuppData>", "<w:docOleData/>" + "<w:ignoreSubtree/>" * 3000 + "<w:docSuppData>") if "docSuppData" in text else text


@office_xml("a harmless project before")
def decoy(text):
    harmless = base64.b64encode(b"INERT SEKISHO TEST " * 20).decode()
    return text.replace("<w:docSuppData>", f'<w:docSuppData><w:binData w:name="oledata.mso">{harmless}</w:binData>')
