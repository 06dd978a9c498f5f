// A provider's mail for the guard: many accounts, some of them at work.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/outbound_sim/random.h"
#include "config/outbound_settings.h"
#include "outbound/guard.h"

namespace sekisho::outbound_cost {

struct Crowd {
    std::uint32_t accounts = 1'000'000;  // that are known
    std::uint32_t active = 50'000;       // of them in the last 24 hours
    std::uint32_t clients = 20'000;      // addresses that these send from
    std::uint32_t messages = 4;          // of an active account in those 24 hours
};

inline constexpr outbound::Moment first_day = 18'004 * outbound::day;

// The mail of account number `who`: one to three recipients of its own circle, now and then a stranger, its
// own From, a text and at times an attachment.
outbound::Transaction mail_of(const Crowd& crowd, std::uint32_t who, outbound::Moment at,
                              outbound_sim::Random& random);

// All accounts have sent, `active` of them a day, and all of them sleep. Returns when the next day begins.
outbound::Moment fill(outbound::Guard& guard, const Crowd& crowd, outbound_sim::Random& random);

}  // namespace sekisho::outbound_cost
