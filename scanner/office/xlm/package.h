// Workbooks that are packages: .xlsm, .xlam and .xlsb, [ECMA-376] and [MS-XLSB], as far as Excel 4.0 macros
// go.
#pragma once

#include <span>
#include <string>

#include "scanner/extraction.h"

namespace sekisho::scanner::office::xlm {

// A member of the package, decoded. The bytes live as long as the package is being opened.
struct PackageMember {
    std::string name;
    base::Bytes bytes;
};

// Nothing where no member is a macro sheet, which is told by the workbook's relationships, by the sheet's own
// root element, and by the folder in which it stands. What there is becomes children of `part` and findings
// on it.
void open_package(const Part& part, std::span<const PackageMember> members, Extraction& extraction);

}  // namespace sekisho::scanner::office::xlm
