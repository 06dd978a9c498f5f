"""One row for each format: what opens it, which locks, what bounds it, and the independent program that writes its fixture.

`make` writes a file that holds the payload, `lock` one that is locked with a password; None where no program of
Debian 12 does. docs/formats.md is made from this table, and tests/formats/formats_page_test.cpp holds it to the table in code.
"""

import dataclasses
import datetime
import email.message
import mailbox
import pathlib
import subprocess
import typing

import libreoffice

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/formats.md"
CORPUS = "real files"


def run(*command, cwd=None, stdin=None, stdout=subprocess.DEVNULL):
    return subprocess.run([str(part) for part in command], cwd=cwd, stdin=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, check=True)


@dataclasses.dataclass
class Row:
    name: str  # of the Format in code
    by: str
    writer: str
    make: typing.Optional[typing.Callable] = None  # (folder, payload) -> path
    locks: str = ""
    lock: typing.Optional[typing.Callable] = None  # (folder, payload, password) -> path
    checked: bool = True  # a changed byte of the payload shows: the format has checksums
    ends: bool = True  # a file that was cut shows: the format says where it ends
    # "text"; "picture", for what holds no other file; "sentence", for what holds it in a form of its own: there a rule finds
    # libreoffice.SENTENCE, in whatever comes out.
    payload: str = "text"


def command(suffix, *parts):
    """A writer: the parts are formatted with {out}, {payload} (its name; the command runs in its folder)."""
    def make(folder, payload):
        out = folder / f"fixture{suffix}"
        run(*[part.format(out=out, payload=payload.name) for part in parts], cwd=payload.parent)
        return out
    return make


def locked_by(suffix, *parts):
    def lock(folder, payload, password):
        out = folder / f"locked{suffix}"
        run(*[part.format(out=out, payload=payload.name, password=password) for part in parts], cwd=payload.parent)
        return out
    return lock


def filtered(suffix, *parts):
    """A writer that reads its standard input and writes its standard output."""
    def make(folder, payload):
        out = folder / f"fixture{suffix}"
        with payload.open("rb") as source, out.open("wb") as target:
            run(*parts, stdin=source, stdout=target)
        return out
    return make


def listed(suffix, *parts):
    """As cpio: the names come on standard input."""
    def make(folder, payload):
        out = folder / f"fixture{suffix}"
        names = folder / "names"
        names.write_text(payload.name + "\n")
        with names.open("rb") as source, out.open("wb") as target:
            run(*parts, cwd=payload.parent, stdin=source, stdout=target)
        return out
    return make


def fat(folder, payload, image="fixture.img", at=0):
    out = folder / image
    if not at:
        with out.open("wb") as file:
            file.truncate(2 << 20)
        run("mkfs.fat", "-F", "12", out)
    where = f"{out}@@{at}" if at else str(out)
    run("mcopy", "-i", where, payload, "::")
    return out


def ntfs(folder, payload):
    out = folder / "fixture.ntfs"
    with out.open("wb") as file:
        file.truncate(4 << 20)
    run("mkntfs", "-F", "-q", "-c", "512", out)
    run("ntfscp", "-f", "-q", out, payload, payload.name)
    return out


def converted(suffix, *options):
    def make(folder, payload):
        out = folder / f"fixture{suffix}"
        run("qemu-img", "convert", "-f", "raw", *options, fat(folder, payload, "raw.img"), out)
        return out
    return make


def partitioned(folder, payload):
    out = folder / "fixture.disk"
    with out.open("wb") as file:
        file.truncate(4 << 20)
    subprocess.run(["sfdisk", "-q", out], input=b"2048,4096,1\n", check=True, stdout=subprocess.DEVNULL)
    run("mformat", "-i", f"{out}@@1M", "-T", "4096", "-h", "16", "-s", "63", "::")
    run("mcopy", "-i", f"{out}@@1M", payload, "::")
    return out


