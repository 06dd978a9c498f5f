"""Shortcuts of Windows and internet shortcuts written in other ways."""

import struct

from evasion_base import mutation, text_of

shortcut = text_of({"url"}, "shortcut")


@shortcut("key in mixed case, blanks around")
def url_case(text):
    return text.replace("URL=", "uRl = ").replace("[InternetShortcut]", "[internetshortcut]")


@shortcut("other sections before")
def url_sections(text):
    return "[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,11\r\n; notes\r\n" + text


@shortcut("target with slashes of Windows")
def url_slashes(text):
    return text.replace("file://192.0.2.7/share/", "\\\\192.0.2.7\\share\\")


@shortcut("target with a port of WebDAV")
def url_webdav(text):
    return text.replace("192.0.2.7/share", "192.0.2.7@80/DavWWWRoot")


@shortcut("target in percent escapes")
def url_escapes(text):
    return text.replace("invoice.exe", "%69nvoice.%65xe")


@shortcut("UTF-16")
def url_utf16(text):
    return b"\xFF\xFE" + text.encode("utf-16-le")


@shortcut("line ends of LF")
def url_lf(text):
    return text.replace("\r\n", "\n")


@shortcut("64 KB of other keys before")
def url_keys(text):
    return text.replace("URL=", "IconIndex=0\r\n" * 5000 + "URL=")


def _strings(data):
    """(offset of the first StringData, [(bit of its flag, text)], offset behind them, is it Unicode) of a shortcut."""
    flags = struct.unpack_from("<I", data, 0x14)[0]
    at = 0x4C
    if flags & 1:
        at += 2 + struct.unpack_from("<H", data, at)[0]
    if flags & 2:
        at += struct.unpack_from("<I", data, at)[0]
    begin, texts = at, []
    for bit in (4, 8, 0x10, 0x20, 0x40):
        if flags & bit:
            count = struct.unpack_from("<H", data, at)[0]
            width = 2 if flags & 0x80 else 1
            raw = data[at + 2:at + 2 + count * width]
            texts.append((bit, raw.decode("utf-16-le" if width == 2 else "cp1252")))
            at += 2 + len(raw)
    return begin, texts, at


def link(name, unicode=True):
    """Enters change(arguments) for a shortcut."""
    def enter(function):
        @mutation(name, "shortcut")
        def apply(sample):
            if sample.kind != "lnk":
                return None
            begin, texts, end = _strings(sample.data)
            if not any(bit == 0x20 for bit, _ in texts):
                return None
            out = b""
            for bit, text in texts:
                text = function(text) if bit == 0x20 else text
                out += struct.pack("<H", len(text)) + text.encode("utf-16-le" if unicode else "cp1252")
            head = bytearray(sample.data[:begin])
            flags = struct.unpack_from("<I", head, 0x14)[0]
            struct.pack_into("<I", head, 0x14, flags | 0x80 if unicode else flags & ~0x80)
            return sample.with_data(bytes(head) + out + sample.data[end:])
        return function
    return enter


link("arguments in mixed case")(lambda text: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(text)))
link("arguments with carets")(lambda text: "^".join(text[:30]) + text[30:])
link("arguments behind 300 blanks")(lambda text: " " * 300 + text)
link("arguments behind line ends and tabs")(lambda text: "\n\t\r" * 100 + text)
link("strings in a code page", unicode=False)(lambda text: text)
link("no arguments")(lambda text: "")


def linked(name):
    def enter(function):
        @mutation(name, "shortcut")
        def apply(sample):
            return sample.with_data(function(sample.data)) if sample.kind == "lnk" else None
        return function
    return enter


@linked("window and icon of another kind")
def lnk_window(data):
    return data[:0x38] + struct.pack("<iI", 1, 1) + data[0x40:]


@linked("times and size of the target cleared")
def lnk_times(data):
    return data[:0x1C] + bytes(0x1C) + data[0x38:]


@linked("1 MB behind the shortcut")
def lnk_behind(data):
    return data + b"\r\nREM INERT SEKISHO TEST figures " * 32768


@linked("cut before its last blocks")
def lnk_cut(data):
    return data[:_strings(data)[2]]
