// Whether the p-code of a VBA module says something that its source does not: stomping.
//
// In documents that Office wrote, every text literal and every identifier of the p-code stands in the source
// (so in all real files that our tests read). A swapped source lacks them; an emptied one has no code at all.
#pragma once

#include <string>
#include <string_view>

#include "scanner/budget.h"
#include "scanner/office/vba.h"
#include "scanner/office/vba_pcode.h"

namespace sekisho::scanner::office {

struct Stomped {
    bool yes = false;
    std::string evidence;  // what is missing, UTF-8
    // The p-code as lines that read like source, calls before their arguments: `Shell "..."`. Only where yes.
    std::string text;
};

// Linear in cache and source, and charged.
Stomped judge_pcode(const VbaModule& module, const Identifiers& identifiers, std::string_view charset,
                    Budget& budget);

}  // namespace sekisho::scanner::office
