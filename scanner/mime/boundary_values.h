// All that clients make a boundary of, out of one Content-Type field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanner/mime/ambiguity.h"
#include "scanner/mime/params.h"

namespace sekisho::scanner::mime {

// `raw`: the field behind its colon, folds included; `parsed`: the same by parse_structured(). The first is
// what RFC 2045, 2046 and 2231 say; the others are what clients make of odd quotes, commas, blanks, comments,
// encoded words and NULs. Each once, without blanks at its ends. An ordinary parameter gives one, and costs
// one look. Empty: none is declared. At most max_boundaries. Linear.
constexpr std::size_t max_boundaries = 32;
std::vector<std::string> boundaries_of(std::string_view raw, const StructuredValue& parsed,
                                       Ambiguities& ambiguities);

}  // namespace sekisho::scanner::mime
