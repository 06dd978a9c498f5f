"""RTF written in other ways."""

import re

from evasion_base import text_of

rtf = text_of({"rtf"}, "RTF")
HEX = re.compile(r"(\\objdata )([0-9A-Fa-f]+)")
WORDS = re.compile(r"(\\template |\\fldinst )([^{}]+)")


def hexed(text, change):
    return HEX.sub(lambda match: match[1] + change(match[2]), text)


def worded(text, change):
    """change() for the words that a reader has to put together: the target of a template, the text of a field."""
    return WORDS.sub(lambda match: match[1] + change(match[2]), text)


@rtf("hexadecimal digits in mixed case")
def hex_case(text):
    return hexed(text, lambda data: "".join(c.upper() if i % 3 else c for i, c in enumerate(data)))


@rtf("white space between hexadecimal digits")
def hex_space(text):
    return hexed(text, lambda data: "".join(c + "\r\n\t "[i % 4] * (i % 5) for i, c in enumerate(data)))


@rtf("groups between hexadecimal digits")
def hex_groups(text):
    return hexed(text, lambda data: data[:20] + "{\\*\\figures 77}" + data[20:40] + "{}" + data[40:])


@rtf("control words between hexadecimal digits")
def hex_words(text):
    return hexed(text, lambda data: data[:8] + "\\sheet7 " + data[8:30] + "\\b0\\i0 " + data[30:])


@rtf("escapes between hexadecimal digits")
def hex_escapes(text):
    return hexed(text, lambda data: data[:10] + "\\'" + "41" + data[10:])


@rtf("object data in \\bin")
def binary(text):
    return HEX.sub(lambda match: match[1].rstrip() + f"\\bin{len(match[2]) // 2} " + bytes.fromhex(match[2]).decode("latin-1"), text)


@rtf("\\bin of nothing between hexadecimal digits")
def empty_bin(text):
    return hexed(text, lambda data: data[:12] + "\\bin0 " + data[12:24] + "\\bin00000 " + data[24:])


@rtf("objdata twice, the first one harmless")
def twice(text):
    return text.replace("{\\*\\objdata ", "{\\*\\objdata 0105}{\\*\\objdata ")


@rtf("no class of the object")
def no_class(text):
    return re.sub(r"\{\\\*\\objclass [^}]*\}", "", text)


@rtf("class of the object in odd case and another one in the data")
def odd_class(text):
    return text.replace("\\objclass Equation.3", "\\objclass eQuAtIoN.3").replace(b"Equation.3".hex(), b"eQUATiON.3".hex())


@rtf("objemb as objocx, without objupdate")
def other_object(text):
    return text.replace("\\objemb\\objupdate", "\\objocx")


@rtf("header of five characters")
def short_header(text):
    return text.replace("{\\rtf1\\ansi", "{\\rt")


@rtf("header with noise behind")
def noisy_header(text):
    return text.replace("{\\rtf1\\ansi", "{\\rtvpn77777\\ansi")


@rtf("white space before")
def before(text):
    return "\r\n \t" * 4 + text


@rtf("last brace missing")
def open_end(text):
    return text[:-1]


@rtf("braces too many")
def braces(text):
    return text + "}}}}"


@rtf("in deep groups")
def deep(text):
    return re.sub(r"(\{\\object.*|\{\\\*\\template.*|\{\\field.*)\}$", lambda match: "{" * 60 + match[1] + "}" * 60 + "}", text, flags=re.DOTALL)


@rtf("ignorable groups of noise before")
def noise(text):
    return text.replace("\\pard", "{\\*\\figures " + "7b7b " * 4000 + "}\\pard", 1)


@rtf("line ends within control words' blanks")
def line_ends(text):
    return text.replace("\\object\\", "\\object\r\n\\").replace("{\\*\\", "{\r\n\\*\r\n\\").replace("\\pard", "\r\n\\pard")


@rtf("64 KB of text before")
def long_text(text):
    return text.replace("\\pard", "\\pard " + "Monthly report, with its figures.\\par " * 1800, 1)


@rtf("field or target in groups and formats")
def runs(text):
    return worded(text, lambda word: "".join("{\\b " + c + "}" if c.isalnum() else c for c in word) if "fldinst" in text else word)


@rtf("field or target in hexadecimal escapes")
def escapes(text):
    return worded(text, lambda word: "".join(f"\\'{ord(c):02x}" if c.isalnum() else c for c in word))


@rtf("field or target in Unicode escapes")
def unicode_escapes(text):
    return worded(text, lambda word: "".join(f"\\u{ord(c)}?" if c.isalnum() else c for c in word))


@rtf("field or target in mixed case")
def mixed(text):
    return worded(text, lambda word: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(word)))


@rtf("ignorable group within field or target")
def ignorable(text):
    return worded(text, lambda word: word[:3] + "{\\*\\figures 7}" + word[3:])


@rtf("line ends within field or target")
def broken(text):
    return worded(text, lambda word: word[:4] + "\r\n" + word[4:9] + "\r\n" + word[9:])


@rtf("comment of 20,000 escaped characters before")
def escaped(text):
    return text.replace("\\pard", "\\pard " + "\\u8364?\\'80" * 5000, 1)
