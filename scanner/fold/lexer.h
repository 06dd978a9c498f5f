// What the readers of words of all languages share: where they are, and the words so far.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "scanner/fold/token.h"

namespace sekisho::scanner::fold {

constexpr bool is_line_end(char c) { return c == '\r' || c == '\n'; }
// Of a name; all bytes beyond ASCII count.
constexpr bool is_letter(char c) {
    const char low = base::ascii_lower(c);
    return (low >= 'a' && low <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
protected:
    // The source outlives this.
    Lexer(std::string_view source, Names& names) : source_(source), names_(names) {
        tokens_.reserve(source.size() / 4 + 16);
    }

    char peek(std::size_t n = 0) const { return at_ + n < source_.size() ? source_[at_ + n] : '\0'; }
    Token& push(TokenKind kind, std::size_t begin, Op op = Op::none) {
        Token& token = tokens_.emplace_back();
        token.begin = static_cast<std::uint32_t>(begin);
        token.end = static_cast<std::uint32_t>(at_);
        token.kind = kind;
        token.op = op;
        return token;
    }
    // A sign of one character; controls and bytes beyond ASCII are nothing that is understood.
    void push_sign(char c, std::size_t begin, Op op) {
        const bool plain = c > 0x20 && c < 0x7F;
        push(plain ? TokenKind::punct : TokenKind::other, begin, plain ? op : Op::none);
    }
    void skip_line() { at_ = std::min(source_.find_first_of("\r\n", at_), source_.size()); }
    void skip_to_behind(std::string_view close, std::size_t from) {
        const std::size_t end = source_.find(close, from);
        at_ = end == std::string_view::npos ? source_.size() : end + close.size();
    }

    std::string_view source_;
    Names& names_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace sekisho::scanner::fold
