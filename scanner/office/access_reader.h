// One Access database whose pages are plain, row by row: its long values and texts become children, and what
// its catalogue and macros mean becomes findings.
//
// Children: an OLE object or attachment each ("value:Table.Column"), the VBA project as a compound file
// ("vba-project"), modules by themselves ("vba:carved-1"), the texts of all rows ("texts"), and what is left
// of Access' own streams and of values that no row leads to, one behind the other ("objects").
#pragma once

#include "scanner/extraction.h"
#include "scanner/office/access_pages.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// office.access.*, and those of the modules found. Linear in the pages, all of it charged.
void read_access(const Part& part, const AccessPages& pages, Extraction& extraction);

}  // namespace sekisho::scanner::office
