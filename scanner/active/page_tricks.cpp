#include "scanner/active/page_tricks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scanner/active/coding.h"
#include "scanner/active/script_text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t longest_junk = 32;
constexpr std::size_t longest_key = 64;
constexpr std::size_t most_keys = 16;

template <class Value>
void keep(std::vector<Value>& list, Value value, std::size_t most) {
    if (list.size() < most && std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

std::string_view skip_blanks(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

// The string that `rest` begins with; `rest` goes on behind it.
std::optional<std::string> take_string(std::string_view& rest) {
    rest = skip_blanks(rest);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'' && rest[0] != '`')) return std::nullopt;
    const Literal literal = literal_at(rest.substr(0, 2 * longest_junk + 2), 0);
    std::string out;
    (void)unescape(literal.raw, 0, 2 * longest_junk, out);
    rest.remove_prefix(literal.end);
    return out;
}

// A regular expression that stands for itself: /@#/g.
std::optional<std::string> take_plain_expression(std::string_view& rest) {
    rest = skip_blanks(rest);
    if (!rest.starts_with('/')) return std::nullopt;
    std::string out;
    for (std::size_t at = 1; at < rest.size() && at <= 2 * longest_junk; ++at) {
        const char c = rest[at];
        if (c == '/') {
            rest.remove_prefix(at + 1);
            while (!rest.empty() && rest[0] >= 'a' && rest[0] <= 'z')  // flags
                rest.remove_prefix(1);
            return out;
        }
        if (c == '\\' && at + 1 < rest.size()) {
            const char escaped = rest[++at];
            if (base::is_digit(escaped) ||
                (base::ascii_lower(escaped) >= 'a' && base::ascii_lower(escaped) <= 'z'))
                return std::nullopt;  // \d, \s, \u...
            out += escaped;
        } else if (std::string_view("[](){}.*+?|^$").find(c) != std::string_view::npos) {
            return std::nullopt;
        } else {
            out += c;
        }
    }
    return std::nullopt;
}

bool take_mark(std::string_view& rest, char mark) {
    rest = skip_blanks(rest);
    if (!rest.starts_with(mark)) return false;
    rest.remove_prefix(1);
    return true;
}

std::optional<std::size_t> take_number(std::string_view& rest) {
    rest = skip_blanks(rest);
    std::size_t value = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(rest.size(), 5), value);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return value;
}

// Calls `take` with what stands behind each `word`.
template <class Take>
void each_behind(std::string_view script, std::string_view word, Take take) {
    for (std::size_t at = script.find(word); at != script.npos; at = script.find(word, at + word.size()))
        take(script.substr(at + word.size()).substr(0, 4 * longest_junk));
}

void add_replaced(std::string_view rest, PageTricks& out) {
    std::optional<std::string> junk = take_string(rest);
    if (!junk) {
        if (skip_blanks(rest).starts_with("/(.)./") || skip_blanks(rest).starts_with("/.(.)/"))
            out.in_turn = true;
        junk = take_plain_expression(rest);
    }
    if (!junk || junk->empty() || junk->size() > longest_junk || !take_mark(rest, ',')) return;
    const auto by = take_string(rest);
    if (by && by->empty()) keep(out.junk, std::move(*junk), PageTricks::most);
}

void add_split(std::string_view rest, PageTricks& out) {
    auto junk = take_string(rest);
    if (!junk || junk->empty() || junk->size() > longest_junk || !take_mark(rest, ')')) return;
    rest = skip_blanks(rest);
    if (!rest.starts_with(".join(")) return;
    rest.remove_prefix(6);
    const auto by = take_string(rest);
    if (by && by->empty()) keep(out.junk, std::move(*junk), PageTricks::most);
}

