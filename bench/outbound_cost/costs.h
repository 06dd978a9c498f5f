// Memory and time of a guard with many accounts, with the embedded engine behind it.
#pragma once

#include <string>

#include "bench/outbound_cost/load.h"

namespace sekisho::outbound_cost {

// Markdown. The state lies in `folder`, which is there.
std::string measure_costs(const Crowd& crowd, const std::string& folder);

}  // namespace sekisho::outbound_cost
