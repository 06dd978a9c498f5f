#include "scanner/fold/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/escape.h"
#include "base/text.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

namespace {

constexpr std::array<std::int8_t, 256> base64_values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    table[static_cast<unsigned char>('-')] = 62;
    table[static_cast<unsigned char>('_')] = 63;
    return table;
}();

int base64_value(char c) { return base64_values[static_cast<unsigned char>(c)]; }

// How files begin that a script carries within itself.
constexpr std::array<std::string_view, 9> signatures{"MZ",
                                                     "PK\x03\x04",
                                                     "Rar!\x1A",
                                                     "7z\xBC\xAF\x27\x1C",
                                                     "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
                                                     "%PDF-",
                                                     "\x1F\x8B\x08",
                                                     "ITSF",
                                                     "MSCF"};

bool is_file(std::string_view bytes) {
    if (bytes.size() < 64) return false;
    return std::ranges::any_of(signatures, [&](std::string_view start) { return bytes.starts_with(start); });
}

bool is_printable(char c) {
    return (c >= 0x20 && c != 0x7F) || base::is_space(c) || static_cast<unsigned char>(c) >= 0x80;
}

// UTF-16LE as PowerShell takes it: nearly all characters are ASCII, so each second byte is zero.
std::optional<std::string> utf16_text(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE")) bytes.remove_prefix(2);
    if (bytes.size() < 8 || bytes.size() % 2 != 0) return std::nullopt;
    std::string out;
    std::size_t wide = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const auto code = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) |
                          (static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8);
        if (code < 0x80 && !is_printable(static_cast<char>(code))) return std::nullopt;
        if (code >= 0x80) ++wide;
        append_utf8(out, code);
    }
    // Japanese text in comments and names is there too, but commands are ASCII.
    return wide > bytes.size() / 8 ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned have = 0;
    std::size_t at = 0;
    for (; at < text.size() && text[at] != '='; ++at) {
        const int value = base64_value(text[at]);
        if (value < 0) {
            if (base::is_space(text[at])) continue;
            return std::nullopt;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out.push_back(static_cast<char>((bits >> have) & 0xFFU));
        }
    }
    for (; at < text.size(); ++at)
        if (text[at] != '=' && !base::is_space(text[at])) return std::nullopt;
    return out;
}

std::optional<std::string> decode_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = base::hex_value(text[i]);
        const int low = base::hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return out;
}

std::optional<Plain> read_plain(std::string_view bytes) {
    Plain out;
    if (is_file(bytes)) {
        out.is_file = true;
        out.text = latin1_text(bytes);
        return out;
    }
    if (auto wide = utf16_text(bytes)) {
        out.text = std::move(*wide);
        out.is_text = true;
        return out;
    }
    std::string_view plain = bytes;
    while (!plain.empty() && plain.back() == '\0')
        plain.remove_suffix(1);
    if (plain.size() < 8 || !std::ranges::all_of(plain, is_printable) || !base::is_utf8(plain))
        return std::nullopt;
    out.text = std::string(plain);
    out.is_text = true;
    return out;
}

std::optional<std::string> latin1_bytes(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const std::uint32_t code = next_code(utf8, at);
        if (code > 0xFF) return std::nullopt;
        out.push_back(static_cast<char>(code));
    }
    return out;
}

std::string latin1_text(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes)
        append_utf8(out, static_cast<unsigned char>(c));
    return out;
}

std::optional<EncodedRun> next_run(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        if (base64_value(text[from]) < 0) {
            ++from;
            continue;
        }
        EncodedRun run{from, 0, true};
        while (from < text.size() && base64_value(text[from]) >= 0) {
            run.hex = run.hex && base::hex_value(text[from]) >= 0;
            ++from;
        }
        while (from < text.size() && text[from] == '=')
            ++from;
        run.size = from - run.begin;
        if (run.size >= min_run) return run;
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::fold
