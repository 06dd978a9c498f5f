// Windows programs as parts: what kind, by whom, signed and packed or not.
#pragma once

#include "scanner/extraction.h"

namespace sekisho::scanner::active {

// file.executable with what was seen as evidence; exe.unsigned, exe.anonymous, exe.packed, exe.addin,
// exe.forged-version.
// For DOS programs, and those whose header is cut off, file.executable alone.
void open_pe(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::active
