#include "scanner/containers/stream_end.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.h"
#include "base/result.h"
#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

std::unexpected<base::Error> no_frame() { return base::fail(base::Cause::malformed); }

// Frames of both formats may be of a kind that readers skip.
bool is_skippable(std::uint32_t magic) { return (magic & 0xFFFF'FFF0u) == 0x184D'2A50u; }

Result<void> skip_zstd_frame(Cursor& in) {
    const std::uint32_t magic = SEKISHO_TRY(in.u32_le());
    if (is_skippable(magic)) return in.skip(SEKISHO_TRY(in.u32_le()));
    if (magic != 0xFD2F'B528u) return no_frame();
    const unsigned descriptor = SEKISHO_TRY(in.u8());
    const bool single_segment = (descriptor & 0x20u) != 0;
    constexpr std::array<std::uint8_t, 4> dictionary_bytes{0, 1, 2, 4};
    constexpr std::array<std::uint8_t, 4> size_bytes{0, 2, 4, 8};
    const unsigned size_flag = descriptor >> 6;
    const unsigned size_field = size_flag == 0 && single_segment ? 1u : size_bytes.at(size_flag);
    SEKISHO_TRY(in.skip((single_segment ? 0u : 1u) + dictionary_bytes.at(descriptor & 3u) + size_field));
    for (bool last = false; !last;) {
        const std::uint32_t low = SEKISHO_TRY(in.u16_le());
        const std::uint32_t block = low | std::uint32_t{SEKISHO_TRY(in.u8())} << 16;
        last = (block & 1u) != 0;
        constexpr std::uint32_t repeated_byte = 1;
        SEKISHO_TRY(in.skip((block >> 1 & 3u) == repeated_byte ? 1 : block >> 3));
    }
    return in.skip((descriptor & 0x04u) != 0 ? 4 : 0);
}

Result<void> skip_lz4_frame(Cursor& in) {
    const std::uint32_t magic = SEKISHO_TRY(in.u32_le());
    if (is_skippable(magic)) return in.skip(SEKISHO_TRY(in.u32_le()));
    if (magic != 0x184D'2204u) return no_frame();
    const unsigned flags = SEKISHO_TRY(in.u8());
    const bool block_checksum = (flags & 0x10u) != 0;
    SEKISHO_TRY(in.skip(1u + ((flags & 0x08u) != 0 ? 8u : 0u) + ((flags & 0x01u) != 0 ? 4u : 0u) + 1u));
    while (const std::uint32_t block = SEKISHO_TRY(in.u32_le()))
        SEKISHO_TRY(in.skip((block & 0x7FFF'FFFFu) + (block_checksum ? std::uint64_t{4} : 0)));
    return in.skip((flags & 0x04u) != 0 ? 4 : 0);
}

template <Result<void> (*skip_frame)(Cursor&)>
std::size_t end_of_frames(Bytes bytes) {
    std::size_t end = 0;
    Cursor in(bytes);
    while (!in.at_end()) {
        const auto frame = skip_frame(in);
        // One that is cut belongs to the file, and whoever unpacks it says so.
        if (!frame) return frame.error().cause == base::Cause::truncated ? bytes.size() : end;
        end = in.offset();
    }
    return end;
}

// A stream says its size in its last bytes only: what ends last is looked for from the end of the file on.
std::size_t end_of_xz(Bytes bytes) {
    constexpr std::string_view mark = "YZ";
    constexpr std::size_t footer_bytes = 12;
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.rfind(mark); at != std::string_view::npos && at + mark.size() >= footer_bytes;
         at = text.rfind(mark, at - 1)) {
        const std::size_t end = at + mark.size();
        Cursor footer(bytes.subspan(end - footer_bytes, footer_bytes));
        const auto crc = footer.u32_le();
        const auto checked = footer.take(6);
        if (!crc || !checked || *crc != crc32_of(*checked)) continue;
        // Zeros may part two streams. One that is cut belongs to the file, and whoever unpacks it says so.
        const std::string_view rest = text.substr(end);
        const std::size_t next = std::min(rest.find_first_not_of('\0'), rest.size());
        return rest.substr(next).starts_with("\xFD\x37\x7A\x58\x5A") ? bytes.size() : end;
    }
    return 0;
}

}  // namespace

std::size_t end_of_streams(Bytes bytes, ArchiveKind kind) {
    std::size_t end = 0;
    if (kind == ArchiveKind::xz) end = end_of_xz(bytes);
    if (kind == ArchiveKind::zstd) end = end_of_frames<skip_zstd_frame>(bytes);
    if (kind == ArchiveKind::lz4) end = end_of_frames<skip_lz4_frame>(bytes);
    return end == 0 ? bytes.size() : end;
}

}  // namespace sekisho::scanner::containers