def udf(folder, payload):
    import pycdlib
    out = folder / "fixture.udf"
    image = pycdlib.PyCdlib()
    image.new(udf="2.60")
    image.add_file(str(payload), udf_path=f"/{payload.name}")
    image.write(str(out))
    image.close()
    return out


def zipped_with(name, text):
    """What a ZIP is told by, first in it and stored."""
    def make(folder, payload):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        (folder / payload.name).write_bytes(payload.read_bytes())
        run("zip", "-q", "-0", "fixture.zip", name, cwd=folder)
        run("zip", "-q", "fixture.zip", payload.name, cwd=folder)
        return folder / "fixture.zip"
    return make


def captured(folder, payload):
    """A Windows image of the folder with the payload in it and nothing else."""
    out, source = folder / "fixture.wim", folder / "source"
    source.mkdir()
    (source / payload.name).write_bytes(payload.read_bytes())
    run("wimlib-imagex", "capture", source, out, "--compress=lzx")
    return out


def help_file(folder, payload):
    (folder / "topic.html").write_text("<html><body>A topic.</body></html>\n")
    (folder / payload.name).write_bytes(payload.read_bytes())
    (folder / "fixture.hhp").write_text("[OPTIONS]\nCompatibility=1.1 or later\nCompiled file=fixture.chm\n"
                                        f"Default topic=topic.html\nTitle=A\n\n[FILES]\ntopic.html\n{payload.name}\n")
    run("chmcmd", "fixture.hhp", cwd=folder)
    return folder / "fixture.chm"


INSTALLER = """<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="*" UpgradeCode="11111111-2222-3333-4444-555555555555" Name="A" Version="1.0.0" Manufacturer="A" Language="1033">
  <Package InstallerVersion="200" Compressed="yes"/>
  <Media Id="1" Cabinet="media1.cab" EmbedCab="yes"/>
  <Directory Id="TARGETDIR" Name="SourceDir">
   <Component Id="Main" Guid="12345678-1234-1234-1234-222222222222"><File Id="File" Name="{0}" Source="{0}"/></Component>
  </Directory>
  <Feature Id="F" Level="1"><ComponentRef Id="Main"/></Feature>
 </Product>
</Wix>
"""


def installer(folder, payload):
    (folder / payload.name).write_bytes(payload.read_bytes())
    (folder / "fixture.wxs").write_text(INSTALLER.format(payload.name))
    run("wixl", "-o", "fixture.msi", "fixture.wxs", cwd=folder)
    return folder / "fixture.msi"


PACKAGE = """Name: fixture
Version: 1
Release: 1
Summary: A fixture
License: None
BuildArch: noarch
%description
A fixture.
%install
install -D -m 644 {0} %{{buildroot}}/srv/{1}
%files
/srv/{1}
"""


def package(folder, payload):
    (folder / "fixture.spec").write_text(PACKAGE.format(payload, payload.name))
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}", "--define", f"_rpmdir {folder}", "fixture.spec", cwd=folder)
    return next(folder.rglob("*.rpm"))


def signed(folder, payload):
    out = folder / "fixture.p7m"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", folder / "key", "-out", folder / "cert")
    run("openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-signer", folder / "cert", "-inkey", folder / "key",
        "-in", payload, "-out", out)
    return out


def office(kind):
    def make(folder, payload):
        return libreoffice.document(folder / f"fixture.{kind}", payload.read_bytes())
    return make


def office_locked(kind):
    def lock(folder, payload, password):
        return libreoffice.document(folder / f"locked.{kind}", payload.read_bytes(), password)
    return lock


def pdf(folder, payload):
    out = folder / "fixture.pdf"
    (folder / "note.txt").write_text(libreoffice.SENTENCE)
    run("qpdf", "--empty", "--add-attachment", folder / "note.txt", "--", "--stream-data=uncompress", out)
    return out


def pdf_locked(folder, payload, password):
    out = folder / "locked.pdf"
    run("qpdf", "--stream-data=uncompress", "--encrypt", password, "of the owner", "256", "--", pdf(folder, payload), out)
    return out


