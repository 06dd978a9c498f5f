// The statements of a VBA module as tokens, [MS-VBAL] 3.3: enough to see what is called with what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::office {

struct MacroToken {
    enum class Kind : std::uint8_t { word, literal, symbol };
    Kind kind = Kind::symbol;
    std::string_view text;  // of a literal what stands between its quotes, doubled quotes as they are

    bool is_word(std::string_view what) const { return kind == Kind::word && text == what; }
    bool is_symbol(char what) const { return kind == Kind::symbol && text[0] == what; }
};
using MacroTokens = std::span<const MacroToken>;

struct MacroStatement {
    std::string_view text;  // as it stands
    std::vector<MacroToken> tokens;

    std::string_view shown() const { return text.substr(0, 120); }  // for evidence
};

// The next statement of `lower`, from `at` on, which is moved behind it. Comments are left out; lines that go
// on (" _") are not joined, folding does that (scanner/fold). Empty: an empty line, or the end.
// Linear. All are views into `lower`; a statement has at most max_statement_tokens, the rest is the next one.
constexpr std::size_t max_statement_tokens = 2'000;
MacroStatement next_statement(std::string_view lower, std::size_t& at);

// The text of a literal: doubled quotes become one.
std::string text_of_literal(std::string_view raw);

// The arguments that `tokens` begin with, behind the name of what is called: with brackets or without, parted
// by commas. One that is left out is empty.
std::vector<MacroTokens> split_arguments(MacroTokens tokens);

}  // namespace sekisho::scanner::office
