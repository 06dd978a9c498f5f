#include "outbound/coding.h"

#include <bit>
#include <cmath>

namespace sekisho::outbound {

void put_float(std::string& out, float value) { put_u32(out, std::bit_cast<std::uint32_t>(value)); }

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>(0x80 | (value & 0x7f));
    out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
    put_varint(out, text.size());
    out += text;
}

base::Result<std::uint64_t> varint(base::Cursor& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint64_t byte = SEKISHO_TRY(in.u8());
        if (shift == 63 && byte > 1) break;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    return base::fail(base::Cause::malformed, "a number of more than 64 bits");
}

base::Result<std::uint64_t> varint_up_to(base::Cursor& in, std::uint64_t most) {
    const std::uint64_t value = SEKISHO_TRY(varint(in));
    if (value > most) return base::fail(base::Cause::malformed, "a number that is too large");
    return value;
}

base::Result<std::string> text_up_to(base::Cursor& in, std::size_t most) {
    const std::uint64_t length = SEKISHO_TRY(varint_up_to(in, most));
    return std::string(base::as_text(SEKISHO_TRY(in.take(length))));
}

base::Result<float> sound_float(base::Cursor& in) {
    const auto value = std::bit_cast<float>(SEKISHO_TRY(in.u32_le()));
    if (!std::isfinite(value) || value < 0) return base::fail(base::Cause::malformed, "no sound number");
    return value;
}

}  // namespace sekisho::outbound
