// What a part really is: by content first, by what was declared only where content does not say.
#pragma once

#include "scanner/findings.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// Sets part.type and gives the Format that goes with it; null where only libmagic had an opinion, or none.
// A part that the message declares as a mail, and that is not plainly something else, is one.
const Format* identify(Part& part, const Rooms& rooms);

// type.mismatch where name, declared type and content tell different stories about something that matters.
void judge_type(const Part& part, const Format* format, const Rooms& rooms, Findings& findings);

}  // namespace sekisho::scanner