def mail(payload):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.net", "b@example.jp", "a fixture"
    message.set_content("See the attached file.\n")
    message.add_attachment(payload.read_bytes(), maintype="application", subtype="octet-stream", filename=payload.name)
    return message


def mime(folder, payload):
    out = folder / "fixture.eml"
    out.write_bytes(mail(payload).as_bytes())
    return out


def multipart(folder, payload):
    """What a mail user agent saves who keeps no header."""
    out = folder / "fixture.bin"
    out.write_bytes(mail(payload).as_bytes().split(b"\n\n", 1)[1])
    return out


def contact(folder, payload):
    import vobject
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family="A", given="B")
    card.add("fn").value = "B A"
    photo = card.add("photo")
    photo.value, photo.encoding_param, photo.type_param = payload.read_bytes(), "b", "PNG"
    (folder / "fixture.vcf").write_text(card.serialize())
    return folder / "fixture.vcf"


def meeting(folder, payload):
    import vobject
    calendar = vobject.iCalendar()
    event = calendar.add("vevent")
    event.add("dtstart").value = datetime.datetime(2024, 6, 7, 9)
    event.add("summary").value = "A meeting"
    attach = event.add("attach")
    attach.value = payload.read_text()
    attach.encoding_param, attach.value_param, attach.fmttype_param = "BASE64", "BINARY", "text/plain"
    (folder / "fixture.ics").write_text(calendar.serialize())
    return folder / "fixture.ics"


def yencoded(folder, payload):
    """The lines of data are python-yenc's, those around them are the draft's."""
    import yenc
    out = folder / "fixture.ync"
    data = payload.read_bytes()
    with payload.open("rb") as source, (folder / "lines").open("wb") as target:
        _, crc = yenc.encode(source, target, len(data))
    lines = (folder / "lines").read_bytes()
    out.write_bytes(b"=ybegin line=128 size=%d name=%s\r\n" % (len(data), payload.name.encode()) + lines.rstrip(b"\r\n") +
                    b"\r\n=yend size=%d crc32=%s\r\n" % (len(data), crc.encode()))
    return out


def mbox(folder, payload):
    out = folder / "fixture.mbox"
    box = mailbox.mbox(out)
    box.add(mail(payload))
    box.close()
    return out


def uuencoded(folder, payload):
    out = folder / "fixture.txt"
    with out.open("wb") as target:
        target.write(b"The file follows.\n\n")
        target.flush()
        run("uuencode", payload, payload.name, stdout=target)
    return out


SEVEN = ("7zz", "a", "-bso0", "-bsp0")

