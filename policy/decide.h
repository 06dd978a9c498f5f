// The ordered policy: one pure function from what is known to what is done.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/settings.h"
#include "model/decision.h"
#include "model/envelope.h"
#include "model/judge.h"
#include "model/scan_report.h"
#include "model/standing.h"

namespace sekisho::policy {

// For one recipient: the first [[rule]] that holds. `id` is put into the reply text for "{id}".
// Where no rule holds (the shipped list ends in one that always does) the answer is
// Settings::milter.on_failure.
model::Decision decide(const config::Settings& settings, const model::Envelope& envelope,
                       const std::string& recipient, const model::ScanReport& report,
                       const model::Standing& standing, const std::string& id);

// What happens to the message as a whole when recipients differ (DESIGN.md section 6): any defer defers all;
// all refused (or quarantined, held, discarded alike): that; else the refused ones leave the envelope and
// their copy is quarantined with reason `split`.
struct Disposition {
    model::Decision decision;                          // for those who stay
    std::vector<std::string> taken_off;                // recipients that leave the envelope
    std::vector<model::Decision> taken_off_decisions;  // one for each of them
    std::vector<std::string> told;                     // recipients whose row says `notify`, not monitored
};
Disposition decide_all(const config::Settings& settings, const model::Envelope& envelope,
                       const model::ScanReport& report, const model::Standing& standing,
                       const std::string& id);

// Score changes and allow rows that apply to this envelope and message hash on `today`.
model::ScoreOverrides overrides_for(const config::Settings& settings, const model::Envelope& envelope,
                                    const model::WorkerReport& report, const std::string& message_sha256,
                                    std::chrono::sys_days today);

}  // namespace sekisho::policy
