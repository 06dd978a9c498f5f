#include "scanner/office/xlm/biff_records.h"

#include <algorithm>
#include <bit>

#include "base/charset.h"

namespace sekisho::scanner::office::xlm {

std::optional<Record> RecordReader::next() {
    Record out;
    out.offset = in_.offset();
    const auto type = in_.u16_le();
    const auto size = in_.u16_le();
    if (!type || !size) return std::nullopt;
    out.type = *type;
    out.data = base::head(in_.rest(), *size);
    out.cut = out.data.size() < *size;
    (void)in_.skip(out.data.size());
    return out;
}

void RecordReader::take_continued(std::vector<base::Bytes>& pieces) {
    for (;;) {
        base::Cursor ahead = in_;
        if (ahead.u16_le().value_or(0) != record::continued) return;
        const std::uint16_t size = ahead.u16_le().value_or(0);
        const base::Bytes data = base::head(ahead.rest(), size);
        pieces.push_back(data);
        (void)ahead.skip(data.size());
        in_ = ahead;
    }
}

bool Pieces::at_end() {
    while (piece_ < pieces_.size() && at_ >= pieces_[piece_].size()) {
        ++piece_;
        at_ = 0;
    }
    return piece_ >= pieces_.size();
}

bool Pieces::skip(std::uint64_t bytes) {
    while (bytes > 0) {
        if (at_end()) return false;
        const std::uint64_t step = std::min<std::uint64_t>(bytes, pieces_[piece_].size() - at_);
        at_ += static_cast<std::size_t>(step);
        bytes -= step;
    }
    return true;
}

std::uint8_t Pieces::u8() {
    return at_end() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(pieces_[piece_][at_++]);
}
std::uint16_t Pieces::u16() {
    const std::uint16_t low = u8();
    return static_cast<std::uint16_t>(low | (u8() << 8U));
}
std::uint32_t Pieces::u32() {
    const std::uint32_t low = u16();
    return low | (std::uint32_t{u16()} << 16U);
}

std::string Pieces::characters(std::size_t count, bool wide, bool& cut) {
    std::string out;
    bool first = true;
    while (count > 0) {
        if (!first || piece_ >= pieces_.size() || at_ >= pieces_[piece_].size()) {
            if (at_end()) {
                cut = true;
                break;
            }
            if (at_ == 0 && piece_ > 0) wide = (u8() & 1U) != 0;
            first = false;
            if (at_end()) continue;
        }
        first = false;
        const base::Bytes rest = pieces_[piece_].subspan(at_);
        const std::size_t width = wide ? 2 : 1;
        const std::size_t here = std::min(count, rest.size() / width);
        out += characters_of(rest.first(here * width), wide);
        count -= here;
        // Half a character at the end of a record is no character.
        at_ = count > 0 ? pieces_[piece_].size() : at_ + here * width;
    }
    return out;
}

std::string Pieces::rich_string(bool& cut) {
    const std::uint16_t count = u16();
    const std::uint8_t flags = u8();
    const std::uint16_t runs = (flags & 0x08U) != 0 ? u16() : std::uint16_t{0};
    const std::uint32_t phonetic = (flags & 0x04U) != 0 ? u32() : 0;
    std::string out = characters(count, (flags & 0x01U) != 0, cut);
    if (!skip(4U * std::uint64_t{runs}) || !skip(phonetic)) cut = true;
    return out;
}

std::string characters_of(base::Bytes bytes, bool wide) {
    if (wide) return base::to_utf8(bytes, "utf-16le");
    std::string out;
    out.reserve(bytes.size());
    for (const std::byte raw : bytes) {
        const auto c = std::to_integer<unsigned char>(raw);
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else {
            out += static_cast<char>(0xC0U | (c >> 6U));
            out += static_cast<char>(0x80U | (c & 0x3FU));
        }
    }
    return out;
}

std::optional<std::string> flagged_string(base::Cursor& in, std::size_t count) {
    const auto flags = in.u8();
    if (!flags) return std::nullopt;
    const bool wide = (*flags & 1U) != 0;
    const auto bytes = in.take(wide ? 2 * count : count);
    if (!bytes) return std::nullopt;
    return characters_of(*bytes, wide);
}

double rk_number(std::uint32_t raw) {
    const std::uint32_t bits = raw & ~3U;
    const std::int32_t whole = static_cast<std::int32_t>(bits) / 4;
    double value =
        (raw & 2U) != 0 ? static_cast<double>(whole) : std::bit_cast<double>(std::uint64_t{bits} << 32U);
    if ((raw & 1U) != 0) value /= 100;
    return value;
}

}  // namespace sekisho::scanner::office::xlm
