// The words of source code in lower case, and tables of those that mean something.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace sekisho::scanner {

// Words are runs of letters, digits and "_"; all bytes beyond ASCII count as letters.
constexpr bool is_code_word(char c) {
    return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

struct CodeWord {
    std::size_t begin = 0;
    std::size_t end = 0;  // begin == end: there is none
};
// The first word at or behind `from`. Linear.
inline CodeWord next_code_word(std::string_view lower, std::size_t from) {
    while (from < lower.size() && !is_code_word(lower[from]))
        ++from;
    std::size_t end = from;
    while (end < lower.size() && is_code_word(lower[end]))
        ++end;
    return {from, end};
}

// A word, what must follow it, and what the two say.
template <class Hint>
struct Keyword {
    std::string_view word;
    std::string_view rest;
    Hint hint;
};

// Longer words are in no table: hostile ones need not be looked up.
constexpr std::size_t longest_keyword = 64;

template <class Hint>
class KeywordIndex {
public:
    // The table outlives this.
    explicit KeywordIndex(std::span<const Keyword<Hint>> table) {
        for (const Keyword<Hint>& row : table)
            rows_.emplace(row.word, &row);
    }

    // Calls `found` with each row that holds for the word at `word` of `lower`.
    template <class Found>
    void each(std::string_view lower, CodeWord word, Found found) const {
        const std::size_t size = word.end - word.begin;
        if (size == 0 || size > longest_keyword) return;
        const auto [from, to] = rows_.equal_range(lower.substr(word.begin, size));
        for (auto row = from; row != to; ++row) {
            if (lower.substr(word.end).starts_with(row->second->rest)) found(*row->second);
        }
    }

private:
    std::unordered_multimap<std::string_view, const Keyword<Hint>*> rows_;
};

}  // namespace sekisho::scanner
