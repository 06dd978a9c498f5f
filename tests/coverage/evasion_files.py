"""What may happen to any file and any mail on its way."""

import bz2
import dataclasses
import functools
import gzip
import io
import pathlib
import random
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

from evasion_base import mutation
from evasion_packages import pack

NOISE = random.Random(7).randbytes
PADDING = 50 << 20
ZEROS = bytes(PADDING)


def renamed(name, change):
    @mutation(name, "file")
    def apply(sample):
        stem, _, suffix = sample.name.rpartition(".")
        new = change(stem, suffix)
        return None if new == sample.name else dataclasses.replace(sample, name=new)
    return apply


renamed("extension in upper case", lambda stem, suffix: f"{stem}.{suffix.upper()}")
renamed("extension .wbk", lambda stem, _: f"{stem}.wbk")
renamed("extension .dat", lambda stem, _: f"{stem}.dat")
renamed("extension .pdf", lambda stem, _: f"{stem}.pdf")
renamed("no extension", lambda stem, _: stem.replace(".", "-"))
renamed("another extension before", lambda stem, suffix: f"{stem}.pdf.{suffix}")
renamed("blanks before the extension", lambda stem, suffix: f"{stem}{' ' * 60}.{suffix}")
renamed("dots and blanks behind", lambda stem, suffix: f"{stem}.{suffix}. .")
renamed("extension turned by a right-to-left mark", lambda stem, suffix: f"{stem}\u202Efdp.{suffix}")
renamed("name in Japanese", lambda _, suffix: f"請求書（十一月分）.{suffix}")


def filed(name):
    def enter(function):
        mutation(name, "file")(lambda sample: sample.with_data(function(sample.data)))
        return function
    return enter


@filed("256 KB of zeros behind")
def zeros(data):
    return data + bytes(256 << 10)


@filed("64 KB of noise behind")
def noise(data):
    return data + NOISE(65536)


@filed("blanks and line ends behind")
def blanks(data):
    return data + b" \r\n" * 3000


@filed("another file behind: a picture")
def picture_behind(data):
    return data + b"\x89PNG\r\n\x1a\n" + NOISE(3000)


@filed("behind a picture")
def behind_picture(data):
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;" + data


def wrapped(name, suffix):
    """An archive around; the mail carries it under another name."""
    def enter(function):
        def apply(sample):
            made = function(sample.name, sample.data)
            return dataclasses.replace(sample, name=f"documents.{suffix}", data=made)
        mutation(name, "archive")(apply)
        return function
    return enter


@wrapped("stored ZIP", "zip")
def stored(name, data):
    return pack([(name, data)], zipfile.ZIP_STORED)


@wrapped("ZIP with sizes behind the data", "zip")
def piped(name, data):
    return pack([(name, data)], piped=True)


@wrapped("ZIP64", "zip")
def zip64(name, data):
    return pack([(name, data)], zip64=True)


@wrapped("ZIP behind a program's stub", "zip")
def stub(name, data):
    return b"INERT SEKISHO TEST stub\r\n" * 40 + pack([(name, data)])


@wrapped("ZIP in a ZIP in a ZIP", "zip")
def nested(name, data):
    return pack([("b.zip", pack([("a.zip", pack([(name, data)]))]))])


@wrapped("ZIP with 200 other files", "zip")
def many(name, data):
    return pack([(f"figures/{i}.txt", b"INERT SEKISHO TEST\r\n") for i in range(100)] + [(name, data)]
                + [(f"notes/{i}.txt", b"INERT SEKISHO TEST\r\n") for i in range(100)])


@functools.cache
def _many_zeros():
    """Fifty megabytes of zeros as blocks of deflate that may follow others."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(ZEROS) + packer.flush(zlib.Z_FINISH)


@wrapped("ZIP that folds 50 MB of zeros behind the file", "zip")
def padded(name, data):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH) + _many_zeros()
    check = zlib.crc32(ZEROS, zlib.crc32(data))
    name = name.encode()
    fields = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0x4800, 0x5D78, check, len(body), len(data) + PADDING, len(name), 0)
    local = b"PK\3\4" + fields + name + body
    directory = b"PK\1\2\x14\0" + fields + bytes(14) + name
    return local + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)


@wrapped("LZMA in a ZIP", "zip")
def lzma(name, data):
    return pack([(name, data)], zipfile.ZIP_LZMA)


@wrapped("ZIP under the name of a picture", "jpg")
def as_picture(name, data):
    return pack([(name, data)])


@wrapped("gzip", "gz")
def gz(name, data):
    out = io.BytesIO()
    with gzip.GzipFile(name.encode("ascii", "replace").decode(), "wb", fileobj=out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


@wrapped("tar with gzip", "tgz")
def tgz(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


@wrapped("tar with bzip2", "tbz")
def tbz(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return bz2.compress(out.getvalue())


def by_program(command):
    def make(name, data):
        with tempfile.TemporaryDirectory(prefix="sekisho-evasion-") as folder:
            inside = pathlib.Path(folder, "in")
            inside.mkdir()
            (inside / name).write_bytes(data)
            subprocess.run([*command, str(pathlib.Path(folder, "out")), name], cwd=inside, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            return next(path for path in pathlib.Path(folder).iterdir() if path.is_file()).read_bytes()
    return make


wrapped("7z", "7z")(by_program(["7zz", "a", "-t7z", "-mx1"]))
wrapped("ISO image", "iso")(by_program(["genisoimage", "-quiet", "-J", "-R", "-o"]))
