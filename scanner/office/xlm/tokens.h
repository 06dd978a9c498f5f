// Formulas as tokens: Rgce of [MS-XLS] 2.5.198 (BIFF5 and BIFF8) and of [MS-XLSB] 2.5.98.
#pragma once

#include <optional>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// Never fails: from a token on that is not known, or is cut, the rest is Kind::unknown and the formula
// damaged. Linear in the tokens.
Formula read_tokens(const Book& book, const Source& source, const Place& at);

// PtgExp: where the formula stands that this cell shares; nullopt where it has one of its own.
std::optional<CellKey> shared_formula(Dialect dialect, const Source& source, const Place& at);

}  // namespace sekisho::scanner::office::xlm
