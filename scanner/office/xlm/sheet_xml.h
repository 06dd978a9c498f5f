// The XML parts of a workbook: its sheets, names, strings and cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

struct Relationship {
    std::string id;
    std::string type;
    std::string target;
};
std::vector<Relationship> read_relationships(std::string_view xml);

// <sheet name sheetId state r:id>: as `book` has them, in their order, and their relationships' ids.
void read_workbook_xml(std::string_view xml, Book& book, std::vector<std::string>& ids);
void read_strings_xml(std::string_view xml, Book& book);
// <c r t><f/><v/></c>. A shared formula is that of the cell which holds its text; references are not moved.
void read_cells_xml(std::string_view xml, Book& book, Sheet& sheet, Budget& budget);

}  // namespace sekisho::scanner::office::xlm
