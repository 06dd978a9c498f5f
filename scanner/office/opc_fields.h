// Fields of a part of WordprocessingML (ECMA-376-1 section 17.16), and what a spreadsheet asks of other
// programs (section 18.14).
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// Instructions are put together over their runs, simple fields included. Linear.
void inspect_word_fields(const Part& part, Findings& findings);

// xl/externalLinks/externalLink1.xml: a link of DDE.
void inspect_external_link(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
