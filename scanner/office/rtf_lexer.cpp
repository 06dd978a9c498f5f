#include "scanner/office/rtf_lexer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

// What ends a run of text.
constexpr std::array<bool, 256> marks = [] {
    std::array<bool, 256> out{};
    for (const char c : {'{', '}', '\\'})
        out[static_cast<unsigned char>(c)] = true;
    return out;
}();
constexpr bool is_mark(char c) { return marks[static_cast<unsigned char>(c)]; }

constexpr bool is_letter(char c) {
    const char lower = base::ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}

}  // namespace

RtfToken RtfLexer::next() {
    if (at_ == rtf_.size()) return {};
    const char c = rtf_[at_];
    if (c == '\\') return control();
    if (c == '{' || c == '}') {
        const std::string_view brace = rtf_.substr(at_++, 1);
        return {.kind = c == '{' ? RtfToken::Kind::open : RtfToken::Kind::close, .text = brace};
    }
    const std::size_t begin = at_;
    while (at_ < rtf_.size() && !is_mark(rtf_[at_]))
        ++at_;
    return {.kind = RtfToken::Kind::text, .text = rtf_.substr(begin, at_ - begin)};
}

RtfToken RtfLexer::control() {
    ++at_;
    if (at_ == rtf_.size()) return {};
    if (is_letter(rtf_[at_])) return word();
    const std::string_view symbol = rtf_.substr(at_++, 1);
    if (symbol == "'") return byte();
    return {.kind = RtfToken::Kind::symbol, .text = symbol};
}

// Two characters behind "\'", whatever they are; a brace or a backslash is never one of them.
RtfToken RtfLexer::byte() {
    RtfToken token{.kind = RtfToken::Kind::byte};
    const std::size_t begin = at_;
    const std::size_t end = std::min(begin + 2, rtf_.size());
    while (at_ < end && !is_mark(rtf_[at_]))
        ++at_;
    token.text = rtf_.substr(begin, at_ - begin);
    const int high = token.text.size() == 2 ? base::hex_value(token.text[0]) : -1;
    const int low = token.text.size() == 2 ? base::hex_value(token.text[1]) : -1;
    token.broken = high < 0 || low < 0;
    if (!token.broken) token.byte = static_cast<std::uint8_t>(high * 16 + low);
    return token;
}

RtfToken RtfLexer::word() {
    constexpr std::size_t longest = 250;  // Word takes more than the 32 of the specification
    RtfToken token{.kind = RtfToken::Kind::word};
    const std::size_t begin = at_;
    const std::size_t end = begin + std::min(longest, rtf_.size() - begin);
    for (; at_ < end && is_letter(rtf_[at_]); ++at_)
        token.hash = rtf_hash_step(token.hash, rtf_[at_]);
    token.text = rtf_.substr(begin, at_ - begin);
    read_number(token);
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
    // In lower case alone: what no reader takes for "\bin" must not hide what follows.
    if (token.text != "bin" || !token.has_number || token.number <= 0) return token;
    const auto size = static_cast<std::size_t>(token.number);
    token.kind = RtfToken::Kind::binary;
    token.broken = size > rtf_.size() - at_;
    token.text = rtf_.substr(at_, token.broken ? 0 : size);
    at_ += token.text.size();
    return token;
}

void RtfLexer::read_number(RtfToken& token) {
    constexpr std::int64_t largest = INT32_MAX;
    const bool negative = at_ + 1 < rtf_.size() && rtf_[at_] == '-' && base::is_digit(rtf_[at_ + 1]);
    if (negative) ++at_;
    std::int64_t value = 0;
    for (; at_ < rtf_.size() && base::is_digit(rtf_[at_]); ++at_) {
        token.has_number = true;
        value = std::min(value * 10 + (rtf_[at_] - '0'), largest);
    }
    token.number = static_cast<std::int32_t>(negative ? -value : value);
}

}  // namespace sekisho::scanner::office
