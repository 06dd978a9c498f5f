#include "scanner/fold/js_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scanner/fold/lexer.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold::js {

namespace {

bool begins_name(char c) { return is_letter(c) || c == '$'; }
bool is_word(char c) { return begins_name(c) || base::is_digit(c); }

struct Sign {
    std::string_view text;
    Op op;
};
// Longer ones first.
constexpr std::array signs{
    Sign{">>>=", Op::assign_other}, Sign{"===", Op::equal},        Sign{"!==", Op::unequal},
    Sign{">>>", Op::shift_right},   Sign{"<<=", Op::assign_other}, Sign{">>=", Op::assign_other},
    Sign{"**=", Op::assign_other},  Sign{"...", Op::range},        Sign{"=>", Op::arrow},
    Sign{"==", Op::equal},          Sign{"!=", Op::unequal},       Sign{"<=", Op::less_equal},
    Sign{">=", Op::greater_equal},  Sign{"&&", Op::logical},       Sign{"||", Op::logical},
    Sign{"??", Op::logical},        Sign{"<<", Op::shift_left},    Sign{">>", Op::shift_right},
    Sign{"+=", Op::assign_add},     Sign{"-=", Op::assign_other},  Sign{"*=", Op::assign_other},
    Sign{"/=", Op::assign_other},   Sign{"%=", Op::assign_other},  Sign{"&=", Op::assign_other},
    Sign{"|=", Op::assign_other},   Sign{"^=", Op::assign_other},  Sign{"++", Op::assign_other},
    Sign{"--", Op::assign_other},   Sign{"**", Op::power},         Sign{"?.", op_of('.')}};

class JsLexer : Lexer {
public:
    JsLexer(std::string_view source, Names& names) : Lexer(source, names) {}

    std::vector<Token> run() {
        while (at_ < source_.size())
            step();
        push(TokenKind::end, at_);
        return std::move(tokens_);
    }

private:
    void step() {
        const char c = peek();
        if (base::is_space(c)) {
            ++at_;
        } else if (c == '/' && peek(1) == '/') {
            skip_line();
        } else if (c == '/' && peek(1) == '*') {
            skip_to_behind("*/", at_ + 2);
        } else if (c == '"' || c == '\'') {
            literal(c);
        } else if (c == '`') {
            template_literal();
        } else if (c == ';') {
            ++at_;
            push(TokenKind::separator, at_ - 1);
        } else if (begins_name(c)) {
            const std::size_t begin = at_;
            while (at_ < source_.size() && is_word(source_[at_]))
                ++at_;
            push(TokenKind::name, begin).id = names_.number(source_.substr(begin, at_ - begin));
        } else if (base::is_digit(c)) {
            number();
        } else if (c == '/' && regex_may_begin()) {
            regex();
        } else {
            sign();
        }
    }

    void literal(char quote) {
        const std::size_t begin = at_++;
        while (at_ < source_.size() && !is_line_end(source_[at_])) {
            const char c = source_[at_++];
            if (c == quote) {
                push(TokenKind::string, begin);
                return;
            }
            if (c != '\\' || at_ == source_.size()) continue;
            if (source_[at_] == '\r' && peek(1) == '\n') ++at_;  // the literal goes on on the next line
            ++at_;
        }
        push(TokenKind::other, begin);
    }

    // One with holes is no constant.
    void template_literal() {
        const std::size_t begin = at_++;
        bool holes = false;
        while (at_ < source_.size() && source_[at_] != '`') {
            holes = holes || (source_[at_] == '$' && peek(1) == '{');
            at_ += source_[at_] == '\\' && at_ + 1 < source_.size() ? 2U : 1U;
        }
        const bool closed = at_ < source_.size();
        if (closed) ++at_;
        push(closed && !holes ? TokenKind::string : TokenKind::other, begin);
    }

    void number() {
        const std::size_t begin = at_;
        bool whole = true;
        while (at_ < source_.size() && (is_word(source_[at_]) || source_[at_] == '.')) {
            whole = whole && source_[at_] != '.';
            ++at_;
        }
        push(whole ? TokenKind::number : TokenKind::other, begin);
    }

