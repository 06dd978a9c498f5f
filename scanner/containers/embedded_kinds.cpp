#include "scanner/containers/embedded_kinds.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/cursor.h"
#include "base/result.h"
#include "scanner/containers/arj_headers.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/zip_headers.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;
using base::Cursor;
using base::Result;

// A header as far as it was read: the bytes that the file takes, or why it is none.
using Extent = Result<std::size_t>;

std::unexpected<base::Error> no_sense() { return base::fail(base::Cause::malformed); }

std::size_t at_most(std::uint64_t said, Bytes tail) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(said, tail.size()));
}

template <Extent (*read)(Bytes)>
std::size_t extent(Bytes tail) {
    return read(tail).value_or(0);
}

// APPNOTE 4.3.7. Control characters stand in no name that anyone would see.
Extent zip(Bytes tail) {
    const auto local = parse_local(tail, 0);
    if (!local || !is_plausible(local->header)) return no_sense();
    const bool odd = std::ranges::any_of(local->header.name, [](char c) { return c >= 0 && c < ' '; });
    if (odd || (!local->header.streamed() && local->header.packed > tail.size() - local->end))
        return no_sense();
    return tail.size();
}

// APPNOTE 4.3.16: a ZIP whose first local header makes no sense is known by its directory. It begins where
// offsets are counted from; where that is the part's own beginning, at its first member.
std::size_t begin_of_zip(Bytes part, std::size_t at) {
    constexpr std::size_t first_member = 42;  // in a header of the directory
    Cursor end(part.subspan(at));
    if (!end.skip(12)) return 0;
    const auto size = end.u32_le();
    const auto offset = end.u32_le();
    if (!offset || *size > at) return 0;
    const std::size_t directory = at - *size;
    Cursor header(part.subspan(directory, *size));
    const auto magic = header.u32_le();
    if (!magic || *magic != 0x0201'4B50u || !header.seek(first_member)) return 0;
    const auto first = header.u32_le();
    if (!first || *offset > directory || *first >= *offset) return 0;
    return directory > *offset ? directory - *offset : *first;
}

std::size_t all_of_it(Bytes tail) { return tail.size(); }

// 7zFormat.txt, "SignatureHeader".
Extent seven_zip(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(8));
    const std::uint32_t crc = SEKISHO_TRY(in.u32_le());
    const Bytes start = SEKISHO_TRY(in.take(20));
    if (crc32_of(start) != crc) return no_sense();
    Cursor fields(start);
    const std::uint64_t offset = SEKISHO_TRY(fields.u64_le());
    const std::uint64_t size = SEKISHO_TRY(fields.u64_le());
    if (!base::in_range(offset, size, in.left())) return tail.size();
    return in.offset() + static_cast<std::size_t>(offset + size);
}

// The archive header behind the mark: its checksum is half of a CRC-32.
Extent rar(Bytes tail) {
    constexpr std::uint16_t largest_header = 1'024;
    Cursor in(tail);
    SEKISHO_TRY(in.skip(7));
    const std::uint16_t crc = SEKISHO_TRY(in.u16_le());
    Cursor header = in;
    const std::uint8_t type = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(2));
    const std::uint16_t size = SEKISHO_TRY(in.u16_le());
    if (type != 0x73 || size < 13 || size > largest_header) return no_sense();
    if ((crc32_of(SEKISHO_TRY(header.take(size - 2u))) & 0xFFFFu) != crc) return no_sense();
    return tail.size();
}

// The first header behind the mark is the archive's own or tells that all others are locked.
Extent rar5(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(8));
    const std::uint32_t crc = SEKISHO_TRY(in.u32_le());
    Cursor checked = in;
    const std::uint8_t size = SEKISHO_TRY(in.u8());
    const std::uint8_t type = SEKISHO_TRY(in.u8());
    if (size >= 0x80 || (type != 1 && type != 4)) return no_sense();
    if (crc32_of(SEKISHO_TRY(checked.take(1u + size))) != crc) return no_sense();
    return tail.size();
}

// [MS-CAB] 2.1.
Extent cab(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(8));
    const std::uint32_t size = SEKISHO_TRY(in.u32_le());
    const std::uint32_t reserved = SEKISHO_TRY(in.u32_le());
    const std::uint32_t files = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(4));
    const std::uint16_t version = SEKISHO_TRY(in.u16_le());
    const std::uint16_t folders = SEKISHO_TRY(in.u16_le());
    const std::uint16_t members = SEKISHO_TRY(in.u16_le());
    if (reserved != 0 || version != 0x0103 || folders == 0 || members == 0) return no_sense();
    if (files < 36 || files >= size) return no_sense();
    return at_most(size, tail);
}

