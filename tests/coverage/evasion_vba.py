"""Macros written in other ways: each function rewrites the source of a project, and what it does stays the same."""

import re

import cfb
import vba
from evasion_base import mutation

# Where VBA wants a constant: no expression may stand there.
CONSTANT = re.compile(r"\s*(Attribute|#|.*\bDeclare\b|.*\bConst\b|Option)", re.IGNORECASE)
TOKEN = re.compile(r'"(?:[^"]|"")*"|\'.*$|[^"\']+')
WORDS = frozenset("""Sub End If False Then Set Null Dim As Private Public Function ByVal Long LongPtr String Lib Alias Declare
PtrSafe Open For Output Print Close Call Object Option Explicit New Array Replace Join Left Mid Chr CDate Sqr Cos CLng Hex Oct Shell GetObject
CreateObject Create ShowWindow TextBox1 ComboBox1 Text Tag Run ActiveDocument Path ThisWorkbook Application Sheets Range Value
WriteLine Fetch UnpackTo CreateTextFile MsgBox Format Date vbInformation vbNormalFocus UserForm1 True On Error Resume Next Workbook_Open
AutoOpen Auto_Open Document_open CommandButton1_Click""".split())


def project_of(data):
    """(root, project) of a compound file with macros, or (None, None)."""
    root = cfb.read(data)
    storage = vba.storage_of(root)
    return (root, vba.Project(storage)) if storage else (None, None)


def rewritten(sample, change, **options):
    """The sample with change(body of module, module) in place of each body; None where there are no macros."""
    if sample.kind in ("vbs", "hta", "wsf"):
        text = sample.data.decode().replace("\r\n", "\n")
        begin, end = (0, len(text)) if sample.kind == "vbs" else (text.index("VBScript\">") + 10, text.index("</script>"))
        changed = text[:begin] + change(text[begin:end], None) + text[end:]
        return sample.with_data(changed.replace("\n", "\r\n").encode()) if changed != text else None
    if sample.kind != "cfb":
        return None
    root, project = project_of(sample.data)
    if not project:
        return None
    before = [module.source for module in project.modules]
    for module in project.modules:
        head, body = module.body()
        if body.strip():
            module.source = head + change(body.replace("\r\n", "\n"), module).replace("\r\n", "\n").replace("\n", "\r\n")
    if before == [module.source for module in project.modules]:
        return None
    project.write(**options)
    return sample.with_data(cfb.write(root))


def source(name):
    """Enters a change of the text of each module."""
    def enter(function):
        mutation(name, "VBA source")(lambda sample: rewritten(sample, lambda body, module: function(body)))
        return function
    return enter


def by_line(body, change):
    return "\n".join(line if CONSTANT.match(line) else change(line) for line in body.split("\n"))


def outside(body, change):
    """change() for all that is neither a literal nor a comment."""
    def line_of(line):
        return "".join(piece if piece[0] in "\"'" else change(piece) for piece in TOKEN.findall(line))
    return "\n".join(line_of(line) for line in body.split("\n"))


def literals(body, change):
    """change(text) gives the expression that stands for a literal."""
    def line_of(line):
        return "".join(change(piece[1:-1].replace('""', '"')) if piece[0] == '"' and len(piece) > 3 else piece
                       for piece in TOKEN.findall(line))
    return by_line(body, line_of)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


@source("keywords in upper case")
def upper(body):
    return outside(body, str.upper)


@source("keywords in lower case")
def lower(body):
    return outside(body, str.lower)


@source("keywords in mixed case")
def mixed(body):
    return outside(body, lambda text: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(text)))


@source("literals cut in pieces, joined by &")
def cut(body):
    return literals(body, lambda text: " & ".join(quoted(text[at:at + 3]) for at in range(0, len(text), 3)))


@source("literals cut in single letters, joined by +")
def letters(body):
    return literals(body, lambda text: " + ".join(map(quoted, text)))


@source("literals as Chr()")
def chr_(body):
    return literals(body, lambda text: " & ".join(f"Chr({ord(c)})" for c in text))


