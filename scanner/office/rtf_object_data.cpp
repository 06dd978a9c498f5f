#include "scanner/office/rtf_object_data.h"

#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

// 0 to 15 for a digit.
constexpr std::uint8_t blank = 16;
constexpr std::uint8_t strange = 17;
constexpr std::array<std::uint8_t, 256> classes = [] {
    std::array<std::uint8_t, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const char c = static_cast<char>(i);
        const int value = base::hex_value(c);
        out[i] = value >= 0 ? static_cast<std::uint8_t>(value) : base::is_space(c) ? blank : strange;
    }
    return out;
}();

}  // namespace

void RtfObjectData::put(std::uint8_t byte, Budget& budget) {
    block_[in_block_++] = std::byte{byte};
    ++size_;
    if (in_block_ == block_.size()) flush(budget);
}

void RtfObjectData::flush(Budget& budget) {
    if (in_block_ == 0) return;
    if (!output_) output_.emplace(budget);
    (void)output_->write(std::span(block_).first(in_block_));  // shows in truncated()
    in_block_ = 0;
}

void RtfObjectData::digits(std::string_view text, Budget& budget) {
    int nibble = nibble_;
    for (const char c : text) {
        const std::uint8_t kind = classes[static_cast<unsigned char>(c)];
        if (kind < blank) {
            if (nibble < 0) {
                nibble = kind;
                continue;
            }
            put(static_cast<std::uint8_t>(nibble * 16 + kind), budget);
            nibble = -1;
        } else if (kind == strange) {
            ++junk.characters;
        }
    }
    nibble_ = nibble;
}

void RtfObjectData::escape() {
    ++junk.escapes;
    nibble_ = -1;
}

void RtfObjectData::binary(std::string_view bytes, Budget& budget) {
    ++junk.binaries;
    for (const char c : bytes)
        put(static_cast<std::uint8_t>(c), budget);
}

StoragePtr RtfObjectData::finish(Budget& budget) && {
    flush(budget);
    return output_ ? std::move(*output_).finish() : nullptr;
}

}  // namespace sekisho::scanner::office
