#include "scanner/rules/externals.h"

#include <yara.h>

#include <array>

namespace sekisho::scanner::rules {

namespace {

struct TextRow {
    const char* name;
    std::string RuleFacts::* field;
};
constexpr std::array text_rows{
    TextRow{"filename", &RuleFacts::filename},   TextRow{"filepath", &RuleFacts::filepath},
    TextRow{"extension", &RuleFacts::extension}, TextRow{"filetype", &RuleFacts::filetype},
    TextRow{"owner", &RuleFacts::owner},         TextRow{"mime_type", &RuleFacts::mime_type},
    TextRow{"part_kind", &RuleFacts::part_kind}, TextRow{"container", &RuleFacts::container},
    TextRow{"direction", &RuleFacts::direction},
};

}  // namespace

void define_externals(YR_COMPILER* compiler) {
    for (const TextRow& row : text_rows) {
        yr_compiler_define_string_variable(compiler, row.name, "");
    }
    // Of Loki's set, always empty here: no hash of every part is taken for the few rules that compare it.
    yr_compiler_define_string_variable(compiler, "md5", "");
    yr_compiler_define_integer_variable(compiler, "depth", 0);
    yr_compiler_define_boolean_variable(compiler, "encrypted", 0);
}

void set_externals(YR_SCANNER* scanner, const RuleFacts& facts) {
    // A variable that no rule uses is unknown to the scanner: that answer is of no interest.
    for (const TextRow& row : text_rows) {
        yr_scanner_define_string_variable(scanner, row.name, (facts.*row.field).c_str());
    }
    yr_scanner_define_integer_variable(scanner, "depth", facts.depth);
    yr_scanner_define_boolean_variable(scanner, "encrypted", facts.encrypted ? 1 : 0);
}

}  // namespace sekisho::scanner::rules
