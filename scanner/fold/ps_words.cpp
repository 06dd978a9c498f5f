#include "scanner/fold/ps_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scanner/fold/lexer.h"

namespace sekisho::scanner::fold::ps {

namespace {

bool is_word(char c) { return is_letter(c) || base::is_digit(c); }

struct Sign {
    std::string_view text;
    Op op;
};
constexpr std::array operators{Sign{"join", Op::join},
                               Sign{"split", Op::split},
                               Sign{"csplit", Op::split},
                               Sign{"isplit", Op::split},
                               Sign{"replace", Op::replace},
                               Sign{"ireplace", Op::replace},
                               Sign{"creplace", Op::replace_case},
                               Sign{"f", Op::format},
                               Sign{"bxor", Op::bit_xor},
                               Sign{"band", Op::bit_and},
                               Sign{"bor", Op::bit_or},
                               Sign{"shl", Op::shift_left},
                               Sign{"shr", Op::shift_right},
                               Sign{"eq", Op::equal},
                               Sign{"ne", Op::unequal},
                               Sign{"lt", Op::less},
                               Sign{"le", Op::less_equal},
                               Sign{"gt", Op::greater},
                               Sign{"ge", Op::greater_equal},
                               Sign{"and", Op::logical},
                               Sign{"or", Op::logical},
                               Sign{"xor", Op::logical},
                               Sign{"like", Op::compare},
                               Sign{"match", Op::compare},
                               Sign{"notmatch", Op::compare},
                               Sign{"notlike", Op::compare},
                               Sign{"contains", Op::compare},
                               Sign{"in", Op::compare},
                               Sign{"is", Op::compare},
                               Sign{"as", Op::compare},
                               Sign{"not", Op::logical_not}};
constexpr std::array signs{Sign{"..", Op::range},        Sign{"::", Op::member},
                           Sign{"+=", Op::assign_add},   Sign{"-=", Op::assign_other},
                           Sign{"*=", Op::assign_other}, Sign{"/=", Op::assign_other},
                           Sign{"++", Op::assign_other}, Sign{"--", Op::assign_other},
                           Sign{"&&", Op::logical},      Sign{"||", Op::logical}};

class PsLexer : Lexer {
public:
    PsLexer(std::string_view source, Names& names, std::deque<std::string>& cleaned, Output& output)
        : Lexer(source, names), cleaned_(cleaned), output_(output) {}

    std::vector<Token> run() {
        while (at_ < source_.size())
            step();
        push(TokenKind::separator, at_);
        push(TokenKind::end, at_);
        return std::move(tokens_);
    }

private:
    void step() {
        const char c = peek();
        if (base::is_blank(c)) {
            ++at_;
        } else if (is_line_end(c) || c == ';') {
            ++at_;
            // Within brackets a statement goes on on the next line.
            if (c == ';' || open_.empty() || open_.back() == '{') push(TokenKind::separator, at_ - 1);
        } else if (c == '#') {
            skip_line();
        } else if (c == '<' && peek(1) == '#') {
            skip_to_behind("#>", at_);
        } else if (c == '\'') {
            single_quoted();
        } else if (c == '"') {
            double_quoted();
        } else if (c == '@' && (peek(1) == '\'' || peek(1) == '"')) {
            here_string();
        } else if (c == '$') {
            variable();
        } else if (c == '`' && is_line_end(peek(1))) {
            at_ += peek(1) == '\r' && peek(2) == '\n' ? 3U : 2U;
        } else if (is_letter(c) || (c == '`' && is_letter(peek(1)))) {
            word();
        } else if (base::is_digit(c)) {
            number();
        } else if (c == '-' && (is_letter(peek(1)) || peek(1) == '`')) {
            dashed();
        } else {
            sign();
        }
    }

    void single_quoted() {
        const std::size_t begin = at_++;
        while (at_ < source_.size()) {
            if (source_[at_++] != '\'') continue;
            if (peek() != '\'') {
                push(TokenKind::string, begin);
                return;
            }
            ++at_;
        }
        at_ = begin + 1;
        push(TokenKind::other, begin);
        at_ = source_.size();
    }
    void double_quoted() {
        const std::size_t begin = at_++;
        while (at_ < source_.size()) {
            const char c = source_[at_++];
            if (c == '`' && at_ < source_.size()) {
                ++at_;
            } else if (c == '"') {
                if (peek() != '"') {
                    push(TokenKind::string, begin);
                    return;
                }
                ++at_;
            }
        }
        push(TokenKind::other, begin);
    }
    void here_string() {
        const std::size_t begin = at_;
        const std::string_view close = peek(1) == '\'' ? "\n'@" : "\n\"@";
        const std::size_t end = source_.find(close, at_);
        at_ = end == std::string_view::npos ? source_.size() : end + close.size();
        push(end == std::string_view::npos ? TokenKind::other : TokenKind::string, begin);
    }

