#include "scanner/unlock/xor_obfuscation.h"

#include <algorithm>
#include <bit>

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t most = 15;  // characters of a password
constexpr std::array<std::uint8_t, most> padding{0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                                 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};

// clang-format off
constexpr std::array<std::uint16_t, most> initial_codes{
    0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
// A row for each character, counted from the end of the longest password; a column for each of its bits 6 to 0,
// from the last to the first.
constexpr std::array<std::array<std::uint16_t, 7>, most> matrix{{
    {0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09}, {0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF},
    {0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0}, {0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40},
    {0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5}, {0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A},
    {0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9}, {0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0},
    {0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC}, {0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10},
    {0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168}, {0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C},
    {0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD}, {0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC},
    {0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4},
}};
// clang-format on

std::uint8_t code(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

XorCheck xor_check(std::string_view password) {
    password = password.substr(0, most);
    if (password.empty()) return {};
    XorCheck out{.key = initial_codes.at(password.size() - 1)};
    std::uint16_t verifier = 0;
    const auto take = [&](std::uint8_t byte) {
        // Fifteen bits, rotated by one.
        verifier = static_cast<std::uint16_t>(((verifier << 1 & 0x7FFF) | (verifier >> 14 & 1)) ^ byte);
    };
    for (std::size_t i = 0; i < password.size(); ++i) {
        const char c = password[password.size() - 1 - i];
        take(code(c));
        for (std::size_t bit = 0; bit < 7; ++bit) {
            if ((code(c) >> bit & 1) != 0) out.key ^= matrix.at(most - 1 - i).at(bit);
        }
    }
    take(static_cast<std::uint8_t>(password.size()));
    out.verifier = verifier ^ 0xCE4B;
    return out;
}

XorArray xor_array(std::string_view password, XorCheck check) {
    password = password.substr(0, most);
    XorArray out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint8_t plain = i < password.size()                    ? code(password[i])
                                   : i - password.size() < padding.size() ? padding.at(i - password.size())
                                                                          : std::uint8_t{0};
        const auto half = static_cast<std::uint8_t>(i % 2 == 0 ? check.key : check.key >> 8);
        out.at(i) = std::rotr(static_cast<std::uint8_t>(plain ^ half), 1);
    }
    return out;
}

void xor_excel(const XorArray& array, std::size_t index, std::span<std::byte> data) {
    for (std::byte& byte : data) {
        const auto mixed =
            static_cast<std::uint8_t>(std::to_integer<std::uint8_t>(byte) ^ array.at(index++ % array.size()));
        byte = static_cast<std::byte>(std::rotr(mixed, 5));
    }
}

void xor_word(const XorArray& array, std::uint64_t offset, std::span<std::byte> data) {
    for (std::byte& byte : data) {
        const auto key = static_cast<std::byte>(array.at(offset++ % array.size()));
        // Zeros stay zeros, and nothing becomes one.
        if (byte != std::byte{0} && byte != key) byte ^= key;
    }
}

}  // namespace sekisho::scanner::unlock
