// PDF, ISO 32000-1: whether the document is encrypted. Its objects are not read yet; rules see the bytes.
//
// Known weaknesses: a document that opens without a password, and merely forbids printing, is encrypted all
// the same and said to be so.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::active {

// True where a trailer, or the dictionary of a cross-reference stream, has the key /Encrypt (7.5.5, 7.5.8,
// 7.6.1), wherever it stands: readers rebuild the table of a broken file from whatever they find. The word
// anywhere else says nothing. Linear but for dictionaries within dictionaries, which are charged.
bool is_encrypted_pdf(base::Bytes bytes, Budget& budget);

extern const Format pdf_format;

}  // namespace sekisho::scanner::active
