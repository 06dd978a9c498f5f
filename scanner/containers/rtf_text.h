// What a person reads of an RTF: its text, or the HTML that it was made from ([MS-OXRTFEX]).
//
// Known weaknesses: characters are read by the code page of the document; that of a single font is not looked
// at. Fields, notes and text in shapes come out where they stand.
#pragma once

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::containers {

// Writes it as UTF-8. True where it is HTML. Linear; broken RTF gives what can be read of it, and so does one
// whose groups are nested more than 4,096 deep. A spent budget shows in `output`.
bool write_rtf_text(base::Bytes rtf, Output& output);

}  // namespace sekisho::scanner::containers