// RFC 1952 section 2.3; XFL and OS as writers set them, and a first block of a type that there is.
Extent gzip(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(3));
    const std::uint8_t flags = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(4));
    const std::uint8_t extra = SEKISHO_TRY(in.u8());
    const std::uint8_t system = SEKISHO_TRY(in.u8());
    const std::uint8_t first = SEKISHO_TRY(in.u8());
    if (in.left() < 8 || (extra != 0 && extra != 2 && extra != 4) || (system > 13 && system != 255))
        return no_sense();
    const bool reserved_block = flags == 0 && (first & 0x06u) == 0x06;
    const bool odd_name = flags == 0x08 && first < ' ';
    if (reserved_block || odd_name) return no_sense();
    return tail.size();
}

// A block's mark is text of its own, so what follows counts: no old randomising, an origin within the block,
// and some byte that occurs in it.
Extent bzip2(Bytes tail) {
    constexpr std::uint32_t block_unit = 100'000;
    Cursor in(tail);
    const std::string_view start = base::as_text(SEKISHO_TRY(in.take(10)));
    const bool marked = start.starts_with("BZh") && start.ends_with("1AY&SY");
    if (!marked || start[3] < '1' || start[3] > '9') return no_sense();
    SEKISHO_TRY(in.skip(4));  // the block's checksum
    const std::uint64_t bits = SEKISHO_TRY(in.u64_be());
    const bool randomised = bits >> 63 != 0;
    const auto origin = static_cast<std::uint32_t>(bits >> 39 & 0xFF'FFFFu);
    const std::uint64_t used = bits >> 23 & 0xFFFFu;
    const std::uint32_t block = block_unit * static_cast<std::uint32_t>(start[3] - '0');
    return !randomised && origin < block && used != 0 ? Extent(tail.size()) : no_sense();
}

// The .xz file format, section 2.1.1: stream flags with a checksum of their own.
Extent xz(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(6));
    const Bytes flags = SEKISHO_TRY(in.take(2));
    if (SEKISHO_TRY(in.u32_le()) != crc32_of(flags)) return no_sense();
    return tail.size();
}

// A level 0 or 1 header has a checksum, the others a size that is one.
Extent lha(Bytes tail) {
    Cursor in(tail);
    const std::uint8_t size = SEKISHO_TRY(in.u8());
    const std::uint8_t sum = SEKISHO_TRY(in.u8());
    Cursor header = in;
    SEKISHO_TRY(in.skip(3));
    const std::uint8_t method = SEKISHO_TRY(in.u8());
    const std::uint8_t dash = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(13));
    const std::uint8_t level = SEKISHO_TRY(in.u8());
    if (dash != '-' || method < '0' || method > 'z' || level > 3) return no_sense();
    if (level >= 2) {
        const std::uint32_t whole = size | std::uint32_t{sum} << 8;
        const bool fits = level == 2 ? whole >= 26 && whole <= tail.size() : whole == 4;
        return fits ? Extent(tail.size()) : no_sense();
    }
    std::uint8_t real = 0;
    for (const std::byte byte : SEKISHO_TRY(header.take(size)))
        real = static_cast<std::uint8_t>(real + std::to_integer<unsigned>(byte));
    if (real != sum || size < 20) return no_sense();
    return tail.size();
}

// The main header: its size, its type, and the mark that was searched for.
Extent ace(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(2));
    const std::uint16_t size = SEKISHO_TRY(in.u16_le());
    const std::uint8_t type = SEKISHO_TRY(in.u8());
    if (type != 0 || size < 26 || size > in.left()) return no_sense();
    return tail.size();
}

// Its main header, checksum and all.
Extent arj(Bytes tail) {
    const ArjRecord record = SEKISHO_TRY(read_arj_record(tail));
    return !record.last && record.header.is_main() ? Extent(tail.size()) : no_sense();
}

