// Counters of the gate, for `sekisho status` and the metrics page.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "model/decision.h"
#include "model/verdict.h"

namespace sekisho::milter {

// Upper bounds of the latency buckets, in milliseconds; one more bucket holds what is above.
inline constexpr std::array<std::uint32_t, 12> latency_bounds_ms{5,   10,    20,    50,    100,    200,
                                                                 500, 1'000, 2'000, 5'000, 20'000, 60'000};

struct MetricsSnapshot {
    std::uint64_t connections = 0;
    std::uint64_t messages = 0;   // that reached a decision
    std::uint64_t aborted = 0;    // that the client or the MTA gave up
    std::uint64_t refused = 0;    // before DATA: caps, shutting down
    std::uint64_t bytes = 0;      // of the messages
    std::uint64_t unscanned = 0;  // let through or deferred without a scan, for our own reasons
    std::uint64_t foreign_outbound =
        0;  // outbound, from a sender of a domain that is not local: a [[direction]] row errs
    std::map<std::string, std::uint64_t, std::less<>> verdicts;
    std::map<std::string, std::uint64_t, std::less<>> actions;  // that were taken
    std::map<std::string, std::uint64_t, std::less<>> directions;
    std::map<std::string, std::uint64_t, std::less<>> standings;        // of senders: changes, by the new one
    std::array<std::uint64_t, latency_bounds_ms.size() + 1> latency{};  // from end of message to the reply
    double latency_seconds = 0;                                         // sum
    double queue_seconds = 0;                                           // sum of waiting for a worker
    double scan_seconds = 0;                                            // sum of scanning
};

// Thread-safe. One lock, held for a few additions.
class Metrics {
public:
    void connection();
    void aborted();
    void refused();
    void standing_changed(std::string_view to);

    struct Handled {
        model::Direction direction;
        std::string_view verdict;  // of the table, or "unscanned", "released"
        model::Action action;
        bool unscanned;
        bool foreign_sender;
        std::uint64_t bytes;
        std::chrono::microseconds elapsed, queued, scanned;
    };
    void message(const Handled& handled);

    MetricsSnapshot snapshot() const;

private:
    mutable std::mutex mutex_;
    MetricsSnapshot values_;
};

}  // namespace sekisho::milter
