#include "base/base64.h"

#include <array>
#include <cstdint>

namespace sekisho::base {

namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(Bytes bytes, std::string_view alphabet, bool pad) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = bytes.size() - i < 3 ? bytes.size() - i : 3;
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = (group << 8) | (k < have ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0u);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            if (k <= have) {
                out += alphabet[(group >> (18 - 6 * k)) & 63u];
            } else if (pad) {
                out += '=';
            }
        }
    }
    return out;
}

std::optional<std::string> decode(std::string_view text, std::string_view alphabet) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    std::uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out += static_cast<char>((bits >> have) & 0xFFu);
        }
    }
    // Bits that belong to no byte must be zero, else two texts would mean the same bytes.
    if ((bits & ((1u << have) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace

std::string base64_encode(Bytes bytes) { return encode(bytes, standard, true); }
std::string base64url_encode(Bytes bytes) { return encode(bytes, url_safe, false); }

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    return decode(text, standard);
}

std::optional<std::string> base64url_decode(std::string_view text) { return decode(text, url_safe); }

}  // namespace sekisho::base
