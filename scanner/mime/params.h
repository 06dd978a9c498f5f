// Structured header values (RFC 2045 section 5.1, RFC 2183) with the extensions of RFC 2231: a token and its
// parameters. Lenient: whatever a client would make a name or a boundary of is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace sekisho::scanner::mime {

struct Param {
    std::string name;         // lower case, without RFC 2231's '*' marks
    std::string value;        // bytes: unquoted, continuations joined in order, percent-decoded
    std::string charset;      // as RFC 2231 declares it; may be empty
    bool extended = false;    // given in RFC 2231 form
    bool quoted = false;      // stood in quotes
    bool disordered = false;  // its RFC 2231 segments are out of order, doubled, or some are missing

    // As UTF-8: by its charset, else encoded words (which many mailers put into quotes) or a guess.
    std::string text() const;
};

struct StructuredValue {
    std::string token;          // before the first ';': "text/plain", "attachment"; lower case
    std::vector<Param> params;  // all, duplicates too, in order of first appearance

    // The parameter of that (lower case) name; the RFC 2231 form is preferred, then the first. Null: none.
    const Param* find(std::string_view name) const;
};

// What stands around a value that is none of it: white space of any kind, and NUL.
constexpr bool is_gap(char c) { return base::is_space(c) || c == '\0'; }
std::string_view trim_gaps(std::string_view text);

// `value`: unfolded. The first `max_params` parameters are kept, as many names and boundaries again, and the
// last one of each such name. Linear.
constexpr std::size_t max_params = 1'000;
StructuredValue parse_structured(std::string_view value);

}  // namespace sekisho::scanner::mime
