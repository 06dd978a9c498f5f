// Texts: the format of plain text, and what is looked for in texts of any kind.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::text {

// Weak: any format that knows its bytes better wins. Without this row each text part would cost a look by
// libmagic.
extern const Format plain_format;

// What any text may hold: links (links.h); in HTML OpenPGP too. Says nothing of parts that are no text by
// their type. A row of Rooms.
void inspect_text(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::text
