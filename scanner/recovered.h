// Text that decoding brought to light, as a part of its own: what rules, links and words are looked for in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/extraction.h"

namespace sekisho::scanner {

constexpr std::string_view recovered_kind = "folded";  // Part::opened_by of such parts

// A child "folded:<name>" that is plain text, whatever it looks like: a command line found in a macro is no
// script that somebody attached. False: the budget is spent. Nothing is added for an empty text.
bool add_recovered(Extraction& extraction, std::string_view name, std::string text);

// What folding a script or macro brings to light (scanner/fold/fold.h).
struct Recovered {
    std::string text;                // empty where it shows nothing new
    std::vector<std::string> files;  // programs, archives and documents that stood encoded in it
    std::uint64_t steps = 0;         // that it took, to be charged when it is handed on
};
// The text as above, and a child "decoded:<name>" of each file, told by its bytes, with the finding
// fold.payload on `part`. False as above.
bool add_recovered(Extraction& extraction, const Part& part, std::string_view name, Recovered recovered);

// Whether a part is one, so that what reads such texts does not make one of its own from it again.
inline bool is_recovered(const Part& part) { return part.opened_by == recovered_kind; }

}  // namespace sekisho::scanner
