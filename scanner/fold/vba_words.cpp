#include "scanner/fold/vba_words.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/fold/lexer.h"

namespace sekisho::scanner::fold::vba {

namespace {

bool is_word(char c) { return is_letter(c) || base::is_digit(c); }

class VbaLexer : Lexer {
public:
    VbaLexer(std::string_view source, Names& names, Output& output) : Lexer(source, names), output_(output) {}

    std::vector<Token> run() {
        while (at_ < source_.size())
            step();
        push(TokenKind::separator, at_);
        push(TokenKind::end, at_);
        return std::move(tokens_);
    }

private:
    bool at_start() const { return tokens_.empty() || tokens_.back().kind == TokenKind::separator; }

    void step() {
        const char c = peek();
        if (base::is_blank(c)) {
            ++at_;
        } else if (is_line_end(c) || c == ':') {
            separator();
        } else if (c == '"') {
            literal();
        } else if (c == '\'') {
            skip_line();
        } else if (c == '_' && continued()) {
            return;
        } else if (is_letter(c)) {
            name();
        } else if (base::is_digit(c)) {
            number(10, at_);
        } else if (c == '[') {
            bracketed();
        } else if (c == '&' && radix_prefix()) {
            const std::size_t begin = at_;
            const int radix = base::ascii_lower(peek(1)) == 'h' ? 16 : 8;
            at_ += 2;
            number(radix, begin);
        } else {
            sign();
        }
    }

    void separator() {
        const std::size_t begin = at_;
        if (peek() == ':' && peek(1) == '=') {
            at_ += 2;
            push(TokenKind::punct, begin, Op::named);
            return;
        }
        ++at_;
        if (!at_start()) push(TokenKind::separator, begin);
    }

    void literal() {
        const std::size_t begin = at_++;
        while (at_ < source_.size() && !is_line_end(source_[at_])) {
            if (source_[at_++] != '"') continue;
            if (peek() != '"') {
                push(TokenKind::string, begin);
                return;
            }
            ++at_;  // "" is a quote
        }
        push(TokenKind::other, begin);  // not closed on its line
    }

    // " _" at the end of a line joins it with the next one.
    bool continued() {
        if (at_ > 0 && !base::is_blank(source_[at_ - 1])) return false;
        std::size_t end = at_ + 1;
        while (end < source_.size() && base::is_blank(source_[end]))
            ++end;
        if (end >= source_.size() || !is_line_end(source_[end])) return false;
        if (source_[end] == '\r' && end + 1 < source_.size() && source_[end + 1] == '\n') ++end;
        output_.replace(at_, end + 1, {});
        at_ = end + 1;
        return true;
    }

    void name() {
        const std::size_t begin = at_;
        while (at_ < source_.size() && is_word(source_[at_]))
            ++at_;
        const std::uint32_t id = names_.number(source_.substr(begin, at_ - begin));
        if (id == w_rem && at_start()) {
            skip_line();
            return;
        }
        if (peek() == '$') ++at_;
        push(TokenKind::name, begin).id = id;
    }

    void bracketed() {
        const std::size_t begin = at_;
        std::size_t end = at_ + 1;
        while (end < source_.size() && end - at_ < 64 && source_[end] != ']' && !is_line_end(source_[end]))
            ++end;
        const bool closed = end < source_.size() && source_[end] == ']';
        const std::string_view inner = source_.substr(at_ + 1, end - at_ - 1);
        const bool plain = closed && !inner.empty() && std::ranges::all_of(inner, is_word);
        at_ = plain ? end + 1 : at_ + 1;
        if (plain) {
            push(TokenKind::name, begin).id = names_.number(inner);
        } else {
            push(TokenKind::other, begin);
        }
    }

    // &H41 and &O101, but not the operator in "a"&Hex(65).
    bool radix_prefix() const {
        const char mark = base::ascii_lower(peek(1));
        if (mark != 'h' && mark != 'o') return false;
        std::size_t end = at_ + 2;
        while (end < source_.size() && end - at_ < 20 && base::hex_value(source_[end]) >= 0)
            ++end;
        return end > at_ + 2 && !(end < source_.size() && is_word(source_[end]));
    }

    void number(int radix, std::size_t begin) {
        while (at_ < source_.size() &&
               (radix == 16 ? base::hex_value(source_[at_]) >= 0 : base::is_digit(source_[at_])))
            ++at_;
        TokenKind kind = TokenKind::number;
        if (radix == 10 && peek() == '.' && base::is_digit(peek(1))) {
            kind = TokenKind::other;
            ++at_;
            while (base::is_digit(peek()))
                ++at_;
        }
        const std::size_t end = at_;
        // A type suffix, as in 65% or 65&; an ampersand before more text is the operator.
        const char mark = peek();
        if (mark == '%' || mark == '#' || mark == '!' || mark == '@' || mark == '^') {
            if (!is_word(peek(1)) && peek(1) != ' ') ++at_;
        } else if (mark == '&' && (peek(1) == ')' || peek(1) == ',' || is_line_end(peek(1)))) {
            ++at_;
        }
        push(kind, begin).link = static_cast<std::uint32_t>(end);
    }

    void sign() {
        const std::size_t begin = at_++;
        const char c = source_[begin];
        Op op = op_of(c);
        if (c == '<' && (peek() == '>' || peek() == '=')) {
            op = peek() == '>' ? Op::unequal : Op::less_equal;
            ++at_;
        } else if (c == '>' && peek() == '=') {
            op = Op::greater_equal;
            ++at_;
        } else if (c == '<' || c == '>') {
            op = c == '<' ? Op::less : Op::greater;
        }
        push_sign(c, begin, op);
    }

    Output& output_;
};

}  // namespace

const std::vector<std::string_view>& known_names() {
    // clang-format off
    static const std::vector<std::string_view> names{
        "chr", "chrw", "chrb", "asc", "ascw", "strreverse", "replace", "split", "join", "mid", "left", "right",
        "array", "lcase", "ucase", "trim", "ltrim", "rtrim", "space", "string", "cstr", "hex", "oct", "len", "val",
        "cint", "clng", "cbyte", "cvar", "int", "fix", "abs", "instr", "ubound", "lbound", "strconv", "midb", "lenb",
        "ascb", "filter",
        "vbcrlf", "vbcr", "vblf", "vbtab", "vbnewline", "vbnullstring", "vbnullchar", "true", "false", "empty",
        "vba", "strings", "conversion", "math", "interaction",
        "if", "then", "else", "elseif", "end", "select", "case", "for", "each", "to", "step", "in", "next", "do",
        "loop", "while", "wend", "until", "sub", "function", "property", "exit", "const", "dim", "public", "private",
        "static", "friend", "global", "set", "let", "redim", "erase", "call", "as", "new", "not", "and", "or", "xor",
        "mod", "eqv", "imp", "like", "is", "rem", "option", "attribute", "get", "declare", "byref", "byval",
        "optional", "preserve", "with", "type", "enum", "addressof", "typeof", "goto", "on", "default"};
    // clang-format on
    return names;
}

std::vector<Token> read_tokens(std::string_view source, Names& names, Output& output) {
    return VbaLexer(source, names, output).run();
}

}  // namespace sekisho::scanner::fold::vba