    // A slash divides behind an operand.
    bool regex_may_begin() const {
        if (tokens_.empty()) return true;
        const Token& last = tokens_.back();
        if (last.kind == TokenKind::punct) return !last.is(')') && !last.is(']') && !last.is('}');
        return last.kind == TokenKind::separator || (last.kind == TokenKind::name && last.id == w_return);
    }
    void regex() {
        const std::size_t begin = at_++;
        bool in_class = false;
        while (at_ < source_.size() && !is_line_end(source_[at_]) && (in_class || source_[at_] != '/')) {
            if (source_[at_] == '[') in_class = true;
            if (source_[at_] == ']') in_class = false;
            at_ += source_[at_] == '\\' && at_ + 1 < source_.size() ? 2U : 1U;
        }
        if (peek() == '/') ++at_;
        while (begins_name(peek()))
            ++at_;
        push(TokenKind::other, begin);
    }

    void sign() {
        const std::size_t begin = at_;
        const std::string_view rest = source_.substr(at_, 4);
        for (const Sign& sign : signs) {
            if (!rest.starts_with(sign.text)) continue;
            at_ += sign.text.size();
            push(TokenKind::punct, begin, sign.op);
            return;
        }
        const char c = source_[at_++];
        const Op op = c == '<' ? Op::less : c == '>' ? Op::greater : op_of(c);
        push_sign(c, begin, op);
    }
};

// The digits of \xHH and \uHHHH; nullopt where there are fewer.
std::optional<std::uint32_t> hex_digits(std::string_view text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    std::uint32_t code = 0;
    for (const char c : text.substr(0, count)) {
        if (base::hex_value(c) < 0) return std::nullopt;
        code = code * 16 + static_cast<std::uint32_t>(base::hex_value(c));
    }
    return code;
}

// Behind \u: as many characters as it takes are skipped.
void unicode_escape(std::string_view inner, std::size_t& at, std::string& out) {
    if (at < inner.size() && inner[at] == '{') {
        const std::size_t end = inner.substr(at, 10).find('}');
        const auto code = end == std::string_view::npos || end < 2
                              ? std::nullopt
                              : hex_digits(inner.substr(at + 1), end - 1);
        if (!code || *code > 0x10FFFF) return;
        append_utf8(out, *code);
        at += end + 1;
        return;
    }
    const auto code = hex_digits(inner.substr(at), 4);
    if (!code) {
        out.push_back('u');
        return;
    }
    append_utf8(out, *code);
    at += 4;
}

}  // namespace

std::string unescaped(std::string_view inner) {
    std::string out;
    out.reserve(inner.size());
    for (std::size_t at = 0; at < inner.size();) {
        const char c = inner[at++];
        if (c != '\\' || at == inner.size()) {
            out.push_back(c);
            continue;
        }
        const char mark = inner[at++];
        constexpr std::string_view letters = "nrtbfv";
        constexpr std::string_view controls = "\n\r\t\b\f\v";
        if (mark == 'x') {
            const auto code = hex_digits(inner.substr(at), 2);
            if (code) {
                append_utf8(out, *code);
                at += 2;
            } else {
                out.push_back('x');
            }
        } else if (mark == 'u') {
            unicode_escape(inner, at, out);
        } else if (mark >= '0' && mark <= '7') {
            std::uint32_t code = static_cast<std::uint32_t>(mark - '0');
            for (int i = 0; i < 2 && at < inner.size() && inner[at] >= '0' && inner[at] <= '7' && code < 32;
                 ++i)
                code = code * 8 + static_cast<std::uint32_t>(inner[at++] - '0');
            append_utf8(out, code);
        } else if (is_line_end(mark)) {
            if (mark == '\r' && at < inner.size() && inner[at] == '\n') ++at;
        } else {
            const std::size_t letter = letters.find(mark);
            out.push_back(letter == std::string_view::npos ? mark : controls[letter]);
        }
    }
    return out;
}

const std::vector<std::string_view>& known_names() {
    // clang-format off
    static const std::vector<std::string_view> names{
        "unescape", "decodeURIComponent", "decodeURI", "atob", "parseInt", "String", "Array", "Number",
        "fromCharCode",
        "join", "split", "reverse", "replace", "replaceAll", "substr", "substring", "slice", "charAt", "charCodeAt",
        "concat", "toString", "toLowerCase", "toUpperCase", "trim", "length", "indexOf", "apply", "call",
        "push", "pop", "shift", "unshift", "splice", "sort", "fill",
        "var", "let", "const", "function", "if", "else", "for", "while", "do", "return", "switch", "case", "default",
        "break", "continue", "try", "catch", "finally", "throw", "new", "typeof", "void", "delete", "in", "of",
        "instanceof", "true", "false", "null", "undefined"};
    // clang-format on
    return names;
}

std::vector<Token> read_tokens(std::string_view source, Names& names) { return JsLexer(source, names).run(); }

}  // namespace sekisho::scanner::fold::js
