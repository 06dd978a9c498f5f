// The links of a text, and what they give away.
//
// Read are: whatever has a scheme in any text; in HTML the attributes that hold links, the text that an <a>
// shows for it, and other texts and scripts as well. In code, what is put between the characters of a link
// ("h^t^tp", "ht" & "tp") is left out for a second look. Found once per part are facts named link.*; the
// evidence is the link as it was understood. Linear: a search for ':' and '@', then a bounded look around
// each.
//
// Known weaknesses: the List-Unsubscribe field that tells a newsletter is not seen from here, so facts that
// newsletters share are weak; links that take a script to be put together are found in what folding gives.
#pragma once

#include <cstddef>

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::text {

// Links that are judged in one part; of more there is link.many, and the rest is counted alone.
constexpr std::size_t max_links = 500;

void inspect_links(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::text
