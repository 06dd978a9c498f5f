// Fields of a part of WordprocessingML (ECMA-376-1 section 17.16).
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// Instructions are put together over their runs, simple fields included. Linear.
void inspect_word_fields(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
