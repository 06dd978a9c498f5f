"""Differences between readers that are none of ours to answer for: one row, one reason.

A row holds where all that the other reader has is scanned by us, or is no file that anybody is shown. Each takes a
Difference (see differential_test.py). Rows that need the contents of our parts come last: those cost a run of `sekisho unpack`.

No row holds for a file that the other reader has whole and we have in two pieces, with something before it, or with
other bytes in its midst: its owner opens it, and we scan something else.
"""

import binascii
import itertools
import quopri
import re

from readers import digest

HEAD = 256        # bytes that tell one content from another
TELLING = 16      # a shorter content tells nothing
LINES = 8         # of a header, at most, that a reader may have taken for the body
PART_BEGINS = re.compile(rb"^[ \t]*--.*(\r?\n|\r)+content-[a-z-]+[ \t]*:", re.I | re.M)
FIELD = re.compile(rb"[a-z(-][^:]*:|[ \t]|$|[a-z-]+$", re.I)
BLOCK_BEGINS = re.compile(rb"\s*(begin [0-7]{3,4} |M[ -`]{60}|:[!-~]{60}|=ybegin |\(This file must be converted with BinHex)")
WORD = 12         # letters of a field and what follows its name
SHORT = 64        # too short to be more than a field
MARGIN = 200      # a delimiter and the fields behind it
FIELD_NAME = re.compile(rb"Content[A-Z]|(?i:file)?(?i:name)|(?i:mimeversion)")
BLANKS = re.compile(rb"[ \t\r\n=]+")
BINARY = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")


def tidy(data):
    """Without line ends: readers change these, and join lines."""
    return data.replace(b"\r", b"").replace(b"\n", b"")


def verbatim(difference):
    """The reader shows a piece of the source as it stands."""
    return difference.content in difference.mail or tidy(difference.content) in tidy(difference.mail)


def decoded(data):
    """What `data` would be if its encoding were undone: both encodings, groups of base64 each on its own."""
    out = b""
    for group in re.findall(rb"[A-Za-z0-9+/]+", NO_BASE64.sub(b"", data)):
        group = group[:-1] if len(group) % 4 == 1 else group
        out += binascii.a2b_base64(group + b"=" * (-len(group) % 4))
    return [one for one in (out, quopri.decodestring(data)) if one]


def bodies(content):
    """The content from the beginning of each of its first lines: readers disagree where a header ends."""
    starts = [0, *(found.end() for found in itertools.islice(re.finditer(rb"\r?\n|\r", content), LINES))]
    return [content[start:] for start in starts if start < len(content)]


def with_any_end(data):
    bare = data.rstrip(b"\r\n")
    return (data, bare, bare + b"\r\n", bare + b"\n")


def too_short(difference):
    return len(difference.content) < TELLING


def undivided(difference):
    """The encoding of the whole may have been undone; a multipart has none."""
    if difference.kind.startswith("multipart"):
        # Of a multipart "in base64", or the few words of a preamble decoded so.
        letters = letters_of(binascii.b2a_base64(difference.content))[:-1]
        return (verbatim(difference) or bool(PART_BEGINS.search(difference.content)) or
                (b"Content" in letters or len(difference.content) < SHORT) and letters in letters_of(difference.mail) or
                not BINARY.search(difference.content) and difference.content in quopri.decodestring(difference.mail))
    return not difference.name and verbatim(difference) and bool(PART_BEGINS.search(difference.content))


def header_alone(difference):
    lines = re.split(rb"[\r\n]+", difference.content)
    of_fields = [bool(FIELD.match(line)) for line in lines]
    # The first line may be the rest of one.
    return verbatim(difference) and all(of_fields[1:]) and (of_fields[0] or len(lines) > 2)


def encoding_left(difference):
    return verbatim(difference) and any(digest(end) in difference.hashes for body in bodies(difference.content)
                                        for one in (body, *decoded(body)) for end in with_any_end(one))


def other_line_end(difference):
    return any(digest(end) in difference.hashes for end in with_any_end(difference.content))


def header_before(difference):
    return any(digest(end) in difference.hashes for body in bodies(difference.content) for end in with_any_end(body))


def encoding_left_and_other_end(difference):
    if not verbatim(difference):
        return False
    content, parts = tidy(difference.content), [part for part in difference.ours if len(part) > TELLING]
    inside = [part for part in parts if binascii.b2a_base64(part).rstrip(b"=\n")[:-1] in content]
    heads = [one[:HEAD] for body in bodies(difference.content) for one in decoded(body) if len(one) > TELLING]
    return (any(len(part) * 4 > len(content) for part in inside) or  # the bulk of it, beside what stands before
            any(head in part or part in head and len(part) * 2 > len(head) for head in heads for part in parts))


def block_left(difference):
    if not verbatim(difference) or not any(BLOCK_BEGINS.match(body) for body in bodies(difference.content)):
        return False
    enough = len(difference.content) / 2  # base64 and its kin take four bytes for three, yEnc one and a little
    return any(part["name"].strip('"') == difference.name.strip('"') and part["size"] > enough and part["sha256"] != digest(difference.content)
               for part in difference.report["parts"])


def ends_earlier(difference):
    return any(part.startswith(difference.content) for part in difference.ours)


def letters_of(data):
    return NO_BASE64.sub(b"", data).replace(b"=", b"")


def field_as_data(difference):
    """Letters of a field, decoded before the data; the data alone are ours."""
    encoded, source = letters_of(binascii.b2a_base64(difference.content)), letters_of(difference.mail)
    if not FIELD_NAME.match(encoded) or encoded[:WORD] not in source:
        return False
    return len(difference.content) < SHORT or any(
        len(part) * 2 > len(difference.content) - HEAD and letters_of(binascii.b2a_base64(part))[:-1] in source
        for part in difference.ours)


def reads_on(difference):
    content = difference.content.lstrip(b"\r\n")
    return any(content.startswith(part) and len(content) - len(part) < max(MARGIN, len(content) // 10)
               for part in difference.ours if len(part) > TELLING)


def text_but_for_its_blanks(difference):
    def bare(data):
        return BLANKS.sub(b"", data)
    wanted = bare(difference.content)
    return not BINARY.search(difference.content) and any(bare(part) == wanted for part in difference.ours)


ROWS = (
    (too_short, "Fewer than 16 bytes are no file that does anything."),
    (undivided, "A multipart that the reader could not divide is shown as its source; we scan each of its parts."),
    (header_alone, "Lines of a header alone, which the reader took for the body, are no file."),
    (encoding_left, "The reader left the encoding undone, or took header lines for the body: we have the bytes decoded."),
    (block_left, "The reader knows no yEnc, BinHex or other name of uuencode, and shows the block: we have it decoded."),
    (other_line_end, "The last line break belongs to the delimiter or not, as one reads; no file is another one for it."),
    (header_before, "The reader decoded lines of the header with the body; behind them stands what we have."),
    (encoding_left_and_other_end, "The same undone encoding, with another end: we have its bytes decoded as far as both go."),
    (ends_earlier, "The reader stops earlier: all that it has stands at the beginning of a part that we scan."),
    (field_as_data, "Letters of a field decoded as base64, and what follows them shifted or not: we have the data alone."),
    (reads_on, "The reader takes a delimiter, which it does not know, for the last bytes of what we scan."),
    (text_but_for_its_blanks, "A text that differs in blanks, line ends and '=' alone reads the same to every rule."),
)


def reason(difference):
    """The reason of the first row that holds, or ""."""
    return next((why for holds, why in ROWS if holds(difference)), "")
