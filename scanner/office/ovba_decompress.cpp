#include "scanner/office/ovba_decompress.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t chunk_bytes = 4'096;  // decompressed, [MS-OVBA] 2.4.1.1.4
constexpr std::uint16_t size_mask = 0x0FFF;
constexpr std::uint16_t signature_mask = 0x7000;
constexpr std::uint16_t signature = 0x3000;
constexpr std::uint16_t compressed_flag = 0x8000;

// [MS-OVBA] 2.4.1.3.19.3: the further into the chunk, the more bits an offset takes.
struct CopyToken {
    std::size_t offset;
    std::size_t length;
};
CopyToken unpack(std::uint16_t token, std::size_t into_chunk) {
    const unsigned bits =
        std::max(4U, into_chunk <= 1 ? 0U : static_cast<unsigned>(std::bit_width(into_chunk - 1)));
    const unsigned length_mask = 0xFFFFU >> bits;
    return {.offset = (static_cast<unsigned>(token) >> (16 - bits)) + 1U,
            .length = (token & length_mask) + 3U};
}

// Appends one compressed chunk. False: it broke the format at some point.
bool expand(base::Bytes data, std::string& out) {
    const std::size_t start = out.size();
    base::Cursor at(data);
    while (!at.at_end()) {
        const unsigned flags = at.u8().value_or(0);
        for (unsigned bit = 0; bit < 8 && !at.at_end(); ++bit) {
            const std::size_t into = out.size() - start;
            if (into >= chunk_bytes) return false;
            if (((flags >> bit) & 1U) == 0) {
                out.push_back(static_cast<char>(at.u8().value_or(0)));
                continue;
            }
            const auto token = at.u16_le();
            if (!token) return false;
            const CopyToken copy = unpack(*token, into);
            if (copy.offset > into) return false;
            const std::size_t length = std::min(copy.length, chunk_bytes - into);
            // Byte by byte: source and target overlap when a run is repeated.
            for (std::size_t i = 0; i < length; ++i)
                out.push_back(out[out.size() - copy.offset]);
            if (length < copy.length) return false;
        }
    }
    return true;
}

}  // namespace

OvbaText ovba_decompress(base::Bytes container, std::size_t max_bytes, OvbaEnd end) {
    OvbaText out;
    base::Cursor at(container);
    const auto first = at.u8();
    if (!first || *first != 1) {
        out.damaged = true;
        return out;
    }
    while (!at.at_end()) {
        const auto header = at.u16_le();
        if (!header) {
            out.damaged = end == OvbaEnd::of_input;
            break;
        }
        if ((*header & signature_mask) != signature) {
            if (end == OvbaEnd::at_foreign_header) break;
            out.damaged = true;  // and read on: damaging these bits is a known way to blind readers
        }
        if (out.bytes.size() + chunk_bytes > max_bytes) {
            out.cut = true;
            break;
        }
        // The field is the size of the whole chunk, header included, less 3.
        std::size_t size = (*header & size_mask) + 1U;
        if (size > at.left()) {
            out.damaged = true;
            size = at.left();
        }
        const base::Bytes data = at.take(size).value_or(base::Bytes{});
        if ((*header & compressed_flag) != 0) {
            if (!expand(data, out.bytes)) out.damaged = true;
        } else {
            out.bytes.append(base::as_text(base::head(data, chunk_bytes)));
        }
    }
    return out;
}

std::size_t find_module_source(base::Bytes bytes, std::size_t from) {
    // 0x01, chunk header (signature bits 0b011, compressed), a flag byte of eight literals, "Attribut". The
    // letters are searched for, not the zero before them: documents are full of zeros.
    constexpr std::string_view mark = "Attribut";
    constexpr std::size_t before = 4;
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.find(mark, from); at != std::string_view::npos; at = text.find(mark, at + 1)) {
        if (at < from + before) continue;
        const auto high = static_cast<unsigned char>(text[at - 2]);
        if (text[at - before] == '\x01' && (high & 0xF0U) == 0xB0U && text[at - 1] == '\0')
            return at - before;
    }
    return std::string_view::npos;
}

}  // namespace sekisho::scanner::office