@source("literals as ChrW() of hexadecimal numbers")
def chr_hex(body):
    return literals(body, lambda text: " & ".join(f"ChrW(&H{ord(c):X})" for c in text))


@source("literals as Chr() of sums")
def chr_sum(body):
    return literals(body, lambda text: " & ".join(f"Chr$({ord(c) - 7} + 7)" for c in text))


@source("literals as Chr() of Xor")
def chr_xor(body):
    return literals(body, lambda text: " & ".join(f"Chr({ord(c) ^ 90} Xor 90)" for c in text))


@source("literals backwards, by StrReverse")
def reverse(body):
    return literals(body, lambda text: f"StrReverse({quoted(text[::-1])})")


@source("literals salted, by Replace")
def salted(body):
    return literals(body, lambda text: f'Replace({quoted("qZ9".join(text))}, "qZ9", "")')


@source("literals in an array, by Join")
def joined(body):
    return literals(body, lambda text: f'Join(Array({", ".join(quoted(text[at:at + 2]) for at in range(0, len(text), 2))}), "")')


@source("literals split and joined")
def split(body):
    return literals(body, lambda text: f'Join(Split({quoted("~".join(text))}, "~"), "")')


@source("literals out of longer ones, by Mid")
def mid(body):
    return literals(body, lambda text: f'Mid({quoted("xyz" + text + "abc")}, 4, {len(text)})')


@source("literals by Left and Right")
def left_right(body):
    return literals(body, lambda text: f'Left({quoted(text[:len(text) // 2] + "##")}, {len(text) // 2}) & '
                                       f'Right({quoted("##" + text[len(text) // 2:])}, {len(text) - len(text) // 2})')


@source("literals as constants of the module")
def constants(body):
    found = []

    def name_of(text):
        found.append(text)
        return f"kInert{len(found)}"
    changed = literals(body, name_of)
    return "".join(f"Const kInert{i} = {quoted(text)}\n" for i, text in enumerate(found, 1)) + changed


@source("literals put together in variables, a line for each piece")
def grown(body):
    counter = [0]

    def line_of(line):
        before = []

        def variable(text):
            counter[0] += 1
            before.append(f'gInert{counter[0]} = ""')
            before.extend(f"gInert{counter[0]} = gInert{counter[0]} & {quoted(text[at:at + 4])}" for at in range(0, len(text), 4))
            return f"gInert{counter[0]}"
        changed = literals(line, variable)
        return changed if line.lstrip().lower().startswith("if") and not before else "\n".join([*before, changed])
    return by_line(body, line_of)


@source("literals in hexadecimal, by a function of the module")
def by_function(body):
    function = ("Function uInert(h)\nFor i = 1 To Len(h) Step 2\nuInert = uInert & Chr(CLng(\"&H\" & Mid(h, i, 2)))\n"
                "Next\nEnd Function\n")
    return literals(body, lambda text: f'uInert("{text.encode("latin-1").hex()}")') + "\n" + function


@source("literals xored, by a function of the module")
def by_xor(body):
    function = ("Function uInert(h)\nDim i\nFor i = 1 To Len(h) Step 2\n"
                "uInert = uInert & Chr(CLng(\"&H\" & Mid(h, i, 2)) Xor 90)\nNext i\nEnd Function\n")
    return literals(body, lambda text: f'uInert("{bytes(c ^ 90 for c in text.encode("latin-1")).hex()}")') + "\n" + function


@source("junk statements between")
def junk(body):
    def line_of(line):
        return f"zz{len(line)} = Sqr({len(line)} * Cos(3389)) - CLng(771)\n{line}" if line.startswith(("b", "p", "s", "u", "k")) else line
    return by_line(body, line_of)


@source("junk comments between")
def comments(body):
    return "\n".join(f"{line}\n' quarterly figures, see page {i}\nRem and the notes" if line.strip() and not line.endswith("_") else line
                       for i, line in enumerate(body.split("\n")))


