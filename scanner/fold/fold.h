// Static folding of the constant string expressions of scripts and macros, so that what was split, reversed,
// shifted or encoded is seen as it would be at run time. Nothing is run: no object, no file, no clock.
//
// A variable is followed where it is assigned in a straight line; one that is changed in a branch or a loop
// is unknown behind it. Loops over constants and functions that decode a literal are followed too, as far as
// the allowance goes.
//
// Known weaknesses: a variable that other code changes through a reference may keep its value here; names of
// JavaScript and PowerShell have no block scope; numbers are whole numbers; With blocks, closures, classes
// and objects are unknown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::fold {

enum class Language : std::uint8_t {
    vba,  // VBScript too
    jscript,
    powershell,
    batch,
};

struct FoldLimits {
    std::size_t max_source_bytes = 2u << 20;     // what stands behind is copied as it is
    std::size_t max_growth_bytes = 1u << 20;     // of the text, besides four times its source
    std::size_t max_recovered_bytes = 1u << 20;  // of all recovered strings together; of the decoded too
    std::size_t max_depth = 32;                  // of expressions within expressions, and of blocks
    // Work on strings and loops, in bytes and tokens, besides eight times the source.
    std::uint64_t max_steps = 1u << 20;
};

struct Folded {
    std::string text;        // UTF-8
    std::size_t offset = 0;  // in the source, where its expression begins
    bool placed = false;     // it stands in FoldResult::text
};

// What was seen on the way; each is a sign of a text that hides something.
struct FoldCounts {
    std::size_t joined = 0;        // pieces that were joined to constants
    std::size_t short_joined = 0;  // of them, pieces of at most four characters
    std::size_t char_calls = 0;    // Chr and its like, with any argument
    std::size_t reversed = 0;      // constants read backwards
    std::size_t replaced = 0;      // replacements over constants that changed something
    std::size_t salted = 0;        // places where a salt was taken out
    std::size_t long_encoded = 0;  // constants of 200 or more characters of the base64 alphabet
    std::size_t decoded = 0;       // constants that a loop or function of the source decodes
};

struct FoldResult {
    std::string text;               // the source, each constant expression replaced by one literal
    std::vector<Folded> recovered;  // strings that stood nowhere as one literal, in order of their discovery
    std::vector<std::string>
        files;  // programs, archives, documents of 64 bytes or more: base64, hex or codes
    FoldCounts counts;
    bool incomplete = false;  // a limit was reached: something may have stayed as it was
    std::uint64_t steps = 0;  // that were spent
};

// Linear in the source. Never fails: what cannot be folded stays as it is. Command lines in its strings are
// folded in their own language, twice at most, and what comes out of them counts as recovered.
FoldResult fold(std::string_view source, Language language, const FoldLimits& limits = {});

// The text of a part `folded`: the folded source and the strings that have no place in it. Empty where
// folding found nothing that the source does not show.
std::string recovered_text(const FoldResult& result);

}  // namespace sekisho::scanner::fold
