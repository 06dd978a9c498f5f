// Text that decoding brought to light, as a part of its own: what rules, links and words are looked for in.
#pragma once

#include <string>
#include <string_view>

#include "scanner/extraction.h"

namespace sekisho::scanner {

constexpr std::string_view recovered_kind = "folded";  // Part::opened_by of such parts

// A child "folded:<name>" that is plain text, whatever it looks like: a command line found in a macro is no
// script that somebody attached. False: the budget is spent. Nothing is added for an empty text.
bool add_recovered(Extraction& extraction, std::string_view name, std::string text);

// Whether a part is one, so that what reads such texts does not make one of its own from it again.
inline bool is_recovered(const Part& part) { return part.opened_by == recovered_kind; }

}  // namespace sekisho::scanner
