// One request, one child, from the request frame to the outcome: everything the child does is watched.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "sandbox/channel.h"
#include "sandbox/child.h"
#include "sandbox/lanes.h"
#include "sandbox/pool.h"

namespace sekisho::sandbox {

struct RunLimits {
    Clock::time_point deadline;
    std::chrono::milliseconds slow_after{1'000};  // CPU time
    std::uint64_t memory_bytes = 384u << 20;      // resident
    std::chrono::milliseconds first_look{50};     // most scans are over before anyone looks at them
    std::chrono::milliseconds look_every{20};
    std::chrono::milliseconds stall_time{5'000};  // an answer that has begun must go on and end
    std::chrono::milliseconds exit_time{1'000};   // for the news of how a child ended
};

struct RunResult {
    ScanOutcome outcome;
    bool reusable = false;  // the child is whole, and neither side wants it gone
    bool killed = false;    // by us
    bool died = false;      // by whatever cause, ours included
    std::uint32_t denied_calls = 0;
};

// `costly` is asked at each look once the scan has cost more than slow_after, and says on which lane it now
// is.
using LaneQuestion = std::function<Lanes::Place()>;

// `message` is sealed. The answer's `part` and `detail` are escaped; queue_time and rules are left to the
// caller.
RunResult run_scan(Child& child, const model::ScanRequest& request, int message, const RunLimits& limits,
                   PartReceiver* parts, const LaneQuestion& costly);

}  // namespace sekisho::sandbox
