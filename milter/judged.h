// A worker's report as judged by the settings of the day: what policy, record and quarantine work on.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "config/settings.h"
#include "model/envelope.h"
#include "model/finding.h"
#include "model/scan_report.h"

namespace sekisho::milter {

// References live for the call.
struct Scanned {
    const config::Settings& settings;
    const model::Envelope& envelope;
    std::uint64_t message_size = 0;
    std::string message_sha256;                     // hex, taken by us
    std::shared_ptr<const model::RuleTable> rules;  // null: none were run
    std::chrono::microseconds elapsed{0};
    std::chrono::system_clock::time_point now;
};

model::ScanReport judge_scan(const Scanned& scanned, model::WorkerReport report);

}  // namespace sekisho::milter
