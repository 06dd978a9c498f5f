// What a rule took, measured by itself (`sekisho rules profile`), and how it travels from the worker that
// measured it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/finding.h"

namespace sekisho::model {

struct RuleCost {
    std::string rule;
    std::chrono::nanoseconds time{0};   // of the rule alone
    std::chrono::nanoseconds plain{0};  // of a rule that looks for one word, over the same parts
    std::uint64_t parts = 0;            // that it was run on
    std::uint64_t bytes = 0;            // of them

    RuleCost& operator+=(const RuleCost& other);  // of the same rule
    bool operator==(const RuleCost&) const = default;
};

// As a finding on the root: the report of a worker that measures holds these instead of what it found.
Finding to_finding(const RuleCost& cost);
std::optional<RuleCost> rule_cost_from(const Finding& finding);  // hostile: none where it is anything else

}  // namespace sekisho::model
