"""Compound files, [MS-CFB]: read into a tree, and written again in other ways than they came."""

import dataclasses
import random
import struct

END, FREE, FAT, DIFAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
MAGIC = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"


@dataclasses.dataclass
class Node:
    name: str
    data: bytes = b""
    children: list = None      # of a storage; None: a stream
    clsid: bytes = bytes(16)

    def child(self, name):
        return next((node for node in self.children or () if node.name == name), None)

    def walk(self):
        yield self
        for node in self.children or ():
            yield from node.walk()


@dataclasses.dataclass
class Way:
    """How a file is written; the defaults are what Office does."""
    version4: bool = False      # sectors of 4,096 bytes
    backwards: bool = False     # the last sector of each stream stands first
    shuffled: bool = False      # sectors lie in any order
    gaps: bool = False          # free sectors between
    list_tree: bool = False     # siblings form a list, not a balanced tree
    directory_last: bool = True
    minor: int = 0x3E
    no_class: bool = False      # the root names no program
    header_noise: bool = False  # fields that Office does not read are filled
    short: bool = False         # the last sector is cut where its data end


def _u32(data, at):
    return struct.unpack_from("<I", data, at)[0]


def read(data):
    """The root of a file that follows the specification."""
    assert data.startswith(MAGIC)
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]

    def sector(number):
        return data[(number + 1) * size:(number + 2) * size]

    fats = [_u32(data, 0x4C + 4 * i) for i in range(109)]
    fat = [value for number in fats if number < DIFAT for value in struct.unpack(f"<{size // 4}I", sector(number))]

    def chain(first):
        out = []
        while first < DIFAT:
            out.append(sector(first))
            first = fat[first]
        return b"".join(out)

    directory = chain(_u32(data, 0x30))
    mini_fat = chain(_u32(data, 0x3C)) if _u32(data, 0x40) else b""
    mini = chain(_u32(directory, 116))

    def content(first, length):
        if length >= 4096:
            return chain(first)[:length]
        out = b""
        while first < DIFAT and len(out) < length:
            out += mini[first * 64:first * 64 + 64]
            first = _u32(mini_fat, first * 4)
        return out[:length]

    def siblings(index):
        if index == NONE:
            return []
        left, right = _u32(directory, index * 128 + 68), _u32(directory, index * 128 + 72)
        return [*siblings(left), entry(index), *siblings(right)]

    def entry(index):
        raw = directory[index * 128:index * 128 + 128]
        name = raw[:struct.unpack_from("<H", raw, 64)[0] - 2].decode("utf-16-le")
        clsid, child = raw[80:96], _u32(raw, 76)
        if raw[66] == 2:
            return Node(name, content(_u32(raw, 116), _u32(raw, 120)), None, clsid)
        return Node(name, b"", siblings(child), clsid)

    return entry(0)


class _Writer:
    def __init__(self, way):
        self.way, self.size = way, 4096 if way.version4 else 512
        self.sectors, self.fat = [], []

    def place(self, data):
        """The first sector of a stream."""
        pieces = [data[at:at + self.size].ljust(self.size, b"\0") for at in range(0, len(data), self.size)]
        order = list(range(len(pieces)))
        if self.way.backwards:
            order.reverse()
        if self.way.shuffled:
            random.Random(len(pieces)).shuffle(order)
        places = {}
        for index in order:
            places[index] = len(self.sectors)
            self.sectors.append(pieces[index])
            self.fat.append(END)
            if self.way.gaps:
                self.sectors.append(b"\xFE" * self.size)
                self.fat.append(FREE)
        for index in range(len(pieces) - 1):
            self.fat[places[index]] = places[index + 1]
        return places[0] if pieces else END

    def tree(self, nodes, entries):
        """Appends sorted siblings and what hangs below; gives the index of the first."""
        if not nodes:
            return NONE
        middle = 0 if self.way.list_tree else len(nodes) // 2
        index = len(entries)
        entries.append([nodes[middle], NONE, NONE, NONE])
        entries[index][1] = self.tree(nodes[:middle], entries)
        entries[index][2] = self.tree(nodes[middle + 1:], entries)
        entries[index][3] = self.children(nodes[middle], entries)
        return index

    def children(self, node, entries):
        key = lambda child: (len(child.name.encode("utf-16-le")), child.name.upper())  # noqa: E731
        return self.tree(sorted(node.children or (), key=key), entries)

    def write(self, root):
        entries = [[root, NONE, NONE, NONE]]
        entries[0][3] = self.children(root, entries)
        mini, mini_fat, places = b"", [], {}
        for index, (node, *_) in enumerate(entries):
            if node.children is not None or not node.data:
                places[index] = (0 if node.children is not None else END, len(node.data))
            elif len(node.data) >= 4096:
                places[index] = (self.place(node.data), len(node.data))
            else:
                count = -(-len(node.data) // 64)
                places[index] = (len(mini_fat), len(node.data))
                mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), END]
                mini += node.data.ljust(count * 64, b"\0")
        places[0] = (self.place(mini), len(mini))
        table = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
        table = table.ljust(-(-len(table) // self.size) * self.size, b"\xFF")
        mini_fat_at, mini_fat_count = self.place(table), len(table) // self.size
        return self.finish(self.place(self.directory(entries, places)), mini_fat_at, mini_fat_count, len(entries))

    def directory(self, entries, places):
        out = b""
        for index, (node, left, right, child) in enumerate(entries):
            name = node.name.encode("utf-16-le")
            kind = 5 if index == 0 else 2 if node.children is None else 1
            clsid = bytes(16) if index == 0 and self.way.no_class else node.clsid
            first, size = places[index]
            out += name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, kind, 1, left, right, child)
            out += clsid + bytes(20) + struct.pack("<IQ", first, size)
        empty = bytes(68) + b"\xFF" * 12 + bytes(48)
        while len(out) % self.size:
            out += empty
        return out

    def finish(self, directory, mini_fat, mini_fat_count, entries):
        per = self.size // 4
        count = 0
        while (len(self.fat) + count + per - 1) // per > count:
            count += 1
        assert count <= 109, "no DIFAT here"
        first = len(self.fat)
        table = struct.pack(f"<{first + count}I", *self.fat, *[FAT] * count).ljust(count * self.size, b"\xFF")
        noise = self.way.header_noise
        head = MAGIC + (b"\x5A" * 16 if noise else bytes(16))
        head += struct.pack("<HHHHH", self.way.minor, 4 if self.way.version4 else 3, 0xFFFE, 12 if self.way.version4 else 9, 6)
        head += b"\x5A" * 6 if noise else bytes(6)
        blocks = -(-entries * 128 // self.size) if self.way.version4 else 0
        head += struct.pack("<IIIIIIIII", blocks, count, directory, 77 if noise else 0, 4096, mini_fat, mini_fat_count, END, 0)
        head += struct.pack("<109I", *range(first, first + count), *[FREE] * (109 - count))
        out = head.ljust(self.size, b"\0") + b"".join(self.sectors) + table
        return out.rstrip(b"\xFF") if self.way.short else out


def write(root, way=Way()):
    return _Writer(way).write(root)
