// SYLK (.slk): a spreadsheet as lines of text, which Excel opens with its macros.
//
//   ID;P             O;E                      NN;NAuto_open;ER101C1;KOut Flank;F
//   C;X1;Y101;K0;EEXEC("...")                 C;X1;Y102;K0;EHALT()
//
// Known weaknesses: text in code pages other than windows-1252 shows wrongly.
#pragma once

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

bool is_sylk(base::Bytes head);
// One sheet, "SYLK": a macro sheet where the file says that it holds macros, or has a name for one. Linear.
Book read_sylk(base::Bytes bytes, Budget& budget);

}  // namespace sekisho::scanner::office::xlm
