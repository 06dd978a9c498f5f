// Formulas in texts that Excel opens as sheets: CSV and its like, tables of HTML, XML of 2003, DIF. A formula
// SERVICE|'TOPIC'!ITEM starts a program (DDE; "CSV injection", MITRE ATT&CK T1559.002).
#pragma once

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// Finding office.dde.exec, where `part` is text and its name or declared type says that Excel opens it.
// Linear; the first 16 MB. Known weakness: a service or topic that is put together by functions is not seen
// (Excel itself takes names alone).
void inspect_sheet_formulas(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
