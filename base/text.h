// Small ASCII helpers; nothing here looks at the locale.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::base {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// 0 to 15, or -1 where `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_space(char c) { return is_blank(c) || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
// Offset of the first match at or after `from`, or npos. Linear in practice: `needle` is short and ours.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from = 0);

// `text` without the characters at both ends for which `is_odd` holds.
template <std::predicate<char> Predicate>
std::string_view trim(std::string_view text, Predicate is_odd) {
    while (!text.empty() && is_odd(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_odd(text.back()))
        text.remove_suffix(1);
    return text;
}
inline std::string_view trim(std::string_view text) { return trim(text, is_space); }

std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty fields

// `*` stands for any run, `?` for one character; the rest is literal. No recursion, O(n*m).
bool matches_glob(std::string_view pattern, std::string_view text);

// The part behind the last dot of the last path segment, lower case, without the dot; empty where none.
std::string extension_of(std::string_view file_name);

}  // namespace sekisho::base
