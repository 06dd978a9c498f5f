#include "scanner/containers/rtf_compressed.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <zlib.h>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::uint32_t compressed_type = 0x7546'5A4C;    // "LZFu"
constexpr std::uint32_t uncompressed_type = 0x414C'454D;  // "MELA"

struct Header {
    std::uint32_t size = 0;  // of all that follows this field
    std::uint32_t raw_size = 0;
    std::uint32_t type = 0;
    std::uint32_t crc = 0;
};

base::Result<Header> read_header(base::Cursor& in) {
    Header out;
    out.size = SEKISHO_TRY(in.u32_le());
    out.raw_size = SEKISHO_TRY(in.u32_le());
    out.type = SEKISHO_TRY(in.u32_le());
    out.crc = SEKISHO_TRY(in.u32_le());
    return out;
}

// The CRC-32 of zlib without the inversions before and after it ([MS-OXRTFCP] 2.1.3.2).
std::uint32_t crc_of(Bytes bytes) {
    // zlib takes unsigned char, which may alias any object.
    const auto* data = reinterpret_cast<const Bytef*>(bytes.data());  // NOLINT(*-reinterpret-cast)
    return ~static_cast<std::uint32_t>(crc32_z(0xFFFF'FFFFU, data, bytes.size()));
}

// The window of the last 4 KB, which begins with what stands in most RTF ([MS-OXRTFCP] 2.1.2.1).
class Window {
public:
    explicit Window(Output& output) : output_(output) {
        constexpr std::string_view beginning =
            "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
            "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New "
            "RomanCourier{\\colortbl\\red0\\green0\\blue0"
            "\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
        static_assert(beginning.size() == 207);
        std::ranges::copy(base::as_bytes(beginning), bytes_.begin());
        at_ = beginning.size();
        written_ = at_;
    }

    std::size_t at() const { return at_; }
    std::uint64_t size() const { return size_; }

    // False: the budget is spent. So with all that follow.
    bool put(std::byte b) {
        bytes_[at_++] = b;
        ++size_;
        return at_ < bytes_.size() || wrap();
    }
    bool copy(std::size_t from, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            if (!put(bytes_[(from + i) % bytes_.size()])) return false;
        }
        return true;
    }
    bool flush() {
        const Bytes fresh = Bytes(bytes_).subspan(written_, at_ - written_);
        written_ = at_;
        return output_.write(fresh);
    }

private:
    bool wrap() {
        const bool room = flush();
        at_ = 0;
        written_ = 0;
        return room;
    }

    Output& output_;
    std::array<std::byte, 4'096> bytes_{};
    std::size_t at_ = 0;
    std::size_t written_ = 0;  // up to here it is in the output
    std::uint64_t size_ = 0;
};

// A byte of flags, lowest first, then eight tokens: a letter, or 12 bits of place and 4 of length, from 2 on.
// The place that is to be written next is the end.
base::Result<bool> decompress(base::Cursor& in, Window& window) {
    while (true) {
        const unsigned flags = SEKISHO_TRY(in.u8());
        for (unsigned bit = 0; bit < 8; ++bit) {
            if ((flags >> bit & 1U) == 0) {
                if (!window.put(static_cast<std::byte>(SEKISHO_TRY(in.u8())))) return false;
                continue;
            }
            const std::uint16_t token = SEKISHO_TRY(in.u16_be());
            const std::size_t from = token >> 4;
            if (from == window.at()) return true;
            if (!window.copy(from, (token & 0xFU) + 2)) return false;
        }
    }
}

Confidence recognise_compressed_rtf(Bytes head, std::string_view /*name*/) {
    base::Cursor in(head);
    const auto header = read_header(in);
    if (!header) return no_match;
    return header->type == compressed_type || header->type == uncompressed_type ? sure_match : no_match;
}

void open_compressed_rtf(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    Output rtf = extraction.new_output();
    const DecompressedRtf result = decompress_rtf(part.bytes, rtf);
    const bool cut = rtf.truncated();
    const StoragePtr storage = std::move(rtf).finish();
    ChildSpec spec{.label = "rtf", .claimed_type = "application/rtf", .opened_by = "rtf-compressed"};
    if (!result.sound) {
        extraction.findings().add("archive.damaged", part.id, "compressed RTF");
        spec.flags.set(PartFlag::damaged);
    }
    if (cut || !result.whole) spec.flags.set(PartFlag::truncated);
    (void)extraction.add_child(std::move(spec), storage->bytes(), storage);  // the last thing to be done
}

}  // namespace

DecompressedRtf decompress_rtf(Bytes bytes, Output& output) {
    constexpr std::uint32_t header_in_size = 12;
    base::Cursor in(bytes);
    const auto header = read_header(in);
    if (!header) return {.sound = false};
    DecompressedRtf out;
    const std::uint32_t packed = std::max(header->size, header_in_size) - header_in_size;
    out.sound = header->size >= header_in_size && packed <= in.left();
    const Bytes data = base::head(in.rest(), packed);
    if (header->type == uncompressed_type) {
        const Bytes raw = base::head(in.rest(), header->raw_size);
        out.sound = out.sound && raw.size() == header->raw_size;
        out.whole = output.write(raw);
        return out;
    }
    Window window(output);
    base::Cursor packed_in(data);
    const auto ended = decompress(packed_in, window);
    out.whole = ended.value_or(true) && window.flush();
    const bool fits = window.size() == header->raw_size && crc_of(data) == header->crc;
    out.sound = out.sound && (!out.whole || (ended && fits));
    return out;
}

const Format compressed_rtf_format{
    .name = "rtf-compressed",
    .type = "application/x-compressed-rtf",
    .extensions = "",
    .recognise = recognise_compressed_rtf,
    .turn = [](const Part&) { return Turn::light; },
    .open = open_compressed_rtf,
};

}  // namespace sekisho::scanner::containers
