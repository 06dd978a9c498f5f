// The literals of a script (ECMAScript, ECMA-262 section 12.9) and what their characters stand for: what is
// needed to see a file that a page carries, with nothing executed. Linear, no recursion.
//
// Known weaknesses: a quote in a regular expression turns strings and code about until the line ends, so that
// long runs of base64 are taken from code as well; variables are not followed, pieces are joined in the order
// in which they stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::active {

// Literals next to each other, as offsets into the script.
struct LiteralRun {
    enum class Kind : std::uint8_t {
        strings,  // parted by nothing but + , ( ) [ ] and blanks
        numbers,  // a list of numbers
        raw,      // characters of base64 where code would stand
        pieces,   // several of `strings` with short code between them: p += "..."; p += "...";
    };
    static constexpr std::size_t least_piece = 16;  // bytes of each of `pieces`; shorter ones are code
    Kind kind = Kind::strings;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size = 0;  // bytes within the quotes
};

// Runs of at least `least` bytes, in order of their ends; at most `most`, of which `more` is told.
struct LiteralRuns {
    std::vector<LiteralRun> runs;
    bool more = false;
};
LiteralRuns literal_runs(std::string_view script, std::size_t least, std::size_t most);

// One string of a script: what stands within its quotes.
struct Literal {
    std::string_view raw;
    std::size_t end = 0;   // offset behind the closing quote
    bool escaped = false;  // holds a backslash
};
// The string whose quote stands at `at`. It ends at its quote, at a line end that is not escaped (of '`' at
// none), or with the script.
Literal literal_at(std::string_view script, std::size_t at);

// Appends what the escapes of a string stand for: characters up to U+00FF as one byte each, others in UTF-8.
// Stops when `out` has grown to `most` bytes; gives the offset up to which it read.
std::size_t unescape(std::string_view raw, std::size_t from, std::size_t most, std::string& out);

}  // namespace sekisho::scanner::active
