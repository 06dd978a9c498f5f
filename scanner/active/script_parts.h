// What is done with a part that is a script: its traits, what it encodes, and how it is named.
#pragma once

#include "scanner/extraction.h"

namespace sekisho::scanner::active {

// script.exec, script.download, script.write, script.obfuscated. Reads every piece of the part but the middle
// of paddings, charged to the Budget.
void open_script(const Part& part, Extraction& extraction);

// The same, and each block of the Microsoft Script Encoder as a child `decoded`: script.encoded.
void open_encoded_script(const Part& part, Extraction& extraction);

// The same for HTA, WSF, WSC and SCT, and each <script> as a child `script:N`; a source elsewhere is
// script.download.
void open_script_elements(const Part& part, Extraction& extraction);

// script.exec for a command that Windows would start by itself from then on: under Run, RunOnce and Winlogon,
// of an interpreter or from an address. What a context menu starts is none.
void open_registry_script(const Part& part, Extraction& extraction);

// Traits of a script with a text's name are told only where it hides its words.
//
// file.script, or script.renamed under a text's name, and script.disguised behind a document's or picture's.
// Nothing for text that merely shows code in the body of a mail, nor for pieces of a file that is told
// itself.
void inspect_script(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::active