ROWS = [
    Row("zip", "our reader of directories and local headers; deflate by ISA-L or zlib, deflate64, bzip2, LZMA, xz, zstd by "
        "libarchive's libraries", "Info-ZIP `zip`, 7-Zip", command(".zip", "zip", "-q", "{out}", "{payload}"),
        "ZipCrypto, AE-1, AE-2", locked_by(".zip", *SEVEN, "-tzip", "-mem=AES256", "-p{password}", "{out}", "{payload}")),
    Row("7z", "our reader of headers and folders; liblzma, libarchive for PPMd", "7-Zip",
        command(".7z", *SEVEN, "{out}", "{payload}"), "AES-256, headers too",
        locked_by(".7z", *SEVEN, "-mhe=on", "-p{password}", "{out}", "{payload}")),
    Row("rar", "our reader and decoder of RAR 2.9 to 4 (LZ, PPMd, filters), solid ones too; older ones are told", f"{CORPUS}; our own writer, read back by `unar`",
        locks="RAR 3 AES-128, headers too"),
    Row("rar5", "libarchive; headers and locks are read by us", f"{CORPUS}; our own writer, read back by `unar`",
        locks="RAR 5 AES-256, headers too"),
    Row("tar", "libarchive", "GNU tar", command(".tar", "tar", "-cf", "{out}", "{payload}"), checked=False),
    Row("gzip", "our reader; deflate by ISA-L or zlib", "GNU gzip", filtered(".gz", "gzip", "-9nc")),
    Row("bzip2", "libarchive", "bzip2", filtered(".bz2", "bzip2", "-c")),
    Row("xz", "our reader; liblzma", "XZ Utils", filtered(".xz", "xz", "-c")),
    Row("lzma", "libarchive", "XZ Utils", filtered(".lzma", "xz", "--format=lzma", "-c"), checked=False),
    Row("lzip", "libarchive", "bsdtar", command(".tar.lz", "bsdtar", "--lzip", "-cf", "{out}", "{payload}")),
    Row("zstd", "libarchive", "zstd", filtered(".zst", "zstd", "-qc")),
    Row("lz4", "libarchive", "lz4", filtered(".lz4", "lz4", "-qc")),
    Row("compress", "libarchive", "ncompress", filtered(".Z", "compress", "-cf"), checked=False, ends=False),
    Row("cab", "libarchive", "gcab", command(".cab", "gcab", "-cz", "{out}", "{payload}")),
    Row("lha", "our reader, headers 0 to 3, -lh0- and -lh4- to -lh7-", f"{CORPUS}; our own writer, read back by `lha`"),
    Row("cpio", "libarchive", "GNU cpio", listed(".cpio", "cpio", "-o", "-H", "newc", "--quiet"), checked=False),
    Row("ar", "libarchive", "GNU ar", command(".a", "ar", "rcS", "{out}", "{payload}"), checked=False),
    Row("rpm", "libarchive: the compressed cpio is the child", "rpmbuild", package),
    Row("xar", "libarchive", "bsdtar", command(".xar", "bsdtar", "--format", "xar", "-cf", "{out}", "{payload}")),
    Row("iso9660", "our reader of all its trees (primary, Joliet, Rock Ridge, UDF beside it)", "genisoimage",
        command(".iso", "genisoimage", "-quiet", "-J", "-R", "-o", "{out}", "{payload}"), checked=False),
    Row("udf", "our reader, UDF 1.02 to 2.60", "pycdlib", udf, checked=False),
    Row("fat", "our reader, FAT12, FAT16, FAT32", "dosfstools, mtools", fat, checked=False),
    Row("ntfs", "our reader; LZNT1 by us", "ntfs-3g", ntfs, checked=False),
    Row("disk", "our reader of MBR and GPT", "sfdisk, mtools", partitioned, checked=False),
    Row("volume", "as the file system in a partition", "sfdisk, mtools"),
    Row("vhd", "our reader, fixed and dynamic", "qemu-img", converted(".vhd", "-O", "vpc"), checked=False),
    Row("vhdx", "our reader, fixed and dynamic", "qemu-img", converted(".vhdx", "-O", "vhdx"), checked=False),
    Row("mime", "our readings of RFC 5322 and 2045", "Python's email", mime, checked=False, ends=False),
    Row("mbox", "our reader", "Python's mailbox", mbox, checked=False, ends=False),
    Row("text", "files in uuencode, yEnc, BinHex, base64 come out", "GNU sharutils", uuencoded, checked=False),
    Row("ace", "our reader, methods 0 to 2", "our own writer, read back by `unace`", locks="Blowfish with a password"),
    Row("arj", "our reader, methods 0 to 4", "ARJ", command(".arj", "arj", "a", "{out}", "{payload}"), "garbled with a password",
        locked_by(".arj", "arj", "a", "-g{password}", "{out}", "{payload}")),
    Row("wim", "our reader; chunks (XPRESS, LZX, LZMS) by libwim", "wimlib", captured),
    Row("cms", "our reader of DER and BER: signed content comes out, encrypted content is told", "OpenSSL", signed,
        checked=False),
    Row("html-help", "our reader of ITSF; LZX by libmspack", "Free Pascal's chmcmd", help_file, checked=False),
    Row("tnef", "our reader", f"{CORPUS}, read back by `tnef` and `ytnef`"),
    Row("rtf-compressed", "our reader", f"{CORPUS}; our own writer"),
    Row("multipart", "our readings of RFC 2046", "Python's email", multipart, checked=False, ends=False),
    Row("loose-mail", "our readings: a mail without the usual first fields", "handwritten"),
    Row("emlx", "our reader: Apple Mail's message file", "handwritten"),
    Row("vcard", "our reader: pictures and keys come out", "python-vobject", contact, payload="picture", checked=False,
        ends=False),
    Row("icalendar", "our reader: ATTACH comes out", "python-vobject", meeting, checked=False, ends=False),
    Row("apple-single", "our reader: data and resource fork; AppleDouble too", "handwritten, by RFC 1740"),
    Row("mac-binary", "our reader, I to III", "macutils"),
    Row("yenc", "our reader", "python-yenc, framed by the yEnc draft", yencoded),
    Row("office-encrypted", "our reader of [MS-OFFCRYPTO]; keys by libcrypto", "LibreOffice; " + CORPUS,
        locks="standard, agile, extensible; VelvetSweatshop and PowerPoint's own"),
    Row("pdf-encrypted", "libqpdf, keys by libcrypto: the document in plain comes out", "qpdf",
        locks="RC4, 40 and 128 bits, AES-128, AES-256 (revisions 2 to 6); no password and owner's", lock=pdf_locked, payload="sentence"),
    Row("pdf", "libqpdf: attached files, scripts and links come out", "qpdf"),
    Row("office-word", "our readers of [MS-CFB], [MS-OVBA], [MS-DOC]", "LibreOffice; " + CORPUS, office("doc"),
        "XOR, RC4, RC4 CryptoAPI", office_locked("doc"), payload="sentence", checked=False),
    Row("office-excel", "our readers of [MS-CFB], [MS-OVBA], [MS-XLS]", "LibreOffice; " + CORPUS, office("xls"),
        "XOR, RC4, RC4 CryptoAPI", office_locked("xls"), payload="sentence", checked=False),
    Row("office-powerpoint", "our readers of [MS-CFB], [MS-OVBA], [MS-PPT]", "LibreOffice; " + CORPUS, office("ppt"),
        "RC4 CryptoAPI", payload="sentence", checked=False),
    Row("office-publisher", "our reader of [MS-CFB]", CORPUS),
    Row("office-visio", "our reader of [MS-CFB]", CORPUS),
    Row("ole-storage", "our reader of [MS-CFB]: streams come out", CORPUS),
    Row("windows-installer", "our reader of [MS-CFB]: streams come out under their names", "wixl", installer),
    Row("vba-project", "our reader of [MS-OVBA]; protected projects are read all the same", "LibreOffice; " + CORPUS),
    Row("vba-source", "text", "LibreOffice; " + CORPUS),
    Row("access-database", "our reader of [MS-OVBA]: macro sources by their signature, nothing else", "handwritten"),
    Row("rtf", "our reader of RTF 1.9.1 and [MS-OLEDS]: objects, files of Packager, and the text", "LibreOffice; our own writer"),
    Row("excel-stream", "our reader of [MS-XLS]: macros of Excel 4.0, as text and as what they would do", "our own writer; read back by xlrd"),
    Row("sylk", "our reader: macros of Excel 4.0", "handwritten"),
    Row("odf-basic", "our reader of XML: the source of each module", "handwritten"),
    Row("ole1-object", "our reader of [MS-OLEDS]", CORPUS),
    Row("ole-package", "our reader of OLE 1 packages", CORPUS),
    Row("outlook-message", "our reader of [MS-OXMSG]", CORPUS),
    Row("onenote", "our reader of [MS-ONESTORE]: embedded files come out", CORPUS),
    Row("activemime", "our reader", CORPUS),
    Row("word-xml", "pugixml: binary data comes out", "LibreOffice", office("xml"), payload="picture", checked=False),
    Row("flat-opc", "pugixml: parts come out", "handwritten"),
    Row("docx", "as `zip`; macros and links by our readers of [MS-OVBA] and OPC", "LibreOffice; " + CORPUS, office("docx"),
        "see `office-encrypted`", office_locked("docx"), payload="picture"),
    Row("docm", "as `docx`", "LibreOffice; " + CORPUS, office("docm"), "see `office-encrypted`", office_locked("docm"),
        payload="picture"),
    Row("xlsx", "as `docx`", "LibreOffice; " + CORPUS, office("xlsx"), "see `office-encrypted`", office_locked("xlsx"),
        payload="picture"),
    Row("xlsm", "as `docx`", CORPUS, locks="see `office-encrypted`"),
    Row("xlsb", "as `docx`", CORPUS, locks="see `office-encrypted`"),
    Row("pptx", "as `docx`", "LibreOffice; " + CORPUS, office("pptx"), "see `office-encrypted`", office_locked("pptx"),
        payload="picture"),
    Row("pptm", "as `docx`", CORPUS, locks="see `office-encrypted`"),
    Row("odt", "as `zip`", "LibreOffice; " + CORPUS, office("odt"), "OpenDocument: AES-256-CBC and Blowfish, PBKDF2",
        office_locked("odt"), payload="picture"),
    Row("ods", "as `zip`", "LibreOffice; " + CORPUS, office("ods"), "as `odt`", office_locked("ods"), payload="picture"),
    Row("odp", "as `zip`", "LibreOffice; " + CORPUS, office("odp"), "as `odt`", office_locked("odp"), payload="picture"),
    Row("jar", "as `zip`", "Info-ZIP `zip`", zipped_with("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"), "as `zip`"),
    Row("apk", "as `zip`", "Info-ZIP `zip`", zipped_with("AndroidManifest.xml", "none"), "as `zip`"),
    Row("epub", "as `zip`", "Info-ZIP `zip`", zipped_with("mimetype", "application/epub+zip"), "as `zip`"),
]

