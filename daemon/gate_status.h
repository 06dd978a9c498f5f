// How the gate is, as JSON for `sekisho status` and as Prometheus text. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "daemon/order_stats.h"
#include "daemon/telling_stats.h"
#include "milter/metrics.h"
#include "sandbox/pool.h"
#include "store/shared_log.h"

namespace sekisho::daemon {

// Of the outbound guard.
struct SenderStatus {
    std::uint64_t accounts = 0, active_accounts = 0, hosts = 0, active_hosts = 0, trails = 0;
    // Of accounts and hosts: how many are watched, throttled, blocked.
    std::array<std::uint64_t, 3> account_standings{}, host_standings{};
    bool state_healthy = true;          // what is counted gets to disk
    std::uint64_t dropped_records = 0;  // of the log, because the disk was away for too long
};

struct GateStatus {
    std::string version;  // of the program
    std::chrono::system_clock::time_point started, now;
    bool monitor = false;
    bool draining = false;
    std::string config_version;
    std::string rules_version;
    std::uint64_t rules = 0;
    std::vector<std::string> rule_problems;  // files and rules that were skipped
    milter::MetricsSnapshot mail;
    sandbox::PoolStats pool;
    std::uint64_t messages_in_flight = 0;
    std::uint64_t bytes_in_flight = 0;
    std::uint64_t quarantine_bytes = 0;
    std::uint64_t quarantine_max_bytes = 0;
    bool store_healthy = true;
    std::uint64_t dropped_events = 0;
    std::optional<store::SharedStats> shared;  // none: the gate counts alone
    OrderStats orders;
    TellingStats standing_mails, webhook;
    std::optional<SenderStatus> senders;  // none: nobody is watched
};

base::Json status_json(const GateStatus& status);
// Exposition format 0.0.4; names begin with sekisho_, times are in seconds, sizes in bytes.
std::string prometheus_text(const GateStatus& status);

}  // namespace sekisho::daemon
