// Where the rules of a YARA source begin and end, so that one bad rule can be left out and the rest still
// load.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::rules {

// A rule's text: [begin, end) of the source, from its modifiers to its closing brace.
struct RuleText {
    std::string name;
    std::size_t begin = 0;
    std::size_t end = 0;
    int first_line = 1;
    int last_line = 1;
    bool helper = false;  // private or global: other rules may lean on it
    bool raw = false;     // its meta says `raw = true`
    std::string types;    // its meta's `types`: MIME types that it is for, separated by blanks; empty: all
};

// Lexes comments, strings, regular expressions and braces, nothing more. Linear; no errors: what it cannot
// make out has no rule in it, and libyara says why.
std::vector<RuleText> split_rules(std::string_view source);

// The source with one rule turned into blanks; line numbers stay.
void blank_out(std::string& source, const RuleText& rule);

}  // namespace sekisho::scanner::rules
