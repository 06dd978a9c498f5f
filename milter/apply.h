// A decision carried out: edits, quarantine copies, the reply.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "milter/message.h"
#include "milter/mta.h"
#include "milter/services.h"
#include "model/decision.h"
#include "model/scan_report.h"
#include "policy/decide.h"

namespace sekisho::milter {

// What was really done.
struct Applied {
    Reply reply = Reply::proceed;
    model::Action action = model::Action::accept;  // accept where the decision was only said (monitor)
    std::vector<std::string> quarantine_ids;
    std::vector<std::string> taken_off;  // recipients that left the envelope
    int smtp_code = 250;
    std::string problem;  // why something else was done than was decided; empty otherwise
};

// The verdict text of a message that was not scanned. What passes with it is marked in both directions,
// whatever the headers' settings are.
inline constexpr std::string_view unscanned_verdict = "unscanned";

// `verdict_text`: for X-Sekisho-Verdict. Order: copies are durable in the quarantine before anything is
// answered; where one cannot be kept the whole message is deferred (451 4.3.1 quarantine full, 451 4.3.0
// disk). A message that was too large to be buffered whole cannot be kept by us: it goes to the MTA's hold
// queue instead.
Applied apply(const Services& services, const Message& message, const model::ScanReport& report,
              const policy::Disposition& disposition, std::string_view verdict_text, Mta& mta);

// Removes every X-Sekisho-* field that came in.
void strip_our_headers(const Message& message, Mta& mta);

// One line of printable ASCII, at most 400 characters, without '%', which Sendmail would expand.
std::string reply_text(std::string_view text);

}  // namespace sekisho::milter
