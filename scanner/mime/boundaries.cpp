#include "scanner/mime/boundaries.h"

#include <algorithm>

#include "base/text.h"

namespace sekisho::scanner::mime {

namespace {

// Characters that boundaries are made of in the wild; others end one.
constexpr bool is_boundary_char(char c) {
    constexpr std::string_view others = "'()+_,-./:=?#$%&*!@^~{}|[]<>`";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || base::is_digit(c) ||
           static_cast<unsigned char>(c) >= 0x80 || others.find(c) != others.npos;
}

}  // namespace

DelimiterKind kind_of(std::string_view text, std::string_view boundary) {
    return text.starts_with(boundary) ? kind_by_rest(text.substr(boundary.size())) : DelimiterKind::none;
}

DelimiterKind kind_by_rest(std::string_view behind) {
    if (behind.empty()) return DelimiterKind::opens;
    if (behind.starts_with("--") && (behind.size() == 2 || !is_boundary_char(behind[2])))
        return DelimiterKind::closes;
    return is_boundary_char(behind.front()) ? DelimiterKind::none : DelimiterKind::opens;
}

namespace {

// The last character of the line that ends `text`, blanks aside; LF where there is none.
char last_in_line(std::string_view text) {
    while (!text.empty() && text.back() != '\n' && text.back() != '\r' && base::is_space(text.back()))
        text.remove_suffix(1);
    return text.empty() || text.back() == '\r' ? '\n' : text.back();
}

}  // namespace

std::size_t find_glued(std::string_view text, std::size_t from, std::string_view boundary) {
    const auto letter = [](char c) {
        return base::is_digit(c) || (base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z');
    };
    if (boundary.size() < shortest_to_guess || std::ranges::none_of(boundary, letter)) return text.npos;
    const std::string delimiter = "--" + std::string(boundary);
    for (std::size_t at = text.find(delimiter, from); at != text.npos; at = text.find(delimiter, at + 1)) {
        const char before = last_in_line(text.substr(0, at));
        if (before != '\n' && before != '-' && before != '"' && before != '=') return at;
    }
    return text.npos;
}

std::optional<Match> Boundaries::match(std::string_view line) const {
    const std::string_view text = line.substr(2);
    std::optional<Match> closed_level;
    for (std::size_t level = levels_.size(); level-- > 0;) {
        const std::string& boundary = levels_[level].boundary;
        const DelimiterKind kind = kind_of(text, boundary);
        if (kind == DelimiterKind::none) continue;
        const bool closes = kind == DelimiterKind::closes;
        const std::size_t length = boundary.size() + (closes ? 2 : 0);
        const Match match{
            .level = level, .closes = closes, .trailing = !base::trim(text.substr(length)).empty()};
        if (!levels_[level].closed) return match;
        if (!closed_level) closed_level = match;
    }
    return closed_level;
}

}  // namespace sekisho::scanner::mime
