// Where the rules of a YARA source begin and end, so that one bad rule can be left out and the rest still
// load.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::rules {

// What a rule is run on, as its meta says. One pass over bytes costs about as much as the rules' words look
// like them, so rules of one scope run together, and a narrow scope spares every other part the pass.
struct RuleScope {
    bool raw = false;   // raw = true: the message as it came, instead of its decoded parts
    std::string types;  // types = "text/* image/png": MIME types, separated by blanks; empty: all
    std::uint64_t largest_bytes = 0;  // largest_bytes = N: no part that is larger; 0: all
    std::uint64_t first_bytes =
        0;  // first_bytes = N: the first N bytes alone, as if no more were there; 0: all

    bool needs_string = false;  // not of its meta: it holds only where a string of it is found

    auto operator<=>(const RuleScope&) const = default;
};

// A rule's text: [begin, end) of the source, from its modifiers to its closing brace.
struct RuleText {
    std::string name;
    std::size_t begin = 0;
    std::size_t end = 0;
    int first_line = 1;
    int last_line = 1;
    bool helper = false;  // private or global: other rules may lean on it
    RuleScope scope;
};

// Lexes comments, strings, regular expressions and braces, nothing more. Linear; no errors: what it cannot
// make out has no rule in it, and libyara says why.
std::vector<RuleText> split_rules(std::string_view source);

// The source with one rule turned into blanks; line numbers stay.
void blank_out(std::string& source, const RuleText& rule);

}  // namespace sekisho::scanner::rules
