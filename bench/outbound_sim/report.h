// What came of all runs, for people and for programs. The same for the same scenario, seed and runs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "bench/outbound_sim/simulation.h"
#include "bench/outbound_sim/statistics.h"

namespace sekisho::outbound_sim {

// One figure of the attacks of a name. Values are `never` where a level was not reached.
struct Figure {
    double median = 0, p90 = 0, worst = 0;
    Interval median_interval, p90_interval;  // 95 %, bootstrap over the attacks
};

struct TempoSummary {
    std::string name;
    std::uint64_t attacks = 0, throttled = 0, blocked = 0;
    Interval throttled_share, blocked_share;  // 95 %, Clopper-Pearson
    Figure throttled_messages, throttled_seconds, blocked_messages, blocked_seconds;
    Figure offered, passed, passed_recipients, passed_before_block;
    std::vector<std::pair<std::string, std::uint32_t>> reasons;  // most first
};

// Events per 1,000 account-days.
struct Rate {
    std::uint64_t events = 0;
    double rate = 0;
    Interval interval;  // 95 %, Garwood
};
Rate rate_of(std::uint64_t events, std::uint64_t account_days);

struct AimResult {
    std::string what;
    std::string reached;
    bool met = false;
};

// Most first, those of the same count by name.
void by_count(std::vector<std::pair<std::string, std::uint32_t>>& reasons);
std::vector<TempoSummary> summarize(const Scenario& scenario, const RunResult& result);
std::vector<AimResult> judge_aims(const Scenario& scenario, const RunResult& result);

struct RunOf {
    std::string scenario;  // its name
    std::uint64_t seed = 1;
    unsigned runs = 1;
};
// `verbose`: each false throttle and block with the guard's reasons.
std::string write_text(const RunOf& run, const Scenario& scenario, const RunResult& result, bool verbose);
base::Json write_json(const RunOf& run, const Scenario& scenario, const RunResult& result);

}  // namespace sekisho::outbound_sim
