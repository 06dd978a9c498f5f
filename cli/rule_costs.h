// What `sekisho rules profile` says of what was measured. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/rule_cost.h"

namespace sekisho::cli {

// Whether a rule costs more than its likes: over all parts more than four times as much as a rule that looks
// for one word, and more than a millisecond.
bool stands_out(const model::RuleCost& cost);

// The dearest first: time, what that is to a plain rule, parts and bytes seen, speed; a mark where it stands
// out.
std::string print_costs(std::vector<model::RuleCost> costs);

}  // namespace sekisho::cli
