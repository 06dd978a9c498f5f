// Encrypted PDFs: opened where no password is needed or one is found, told where not. The document in plain
// becomes a child.
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::active {

// For a part that is_encrypted_pdf() (pdf.h) says is one.
void open_encrypted_pdf(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::active
