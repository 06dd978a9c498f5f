// Formulas as text: of .xlsm and SLK files, and what a macro itself writes into cells.
#pragma once

#include <optional>
#include <string_view>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// `text` without the "=" in front. Lenient: what stands behind a fault is left out, and the formula is
// damaged. `r1c1`: R[1]C[-1] and R2C3 are references, relative to `at`; A1 is one in both cases, since macros
// write either. Linear, but for names that are looked up among the sheets.
Formula parse_formula(const Book& book, std::string_view text, const Place& at, bool r1c1);

// "Sheet1!A1", "R1C1", "$A$1:$B$2": a reference and nothing else.
std::optional<Area> parse_reference(const Book& book, std::string_view text, const Place& at);

}  // namespace sekisho::scanner::office::xlm
