// Findings that mean more together than each alone: a table, and what it finds. Pure.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/scan_report.h"

namespace sekisho::model {

// Where the findings of a combination must lie to count together.
enum class Reach : std::uint8_t {
    part,        // on one part
    attachment,  // in one attachment of a mail, at any depth of what came out of it
    message,     // anywhere
};

struct Combination {
    std::string_view id;  // "combo....", a row of the findings table, with the score of being together
    Reach reach = Reach::attachment;
    // Each is a comma-separated list of globs of finding ids; one finding of each list must be there.
    std::span<const std::string_view> all;
};

// All rows, sorted by id.
std::span<const Combination> combinations();

// The combinations that `report` fulfils, each once, on the part of its last list's finding and with the ids
// that fulfil it as evidence. Findings that `counts` refuses (muted ones) are as if they were not there.
// Linear in the findings for each row of the table.
std::vector<Finding> combine(const WorkerReport& report, const std::function<bool(const Finding&)>& counts);

}  // namespace sekisho::model
