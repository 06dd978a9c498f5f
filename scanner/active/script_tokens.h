// ECMAScript cut into tokens: enough to tell names, strings and brackets from comments and regular
// expressions (ECMA-262 section 12). Linear.
//
// Known weaknesses: whether a '/' divides or begins a regular expression is told by the token before it; what
// stands in ${} of a template is part of its string.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sekisho::scanner::active {

struct ScriptToken {
    enum class Kind : std::uint8_t {
        name,    // identifiers, keywords and numbers
        string,  // `text` is what stands within the quotes
        mark,    // one character
        end,
    };
    Kind kind = Kind::end;
    std::string_view text;
    std::size_t begin = 0;  // offset into the script, quotes included
    bool is(char c) const { return kind == Kind::mark && text.front() == c; }
    bool is(std::string_view name) const { return kind == Kind::name && text == name; }
};

class ScriptTokens {
public:
    explicit ScriptTokens(std::string_view script) : script_(script) {}
    ScriptToken next();
    // Too much looked like regular expressions and was none: from here on none is told from code.
    bool lost() const { return in_vain_ > script_.size(); }

private:
    bool skip_comment();
    bool begins_expression() const;
    void skip_expression();

    std::string_view script_;
    std::size_t at_ = 0;
    std::size_t in_vain_ = 0;  // bytes in which no expression ended
    ScriptToken last_;
};

// The last eight tokens, the latest first.
class ScriptHistory {
public:
    void push(const ScriptToken& token) {
        std::ranges::copy_backward(last_.begin(), last_.end() - 1, last_.end());
        last_.front() = token;
    }
    // The end, where there were not so many.
    const ScriptToken& back(std::size_t i) const { return i < last_.size() ? last_.at(i) : none_; }

private:
    std::array<ScriptToken, 8> last_;
    ScriptToken none_;
};

}  // namespace sekisho::scanner::active
