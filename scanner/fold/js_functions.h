// The functions and methods of JavaScript that give a constant for constants.
#pragma once

#include <string_view>
#include <vector>

#include "scanner/fold/js_words.h"
#include "scanner/fold/parser.h"

namespace sekisho::scanner::fold::js {

// Unknown where an argument is, and for what is not known.
Value call(Word function, const std::vector<Value>& arguments, Allowance& allowance, FoldCounts& counts);
Value call_method(Word method, const Value& self, const std::vector<Value>& arguments, Allowance& allowance,
                  FoldCounts& counts);

struct Pattern {
    std::string text;  // what it matches: the regular expressions that are folded are plain words
    bool all = false;  // flag g
    bool ignore_case = false;
};
// A regular expression as it stands, /word/g. nullopt where it is more than a word.
std::optional<Pattern> plain_pattern(std::string_view regex);

}  // namespace sekisho::scanner::fold::js
