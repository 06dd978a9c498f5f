#include "scanner/unlock/text32.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/charset.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t max_head = 1u << 20;
constexpr std::size_t max_tail = 256u << 10;
constexpr std::size_t max_runs = 256;
constexpr std::size_t max_run_length = 64;

// Appends the code points of `utf8`; bytes that fit nowhere are dropped.
void decode(std::string_view utf8, std::u32string& out) {
    std::size_t at = 0;
    while (at < utf8.size()) {
        const auto lead = static_cast<std::uint8_t>(utf8[at]);
        std::size_t more = 0;
        char32_t c = lead;
        if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            c = lead & 0x07u;
        } else if (lead >= 0xE0) {
            more = 2;
            c = lead & 0x0Fu;
        } else if (lead >= 0xC0) {
            more = 1;
            c = lead & 0x1Fu;
        } else if (lead >= 0x80) {
            ++at;
            continue;
        }
        std::size_t have = 0;
        while (have < more && at + 1 + have < utf8.size() &&
               (static_cast<std::uint8_t>(utf8[at + 1 + have]) & 0xC0u) == 0x80u) {
            c = (c << 6) | (static_cast<std::uint8_t>(utf8[at + 1 + have]) & 0x3Fu);
            ++have;
        }
        at += 1 + have;
        if (have == more) out.push_back(c);
    }
}

bool is_invisible(char32_t c) {
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

bool is_wide(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E; }

std::string clipped(std::string_view text) {
    if (text.size() <= max_head + max_tail) return std::string(text);
    return std::string(text.substr(0, max_head)) + "\n" + std::string(text.substr(text.size() - max_tail));
}

}  // namespace

std::u32string readable(std::string_view utf8) {
    std::string text = clipped(utf8);
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        text = base::nfkc(text);
    std::u32string out;
    out.reserve(text.size());
    decode(text, out);
    std::erase_if(out, [](char32_t c) { return is_invisible(c) || c == U'\r'; });
    std::ranges::replace_if(out, [](char32_t c) { return c == 0x2028 || c == 0x2029 || c == 0x85; }, U'\n');
    return out;
}

std::string to_utf8(std::u32string_view text) {
    std::string out;
    const auto put = [&](char32_t bits) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(bits)));
    };
    for (const char32_t c : text) {
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0u | (c >> 6));
            put(0x80u | (c & 0x3Fu));
        } else if (c < 0x10000) {
            put(0xE0u | (c >> 12));
            put(0x80u | ((c >> 6) & 0x3Fu));
            put(0x80u | (c & 0x3Fu));
        } else {
            put(0xF0u | (c >> 18));
            put(0x80u | ((c >> 12) & 0x3Fu));
            put(0x80u | ((c >> 6) & 0x3Fu));
            put(0x80u | (c & 0x3Fu));
        }
    }
    return out;
}

WideRuns::WideRuns(std::string_view utf8) {
    // U+FF01..U+FF5E begin with the bytes EF BC or EF BD; most texts have none.
    if (utf8.find("\xEF\xBC") == std::string_view::npos && utf8.find("\xEF\xBD") == std::string_view::npos)
        return;
    std::u32string text;
    decode(clipped(utf8), text);
    Run run;
    bool wide = false;
    text.push_back(U'\n');
    for (const char32_t c : text) {
        const bool inside = is_wide(c) || (c > 0x20 && c < 0x7F);
        if (inside && run.raw.size() < max_run_length) {
            run.raw.push_back(c);
            run.folded.push_back(is_wide(c) ? c - 0xFF01 + 0x21 : c);
            wide = wide || is_wide(c);
            continue;
        }
        if (wide && run.raw.size() > 1) runs_.push_back(run);
        if (runs_.size() >= max_runs) return;
        run = {};
        wide = false;
    }
}

std::string WideRuns::raw_form_of(std::u32string_view token) const {
    for (const Run& run : runs_) {
        const std::size_t at = run.folded.find(token);
        if (at == std::u32string::npos) continue;
        const std::u32string_view raw = std::u32string_view(run.raw).substr(at, token.size());
        if (raw != token) return to_utf8(raw);
    }
    return {};
}

}  // namespace sekisho::scanner::unlock
