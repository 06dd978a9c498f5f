// Macros of Access as they lie in a database: the rows of the classic macro sheet, each an action by its
// number with up to ten arguments. Access 2010 and later keep the same rows, and their own XML in comments
// ("_AXL:"), cut into pieces. The layout is what jetdb (macro_def.rs, macro_action.rs) found out.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::office {

struct AccessMacroRow {
    enum class Action : std::uint16_t {
        run_app = 32,   // a command line
        run_code = 33,  // a call of a function
        run_sql = 35,
    };

    std::uint16_t action = 0;  // 0: none
    std::string comment;
    std::string condition;
    std::array<std::string, 10> arguments;

    bool is(Action one) const { return action == static_cast<std::uint16_t>(one); }
};

// How the texts of a sheet are written.
struct AccessMacroText {
    bool narrow = false;  // all of them in `charset`, as in Access 97; else the sheet says so itself
    std::string charset;
};

// Hands over each row. False: `sheet` is none, or it is broken, or the budget is spent; rows before that have
// been handed over. Linear.
bool read_access_macro(base::Bytes sheet, const AccessMacroText& text, Budget& budget,
                       const std::function<void(const AccessMacroRow&)>& use);

// The same of all sheets that stand in the properties of a form or report: what its events run. All
// rows are charged, those of sheets within each other as well.
void read_embedded_macros(base::Bytes form, const AccessMacroText& text, Budget& budget,
                          const std::function<void(const AccessMacroRow&)>& use);

}  // namespace sekisho::scanner::office