    // $name, $env:name, ${any name}
    void variable() {
        const std::size_t begin = at_++;
        std::string_view name;
        if (peek() == '{') {
            const std::size_t end = source_.substr(at_, 200).find('}');
            if (end != std::string_view::npos) {
                name = source_.substr(at_ + 1, end - 1);
                at_ += end + 1;
                if (name.find('`') != std::string_view::npos) name = without_marks(name);
            }
        } else {
            const std::size_t from = at_;
            while (is_word(peek()) || (peek() == ':' && at_ > from && is_letter(peek(1))))
                ++at_;
            name = source_.substr(from, at_ - from);
        }
        for (const std::string_view scope : {"script:", "global:", "local:", "private:", "variable:"})
            if (base::starts_with_ignoring_case(name, scope)) name.remove_prefix(scope.size());
        if (name.empty()) {
            push(TokenKind::other, begin);  // $( and its like
        } else {
            push(TokenKind::variable, begin).id = names_.number(name);
        }
    }

    std::string_view without_marks(std::string_view word) {
        std::string& plain = cleaned_.emplace_back(word);
        std::erase(plain, '`');
        return plain;
    }

    // A command or a member: letters, digits, dashes, backticks.
    void word() {
        const std::size_t begin = at_;
        bool marked = false;
        while (is_word(peek()) || (peek() == '-' && is_letter(peek(1))) ||
               (peek() == '`' && at_ + 1 < source_.size() && !base::is_space(peek(1)))) {
            marked = marked || peek() == '`';
            ++at_;
        }
        std::string_view name = source_.substr(begin, at_ - begin);
        if (marked) {
            name = without_marks(name);
            output_.replace(begin, at_, std::string(name));
        }
        push(TokenKind::name, begin).id = names_.number(name);
    }

    void dashed() {
        const std::size_t begin = at_++;
        bool marked = false;
        while (is_letter(peek()) || (peek() == '`' && is_letter(peek(1)))) {
            marked = marked || peek() == '`';
            ++at_;
        }
        std::string_view name = source_.substr(begin + 1, at_ - begin - 1);
        if (marked) {
            name = without_marks(name);
            output_.replace(begin + 1, at_, std::string(name));
        }
        for (const Sign& sign : operators) {
            if (!base::equals_ignoring_case(sign.text, name)) continue;
            push(TokenKind::punct, begin, sign.op);
            return;
        }
        push(TokenKind::punct, begin, Op::named);  // a parameter
    }

    void number() {
        const std::size_t begin = at_;
        while (is_word(peek()))
            ++at_;
        const bool broken = peek() == '.' && base::is_digit(peek(1));
        while (broken && (is_word(peek()) || peek() == '.'))
            ++at_;
        push(broken ? TokenKind::other : TokenKind::number, begin);
    }

    void sign() {
        const std::size_t begin = at_;
        const std::string_view rest = source_.substr(at_, 2);
        for (const Sign& sign : signs) {
            if (!rest.starts_with(sign.text)) continue;
            at_ += 2;
            push(TokenKind::punct, begin, sign.op);
            return;
        }
        const char c = source_[at_++];
        if (c == '(' || c == '[' || c == '{') open_.push_back(c);
        if ((c == ')' || c == ']' || c == '}') && !open_.empty()) open_.pop_back();
        const bool plain = c > 0x20 && c < 0x7F;
        push(plain ? TokenKind::punct : TokenKind::other, begin, plain ? op_of(c) : Op::none);
    }

    std::deque<std::string>& cleaned_;
    Output& output_;
    std::string open_;  // brackets
};

}  // namespace

const std::vector<std::string_view>& known_names() {
    // clang-format off
    static const std::vector<std::string_view> names{
        "char", "int", "byte", "string", "convert", "array", "int16", "int32", "uint16", "uint32", "int64",
        "frombase64string", "getstring", "unicode", "utf8", "ascii", "default", "join", "split", "replace", "tostring",
        "substring", "tolower", "toupper", "trim", "tochararray", "reverse", "length", "count", "insert", "remove",
        "concat", "toint16", "toint32", "tobyte", "tochar", "tolowerinvariant", "toupperinvariant",
        "foreach-object",
        "if", "elseif", "else", "for", "foreach", "while", "do", "until", "switch", "function", "filter", "try", "catch",
        "finally", "return", "param", "in", "begin", "process", "end", "break", "continue", "exit", "throw",
        "_", "env:comspec", "pshome", "shellid", "verbosepreference", "env:public", "env:windir", "env:systemroot",
        "true", "false", "null"};
    // clang-format on
    return names;
}

std::string_view known_variable(std::uint32_t id) {
    switch (id) {
        case w_comspec:
            return "C:\\WINDOWS\\system32\\cmd.exe";
        case w_pshome:
            return "C:\\Windows\\System32\\WindowsPowerShell\\v1.0";
        case w_shell_id:
            return "Microsoft.PowerShell";
        case w_verbose:
            return "SilentlyContinue";
        case w_public:
            return "C:\\Users\\Public";
        case w_windir:
        case w_system_root:
            return "C:\\WINDOWS";
        default:
            return {};
    }
}

std::vector<Token> read_tokens(std::string_view source, Names& names, std::deque<std::string>& cleaned,
                               Output& output) {
    return PsLexer(source, names, cleaned, output).run();
}

}  // namespace sekisho::scanner::fold::ps
