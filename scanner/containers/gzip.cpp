#include "scanner/containers/gzip.h"

#include <algorithm>

#include "base/cursor.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate_stream.h"
#include "scanner/containers/packed_file.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t trailer_size = 8;

// RFC 1952 section 2.3.1.
constexpr unsigned has_header_crc = 0x02;
constexpr unsigned has_extra = 0x04;
constexpr unsigned has_name = 0x08;
constexpr unsigned has_comment = 0x10;

bool skip_text(base::Cursor& in) {
    const Bytes rest = in.rest();
    const auto end = std::ranges::find(rest, std::byte{0});
    return end != rest.end() && in.skip(static_cast<std::size_t>(end - rest.begin()) + 1).has_value();
}

PackedMember take(Bytes& rest, Budget&, const PackedFormat::Sink& sink) {
    DeflateStream stream;
    std::uint32_t crc = 0;
    std::uint32_t size = 0;  // modulo 2^32, as the trailer has it
    const auto checked = [&](Bytes bytes) {
        crc = crc32_of(bytes, crc);
        size += static_cast<std::uint32_t>(bytes.size());
        return sink(bytes);
    };
    while (!stream.ended() && !rest.empty()) {
        const Bytes piece = base::head(rest, DeflateStream::max_input);
        const Inflated state = stream.feed(piece, checked);
        if (state == Inflated::refused) return {PackedState::refused, {}};
        const std::size_t unread = stream.ended() ? std::min(stream.unread(), piece.size()) : 0;
        rest = rest.subspan(piece.size() - unread);
        if (state == Inflated::damaged) return {PackedState::damaged, "packed data is broken"};
    }
    base::Cursor trailer(base::head(rest, trailer_size));
    rest = rest.subspan(std::min(rest.size(), trailer_size));
    const auto said_crc = trailer.u32_le();
    const auto said_size = trailer.u32_le();
    if (!stream.ended() || !said_size) return {PackedState::cut, "it ends before its data does"};
    if (*said_crc == crc && *said_size == size) return {};
    return {PackedState::damaged, "its checksum does not hold"};
}

constexpr PackedFormat format{ArchiveKind::gzip, "gzip", gzip_header_size, take};

}  // namespace

std::optional<std::size_t> gzip_header_size(Bytes bytes) {
    base::Cursor in(bytes);
    const auto magic = in.u16_le();
    const auto method = in.u8();
    const auto flags = in.u8();
    if (!flags || *magic != 0x8B1F || *method != 8 || !in.skip(6)) return std::nullopt;
    if ((*flags & has_extra) != 0) {
        const auto size = in.u16_le();
        if (!size || !in.skip(*size)) return std::nullopt;
    }
    if ((*flags & has_name) != 0 && !skip_text(in)) return std::nullopt;
    if ((*flags & has_comment) != 0 && !skip_text(in)) return std::nullopt;
    if ((*flags & has_header_crc) != 0 && !in.skip(2)) return std::nullopt;
    return bytes.size() - in.rest().size();
}

void open_gzip(const Part& part, Extraction& extraction) { open_packed_file(part, extraction, format); }

}  // namespace sekisho::scanner::containers