# Looked at, without children of their own: what they are and what stands in them is told.
LOOKED_AT = ("batch", "bmp", "custom-ui", "deployment", "dos-program", "elf", "emf", "encoded-script", "gif", "heif", "hta",
             "html", "icon", "java-class", "javascript", "jpeg", "lnk", "mach-o", "mp3", "mp4", "odf-content", "ogg",
             "opc-relationships", "pdf-plain", "pe", "pgp", "pgp-binary", "png", "powershell", "presentationml",
             "query-file", "rdp", "registry", "spreadsheet-connections", "style-sheet", "svg", "tiff", "url",
             "vba-signature", "vbscript", "wav", "webp", "windows-link-file", "wmf", "woff", "woff2", "wordprocessingml",
             "wsf", "xml")

HEAD = """# Formats

Made from `tests/formats/table.py`; the code is held to it. All formats go through one table and one Budget: depth, parts, bytes out,
bytes of a part, memory, suspicious ratios and decoder steps are bounded for the message as a whole ([architecture.md](architecture.md),
[configuration.md](configuration.md)). What cannot be read whole is a finding with the reason and the names that were seen; the rest is
still opened. Where a format is not the outermost layer it is found all the same, by what its bytes are.

Within every part that is no container itself each beginning of another file is found by its signature and its header, not only the one
at offset 0: what a self-extracting program carries, an archive behind a picture or a PDF, the other half of a polyglot. It is opened as
a child `+0x1234`; where nothing honest stands, behind a picture or an archive, it is `type.polyglot` as well.

"Fixture": the independent program that writes what the tests open. Where Debian has none, real files of other projects' test
suites serve, or a writer of our own that is checked by an independent reader.

## Opened

| Format | Opened by | Locks | Fixture | A cut shows | A changed byte shows |
|---|---|---|---|---|---|
"""
LOOKED = """
## Looked at

What they are is told, and what stands in them is judged.

| Format |
|---|
"""


def page():
    yes = {True: "yes", False: "no"}
    rows = [f"| `{row.name}` | {row.by} | {row.locks} | {row.writer} | {yes[row.ends] if row.make else ''} | "
            f"{yes[row.checked] if row.make else ''} |\n" for row in ROWS]
    return HEAD + "".join(rows) + LOOKED + "".join(f"| `{name}` |\n" for name in LOOKED_AT)
