#include "scanner/rules/rule_source.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "scanner/rules/rule_condition.h"

namespace sekisho::scanner::rules {

namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct Token {
    std::string_view text;  // a word, or one character
    std::size_t at = 0;
    int line = 1;
};

// Tokens without comments; a string or a regular expression is one token that starts with its quote or slash.
class Lexer {
public:
    explicit Lexer(std::string_view source) : source_(source) {}

    std::optional<Token> next() {
        skip_blanks();
        if (at_ >= source_.size()) return std::nullopt;
        const std::size_t begin = at_;
        const int line = line_;
        const char c = source_[at_];
        if (is_word(c)) {
            while (at_ < source_.size() && is_word(source_[at_])) {
                ++at_;
            }
        } else if (c == '"' || (c == '/' && regex_may_start_)) {
            skip_quoted(c);
        } else {
            ++at_;
        }
        const std::string_view text = source_.substr(begin, at_ - begin);
        // A slash is a division only behind a value; in rules it stands behind these.
        regex_may_start_ = text == "=" || text == "matches" || text == "(" || text == ",";
        return Token{text, begin, line};
    }

    std::size_t offset() const { return at_; }
    int line() const { return line_; }

private:
    void step() {
        if (source_[at_] == '\n') ++line_;
        ++at_;
    }
    void skip_to(std::string_view end) {
        while (at_ < source_.size() && !source_.substr(at_).starts_with(end)) {
            step();
        }
        at_ += std::min(end.size(), source_.size() - at_);
    }
    void skip_blanks() {
        while (at_ < source_.size()) {
            const std::string_view rest = source_.substr(at_);
            if (rest.starts_with("//")) {
                while (at_ < source_.size() && source_[at_] != '\n') {
                    ++at_;
                }
            } else if (rest.starts_with("/*")) {
                at_ += 2;
                skip_to("*/");
            } else if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\r' ||
                       rest.front() == '\n') {
                step();
            } else {
                return;
            }
        }
    }
    // Neither strings nor regular expressions run over a line's end.
    void skip_quoted(char quote) {
        ++at_;
        while (at_ < source_.size() && source_[at_] != '\n') {
            const char c = source_[at_++];
            if (c == quote) return;
            if (c == '\\' && at_ < source_.size() && source_[at_] != '\n') ++at_;
        }
    }

    std::string_view source_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool regex_may_start_ = false;
};

// A number that is none, or too large, counts as not said: the rule runs on more, never on less.
std::uint64_t number_from(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), out);
    return error == std::errc() && end == text.end() ? out : 0;
}

// One `key = value` of a meta section.
void read_scope(RuleScope& scope, std::string_view key, std::string_view value) {
    if (key == "raw") scope.raw = value == "true";
    if (key == "largest_bytes") scope.largest_bytes = number_from(value);
    if (key == "first_bytes") scope.first_bytes = number_from(value);
    if (key == "types" && value.size() >= 2 && value.front() == '"') {
        scope.types = value.substr(1, value.size() - 2);
    }
}

}  // namespace

std::vector<RuleText> split_rules(std::string_view source) {
    std::vector<RuleText> out;
    Lexer lexer(source);
    RuleText rule;
    bool in_rule = false;
    bool in_meta = false;
    int depth = 0;
    std::string_view before;         // the last token
    std::string_view before_before;  // and the one before it
    bool modifiers = false;
    bool in_condition = false;
    std::vector<std::string_view> condition;
    while (const auto token = lexer.next()) {
        const std::string_view text = token->text;
        if (depth == 0 && (text == "private" || text == "global") && !modifiers) {
            rule = RuleText{.name = {}, .begin = token->at, .first_line = token->line, .helper = true};
            modifiers = true;
        } else if (depth == 0 && text == "rule") {
            if (!modifiers) rule = RuleText{.name = {}, .begin = token->at, .first_line = token->line};
            modifiers = false;
            in_rule = true;
        } else if (in_rule && before == "rule") {
            // NOLINTNEXTLINE(bugprone-use-after-move): set anew when the next rule begins
            rule.name = text;
        } else if (text == "{") {
            ++depth;
            // NOLINTNEXTLINE(bugprone-inc-dec-in-conditions): the order is fixed by &&
        } else if (text == "}" && depth > 0 && --depth == 0 && in_rule) {
            rule.scope.needs_string = needs_string(condition);
            rule.end = lexer.offset();
            rule.last_line = token->line;
            out.push_back(std::move(rule));
            in_rule = false;
            in_meta = false;
            in_condition = false;
            condition.clear();
        } else if (in_condition) {
            if (text != ":" || !condition.empty()) condition.push_back(text);
        } else if (depth == 1 && text == "meta") {
            in_meta = true;
        } else if (depth == 1 && (text == "strings" || text == "condition")) {
            in_meta = false;
            in_condition = text == "condition";
        } else if (in_meta && before == "=") {
            read_scope(rule.scope, before_before, text);
        }
        before_before = before;
        before = text;
    }
    return out;
}

void blank_out(std::string& source, const RuleText& rule) {
    for (std::size_t i = rule.begin; i < rule.end && i < source.size(); ++i) {
        if (source[i] != '\n') source[i] = ' ';
    }
}

}  // namespace sekisho::scanner::rules
