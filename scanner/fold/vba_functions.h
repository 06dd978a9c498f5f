// The functions of VBA's Strings, Conversion and Math that give a constant for constants.
#pragma once

#include <vector>

#include "scanner/fold/output.h"
#include "scanner/fold/parser.h"
#include "scanner/fold/value.h"
#include "scanner/fold/vba_words.h"

namespace sekisho::scanner::fold::vba {

// Unknown where an argument is, and for what the function would refuse. Positions count from 1, as there.
Value call(Word function, const std::vector<Node>& arguments, Allowance& allowance, FoldCounts& counts);
Value constant(Word name);

}  // namespace sekisho::scanner::fold::vba
