#include "scanner/active/script_tokens.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/active/script_text.h"

namespace sekisho::scanner::active {

namespace {

bool is_word(char c) {
    const char lower = base::ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool ScriptTokens::skip_comment() {
    const std::string_view rest = script_.substr(at_);
    if (rest.starts_with("//")) {
        at_ = std::min(script_.find_first_of("\r\n", at_), script_.size());
        return true;
    }
    if (!rest.starts_with("/*")) return false;
    const std::size_t end = script_.find("*/", at_ + 2);
    at_ = end == script_.npos ? script_.size() : end + 2;
    return true;
}

bool ScriptTokens::begins_expression() const {
    switch (last_.kind) {
        case ScriptToken::Kind::end:
            return true;
        case ScriptToken::Kind::name:
            return last_.text == "return" || last_.text == "typeof" || last_.text == "case";
        case ScriptToken::Kind::string:
            return false;
        case ScriptToken::Kind::mark:
            return last_.text.front() != ')' && last_.text.front() != ']' && last_.text.front() != '}';
    }
    return false;
}

// A regular expression ends on its line; where it does not, the '/' was a division.
void ScriptTokens::skip_expression() {
    constexpr std::size_t longest = 2'000;
    bool in_class = false;
    const std::size_t last = script_.size() - at_ > longest ? at_ + longest : script_.size();
    // A script of nothing but "\/" begins one with every other byte, and ends none.
    const std::size_t end = lost() ? at_ : last;
    std::size_t at = at_ + 1;
    for (; at < end && script_[at] != '\n'; ++at) {
        const char c = script_[at];
        if (c == '\\') {
            ++at;
        } else if (c == '[') {
            in_class = true;
        } else if (c == ']') {
            in_class = false;
        } else if (c == '/' && !in_class) {
            at_ = at + 1;
            return;
        }
    }
    in_vain_ += at - at_;
    ++at_;
}

ScriptToken ScriptTokens::next() {
    while (at_ < script_.size()) {
        const char c = script_[at_];
        if (base::is_space(c)) {
            ++at_;
            continue;
        }
        if (c == '/') {
            if (skip_comment()) continue;
            if (begins_expression()) {
                const std::size_t begin = at_;
                skip_expression();
                last_ = {ScriptToken::Kind::string, {}, begin};
                return last_;
            }
        }
        const std::size_t begin = at_;
        if (c == '"' || c == '\'' || c == '`') {
            const Literal literal = literal_at(script_, at_);
            at_ = literal.end;
            last_ = {ScriptToken::Kind::string, literal.raw, begin};
        } else if (is_word(c)) {
            while (at_ < script_.size() && is_word(script_[at_]))
                ++at_;
            last_ = {ScriptToken::Kind::name, script_.substr(begin, at_ - begin), begin};
        } else {
            ++at_;
            last_ = {ScriptToken::Kind::mark, script_.substr(begin, 1), begin};
        }
        return last_;
    }
    return {ScriptToken::Kind::end, {}, script_.size()};
}

}  // namespace sekisho::scanner::active