// POSIX ustar: the sum of the header's bytes with blanks in place of the sum itself.
Extent tar(Bytes tail) {
    Cursor in(tail);
    const Bytes block = SEKISHO_TRY(in.take(512));
    std::uint32_t sum = 8 * std::uint32_t{' '};
    std::uint32_t said = 0;
    for (std::size_t i = 0; i < block.size(); ++i) {
        const auto byte = std::to_integer<unsigned>(block[i]);
        const bool in_sum = i >= 148 && i < 156;
        if (!in_sum) sum += byte;
        if (in_sum && byte >= '0' && byte <= '7') said = said * 8 + (byte - '0');
    }
    return sum == said ? Extent(tail.size()) : no_sense();
}

Extent xar(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(4));
    const std::uint16_t size = SEKISHO_TRY(in.u16_be());
    const std::uint16_t version = SEKISHO_TRY(in.u16_be());
    const std::uint64_t table = SEKISHO_TRY(in.u64_be());
    if (size < 28 || size > 64 || version != 1 || table == 0 || table > tail.size()) return no_sense();
    return tail.size();
}

Extent wim(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(8));
    if (SEKISHO_TRY(in.u32_le()) != 208) return no_sense();
    return tail.size();
}

Extent chm(Bytes tail) {
    Cursor in(tail);
    SEKISHO_TRY(in.skip(4));
    const std::uint32_t version = SEKISHO_TRY(in.u32_le());
    if (version != 3 || SEKISHO_TRY(in.u32_le()) != 0x60) return no_sense();
    return tail.size();
}

constexpr std::string_view lha_type = "application/x-lzh-compressed";
constexpr EmbeddedKind lha_row(std::string_view method) {
    return {lha_type, method, 2, SIZE_MAX, extent<lha>};
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    EmbeddedKind{"application/zip", "PK\3\4"sv, 0, SIZE_MAX, extent<zip>},
    EmbeddedKind{"application/zip", "PK\5\6"sv, 0, SIZE_MAX, all_of_it, begin_of_zip},
    EmbeddedKind{"application/x-7z-compressed", "7z\xBC\xAF\x27\x1C"sv, 0, SIZE_MAX, extent<seven_zip>},
    EmbeddedKind{"application/x-rar-compressed", "Rar!\x1A\x07\x00"sv, 0, SIZE_MAX, extent<rar>},
    EmbeddedKind{"application/vnd.rar", "Rar!\x1A\x07\x01\x00"sv, 0, SIZE_MAX, extent<rar5>},
    EmbeddedKind{"application/vnd.ms-cab-compressed", "MSCF\0\0\0\0"sv, 0, SIZE_MAX, extent<cab>},
    EmbeddedKind{"application/gzip", "\x1F\x8B\x08\x00"sv, 0, SIZE_MAX, extent<gzip>},
    EmbeddedKind{"application/gzip", "\x1F\x8B\x08\x08"sv, 0, SIZE_MAX, extent<gzip>},
    EmbeddedKind{"application/x-bzip2", "1AY&"sv, 4, SIZE_MAX, extent<bzip2>},
    EmbeddedKind{"application/x-xz", "\xFD\x37\x7A\x58\x5A\x00"sv, 0, SIZE_MAX, extent<xz>},
    EmbeddedKind{"application/x-ace-compressed", "**ACE**"sv, 7, SIZE_MAX, extent<ace>},
    EmbeddedKind{"application/x-arj", "\x60\xEA"sv, 0, SIZE_MAX, extent<arj>},
    EmbeddedKind{"application/x-tar", "ustar"sv, 257, SIZE_MAX, extent<tar>},
    EmbeddedKind{"application/x-xar", "xar!"sv, 0, SIZE_MAX, extent<xar>},
    EmbeddedKind{"application/x-ms-wim", "MSWIM\0\0\0"sv, 0, SIZE_MAX, extent<wim>},
    EmbeddedKind{"application/vnd.ms-htmlhelp", "ITSF"sv, 0, SIZE_MAX, extent<chm>},
    lha_row("-lh0"), lha_row("-lh1"), lha_row("-lh2"), lha_row("-lh4"), lha_row("-lh5"), lha_row("-lh6"),
    lha_row("-lh7"), lha_row("-lhd"), lha_row("-lhx"), lha_row("-lzs"), lha_row("-lz4"), lha_row("-lz5"),
};
// clang-format on

}  // namespace

std::span<const EmbeddedKind> embedded_kinds() { return rows; }

}  // namespace sekisho::scanner::containers
