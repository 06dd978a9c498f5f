#include "base/text.h"

#include <algorithm>

namespace sekisho::base {

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = ascii_lower(c);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
    return text.size() >= suffix.size() &&
           equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from) {
    constexpr std::size_t none = std::string_view::npos;
    if (from > text.size()) return none;
    if (needle.empty()) return from;
    // Both cases of the first character are looked for many places at a time, yet never far behind the match:
    // who asks again behind it would look through the rest for the other case each time.
    constexpr std::size_t block = 128;
    const char lower = ascii_lower(needle.front());
    const char upper = lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 'a' + 'A') : lower;
    for (; from < text.size(); from += std::min(block, text.size() - from)) {
        const std::string_view here = text.substr(from, block);
        std::size_t next_lower = here.find(lower);
        std::size_t next_upper = upper == lower ? none : here.find(upper);
        while (next_lower != none || next_upper != none) {
            const std::size_t at = std::min(next_lower, next_upper);
            if (starts_with_ignoring_case(text.substr(from + at), needle)) return from + at;
            (at == next_lower ? next_lower : next_upper) =
                here.find(at == next_lower ? lower : upper, at + 1);
        }
    }
    return none;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t at = text.find(separator);
        out.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

bool matches_glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;  // the last '*' seen, where matching resumes
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

std::string extension_of(std::string_view file_name) {
    const std::size_t slash = file_name.find_last_of("/\\");
    if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
    const std::size_t dot = file_name.rfind('.');
    return dot == std::string_view::npos ? std::string() : to_lower(file_name.substr(dot + 1));
}

}  // namespace sekisho::base
