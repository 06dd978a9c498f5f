#include "scanner/unlock/text32.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/charset.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t max_head = 1u << 20;
constexpr std::size_t max_tail = 256u << 10;
constexpr std::size_t max_runs = 256;
constexpr std::size_t max_run_length = 64;

// Calls `take` for each code point of `utf8` until it says no; bytes that fit nowhere are dropped.
template <class Take>
bool decode(std::string_view utf8, Take take) {
    std::size_t at = 0;
    while (at < utf8.size()) {
        const auto lead = static_cast<std::uint8_t>(utf8[at]);
        if (lead < 0x80) {
            ++at;
            if (!take(char32_t{lead})) return false;
            continue;
        }
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
        } else {
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
        if (have == more && !take(c)) return false;
    }
    return true;
}

struct Range {
    char32_t first;
    char32_t last;
};
// Characters that NFKC leaves as they are, whatever of these stands beside them: what mails are written in.
constexpr std::array own_form{
    Range{0x00, 0x7F},     Range{0xA1, 0xA7},     Range{0xAB, 0xAE},     Range{0xB0, 0xB1},
    Range{0xB6, 0xB7},     Range{0xBB, 0xBB},     Range{0xBF, 0x131},    Range{0x14A, 0x17E},
    Range{0x38E, 0x3A1},   Range{0x3A3, 0x3CF},   Range{0x3FA, 0x482},   Range{0x488, 0x52F},
    Range{0x200B, 0x2010}, Range{0x2012, 0x2016}, Range{0x2018, 0x2023}, Range{0x20A9, 0x20C0},
    Range{0x2190, 0x222B}, Range{0x2500, 0x27BF}, Range{0x3001, 0x3029}, Range{0x3041, 0x3096},
    Range{0x30A0, 0x30FE}, Range{0x4E00, 0x9FFC}, Range{0xAC00, 0xD7A3}};

constexpr char32_t no_plain_form = 0xFFFFFFFF;

bool is_invisible(char32_t c) {
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

bool is_wide(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E; }

// What NFKC makes of it where that needs no table of Unicode: the library's own way goes over UTF-16 and
// back, and every mail is read.
char32_t plain_form(char32_t c) {
    if (c < 0x80 || (c >= 0x3041 && c <= 0x3096) || (c >= 0x4E00 && c <= 0x9FFC)) return c;
    if (is_wide(c)) return c - 0xFF01 + 0x21;
    if (c == 0xA0 || c == 0x3000) return U' ';
    const auto behind = std::ranges::upper_bound(own_form, c, {}, &Range::first);
    return c <= std::prev(behind)->last ? c : no_plain_form;
}

// How many bytes from `at` on are ASCII and no CR.
std::size_t plain_run(std::string_view text, std::size_t at) {
    const auto odd = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\r'; };
    const std::string_view rest = text.substr(at);
    return static_cast<std::size_t>(std::ranges::find_if(rest, odd) - rest.begin());
}

std::string clipped(std::string_view text) {
    if (text.size() <= max_head + max_tail) return std::string(text);
    return std::string(text.substr(0, max_head)) + "\n" + std::string(text.substr(text.size() - max_tail));
}

}  // namespace

std::u32string readable(std::string_view utf8) {
    std::string text = clipped(utf8);
    std::u32string out;
    out.reserve(text.size());
    const auto take = [&out](char32_t c) {
        if (c == 0x2028 || c == 0x2029 || c == 0x85) {
            out.push_back(U'\n');
        } else if (c != U'\r' && !is_invisible(c)) {
            out.push_back(c);
        }
        return true;
    };
    const auto take_plain = [&](char32_t c) {
        const char32_t form = plain_form(c);
        return form != no_plain_form && take(form);
    };
    bool plain = true;
    for (std::size_t at = 0; plain && at < text.size();) {
        const std::size_t run = plain_run(text, at);
        out.append(text.begin() + static_cast<std::ptrdiff_t>(at),
                   text.begin() + static_cast<std::ptrdiff_t>(at + run));
        at += run;
        const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r'; };
        const auto end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), ascii);
        const auto length = static_cast<std::size_t>(end - text.begin()) - at;
        plain = decode(std::string_view(text).substr(at, length), take_plain);
        at += length;
    }
    if (plain) return out;
    text = base::nfkc(text);
    out.clear();
    decode(text, take);
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
    decode(clipped(utf8), [&text](char32_t c) {
        text.push_back(c);
        return true;
    });
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
