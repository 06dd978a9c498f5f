// The VBA projects of a compound file as parts: sources ("vba:Module1"), what stands in forms
// ("form:UserForm1"), and p-code that says something else than its source ("pcode:Module1"); and what they
// mean.
#pragma once

#include <vector>

#include "scanner/extraction.h"
#include "scanner/office/cfb.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// `consumed`, one per entry of `cfb`: what has come out already; marks what comes out here. False: the budget
// is spent.
bool open_vba(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed);

}  // namespace sekisho::scanner::office
