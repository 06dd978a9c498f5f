// A message on its way out, as the outbound guard counts it.
#pragma once

#include <chrono>
#include <string>

#include "milter/message.h"
#include "milter/mta.h"
#include "milter/services.h"
#include "model/decision.h"
#include "model/scan_report.h"
#include "outbound/transaction.h"

namespace sekisho::milter {

// Whose standing counts: the lower-case login and the client's address; both empty where nobody is watched
// (no guard, switched off, a client of outbound.unwatched that has not logged in).
struct Watched {
    std::string account;
    std::string client;
    explicit operator bool() const { return !account.empty() || !client.empty(); }
};
Watched watched_sender(const config::Settings& settings, const model::Envelope& envelope);

// `report`: what the scan said; none before the message has come.
outbound::Transaction transaction_of(const config::Settings& settings, const model::Envelope& envelope,
                                     const model::ScanReport* report,
                                     std::chrono::system_clock::time_point now);

// Before there is a message (RCPT): what its sender's standing means for it. Accept where it may come. A
// refused one is counted with the recipients that are known.
model::Decision ask_guard(const Services& services, const config::Settings& settings,
                          const model::Envelope& envelope, const Refused& by_mta);

// A message that ended before it came, with recipients that the MTA refused: a bot that goes through a list
// of old addresses may never get further. Counted where it would be outbound or internal.
void count_refused(const Services& services, const config::Settings& settings,
                   const model::Envelope& envelope, const Refused& refused);

// At the end of a message that is outbound or internal: counts it and says what its sender's standing means
// now. Accept for what is not watched.
model::Decision count_message(const Services& services, const Message& message,
                              const model::ScanReport& report);

}  // namespace sekisho::milter
