// What rules may ask of a part beside its bytes.
#pragma once

#include <string>

#include "model/verdict.h"
#include "scanner/engine.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// `format`: null where no room knows the part. `container`: the type of the parent.
RuleFacts facts_of(const Part& part, const Format* format, const std::string& container,
                   model::Direction direction);

}  // namespace sekisho::scanner
