// The external variables of our rules: the names that public sets use, and our own.
#pragma once

#include <yara.h>

#include "scanner/engine.h"

namespace sekisho::scanner::rules {

void define_externals(YR_COMPILER* compiler);                     // names and types, with empty values
void set_externals(YR_SCANNER* scanner, const RuleFacts& facts);  // for the next scan

}  // namespace sekisho::scanner::rules
