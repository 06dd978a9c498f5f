// Actions of slides, ECMA-376 part 1, 21.1.2.3.5 and 19.2 ("ppaction:").
#pragma once

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// office.action.mouse-over: a program, file or macro that starts when the pointer is moved (as Zusy and
// Graphite did it); office.action.program: a program that a click starts. Where it leads is in the slide's
// relationships.
void inspect_slide(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
