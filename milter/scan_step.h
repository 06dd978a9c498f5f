// One scan of one message, with what is remembered of earlier tries (DESIGN.md section 5, "Crash or
// time-out").
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "milter/message.h"
#include "milter/services.h"
#include "model/finding.h"
#include "model/scan_report.h"

namespace sekisho::milter {

enum class ScanFailure : std::uint8_t {
    none,         // there is a report
    first_crash,  // noted; the sender's retry is scanned around the part that failed: 451 4.3.0
    overloaded,   // 451 4.3.2 or what on_failure says
    unavailable,  // 451 4.3.0 or what on_failure says
};

struct ScanResult {
    ScanFailure failure = ScanFailure::unavailable;
    model::WorkerReport report;
    std::shared_ptr<const model::RuleTable> rules;
    std::chrono::microseconds queue_time{0};
    std::chrono::microseconds scan_time{0};
    std::vector<model::MailedPassword> passwords;  // that this mail names, for the locks of others
    std::string detail;                            // one line for the log where something went wrong
};

// First time: scanned whole. After one crash or time-out: scanned without the part that failed, which becomes
// a scan.crashed or scan.time finding. After two: not scanned again, the finding stands for the whole
// message. A store that cannot be read counts as "never failed": it delays no mail.
// `earlier`: what other mails named.
ScanResult scan_message(const Services& services, const Message& message,
                        std::vector<model::MailedPassword> earlier = {});

// A report of nothing: one root part and one finding on it.
model::WorkerReport report_without_scan(base::Bytes message, std::string_view finding,
                                        std::string_view evidence);

}  // namespace sekisho::milter
