// For tests alone: a BinHex 4.0 encoder (RFC 1741 appendix A), step by step, so that each can be done wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::scanner::mime {

inline constexpr std::string_view banner = "(This file must be converted with BinHex 4.0)";

// Bit by bit, so that a fault of the decoder's table shows.
inline std::uint16_t crc_of(std::string_view bytes) {
    std::uint32_t crc = 0;
    for (const char c : bytes) {
        crc ^= std::uint32_t{static_cast<unsigned char>(c)} << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 0x8000u) != 0 ? crc << 1 ^ 0x1021u : crc << 1;
    }
    return static_cast<std::uint16_t>(crc & 0xFFFFu);
}

inline std::string number(std::uint32_t value, int bytes) {
    std::string out;
    for (int k = bytes - 1; k >= 0; --k)
        out += static_cast<char>(value >> (8 * k) & 0xFFu);
    return out;
}

inline std::string with_crc(std::string_view bytes) { return std::string(bytes) + number(crc_of(bytes), 2); }

// Runs of `from` and more bytes are packed.
inline std::string pack_runs(std::string_view bytes, std::size_t from) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t run = 1;
        while (run < 255 && at + run < bytes.size() && bytes[at + run] == bytes[at])
            ++run;
        const std::string one = bytes[at] == '\x90' ? std::string("\x90\0", 2) : std::string(1, bytes[at]);
        if (run >= from) {
            out += one + '\x90' + static_cast<char>(run);
        } else {
            for (std::size_t k = 0; k < run; ++k)
                out += one;
        }
        at += run;
    }
    return out;
}

inline std::string six_bits(std::string_view bytes) {
    constexpr std::string_view alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    std::string out;
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        group = (group << 8 | static_cast<unsigned char>(c)) & 0xFFFFu;
        for (bits += 8; bits >= 6; bits -= 6)
            out += alphabet[group >> (bits - 6) & 63u];
    }
    if (bits > 0) out += alphabet[group << (6 - bits) & 63u];
    return out;
}

inline std::string header_of(std::string_view name, std::uint32_t data, std::uint32_t resource) {
    return with_crc(number(static_cast<std::uint32_t>(name.size()), 1) + std::string(name) +
                    std::string("\0TEXTttxt\0\0", 11) + number(data, 4) + number(resource, 4));
}

inline std::string file_of(std::string_view name, std::string_view data, std::string_view resource) {
    return header_of(name, static_cast<std::uint32_t>(data.size()),
                     static_cast<std::uint32_t>(resource.size())) +
           with_crc(data) + with_crc(resource);
}

inline std::string in_text(std::string_view encoded, std::size_t line = 64,
                           std::string_view line_end = "\r\n") {
    std::string out = std::string(banner) + std::string(line_end) + std::string(line_end);
    const std::string body = ":" + std::string(encoded) + ":";
    for (std::size_t at = 0; at < body.size(); at += line)
        out += body.substr(at, line) + std::string(line_end);
    return out;
}

inline std::string encode(std::string_view name, std::string_view data, std::string_view resource,
                          std::size_t from = 4) {
    return six_bits(pack_runs(file_of(name, data, resource), from));
}

}  // namespace sekisho::scanner::mime
