"""VBA projects, [MS-OVBA]: read out of a compound file, changed, and written back."""

import dataclasses
import struct

NAME, NAME_UNICODE, STREAM, STREAM_UNICODE, OFFSET, CODE_PAGE = 0x19, 0x47, 0x1A, 0x32, 0x31, 0x03
VERSION = 0x09  # its size field is 4, six bytes follow


def _bits(into):
    bits = 4
    while 1 << bits < into:
        bits += 1
    return bits


def decompress(data):
    """2.4.1.3, of sound data."""
    out, at = bytearray(), 1
    while at + 2 <= len(data):
        head = struct.unpack_from("<H", data, at)[0]
        end, at, begin = at + (head & 0xFFF) + 3, at + 2, len(out)
        if not head & 0x8000:
            out += data[at:at + 4096]
            at = end
            continue
        while at < min(end, len(data)):
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= min(end, len(data)):
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                token = struct.unpack_from("<H", data, at)[0]
                bits = _bits(len(out) - begin)
                offset, length = (token >> 16 - bits) + 1, (token & 0xFFFF >> bits) + 3
                for _ in range(length):
                    out.append(out[-offset])
                at += 2
    return bytes(out)


def _compress_chunk(chunk):
    tokens, at, seen = bytearray(), 0, {}
    while at < len(chunk):
        flags, group = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            bits = _bits(at)
            most = min((0xFFFF >> bits) + 3, len(chunk) - at)
            from_, length = seen.get(chunk[at:at + 3]), 0
            if from_ is not None and at - from_ <= 1 << bits:
                while length < most and chunk[from_ + length] == chunk[at + length]:
                    length += 1
            step = max(length, 1) if length >= 3 else 1
            if step > 1:
                flags |= 1 << bit
                group += struct.pack("<H", (at - from_ - 1) << 16 - bits | length - 3)
            else:
                group.append(chunk[at])
            for i in range(at, at + step):
                seen[chunk[i:i + 3]] = i
            at += step
        tokens.append(flags)
        tokens += group
    if len(tokens) > 4096:
        return struct.pack("<H", 0x3FFF) + chunk.ljust(4096, b"\0")
    return struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens


def compress(data, stored=False):
    """With `stored` all whole chunks stand as they are."""
    out = b"\1"
    for at in range(0, len(data), 4096):
        chunk = data[at:at + 4096]
        out += struct.pack("<H", 0x3FFF) + chunk if stored and len(chunk) == 4096 else _compress_chunk(chunk)
    return out


@dataclasses.dataclass
class Module:
    name: str
    stream: str
    source: str      # with the Attribute lines
    cache: bytes     # what stands before it
    document: bool

    def body(self):
        """(Attribute lines, the rest)."""
        lines = self.source.split("\r\n")
        count = next((i for i, line in enumerate(lines) if not line.startswith("Attribute ")), len(lines))
        return "\r\n".join(lines[:count]) + "\r\n", "\r\n".join(lines[count:])


def storage_of(root):
    """The storage that holds VBA and PROJECT."""
    return next((node for node in root.walk() if node.child("VBA") and node.child("VBA").child("dir")), None)


class Project:
    def __init__(self, storage):
        self.storage, self.vba = storage, storage.child("VBA")
        self.records, at = [], 0
        data = decompress(self.vba.child("dir").data)
        while at + 6 <= len(data):
            kind, size = struct.unpack_from("<HI", data, at)
            size = 6 if kind == VERSION else size
            self.records.append((kind, data[at + 6:at + 6 + size]))
            at += 6 + size
        self.code_page = next(struct.unpack("<H", value)[0] for kind, value in self.records if kind == CODE_PAGE)
        self.modules = []
        for kind, value in self.records:
            if kind == NAME:
                self.modules.append(Module(value.decode(self.encoding()), "", "", b"", False))
            elif kind == STREAM:
                self.modules[-1].stream = value.decode(self.encoding())
            elif kind == OFFSET:
                module, offset = self.modules[-1], struct.unpack("<I", value)[0]
                stream = self.vba.child(module.stream).data
                module.cache, module.source = stream[:offset], decompress(stream[offset:]).decode(self.encoding())
            elif kind == 0x22 and self.modules:
                self.modules[-1].document = True

    def encoding(self):
        return f"cp{self.code_page}"

    def _dir(self):
        head = self.records[:next(i for i, (kind, _) in enumerate(self.records) if kind == NAME)]
        records = [(kind, struct.pack("<H", self.code_page) if kind == CODE_PAGE else
                    struct.pack("<H", len(self.modules)) if kind == 0x0F else value) for kind, value in head]
        for module in self.modules:
            name, stream = module.name.encode(self.encoding()), module.stream.encode(self.encoding())
            records += [(NAME, name), (NAME_UNICODE, module.name.encode("utf-16-le")), (STREAM, stream),
                        (STREAM_UNICODE, module.stream.encode("utf-16-le")), (0x1C, b""), (0x48, b""),
                        (OFFSET, struct.pack("<I", len(module.cache))), (0x1E, bytes(4)), (0x2C, b"\xFF\xFF"),
                        (0x22 if module.document else 0x21, b""), (0x2B, b"")]
        records.append((0x10, b""))
        return b"".join(struct.pack("<HI", kind, 4 if kind == VERSION else len(value)) + value for kind, value in records)

    def write(self, listed=True, stored=False, line_end="\r\n"):
        """Puts the project back into its storage."""
        others = [node for node in self.vba.children if node.name == "_VBA_PROJECT"]
        self.vba.children = others
        self.vba.children.append(type(self.vba)("dir", compress(self._dir())))
        for module in self.modules:
            source = module.source.replace("\r\n", line_end).encode(self.encoding(), "replace")
            self.vba.children.append(type(self.vba)(module.stream, module.cache + compress(source, stored)))
        listing = self.storage.child("PROJECT")
        if listing:
            kept = [line for line in listing.data.decode("latin-1").split("\r\n") if line.split("=")[0] not in ("Document", "Module")]
            names = [f"{'Document' if m.document else 'Module'}={m.name}" for m in self.modules] if listed else []
            listing.data = "\r\n".join(kept[:1] + names + kept[1:]).encode(self.encoding(), "replace")
