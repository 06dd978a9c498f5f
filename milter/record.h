// What is said of a message afterwards: one log line and one Event.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "milter/apply.h"
#include "milter/message.h"
#include "milter/services.h"
#include "model/scan_report.h"
#include "policy/decide.h"

namespace sekisho::milter {

// All that was learned and done. References live for the call.
struct Handled {
    const Message& message;
    const model::ScanReport& report;
    const policy::Disposition& disposition;
    const Applied& applied;
    std::string verdict_text;  // "unscannable (locked)", "unscanned", "released"
    bool unscanned = false;
    std::chrono::microseconds queue_time{0};
    std::chrono::microseconds scan_time{0};
    std::string note;  // what went wrong on the way; empty mostly
};

// Log line (queue id first, key=value or one JSON object), Event "message" and the counters. Never blocks on
// the disk. No body text, no password; every value of the mail is escaped and cut.
void record(const Services& services, const Handled& handled);

// A refusal before there was a message: NOQUEUE, or the queue id where the MTA has given one. Event
// "refused".
void record_refusal(const Services& services, const model::Envelope& envelope, std::string_view reason,
                    int code);

}  // namespace sekisho::milter
