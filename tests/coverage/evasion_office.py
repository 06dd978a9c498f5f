"""Compound files and VBA projects written in other ways; what they do stays the same."""

import random
import struct

import cfb
import vba
from evasion_base import mutation
from evasion_vba import project_of, rewritten

NOISE = random.Random(5).randbytes


def laid_out(name, **options):
    """Enters a way of writing compound files."""
    @mutation(name, "compound file")
    def apply(sample):
        return sample.with_data(cfb.write(cfb.read(sample.data), cfb.Way(**options))) if sample.kind == "cfb" else None
    return apply


laid_out("sectors of 4,096 bytes (version 4)", version4=True)
laid_out("sectors of each stream backwards", backwards=True)
laid_out("sectors in any order", shuffled=True)
laid_out("free sectors between", gaps=True)
laid_out("directory as a list", list_tree=True)
laid_out("odd minor version", minor=0x1234)
laid_out("noise in fields that Office does not read", header_noise=True)
laid_out("no class of the root", no_class=True)
laid_out("cut behind the last byte in use", short=True)
laid_out("version 4, shuffled, with gaps", version4=True, shuffled=True, gaps=True, list_tree=True)


def tree(name, group="compound file"):
    """Enters a change of the tree of a compound file: change(root) says whether there was anything to change."""
    def enter(function):
        @mutation(name, group)
        def apply(sample):
            if sample.kind != "cfb":
                return None
            root = cfb.read(sample.data)
            return None if function(root) is False else sample.with_data(cfb.write(root))
        return function
    return enter


@tree("junk streams beside")
def junk_streams(root):
    for i in range(30):
        root.children.append(cfb.Node(f"Data{i}", NOISE(5000)))


@tree("junk storages beside, nested")
def junk_storages(root):
    node = root
    for i in range(12):
        node.children.append(cfb.Node(f"Level{i}", b"", []))
        node = node.children[-1]


@tree("names of macro storages in upper case")
def storage_case(root):
    if not vba.storage_of(root):
        return False
    for node in root.walk():
        if node.name in ("Macros", "VBA", "PROJECT", "_VBA_PROJECT_CUR"):
            node.name = node.name.upper()
        elif node.name == "dir":
            node.name = "DIR"
    return True


@tree("macros in a storage of another name")
def storage_name(root):
    storage = vba.storage_of(root)
    if not storage or storage is root:
        return False
    storage.name = "Figures"
    return True


@tree("512 KB of zeros in a stream")
def big_stream(root):
    root.children.append(cfb.Node("Padding", bytes(512 << 10)))


@mutation("another compound file behind", "compound file")
def appended(sample):
    """The reader must not take the last one."""
    if sample.kind != "cfb":
        return None
    harmless = cfb.write(cfb.Node("Root Entry", b"", [cfb.Node("Notes", b"INERT SEKISHO TEST " * 300)]))
    return sample.with_data(sample.data + harmless)


@mutation("entry of the stream PROJECT marked as unused", "compound file")
def unlinked(sample):
    """Office asks for a repair, and a carver sees the rest."""
    if sample.kind != "cfb" or not project_of(sample.data)[1]:
        return None
    at = sample.data.find("PROJECT\0".encode("utf-16-le"))
    data = bytearray(sample.data)
    data[at + 66] = 0  # its type
    return sample.with_data(bytes(data))


def project(name, **options):
    """Enters a change of a VBA project: change(project)."""
    def enter(function):
        @mutation(name, "VBA project")
        def apply(sample):
            if sample.kind != "cfb":
                return None
            root, found = project_of(sample.data)
            if not found or function(found) is False:
                return None
            found.write(**options)
            return sample.with_data(cfb.write(root))
        return function
    return enter


def others(found):
    """Modules that no class of a document bears."""
    return [module for module in found.modules if not module.document]


@project("modules renamed")
def modules_renamed(found):
    for i, module in enumerate(found.modules):
        new = f"Rechnung{i}"
        module.source = module.source.replace(f'VB_Name = "{module.name}"', f'VB_Name = "{new}"')
        module.name = module.stream = new


@project("streams of modules under other names than the modules")
def streams_renamed(found):
    for i, module in enumerate(found.modules):
        module.stream = f"s{i}"


@project("Japanese names of modules, code page 932")
def japanese(found):
    found.code_page = 932
    for i, module in enumerate(found.modules):
        new = f"請求書{i}"
        module.source = module.source.replace(f'VB_Name = "{module.name}"', f'VB_Name = "{new}"')
        module.name = module.stream = new


