// How the gate is, for `sekisho status`, and the same as Prometheus text.
#pragma once

#include <chrono>
#include <string>

#include "base/json.h"
#include "milter/services.h"

namespace sekisho::daemon {

// {"state","monitor","uptime_s","config":{"version"},"rules":{"version","count","problems":[…]},
//  "in_flight":{"messages","bytes"},
//  "messages":{"total","refused","aborted","unscanned","bytes","connections","verdicts":{…},"actions":{…},"directions":{…}},
//  "outbound":{"messages","foreign"},"latency_ms":{"mean","p50","p95","p99"},"stage_ms":{"queue","scan"},
//  "workers":{"generation","fast_busy","fast_total","slow_busy","slow_total","waiting","scans","deaths","kills",
//             "protocol_errors","denied_calls","moved_to_slow","failures":{…}},
//  "quarantine":{"bytes"},"store":{"healthy","dropped_events"}}
// Counters are since the gate's start. Percentiles are upper bounds of latency buckets.
base::Json status_json(const milter::Services& services, std::chrono::steady_clock::time_point started);

// Text format 0.0.4, names `sekisho_*`.
std::string metrics_text(const milter::Services& services, std::chrono::steady_clock::time_point started);

}  // namespace sekisho::daemon
