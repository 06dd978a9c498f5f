// Workbooks that may hold Excel 4.0 macros: rows for the one table in scanner/formats.cpp.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::office::xlm {

// The stream of an .xls file (which may also be a file of its own), and SYLK.
std::span<const Format> formats();

// The row Rooms::open_package: a workbook that is a package, once its members are children.
void open_workbook_package(const Part& part, std::span<const Part> children, Extraction& extraction);

}  // namespace sekisho::scanner::office::xlm
