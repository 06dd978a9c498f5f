#include "scanner/containers/windows.h"

#include <algorithm>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Cursor;
using base::Result;

constexpr std::uint64_t one = 1;

// LZMA_Alone: properties, then the dictionary's size.
Result<std::uint64_t> of_lzma(Cursor in) {
    SEKISHO_TRY(in.skip(1));
    return SEKISHO_TRY(in.u32_le());
}

// Lzip: "LZIP", version, then a power of two, less up to seven sixteenths of it.
Result<std::uint64_t> of_lzip(Cursor in) {
    SEKISHO_TRY(in.skip(5));
    return one << (SEKISHO_TRY(in.u8()) & 0x1Fu);
}

// The .xz file format, sections 3.1 and 5.3.1: the first block's filters; the last one is LZMA2.
Result<std::uint64_t> of_xz(Cursor in) {
    SEKISHO_TRY(in.skip(12));
    const std::uint8_t size = SEKISHO_TRY(in.u8());
    Cursor header = SEKISHO_TRY(in.sub(std::min<std::size_t>(std::size_t{size} * 4, in.left())));
    const std::uint8_t flags = SEKISHO_TRY(header.u8());
    const auto number = [&header]() -> Result<std::uint64_t> {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            const std::uint8_t byte = SEKISHO_TRY(header.u8());
            value |= static_cast<std::uint64_t>(byte & 0x7Fu) << shift;
            if ((byte & 0x80u) == 0) break;
        }
        return value;
    };
    if ((flags & 0x40u) != 0) (void)SEKISHO_TRY(number());
    if ((flags & 0x80u) != 0) (void)SEKISHO_TRY(number());
    constexpr std::uint64_t lzma2 = 0x21;
    for (unsigned filters = (flags & 0x03u) + 1; filters > 0; --filters) {
        const std::uint64_t id = SEKISHO_TRY(number());
        const std::uint64_t bytes = SEKISHO_TRY(number());
        if (id != lzma2) {
            SEKISHO_TRY(header.skip(bytes));
            continue;
        }
        const unsigned bits = SEKISHO_TRY(header.u8()) & 0x3Fu;
        return (2u | (bits & 1u)) * (one << (std::min(bits, 40u) / 2 + 11));
    }
    return std::uint64_t{0};
}

// RFC 8878 section 3.1.1.1.
Result<std::uint64_t> of_zstd(Cursor in) {
    SEKISHO_TRY(in.skip(4));
    const std::uint8_t descriptor = SEKISHO_TRY(in.u8());
    if ((descriptor & 0x20u) == 0) {
        const unsigned window = SEKISHO_TRY(in.u8());
        const std::uint64_t base = one << (10 + (window >> 3));
        return base + base / 8 * (window & 7u);
    }
    const unsigned dictionary = descriptor & 0x03u;
    SEKISHO_TRY(in.skip(dictionary == 3 ? 4 : dictionary));
    switch (descriptor >> 6) {
        case 0:
            return SEKISHO_TRY(in.u8());
        case 1:
            return SEKISHO_TRY(in.u16_le());
        case 2:
            return SEKISHO_TRY(in.u32_le());
        default:
            return in.u64_le();
    }
}

}  // namespace

std::uint64_t window_bytes(base::Bytes archive, ArchiveKind kind) {
    const Cursor in(archive);
    Result<std::uint64_t> found = 0;
    if (kind == ArchiveKind::lzma) found = of_lzma(in);
    if (kind == ArchiveKind::lzip) found = of_lzip(in);
    if (kind == ArchiveKind::xz) found = of_xz(in);
    if (kind == ArchiveKind::zstd) found = of_zstd(in);
    return found ? *found : 0;
}

}  // namespace sekisho::scanner::containers
