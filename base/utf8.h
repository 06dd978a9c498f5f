// One character in UTF-8 (RFC 3629).
#pragma once

#include <cstdint>
#include <string>

namespace sekisho::base {

// `c`: at most 0x10FFFF, and no surrogate.
inline void append_utf8(std::uint32_t c, std::string& out) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0u | c >> 6);
    } else if (c < 0x10000) {
        put(0xE0u | c >> 12);
        put(0x80u | (c >> 6 & 0x3Fu));
    } else {
        put(0xF0u | c >> 18);
        put(0x80u | (c >> 12 & 0x3Fu));
        put(0x80u | (c >> 6 & 0x3Fu));
    }
    put(0x80u | (c & 0x3Fu));
}

}  // namespace sekisho::base
