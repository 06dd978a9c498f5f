// The binary parts of a workbook: xl/workbook.bin, xl/sharedStrings.bin and the sheets of .xlsb, [MS-XLSB].
#pragma once

#include <string>
#include <vector>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// Sheets, names and links, and the sheets' relationships' ids. What is cut is `book.damage`.
void read_workbook_bin(base::Bytes bytes, Book& book, std::vector<std::string>& ids);
void read_strings_bin(base::Bytes bytes, Book& book);
void read_cells_bin(base::Bytes bytes, Book& book, Sheet& sheet, Budget& budget);

}  // namespace sekisho::scanner::office::xlm
