// Looks at a text from one position: its line, its token, its quotes. What all of them see is bounded, which
// keeps hostile texts of one line linear.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "scanner/unlock/token_shape.h"

namespace sekisho::scanner::unlock {

// A view of code points; the caller keeps them alive.
class TextReader {
public:
    static constexpr std::size_t max_line = 4'096;   // longer lines are read in pieces
    static constexpr std::size_t max_run = 256;      // characters without a blank that are taken as one
    static constexpr std::size_t look_around = 160;  // characters before or behind a keyword, on its line

    explicit TextReader(std::u32string_view text) : text_(text) {}

    std::u32string_view text() const { return text_; }

    // Offset of the newline that ends the line at `at`.
    std::size_t line_end(std::size_t at) const {
        const std::size_t end = text_.substr(at, max_line).find(U'\n');
        return end == text_.npos ? std::min(text_.size(), at + max_line) : at + end;
    }
    // Offset of the first character of the line at `at`, or look_around before it.
    std::size_t line_begin(std::size_t at) const {
        const std::size_t first = at - std::min(at, look_around);
        const std::size_t before = text_.substr(first, at - first).rfind(U'\n');
        return before == text_.npos ? first : first + before + 1;
    }
    std::u32string_view token_at(std::size_t at) const {
        std::size_t end = at;
        while (end < text_.size() && end - at < max_run && is_token_char(text_[end]))
            ++end;
        return text_.substr(at, end - at);
    }
    // What stands in quotes or brackets that open at `at`, on one line, at most max_token; empty otherwise.
    std::u32string_view quoted(std::size_t at) const {
        const char32_t closer = closer_of(text_[at]);
        if (closer == U'\0') return {};
        for (std::size_t end = at + 1; end < text_.size() && end - at <= max_token + 1; ++end) {
            if (text_[end] == U'\n') break;
            if (closes(text_[end], closer)) return text_.substr(at + 1, end - at - 1);
        }
        return {};
    }
    bool is_at(std::size_t at, std::u32string_view what) const { return text_.substr(at).starts_with(what); }

private:
    std::u32string_view text_;
};

}  // namespace sekisho::scanner::unlock
