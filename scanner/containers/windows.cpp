#include "scanner/containers/windows.h"

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
    if (kind == ArchiveKind::zstd) found = of_zstd(in);
    return found ? *found : 0;
}

}  // namespace sekisho::scanner::containers
