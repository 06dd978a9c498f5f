// PDF, ISO 32000-1: its rows in the table of formats. The encrypted ones are opened by pdf_lock.h; of the
// others those that name anything that acts are read by pdf_actions.h. Rules see the bytes of all.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::active {

// True where a trailer, or the dictionary of a cross-reference stream, has the key /Encrypt (7.5.5, 7.5.8,
// 7.6.1), wherever it stands: readers rebuild the table of a broken file from whatever they find. The word
// anywhere else says nothing. Linear but for dictionaries within dictionaries, which are charged.
bool is_encrypted_pdf(base::Bytes bytes, Budget& budget);

// In the order in which they stand in the table: encrypted ones; those with actions, links, attached files
// or object streams; and those in which there is nothing to read, which cost no parser.
extern const Format encrypted_pdf_format;
extern const Format pdf_format;
extern const Format plain_pdf_format;

}  // namespace sekisho::scanner::active
