#include "scanner/office/xlm/references.h"

#include <algorithm>

#include "base/text.h"

namespace sekisho::scanner::office::xlm {

namespace {

bool is_letter(char c) { return base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z'; }

// Digits at `at`, which moves behind them; nullopt where there is none, or the number is above `most`.
std::optional<std::uint32_t> read_digits(std::string_view text, std::size_t& at, std::uint32_t most) {
    std::uint32_t value = 0;
    const std::size_t begin = at;
    for (; at < text.size() && base::is_digit(text[at]); ++at) {
        value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
        if (value > most) return std::nullopt;
    }
    if (at == begin) return std::nullopt;
    return value;
}

// "R5", "R[-2]", "R": the part behind the letter. `own` is where the formula stands.
struct Half {
    std::uint32_t value = 0;
    bool relative = false;
};
std::optional<Half> read_half(std::string_view text, std::size_t& at, std::uint32_t own, std::uint32_t size) {
    if (at < text.size() && text[at] == '[') {
        std::size_t inner = at + 1;
        const bool negative = inner < text.size() && text[inner] == '-';
        if (negative) ++inner;
        const auto offset = read_digits(text, inner, size);
        if (!offset || inner >= text.size() || text[inner] != ']') return std::nullopt;
        at = inner + 1;
        const std::uint32_t distance = negative ? size - *offset % size : *offset;
        return Half{(own + distance) % size, true};
    }
    if (at < text.size() && base::is_digit(text[at])) {
        const auto number = read_digits(text, at, size);
        if (!number || *number == 0) return std::nullopt;
        return Half{*number - 1, false};
    }
    return Half{own, true};
}

}  // namespace

bool is_name_character(char c) {
    return is_letter(c) || base::is_digit(c) || c == '_' || c == '.' || c == '\\' || c == '?' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::optional<WrittenCell> read_a1(std::string_view text) {
    constexpr std::size_t most_letters = 3;
    WrittenCell out;
    std::size_t at = 0;
    const auto dollar = [&] { return at < text.size() && text[at] == '$' ? (++at, true) : false; };
    out.column_relative = !dollar();
    std::size_t letters = 0;
    for (; at < text.size() && is_letter(text[at]) && letters <= most_letters; ++at, ++letters)
        out.column = out.column * 26 + static_cast<std::uint32_t>(base::ascii_lower(text[at]) - 'a' + 1);
    if (letters == 0 || out.column > max_columns) return std::nullopt;
    out.row_relative = !dollar();
    const auto row = read_digits(text, at, max_rows);
    if (!row || *row == 0 || (at < text.size() && is_name_character(text[at]))) return std::nullopt;
    --out.column;
    out.row = *row - 1;
    out.length = at;
    return out;
}

std::optional<WrittenCell> read_r1c1(std::string_view text, const Place& at) {
    if (text.empty() || base::ascii_lower(text[0]) != 'r') return std::nullopt;
    std::size_t next = 1;
    const auto row = read_half(text, next, at.row, max_rows);
    if (!row || next >= text.size() || base::ascii_lower(text[next]) != 'c') return std::nullopt;
    ++next;
    const auto column = read_half(text, next, at.column, max_columns);
    if (!column || (next < text.size() && is_name_character(text[next]))) return std::nullopt;
    return WrittenCell{row->value, column->value, row->relative, column->relative, next};
}

}  // namespace sekisho::scanner::office::xlm
