// The languages, each folded by its own reader.
#pragma once

#include <string_view>

#include "scanner/fold/fold.h"
#include "scanner/fold/output.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

void fold_vba(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output);
void fold_jscript(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output);
void fold_powershell(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output);
void fold_batch(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output);

}  // namespace sekisho::scanner::fold
