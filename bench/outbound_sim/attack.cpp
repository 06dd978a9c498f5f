#include "bench/outbound_sim/attack.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/outbound_sim/places.h"

namespace sekisho::outbound_sim {

namespace {

constexpr std::uint64_t draw_of_raids = 200;

// The day and second at which it begins.
void choose_time(Raid& raid, const Scenario& scenario, const World& world, Random& random) {
    const Attack& attack = *raid.attack;
    const double last = scenario.world.days - 1;
    const bool office = attack.at == "office";
    raid.day = random.whole({std::min(attack.first_day, last), std::min(attack.last_day, last)});
    while (office && !world.calendar().is_workday(raid.day) && raid.day < last)
        ++raid.day;
    while (office && !world.calendar().is_workday(raid.day) && raid.day > 0)
        --raid.day;
    const double second = office ? random.between({scenario.hours.begin, scenario.hours.end}) * 3'600
                          : attack.at == "night" ? random.between({0, 5 * 3'600})
                                                 : random.between({0, 86'399});
    raid.at = world.calendar().midnight(raid.day) + second;
}

std::vector<std::string> addresses_of(const Raid& raid, const World& world, Random& random) {
    const Attack& attack = *raid.attack;
    std::vector<std::string> out;
    const std::uint32_t count = random.whole(attack.addresses);
    const auto region = static_cast<std::uint32_t>(first_strange + random.below(regions - first_strange));
    const auto network = static_cast<std::uint32_t>(random.below(256));
    for (std::uint32_t i = 0; i < count; ++i) {
        if (attack.from_where == "own" && !raid.victims.empty())
            out.push_back(world.desk(world.people()[raid.victims[i % raid.victims.size()]]));
        else if (attack.from_where == "own" || attack.from_where == "office")
            // A PC that nobody else sends from, in the network of an office.
            out.push_back(office_pc(world.people()[random.below(world.people().size())].office,
                                    static_cast<std::uint32_t>(60'000 + random.below(2'000))));
        else if (attack.from_where == "provider")
            out.push_back(world.neighbour(random));
        else if (attack.from_where == "one-network")
            out.push_back(outside(region, network, 1 + i));
        else
            out.push_back(strange_address(random));
    }
    return out;
}

void put_names(Mail& mail, const Attack& attack, const Account* owner, std::uint64_t seed, Random& random) {
    auto& transaction = mail.transaction;
    const std::uint64_t name = random.below(static_cast<std::uint64_t>(attack.from_pool));
    transaction.from_name = attack.from_names == "constant" ? mix(seed, 1) : mix(mix(seed, 2), name);
    if (owner != nullptr) {
        transaction.account = owner->name;
        transaction.sender = owner->name;
        transaction.from_address = owner->name;
        if (attack.from_names == "own") transaction.from_name = owner->from_names.front();
    }
    if (owner == nullptr || attack.forged_sender) {
        const std::uint64_t who = attack.forged_sender ? name : 0;
        transaction.sender = fmt::format("stolen{}@victim{}.example.net", who, who % 40);
        transaction.from_address = transaction.sender;
    }
}

}  // namespace

std::vector<Raid> plan_raids(const Scenario& scenario, const World& world, std::uint64_t seed) {
    Random random = Random::of(seed, draw_of_raids);
    std::vector<std::uint32_t> free;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(scenario.world.accounts); ++i)
        free.push_back(i);
    for (std::size_t i = free.size(); i > 1; --i)
        std::swap(free[i - 1], free[random.below(i)]);
    std::vector<Raid> out;
    for (const Attack& attack : scenario.attacks) {
        for (unsigned n = 0; n < static_cast<unsigned>(attack.count); ++n) {
            Raid raid{.attack = &attack};
            choose_time(raid, scenario, world, random);
            raid.seed = random.next();
            std::uint32_t wanted = random.whole(attack.accounts);
            for (std::size_t i = 0; i < free.size() && wanted > 0;) {
                const Account& account = world.people()[free[i]];
                if (account.joins && account.first_day > raid.day) {
                    ++i;  // is not there yet
                    continue;
                }
                raid.victims.push_back(free[i]);
                free.erase(free.begin() + static_cast<std::ptrdiff_t>(i));
                --wanted;
            }
            out.push_back(std::move(raid));
        }
    }
    return out;
}

Stream begin_raid(const Raid& raid, int number, const World& world) {
    const Attack& attack = *raid.attack;
    Random random(raid.seed);
    const auto addresses = addresses_of(raid, world, random);
    Stream out;
    out.at = raid.at;
    out.gap = 60 / attack.messages_a_minute;
    out.regular = attack.regular;
    out.client = Client::bot;
    out.attack = number;
    const double most =
        std::max(1.0, std::min(attack.most_messages, attack.for_minutes * attack.messages_a_minute));
    const std::uint64_t text = random.next();
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(most); ++i) {
        Mail mail;
        mail.kind = Kind::attack;
        const Account* owner =
            raid.victims.empty() ? nullptr : &world.people()[raid.victims[random.below(raid.victims.size())]];
        put_names(mail, attack, owner, raid.seed, random);
        auto& transaction = mail.transaction;
        const std::size_t from = random.below(addresses.size());
        transaction.client = addresses[from];
        transaction.helo = mix(mix(raid.seed, 3), from);
        transaction.helo_literal = attack.literal_helo;
        const std::uint32_t recipients = random.whole(attack.recipients);
        for (std::uint32_t r = 0; r < recipients; ++r) {
            if (random.chance(attack.unknown_share)) ++transaction.rejected;
            if (owner != nullptr && random.chance(attack.known_share))
                transaction.recipients.push_back(world.known_recipient(*owner, random));
            else
                transaction.recipients.push_back(World::stranger(random));
        }
        transaction.contents = {random.chance(attack.same_text_share) ? text : random.next()};
        if (random.chance(attack.suspicious_share)) transaction.harm = outbound::Harm::suspicious;
        if (random.chance(attack.malware_share)) transaction.harm = outbound::Harm::malicious;
        out.mails.push_back(std::move(mail));
    }
    out.random = random;
    return out;
}

}  // namespace sekisho::outbound_sim
