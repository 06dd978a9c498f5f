// How transactions and snapshots are written: little-endian numbers, and varints of 7 bits a byte.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"

namespace sekisho::outbound {

// Integers one behind the other. Inline, and all at once: each update writes its message.
template <class... T>
void put_le(std::string& out, T... values) {
    std::array<char, (sizeof(T) + ...)> bytes;
    auto at = bytes.begin();
    const auto put = [&]<class Value>(Value value) {
        if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
        at = std::ranges::copy(std::bit_cast<std::array<char, sizeof(Value)>>(value), at).out;
    };
    (put(values), ...);
    out.append(bytes.data(), bytes.size());
}
inline void put_u8(std::string& out, std::uint8_t value) { out += static_cast<char>(value); }
inline void put_u32(std::string& out, std::uint32_t value) { put_le(out, value); }
inline void put_u64(std::string& out, std::uint64_t value) { put_le(out, value); }
void put_float(std::string& out, float value);
void put_varint(std::string& out, std::uint64_t value);
void put_text(std::string& out, std::string_view text);  // its length, then its bytes

base::Result<std::uint64_t> varint(base::Cursor& in);  // malformed where longer than 64 bits
// A varint of at most `most`; malformed beyond.
base::Result<std::uint64_t> varint_up_to(base::Cursor& in, std::uint64_t most);
base::Result<std::string> text_up_to(base::Cursor& in, std::size_t most);
// Malformed for what is negative, infinite or no number.
base::Result<float> sound_float(base::Cursor& in);

}  // namespace sekisho::outbound
