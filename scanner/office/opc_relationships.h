// What the relationships of a package say (ECMA-376-2 section 6.5): to which files elsewhere it leads.
#pragma once

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// `part`: a part of relationships ("_rels/settings.xml.rels"). Linear.
void inspect_relationships(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
