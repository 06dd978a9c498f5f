// Static folding of constant string expressions in VBA, so that keywords that were split are seen.
//
// Folds `"a" & "b"`, `"a" + "b"`, Chr/ChrW/ChrB(n), StrReverse, Replace, LCase/UCase/Trim over literals,
// joins continued lines, drops carets inside words of literals, and takes out a salt: a literal that the
// module removes by Replace(x, salt, "") or Split(x, salt). Nothing is run; variables are not followed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sekisho::scanner::office {

struct VbaFolded {
    std::string text;              // the source with each constant expression replaced by one literal
    std::size_t joined = 0;        // pieces that were joined by & or +
    std::size_t short_joined = 0;  // of them, pieces of at most four characters
    std::size_t chr_calls = 0;     // Chr, ChrW, ChrB, with any argument
    std::size_t reversed = 0;      // StrReverse over a literal
    std::size_t replaced = 0;      // Replace over literals that changed something
    std::size_t salted = 0;        // literals that a salt was taken out of
    std::size_t long_encoded = 0;  // literals of 200 or more characters of the base64 alphabet
};

// Linear. The output is at most twice the source and 64 KB; expressions beyond that stay as they are.
VbaFolded fold_vba(std::string_view source);

// " _" at the end of a line joins it with the next one.
std::string join_continued_lines(std::string_view source);

}  // namespace sekisho::scanner::office
