// The cells of one sheet's substream, BIFF5 and BIFF8.
#pragma once

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// From the BOF record at `offset` to the end of the substream. A text of the shared table is kept as
// Value::Type::number with `partial` set, until resolve_shared_string().
void read_biff_cells(base::Bytes stream, std::size_t offset, Book& book, Sheet& sheet, Budget& budget);

void resolve_shared_string(const Book& book, Value& value);

}  // namespace sekisho::scanner::office::xlm