void add_shift(std::string_view rest, PageTricks& out) {
    constexpr std::size_t largest = 64;
    const std::size_t bracket = rest.substr(0, 16).find(')');
    if (bracket == rest.npos) return;
    rest = skip_blanks(rest.substr(bracket + 1));
    const bool minus = rest.starts_with('-');
    if (!minus && !rest.starts_with('+')) return;
    rest.remove_prefix(1);
    const auto value = take_number(rest);
    if (value && *value > 0 && *value <= largest)
        keep(out.shifts, (minus ? -1 : 1) * static_cast<int>(*value), PageTricks::most);
}

// Short strings of a script that has an XOR: one of them is its key. So is a short list of numbers.
void add_keys(std::string_view script, PageTricks& out) {
    constexpr std::size_t shortest = 2;
    for (const LiteralRun& run : literal_runs(script, shortest, 4'096).runs) {
        if (run.kind == LiteralRun::Kind::numbers && run.size <= 4 * longest_key) {
            std::string key;
            CodingReader reader(Coding::numbers);
            reader.feed(script.substr(run.begin, run.end - run.begin), key);
            reader.finish(key);
            if (key.size() >= shortest) keep(out.keys, std::move(key), most_keys);
        } else if (run.kind == LiteralRun::Kind::strings && run.size <= longest_key) {
            const Literal literal = literal_at(script, run.begin);
            constexpr std::array<std::string_view, 6> words{"click", "download",        "href",
                                                            "a",     "application/zip", "octet/stream"};
            if (std::ranges::find(words, literal.raw) != words.end() || literal.raw.size() < shortest)
                continue;
            std::string key;
            (void)unescape(literal.raw, 0, longest_key, key);
            keep(out.keys, std::move(key), most_keys);
        }
    }
}

std::string without(std::string_view text, std::string_view junk) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = std::min(text.find(junk, at), text.size());
        out += text.substr(at, next - at);
        at = next == text.size() ? next : next + junk.size();
    }
    return out;
}

std::string every_second(std::string_view text, std::size_t first) {
    std::string out;
    out.reserve(text.size() / 2 + 1);
    for (std::size_t at = first; at < text.size(); at += 2)
        out += text[at];
    return out;
}

}  // namespace

void PageTricks::add(std::string_view script) {
    for (const std::string_view word : {".replace(", ".replaceAll("})
        each_behind(script, word, [&](std::string_view rest) { add_replaced(rest, *this); });
    each_behind(script, ".split(", [&](std::string_view rest) { add_split(rest, *this); });
    for (const std::string_view word : {".slice(", ".substring(", ".substr("}) {
        each_behind(script, word, [&](std::string_view rest) {
            const auto count = take_number(rest);
            if (count && *count > 0 && take_mark(rest, ')')) keep(skipped, *count, most);
        });
    }
    each_behind(script, "charCodeAt(", [&](std::string_view rest) { add_shift(rest, *this); });
    constexpr std::array<std::string_view, 3> turns{"i+=2", "i += 2", "%2"};
    if (script.find("charAt(") != script.npos || script.find("filter(") != script.npos) {
        in_turn = in_turn || std::ranges::any_of(turns, [&](std::string_view turn) {
                      return script.find(turn) != script.npos;
                  });
    }
    constexpr std::size_t longest = 1u << 20;  // of a script whose literals are gone through once more
    if (script.size() <= longest && script.find('^') != script.npos) add_keys(script, *this);
}

std::vector<std::string> PageTricks::undo(std::string_view text) const {
    std::vector<std::string> out;
    std::string clean(text);
    for (const std::string& piece : junk)
        clean = without(clean, piece);
    if (clean.size() != text.size()) out.push_back(clean);
    for (const std::size_t count : skipped) {
        if (count < clean.size()) out.push_back(clean.substr(count));
    }
    for (const int shift : shifts) {
        std::string moved = clean;
        for (char& c : moved)
            c = static_cast<char>(static_cast<unsigned char>(c) + shift);
        out.push_back(std::move(moved));
    }
    if (in_turn) {
        out.push_back(every_second(clean, 0));
        out.push_back(every_second(clean, 1));
    }
    return out;
}

}  // namespace sekisho::scanner::active