@source("200 KB of comments before")
def long_comments(body):
    return "' INERT SEKISHO TEST: a remark as long as any\n" * 4500 + body


@source("junk procedures around")
def procedures(body):
    junk_ = "".join(f"Function fInert{i}(a, b)\nDim c\nc = a * {i} + b\nfInert{i} = c Mod 7\nEnd Function\n" for i in range(40))
    return body + junk_ if CONSTANT.match(body) else junk_ + body


@source("lines continued")
def continued(body):
    return by_line(body, lambda line: outside(line, lambda text: text.replace(" & ", " & _\n  ").replace(" + ", " _\n  + ")
                                              .replace(" = ", " _\n = ")))


@source("lines continued within expressions and calls")
def continued_more(body):
    return by_line(body, lambda line: outside(line, lambda text: re.sub(r"([(,])(?=.)", r"\1 _\n\t", text)))


@source("blanks and tabs around")
def blanks(body):
    return by_line(body, lambda line: " \t \t" * 20 + outside(line, lambda text: text.replace(" ", " \t  ")) + " " * 50)


@source("statements joined by colons")
def colons(body):
    return re.sub(r"(?<!Then)\n(?=(?:b\d|p\d|s|sh|u|t|h|k2|moniker|start|salt|qRt|hNk)\s*=|sh\.|s\.|k2\.|GetObject)", ": ", body)


@source("calls with Call and VBA.")
def calls(body):
    changed = outside(body, lambda text: re.sub(r"(?<![.\w])(Shell|CreateObject|GetObject|Replace|Chr|Left)\b(?!\s*=)", r"VBA.\1", text))
    return changed


@source("names in brackets")
def brackets(body):
    return outside(body, lambda text: re.sub(r"(?<![.\w])(CreateObject|GetObject)\b", r"[\1]", text))


@source("members by CallByName")
def by_name(body):
    changed = re.sub(r"^(s|sh)\.Run (.+), 0$", r'CallByName \1, "Run", 1, \2, 0', body, flags=re.MULTILINE)
    changed = re.sub(r"^(GetObject\(moniker\))\.Create (.+)$", r'CallByName \1, "Create", 1, \2', changed, flags=re.MULTILINE)
    return changed


@source("within With")
def within(body):
    return re.sub(r"^(s|sh)\.Run (.+)$", r"With \1\n.Run \2\nEnd With", body, flags=re.MULTILINE)


@source("objects without a variable")
def direct(body):
    made = re.search(r"^Set (s|sh) = (CreateObject\(.+\))$", body, re.MULTILINE)
    if not made:
        return body
    return body.replace(made[0] + "\n", "").replace(f"\n{made[1]}.Run", f"\n{made[2]}.Run")


@source("names renamed")
def renamed(body):
    names = {}

    def other(match):
        word = match[0]
        if word in WORDS or word.lower() in {w.lower() for w in WORDS} or "_" in word or len(word) < 2:
            return word
        return names.setdefault(word.lower(), f"Rechnung{len(names)}x")

    def text_of(text):
        return re.sub(r"(?<![.\w&])[A-Za-z]\w*(?![\w(])", other, text)
    return by_line(body, lambda line: outside(line, text_of))


@source("started by another event")
def events(body):
    return re.sub(r"Sub (AutoOpen|Document_open|Workbook_Open|Auto_Open)\(\)",
                  lambda match: "Sub " + {"AutoOpen": "AutoClose", "Document_open": "Document_Close",
                                          "Workbook_Open": "Workbook_BeforeClose", "Auto_Open": "Auto_Close"}[match[1]] + "()", body)


@source("started by a control that is painted")
def painted(body):
    return re.sub(r"Sub (AutoOpen|Document_open|Workbook_Open|Auto_Open)\(\)", "Sub InkPicture1_Painted(ByVal hDC As Long)", body)


@source("the work in a second procedure")
def second(body):
    return re.sub(r"(Sub \w+\(\)\n' INERT SEKISHO TEST\n)", r"\1Call fInertWork\nEnd Sub\n\nSub fInertWork()\n", body)
