#include "base/escape.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <iterator>

namespace sekisho::base {

namespace {

constexpr char32_t ill_formed = 0xFFFFFFFF;

struct Decoded {
    char32_t code = ill_formed;
    std::size_t length = 1;  // bytes consumed; 1 for an ill-formed byte
};

// One code point by RFC 3629; anything that the RFC forbids is ill-formed.
Decoded decode_one(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return {lead, 1};
    std::size_t length = 0;
    char32_t code = 0;
    char32_t least = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2, code = lead & 0x1Fu, least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3, code = lead & 0x0Fu, least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4, code = lead & 0x07u, least = 0x10000;
    } else {
        return {};
    }
    if (length > text.size() - at) return {};
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0u) != 0x80u) return {};
        code = (code << 6) | (byte(at + i) & 0x3Fu);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least || code > 0x10FFFF || surrogate) return {};
    return {code, length};
}

// Characters that print nothing, or change how their neighbours print.
bool misleads(char32_t code) {
    if (code < 0x20 || code == 0x7F || (code >= 0x80 && code < 0xA0)) return true;
    if (code == U'\\' || code == 0xAD || code == 0x061C || code == 0x180E || code == 0xFEFF) return true;
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || (code >= 0xE0000 && code <= 0xE007F);
}

std::string escape_with(std::string_view text, std::size_t max_bytes, bool ascii_only) {
    std::string out;
    std::size_t at = 0;
    constexpr std::string_view mark = "...";
    const std::size_t room = max_bytes > mark.size() ? max_bytes - mark.size() : 0;
    std::size_t last_fit = 0;  // length of `out` that leaves room for the mark
    while (at < text.size()) {
        const Decoded one = decode_one(text, at);
        if (one.code == ill_formed) {
            fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(text[at]));
        } else if (one.code == U'\\') {
            out += "\\\\";
        } else if (one.code < 0x80 && misleads(one.code)) {
            fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned>(one.code));
        } else if (misleads(one.code) || (ascii_only && one.code >= 0x80)) {
            fmt::format_to(std::back_inserter(out), "\\u{{{:04X}}}", static_cast<std::uint32_t>(one.code));
        } else {
            out += text.substr(at, one.length);
        }
        at += one.length;
        if (out.size() > max_bytes) {
            out.resize(last_fit);
            return out.append(mark.substr(0, max_bytes - last_fit));
        }
        if (out.size() <= room) last_fit = out.size();
    }
    return out;
}

}  // namespace

std::string escape(std::string_view untrusted, std::size_t max_bytes) {
    return escape_with(untrusted, max_bytes, false);
}

std::string escape_ascii(std::string_view untrusted, std::size_t max_bytes) {
    return escape_with(untrusted, max_bytes, true);
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.substr(at).data(), sizeof eight);
            if ((eight & 0x8080'8080'8080'8080u) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const Decoded one = decode_one(text, at);
        if (one.code == ill_formed) return false;
        at += one.length;
    }
    return true;
}

std::string repair_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Decoded one = decode_one(text, at);
        if (one.code == ill_formed) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(at, one.length);
        }
        at += one.length;
    }
    return out;
}

}  // namespace sekisho::base
