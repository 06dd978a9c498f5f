// The pool of sandboxed workers: one call scans one message, however hostile.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "config/settings.h"
#include "model/finding.h"
#include "model/scan_report.h"
#include "model/scan_request.h"

namespace sekisho::sandbox {

enum class ScanStatus : std::uint8_t {
    ok,           // report is valid (still to be judged)
    crashed,      // the child died: `part` names where, if it had said so
    timed_out,    // wall clock, CPU or memory ran out and the child was killed
    protocol,     // the child answered garbage: report holds what was valid before
    overloaded,   // the queue is full: not the message's fault
    unavailable,  // no worker program runs: not the message's fault
};

std::string_view to_string(ScanStatus status);

struct ScanOutcome {
    ScanStatus status = ScanStatus::unavailable;
    model::WorkerReport report;
    std::shared_ptr<const model::RuleTable> rules;  // of the generation that scanned
    std::chrono::microseconds queue_time{0};
    std::chrono::microseconds scan_time{0};
    std::chrono::microseconds cpu_time{0};
    std::string part;    // path of the part that the child was at when it failed; escaped
    std::string detail;  // one line for the log
};

// Receives streamed parts (sekisho unpack); called on the scanning thread. False stops the scan: unavailable.
// begin() is told id, parent, path, name, type, size, opened_by and flags; the rest stands in the report. All
// of it is hostile.
class PartReceiver {
public:
    virtual ~PartReceiver() = default;
    virtual bool begin(const model::PartSummary& part) = 0;
    virtual bool data(base::Bytes piece) = 0;
    virtual bool end() = 0;
};

struct PoolStats {
    std::uint64_t scans = 0;
    std::uint64_t deaths = 0;  // children that died during a scan, by whatever cause
    std::uint64_t kills = 0;   // of these, killed by us: time, CPU, memory, protocol
    std::uint64_t protocol_errors = 0;
    std::uint64_t denied_calls = 0;     // system calls that the sandbox refused and the child lived to count
    std::uint64_t forbidden_calls = 0;  // system calls for which a child was killed at once (SIGSYS)
    std::uint64_t restarts = 0;         // of the worker program, after it had died
    std::uint32_t parked = 0;           // costly scans that are stopped until the slow lane has room
    int landlock_abi = 0;               // of the current program; 0: this kernel has no Landlock
    std::uint64_t moved_to_slow = 0;
    std::uint32_t fast_busy = 0, fast_total = 0;
    std::uint32_t slow_busy = 0, slow_total = 0;
    std::uint32_t waiting = 0;
    std::uint64_t generation = 0;                   // of the worker program; grows by one per reload
    std::map<std::string, std::uint64_t> failures;  // by ScanStatus
};

// Thread-safe. scan() may be called from any number of threads; each call blocks its thread only.
class Pool {
public:
    virtual ~Pool() = default;

    // Starts the worker program and waits until it has reported itself whole (rules compiled, warmed up,
    // closed).
    static base::Result<std::unique_ptr<Pool>> create(const config::WorkerSettings& settings);

    // `message_fd`: a sealed memfd of the whole message, size fixed; stays the caller's. `lane`: client
    // network or account, for fairness in the slow lane. The deadline is request.limits.max_time from now,
    // queue included.
    virtual ScanOutcome scan(const model::ScanRequest& request, int message_fd, const std::string& lane,
                             PartReceiver* parts = nullptr) = 0;

    // Builds a new generation beside the old one; swaps only when it is whole, else the old one stays and the
    // error names file, line and reason. Scans in flight finish on the old one.
    virtual base::Result<void> reload(const config::WorkerSettings& settings) = 0;

    virtual std::shared_ptr<const model::RuleTable> rules() const = 0;
    virtual PoolStats stats() const = 0;
};

}  // namespace sekisho::sandbox
