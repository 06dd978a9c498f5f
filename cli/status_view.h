// What the daemon's status looks like to people. Pure, but for the time zone.
#pragma once

#include <string>

#include "base/json.h"

namespace sekisho::cli {

// Lines such as "workers.deaths  3", in the daemon's order. A key that is not known here is printed as it
// came. What stands in the answer twice, for programs, is printed once.
std::string print_status(const base::Json& answer);

}  // namespace sekisho::cli
