// The CRC-16 of ARC, LHA and others: polynomial 0x8005, lowest bit first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

constexpr std::array<std::uint16_t, 256> crc16_table = [] {
    std::array<std::uint16_t, 256> out{};
    for (unsigned byte = 0; byte < out.size(); ++byte) {
        unsigned crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xA001u : crc >> 1;
        out.at(byte) = static_cast<std::uint16_t>(crc);
    }
    return out;
}();

// `before`: the value for what came before, to go on.
inline std::uint16_t crc16_of(base::Bytes bytes, std::uint16_t before = 0) {
    unsigned crc = before;
    for (const std::byte byte : bytes)
        crc = crc >> 8 ^ crc16_table[(crc ^ std::to_integer<unsigned>(byte)) & 0xFFu];
    return static_cast<std::uint16_t>(crc);
}

}  // namespace sekisho::scanner::containers
