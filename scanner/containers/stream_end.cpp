#include "scanner/containers/stream_end.h"

#include <array>
#include <cstdint>

#include "base/cursor.h"
#include "base/result.h"

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

}  // namespace

std::size_t end_of_streams(Bytes bytes, ArchiveKind kind) {
    std::size_t end = 0;
    if (kind == ArchiveKind::zstd) end = end_of_frames<skip_zstd_frame>(bytes);
    if (kind == ArchiveKind::lz4) end = end_of_frames<skip_lz4_frame>(bytes);
    return end == 0 ? bytes.size() : end;
}

}  // namespace sekisho::scanner::containers
