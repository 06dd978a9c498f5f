// Workbook streams of BIFF5 and BIFF8, [MS-XLS]: "Book" and "Workbook" of an .xls file.
//
// Lenient: sheets are found by walking all records, so that a wrong position in BoundSheet8 hides none, and a
// substream that says it is a macro sheet is one, whatever the list of sheets calls it. Known weaknesses:
// macro sheets of BIFF2 to BIFF4, which stand in no compound file, are told and not read; cells of sheets
// whose order in the stream is not that of the list are kept under the name that the position says, or their
// turn.
#pragma once

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// 2 to 5 and 8 where `stream` begins with a BOF record of that version; 0 where it does not.
int biff_version(base::Bytes stream);

// Globals (sheets, names, links) and which sheets are macro sheets. Cells are read of macro sheets alone, and
// of all others where those have formulas. Views into `stream` stay in the book. Linear.
Book read_biff(base::Bytes stream, Budget& budget);

}  // namespace sekisho::scanner::office::xlm
