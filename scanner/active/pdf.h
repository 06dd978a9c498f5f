// PDF, ISO 32000-1: whether the document is encrypted, which pdf_lock.h undoes. Its objects are not read yet;
// rules see the bytes.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::active {

// True where a trailer, or the dictionary of a cross-reference stream, has the key /Encrypt (7.5.5, 7.5.8,
// 7.6.1), wherever it stands: readers rebuild the table of a broken file from whatever they find. The word
// anywhere else says nothing. Linear but for dictionaries within dictionaries, which are charged.
bool is_encrypted_pdf(base::Bytes bytes, Budget& budget);

// The encrypted ones, which stand before the others in the table.
extern const Format encrypted_pdf_format;
extern const Format pdf_format;

}  // namespace sekisho::scanner::active
