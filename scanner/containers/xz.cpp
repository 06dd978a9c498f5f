#include "scanner/containers/xz.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "scanner/containers/lzma_decoder.h"
#include "scanner/containers/packed_file.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;

// Section 2.2: padding between streams.
std::optional<std::size_t> lead(Bytes rest) {
    const std::string_view text = base::as_text(rest);
    const std::size_t zeros = std::min(text.find_first_not_of('\0'), text.size());
    if (!text.substr(zeros).starts_with("\xFD\x37\x7A\x58\x5A\x00"sv)) return std::nullopt;
    return zeros;
}

PackedMember take(Bytes& rest, Budget& budget, const PackedFormat::Sink& sink) {
    constexpr std::size_t piece_size = 64u << 10;
    LzmaDecoder stream = LzmaDecoder::create_xz(budget);
    while (!rest.empty()) {
        const Bytes piece = base::head(rest, piece_size);
        const LzmaDecoder::State state = stream.put(piece, sink);
        rest = rest.subspan(piece.size() - (state == LzmaDecoder::State::ended ? stream.unread() : 0));
        switch (state) {
            case LzmaDecoder::State::more:
                continue;
            case LzmaDecoder::State::ended:
                return {};
            case LzmaDecoder::State::damaged:
                return {PackedState::damaged, "packed data is broken"};
            case LzmaDecoder::State::refused:
                return {PackedState::refused, {}};
        }
    }
    return {PackedState::cut, "it ends before its data does"};
}

constexpr PackedFormat format{ArchiveKind::xz, "xz", lead, take};

}  // namespace

void open_xz(const Part& part, Extraction& extraction) { open_packed_file(part, extraction, format); }

}  // namespace sekisho::scanner::containers