@project("Japanese comments and names, code page 932")
def japanese_source(found):
    found.code_page = 932
    for module in found.modules:
        head, body = module.body()
        if body.strip():
            module.source = head + "' 表示ソフト：能力一覧\r\n変数ソ = 1 ' ー\r\n" + body.replace("\r\n", " ' 構ソ\r\n").replace("_ ' 構ソ", "_")


@project("Cyrillic code page 1251")
def cyrillic(found):
    found.code_page = 1251
    for module in found.modules:
        module.source = module.source.replace("' INERT SEKISHO TEST", "' INERT SEKISHO TEST счёт на оплату")


@project("purged: no compiled code before the source")
def purged(found):
    for module in found.modules:
        module.cache = b""


@project("64 KB of compiled code before the source")
def much_cache(found):
    for module in found.modules:
        module.cache = NOISE(65536)


@project("compiled code that looks like a source")
def decoy_cache(found):
    for module in found.modules:
        module.cache = b"\0" * 16 + vba.compress(b'Attribute VB_Name = "Notes"\r\nSub Notes()\r\nEnd Sub\r\n') + b"\0" * 64


@project("chunks that are not compressed", stored=True)
def chunks(found):
    for module in found.modules:
        head, body = module.body()
        module.source = head + "' INERT SEKISHO TEST: figures\r\n" * 150 + body


@project("modules that PROJECT does not list", listed=False)
def unlisted(_):
    pass


@project("200 empty modules beside")
def many_modules(found):
    found.modules[:0] = [vba.Module(f"Sheet{i}", f"Sheet{i}", f'Attribute VB_Name = "Sheet{i}"\r\n', bytes(16), True) for i in range(5, 205)]


@project("source with LF only", line_end="\n")
def line_feeds(_):
    pass


@project("source with CR only", line_end="\r")
def carriage_returns(_):
    pass


@project("locked for viewing")
def locked(found):
    listing = found.storage.child("PROJECT")
    listing.data += b'CMG="0705D8E3D8EDDBF1DBF1DBF1DBF1"\r\nDPB="0E0CD1ECDFF4E7F5E7F5E7"\r\nGC="1517CAF1D6F9D7F9D706"\r\n'


def raw(name):
    """Enters a change of the streams of a VBA project as they lie in the file: change(storage, project)."""
    def enter(function):
        @mutation(name, "VBA project")
        def apply(sample):
            if sample.kind != "cfb":
                return None
            root, found = project_of(sample.data)
            if not found or function(found.storage, found) is False:
                return None
            return sample.with_data(cfb.write(root))
        return function
    return enter


@raw("dir stream of noise")
def broken_dir(_, found):
    found.vba.child("dir").data = NOISE(300)


@raw("no dir stream")
def no_dir(_, found):
    found.vba.children = [node for node in found.vba.children if node.name != "dir"]


@raw("no stream PROJECT")
def no_listing(storage, _):
    storage.children = [node for node in storage.children if node.name != "PROJECT"]


@raw("offsets of the sources moved")
def wrong_offsets(_, found):
    """The dir stream points behind the source: it must be found by its signature."""
    for i, (kind, value) in enumerate(found.records):
        if kind == vba.OFFSET:
            found.records[i] = (kind, struct.pack("<I", struct.unpack("<I", value)[0] + 7))
    data = b"".join(struct.pack("<HI", kind, 4 if kind == vba.VERSION else len(value)) + value for kind, value in found.records)
    found.vba.child("dir").data = vba.compress(data)


@raw("damaged bytes at the end of the source")
def damaged(_, found):
    for module in found.modules:
        stream = found.vba.child(module.stream)
        stream.data = stream.data[:-3] + b"\xFF\xFF\xFF"


@raw("bytes behind the source")
def behind(_, found):
    for module in found.modules:
        stream = found.vba.child(module.stream)
        stream.data += bytes(700)


@mutation("a string moved into another module", "VBA project")
def moved(sample):
    """As a public constant: the module that starts the program does not hold its name."""
    if sample.kind != "cfb":
        return None
    root, found = project_of(sample.data)
    if not found:
        return None
    texts = []

    def change(body, _):
        from evasion_vba import literals, quoted

        def name_of(text):
            texts.append(f"Public Const kInert{len(texts)} = {quoted(text)}")
            return f"kInert{len(texts) - 1}"
        return literals(body, name_of)
    changed = rewritten(sample, change)
    if not changed:
        return None
    root, found = project_of(changed.data)
    source = 'Attribute VB_Name = "Texts"\r\n' + "\r\n".join(texts) + "\r\n"
    found.modules.append(vba.Module("Texts", "Texts", source, bytes(16), False))
    found.write()
    return sample.with_data(cfb.write(root))
