#include "scanner/office/vba_fold.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

constexpr int max_nesting = 6;                  // of calls within calls
constexpr std::size_t max_literal = 64u << 10;  // longer ones are not built
constexpr std::size_t max_salts = 8;
constexpr std::size_t encoded_length = 200;

bool is_word(char c) {
    const char low = base::ascii_lower(c);
    return (low >= 'a' && low <= 'z') || base::is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0U | (code >> 6)));
        out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    } else {
        out.push_back(static_cast<char>(0xE0U | (code >> 12)));
        out.push_back(static_cast<char>(0x80U | ((code >> 6) & 0x3FU)));
        out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    }
}

std::string replace_all(std::string_view text, std::string_view what, std::string_view with, bool& fits) {
    std::string out;
    std::size_t at = 0;
    while (!what.empty()) {
        const std::size_t hit = text.find(what, at);
        if (hit == std::string_view::npos) break;
        out.append(text.substr(at, hit - at)).append(with);
        if (out.size() > max_literal) {
            fits = false;
            return out;
        }
        at = hit + what.size();
    }
    out.append(text.substr(at));
    return out;
}

// Reads constant expressions at a position. A value: a failed attempt is a copy thrown away. Each attempt is
// bounded by the expression that it read, and calls nest at most `max_nesting` deep.
class Expression {
public:
    Expression(std::string_view text, std::size_t at, VbaFolded& counts)
        : text_(text), at_(at), counts_(counts) {}

    std::size_t at() const { return at_; }
    std::size_t pieces() const { return pieces_; }

    // literal { (& | +) literal }; stops before an operator whose right side is not constant.
    std::optional<std::string> read(int depth) {
        auto value = term(depth);
        if (!value) return std::nullopt;
        ++pieces_;
        std::size_t shorts = value->size() <= 4 ? 1 : 0;
        std::size_t joined = 0;
        while (value->size() <= max_literal) {
            const std::size_t before = at_;
            blanks();
            if (peek() != '&' && peek() != '+') {
                at_ = before;
                break;
            }
            ++at_;
            blanks();
            const auto next = term(depth);
            if (!next) {
                at_ = before;
                break;
            }
            ++joined;
            ++pieces_;
            if (next->size() <= 4) ++shorts;
            value->append(*next);
        }
        if (joined > 0) {
            counts_.joined += joined + 1;
            counts_.short_joined += shorts;
        }
        return value;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void blanks() {
        while (base::is_blank(peek()))
            ++at_;
    }
    bool eat(char c) {
        blanks();
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    std::optional<std::string> literal() {
        std::string out;
        ++at_;
        while (at_ < text_.size() && text_[at_] != '\r' && text_[at_] != '\n') {
            if (text_[at_] == '"') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
                    ++at_;
                    return out;
                }
                ++at_;  // "" is a quote
            }
            out.push_back(text_[at_++]);
        }
        return std::nullopt;  // not closed on its line
    }

    // Decimal or &H hexadecimal, with + - Xor between numbers as in Chr(100 + 15).
    std::optional<std::int64_t> number() {
        auto value = plain_number();
        while (value) {
            blanks();
            const char op = peek();
            const bool is_xor = base::starts_with_ignoring_case(text_.substr(at_), "xor ");
            if (op != '+' && op != '-' && !is_xor) break;
            at_ += is_xor ? 4 : 1;
            const auto right = plain_number();
            if (!right) return std::nullopt;
            value = is_xor ? *value ^ *right : op == '+' ? *value + *right : *value - *right;
        }
        return value;
    }
    std::optional<std::int64_t> plain_number() {
        blanks();
        int radix = 10;
        if (base::starts_with_ignoring_case(text_.substr(at_), "&h")) {
            radix = 16;
            at_ += 2;
        }
        const std::string_view digits = text_.substr(at_, 9);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, radix);
        if (error != std::errc{} || value < 0) return std::nullopt;
        at_ += static_cast<std::size_t>(end - digits.data());
        while (peek() == '&' || peek() == '#' || peek() == '%') {  // type suffix, as in 65& or 65%
            if (peek() == '&' && at_ + 1 < text_.size() && text_[at_ + 1] == ' ') break;
            ++at_;
        }
        return value;
    }

    std::optional<std::string> term(int depth) {
        blanks();
        if (peek() == '"') return literal();
        if (depth >= max_nesting) return std::nullopt;
        if (peek() == '(') {
            ++at_;
            auto inner = read(depth + 1);
            return inner && eat(')') ? inner : std::nullopt;
        }
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end]) && end - at_ < 12)
            ++end;
        std::string name = base::to_lower(text_.substr(at_, end - at_));
        if (end < text_.size() && text_[end] == '$') ++end;
        at_ = end;
        if (name == "chr" || name == "chrw" || name == "chrb") return chr();
        if (name == "strreverse") return reverse(depth);
        if (name == "replace") return replace(depth);
        if (name == "lcase" || name == "ucase" || name == "trim" || name == "cstr") {
            if (!eat('(')) return std::nullopt;
            auto inner = read(depth + 1);
            return inner && eat(')') ? inner : std::nullopt;
        }
        if (name == "vbnullstring") return std::string();
        return std::nullopt;
    }

    std::optional<std::string> chr() {
        if (!eat('(')) return std::nullopt;
        const auto code = number();
        if (!code || !eat(')') || *code < 0 || *code > 0xFFFF) return std::nullopt;
        std::string out;
        append_utf8(out, static_cast<std::uint32_t>(*code));
        return out;
    }

    std::optional<std::string> reverse(int depth) {
        if (!eat('(')) return std::nullopt;
        auto inner = read(depth + 1);
        if (!inner || !eat(')')) return std::nullopt;
        ++counts_.reversed;
        std::ranges::reverse(*inner);  // by byte: what matters here is ASCII
        return inner;
    }

    std::optional<std::string> replace(int depth) {
        if (!eat('(')) return std::nullopt;
        const auto text = read(depth + 1);
        if (!text || !eat(',')) return std::nullopt;
        const auto what = read(depth + 1);
        if (!what || !eat(',')) return std::nullopt;
        const auto with = read(depth + 1);
        if (!with || !eat(')')) return std::nullopt;
        bool fits = true;
        std::string out = replace_all(*text, *what, *with, fits);
        if (!fits) return std::nullopt;
        if (out != *text) ++counts_.replaced;
        return out;
    }

    std::string_view text_;
    std::size_t at_;
    VbaFolded& counts_;
    std::size_t pieces_ = 0;
};

