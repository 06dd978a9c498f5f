// For tests of this folder: transactions of people and of bots.
#pragma once

#include <string>

#include "outbound/guard.h"
#include "outbound/hash.h"

namespace sekisho::outbound::testing {

inline constexpr Moment monday = 18'000 * day + 4 * day + 1 * hour;  // 10:00 in Japan

inline Transaction mail(const std::string& account, const std::string& client, std::uint64_t recipient,
                        Moment at) {
    Transaction out{.at = at,
                    .account = account,
                    .client = client,
                    .sender = account,
                    .from_address = account,
                    .from_name = hash_of("name of " + account),
                    .helo = hash_of("pc.example.com")};
    out.recipients.push_back({hash_of(recipient, 99), static_cast<std::uint32_t>(recipient % 7)});
    return out;
}

inline const config::SenderClass& default_limits() {
    static const config::SenderClass limits = config::OutboundSettings{}.limits;
    return limits;
}

inline Guard guard(GuardLimits limits = {}) { return Guard(*SeenBefore::in_memory(1 << 20), limits); }

inline Answer note(Guard& guard, const Transaction& transaction) {
    return guard.note(transaction, default_limits());
}

// `days` working days of an office worker: eight mails a day to the same ten people.
template <class Guards>
Moment office_days(Guards& guard, const std::string& account, const std::string& client, int days,
                   Moment from = monday) {
    for (int today = 0; today < days; ++today)
        for (int i = 0; i < 8; ++i)
            note(guard, mail(account, client, static_cast<std::uint64_t>(i % 10),
                             from + static_cast<Moment>(today) * day + static_cast<Moment>(i) * hour));
    return from + static_cast<Moment>(days) * day;
}

}  // namespace sekisho::outbound::testing
