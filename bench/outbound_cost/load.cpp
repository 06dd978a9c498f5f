#include "bench/outbound_cost/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "outbound/hash.h"

namespace sekisho::outbound_cost {

using outbound::hash_of;
using outbound::Moment;
using outbound_sim::Random;

namespace {

constexpr std::uint64_t circle = 20;  // whom an account writes to
constexpr std::uint32_t mails_of_a_past_day = 1;

}  // namespace

outbound::Transaction mail_of(const Crowd& crowd, std::uint32_t who, Moment at, Random& random) {
    const std::uint32_t desk = who % std::max(1u, crowd.clients);
    std::string account = fmt::format("person.{:07}@customer{:04}.example.com", who, who % 2'000);
    outbound::Transaction out{
        .at = at,
        .account = account,
        .client = fmt::format("10.{}.{}.{}", desk >> 16 & 255, desk >> 8 & 255, desk & 255),
        .sender = account,
        .from_address = std::move(account),
        .from_name = hash_of(who, 1),
        .helo = hash_of(desk, 2)};
    const auto recipients = 1 + random.below(3);
    for (std::uint64_t i = 0; i < recipients; ++i) {
        const std::uint64_t whom = random.chance(0.05) ? random.next() : who * circle + random.below(circle);
        out.recipients.push_back({hash_of(whom, 3), outbound::short_hash(hash_of(whom % 5'000, 4))});
    }
    const auto contents = 1 + random.below(4);
    for (std::uint64_t i = 0; i < contents; ++i)
        out.contents.push_back(random.next());
    return out;
}

Moment fill(outbound::Guard& guard, const Crowd& crowd, Random& random) {
    const config::SenderClass limits = config::OutboundSettings{}.limits;
    Moment today = first_day;
    // Those of one day sleep before those of the next are there.
    constexpr Moment next = outbound::day + outbound::hour;
    for (std::uint32_t first = 0; first < crowd.accounts; first += crowd.active, today += next) {
        const std::uint32_t last = std::min(crowd.accounts, first + crowd.active);
        for (std::uint32_t i = 0; i < mails_of_a_past_day; ++i)
            for (std::uint32_t who = first; who < last; ++who)
                guard.note(mail_of(crowd, who, today + i * outbound::hour, random), limits);
        while (guard.save(500)) {
        }
        while (guard.sweep(today + next, 2'000)) {
        }
    }
    return today;
}

}  // namespace sekisho::outbound_cost
