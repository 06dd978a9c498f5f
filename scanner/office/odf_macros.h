// Macros of OpenDocument (ODF 1.3 part 3 section 3.12) and OpenOffice Basic modules in their packages.
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// content.xml, or a flat document: scripts that are bound to what happens when it opens, and office.dde.exec
// of its formulas and links (OpenFormula 6.9.3). Linear.
void inspect_odf_content(const Part& part, Findings& findings);

// Basic/Standard/Module1.xml: its source as a child "basic:<name>", and what it would do as office.vba.*:
// Basic of both kinds says it in the same words.
void open_odf_module(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::office