// p^o^w^e^r^s^h^e^l^l and po`wer: what cmd and PowerShell ignore inside a word.
void append_literal(std::string& out, std::string_view value) {
    out.push_back('"');
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool inner = i > 0 && i + 1 < value.size() && is_word(value[i - 1]) && is_word(value[i + 1]);
        if ((c == '^' || c == '`') && inner) continue;
        if (c == '\r' || c == '\n') {
            out.push_back(' ');
            continue;
        }
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

bool looks_encoded(std::string_view value) {
    if (value.size() < encoded_length) return false;
    return std::ranges::all_of(value, [](char c) {
        const char low = base::ascii_lower(c);
        return (low >= 'a' && low <= 'z') || base::is_digit(c) || c == '+' || c == '/' || c == '=';
    });
}

// The second argument of Replace(x, "salt", "") or Split(x, "salt"), where x is no literal.
void collect_salt(std::string_view call, std::vector<std::string>& salts) {
    if (salts.size() == max_salts) return;
    // Looks no further than 200 bytes: calls may nest by the thousand on one line.
    std::string_view line = call.substr(0, 200);
    line = line.substr(0, line.find_first_of("\r\n"));
    const std::size_t open = line.find('"');
    if (open == std::string_view::npos) return;
    const std::size_t close = line.find('"', open + 1);
    if (close == std::string_view::npos || close - open < 4) return;  // three characters or more
    const std::string_view salt = line.substr(open + 1, close - open - 1);
    if (base::trim(line.substr(0, open)).ends_with(',') && std::ranges::find(salts, salt) == salts.end()) {
        salts.emplace_back(salt);
    }
}

void take_out_salts(VbaFolded& folded, const std::vector<std::string>& salts) {
    for (const std::string& salt : salts) {
        // A salt stands in what it hides several times; a separator that merely occurs is left alone.
        std::size_t hits = 0;
        for (std::size_t at = folded.text.find(salt); at != std::string::npos && hits < 4;
             at = folded.text.find(salt, at + salt.size())) {
            ++hits;
        }
        if (hits < 4) continue;
        std::string text;
        text.reserve(folded.text.size());
        std::size_t at = 0;
        for (std::size_t hit = folded.text.find(salt); hit != std::string::npos;
             hit = folded.text.find(salt, hit + salt.size())) {
            text.append(folded.text, at, hit - at);
            at = hit + salt.size();
            ++folded.salted;
        }
        text.append(folded.text, at);
        folded.text = std::move(text);
    }
}

}  // namespace

std::string join_continued_lines(std::string_view source) {
    std::string out;
    out.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        const bool mark = source[i] == '_' && i > 0 && base::is_blank(source[i - 1]);
        if (mark) {
            std::size_t end = i + 1;
            while (end < source.size() && base::is_blank(source[end]))
                ++end;
            if (end < source.size() && (source[end] == '\r' || source[end] == '\n')) {
                if (source[end] == '\r' && end + 1 < source.size() && source[end + 1] == '\n') ++end;
                i = end;
                continue;
            }
        }
        out.push_back(source[i]);
    }
    return out;
}

VbaFolded fold_vba(std::string_view source) {
    const std::string text = join_continued_lines(source);
    const std::size_t room = 2 * text.size() + (64u << 10);
    VbaFolded folded;
    folded.text.reserve(text.size());
    std::vector<std::string> salts;
    std::size_t at = 0;
    bool in_word = false;
    while (at < text.size()) {
        const char c = text[at];
        const char low = base::ascii_lower(c);
        const bool word_start = !in_word && is_word(c);
        const bool may_begin =
            c == '"' || (word_start && (low == 'c' || low == 's' || low == 'r' || low == 'l' || low == 'u' ||
                                        low == 't' || low == 'v'));
        if (word_start) {
            const std::string_view rest = std::string_view(text).substr(at);
            if (base::starts_with_ignoring_case(rest, "replace(") ||
                base::starts_with_ignoring_case(rest, "split(")) {
                collect_salt(rest, salts);
            }
            if (base::starts_with_ignoring_case(rest, "chr") && rest.size() > 4 &&
                rest.substr(3, 3).find_first_of("($") != std::string_view::npos) {
                ++folded.chr_calls;
            }
        }
        if (may_begin && folded.text.size() < room) {
            Expression expression(text, at, folded);
            if (const auto value = expression.read(0)) {
                if (looks_encoded(*value)) ++folded.long_encoded;
                append_literal(folded.text, *value);
                at = expression.at();
                in_word = false;
                continue;
            }
        }
        in_word = is_word(c);
        folded.text.push_back(c);
        ++at;
    }
    take_out_salts(folded, salts);
    return folded;
}

}  // namespace sekisho::scanner::office
