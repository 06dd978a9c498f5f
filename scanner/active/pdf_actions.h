// What a PDF would do, told and handed on: its scripts, files and links become children, and what it starts
// or fetches becomes findings pdf.*.
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::active {

// Findings: pdf.*, document.damaged, fold.limit, type.polyglot. Children, opened_by "pdf": `javascript`,
// `xfa` and `links` (texts); opened_by "pdf-file": attached files under their names, and a mail that stands
// in the bytes, as Word reads it. Text of commands: `folded:launch`.
void open_pdf(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::active
