#include "bench/outbound_sim/world.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "bench/outbound_sim/places.h"
#include "outbound/hash.h"

namespace sekisho::outbound_sim {

namespace {

// What a stream of random numbers is for (Random::of).
enum class Draw : std::uint64_t { account = 1, day };

constexpr std::uint32_t most_correspondents = 5'000;
constexpr unsigned newcomer_days = 10;

std::vector<Day> dates_of(const std::vector<std::string>& texts) {
    std::vector<Day> out;
    for (const auto& text : texts)
        out.push_back(date_of(text));
    return out;
}

std::uint64_t draw(Draw what) { return static_cast<std::uint64_t>(what); }

}  // namespace

std::string_view to_string(Kind kind) {
    constexpr std::array<std::string_view, kind_count> names{
        "ordinary",      "mobile",  "travel", "off-hours",   "circular", "sales",      "shared",
        "newcomer",      "merge",   "flush",  "replies",     "invoices", "newsletter", "monitor",
        "monitor-storm", "scanner", "list",   "away-server", "attack"};
    return names.at(static_cast<std::size_t>(kind));
}

struct World::Today {
    unsigned day = 0;
    bool workday = true, travels = false;
    std::vector<std::string> addresses;  // where it sends from, besides its phone
};

World::World(const Scenario& scenario, std::uint64_t seed)
    : scenario_(scenario),
      seed_(seed),
      calendar_(date_of(scenario.world.start), static_cast<std::int32_t>(scenario.world.utc_offset_minutes),
                scenario.world.japanese_holidays, dates_of(scenario.world.holidays)),
      zipf_(most_correspondents, scenario.habits.zipf) {
    const auto accounts = static_cast<std::uint32_t>(scenario.world.accounts);
    const auto shared = static_cast<std::uint32_t>(scenario.world.shared_mailboxes);
    for (std::uint32_t number = 0; number < accounts + shared; ++number) {
        // All sub-domains are the gateway's own (outbound::Recipient::domain).
        colleagues_.push_back({outbound::hash_of(name_of(number)), 0});
    }
    for (std::uint32_t number = 0; number < accounts + shared; ++number)
        make_account(number);
}

outbound::Recipient World::colleague(std::uint64_t number) const {
    return colleagues_[number % colleagues_.size()];
}

std::string World::name_of(std::uint32_t number) const {
    const auto& world = scenario_.world;
    const auto people = static_cast<std::uint32_t>(world.accounts);
    const auto group = number % static_cast<std::uint32_t>(world.groups);
    const std::string domain = world.groups > 1 ? fmt::format("g{}.{}", group, world.domain) : world.domain;
    return number >= people ? fmt::format("office{}@{}", number - people + 1, domain)
                            : fmt::format("u{:05}@{}", number + 1, domain);
}

// Half of all strangers are at a few large providers.
outbound::Recipient World::stranger(Random& random) {
    const std::uint64_t domain = random.chance(0.5) ? random.below(10) : 10 + random.below(20'000);
    return {random.next(), static_cast<std::uint32_t>(mix(2, domain) >> 32)};
}

void World::make_account(std::uint32_t number) {
    Random random = Random::of(seed_, draw(Draw::account), number);
    const auto& habits = scenario_.habits;
    const auto& places = scenario_.places;
    const auto& world = scenario_.world;
    const auto people = static_cast<std::uint32_t>(world.accounts);
    Account out;
    out.number = number;
    const bool shared = number >= people;
    out.name = name_of(number);
    const std::uint32_t names = shared ? random.whole(world.shared_names) : 1;
    for (std::uint32_t i = 0; i < names; ++i)
        out.from_names.push_back(mix(3, number) + i);
    out.sales = !shared && random.chance(habits.sales_share);
    out.a_day = std::min(habits.most_a_day, random.log_normal(habits.median_a_day, habits.sigma) *
                                                (out.sales ? habits.sales_factor : 1));
    const double starts = random.unit();
    const double days = std::max(0.0, world.days - 1);
    if (!shared && starts < world.joining_share) {
        out.joins = true;
        out.first_day = random.whole({std::min(world.joining_from, days), days});
    } else if (!shared && starts < world.joining_share + world.late_share) {
        out.first_day = random.whole({std::min(world.late_from, days), days});
    }
    out.office = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.offices)));
    out.provider = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.providers)));
    out.carrier = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.carriers)));
    out.home = !shared && random.chance(places.home_share);
    out.home_ipv6 = random.chance(places.home_ipv6_share);
    out.mobile = !shared && random.chance(places.mobile_share);
    out.webmail = random.chance(places.webmail_share);
    out.literal_helo = random.chance(places.literal_helo_share);
    out.own_copy = random.chance(habits.own_copy_share);
    out.impatient = random.chance(scenario_.clients.impatient_share);
    if (random.chance(habits.enclosure_share)) out.enclosure = mix(4, out.office + 1);
    const double wanted = random.log_normal(habits.correspondents, habits.correspondents_sigma);
    const auto knows = static_cast<std::uint32_t>(std::min<double>(most_correspondents, 1 + wanted));
    for (std::uint32_t i = 0; i < knows; ++i)
        out.correspondents.push_back(random.chance(habits.internal_share) ? colleague(random.below(people))
                                                                          : stranger(random));
    move(out, random);
    people_.push_back(std::move(out));
}

void World::move(Account& account, Random& random) const {
    const auto networks = static_cast<std::uint64_t>(scenario_.places.provider_networks);
    const auto network = static_cast<std::uint32_t>(random.below(networks));
    const auto host = static_cast<std::uint32_t>(1 + random.below(250));
    // A provider with IPv6 gives each home a prefix of its own.
    account.home_address =
        account.home_ipv6
            ? outside_v6(account.provider, static_cast<std::uint32_t>(random.below(1u << 24)), host)
            : outside(2 * account.provider + (random.chance(0.5) ? 1 : 0), network, host);
}

std::string World::desk(const Account& account) const {
    return scenario_.places.office_nat ? office_nat(account.office)
                                       : office_pc(account.office, account.number);
}

std::string World::neighbour(Random& random) const {
    const auto& places = scenario_.places;
    const auto host = static_cast<std::uint32_t>(1 + random.below(250));
    if (random.chance(0.3)) {
        const auto carrier =
            static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.carriers)));
        return outside(
            first_carrier + carrier,
            static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.carrier_networks))),
            host);
    }
    const auto provider =
        static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.providers)));
    return outside(
        2 * provider + (random.chance(0.5) ? 1 : 0),
        static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(places.provider_networks))), host);
}

outbound::Recipient World::known_recipient(const Account& account, Random& random) const {
    return account.correspondents[zipf_.draw(random, account.correspondents.size())];
}

World::Today World::whereabouts(Account& account, unsigned day, Random& random) const {
    const auto& places = scenario_.places;
    Today today{.day = day, .workday = calendar_.is_workday(day)};
    if (random.chance(places.home_changes)) move(account, random);
    if (today.workday && day >= account.trip_until && random.chance(places.travels / 1'000))
        account.trip_until = day + random.whole(places.travel_days);
    if (day < account.trip_until) {
        today.travels = true;
        for (unsigned i = 0; i < static_cast<unsigned>(places.travel_networks); ++i)
            today.addresses.push_back(strange_address(random));
    } else if (account.webmail) {
        today.addresses.push_back(webmail_server());
    } else if (account.home && (!today.workday || random.chance(places.home_days))) {
        today.addresses.push_back(random.chance(places.vpn_share) ? vpn_gateway() : account.home_address);
    } else {
        today.addresses.push_back(desk(account));
    }
    return today;
}

void World::place(Mail& mail, const Account& account, const Today& today, Random& random) const {
    const auto& places = scenario_.places;
    auto& transaction = mail.transaction;
    if (account.mobile && random.chance(places.mobile_mails)) {
        const auto networks = static_cast<std::uint64_t>(places.carrier_networks);
        transaction.client =
            outside(first_carrier + account.carrier, static_cast<std::uint32_t>(random.below(networks)),
                    static_cast<std::uint32_t>(1 + random.below(250)));
        // Phones name the address that the carrier gave them for the day.
        transaction.helo = mix(mix(5, account.number), today.day);
        transaction.helo_literal = true;
        if (mail.kind == Kind::ordinary) mail.kind = Kind::mobile;
        return;
    }
    const std::size_t which = random.below(today.addresses.size());
    transaction.client = today.addresses[which];
    transaction.helo_literal = account.literal_helo;
    // A literal is the address that the PC has where it is.
    transaction.helo = account.webmail ? 6 : mix(mix(7, account.number), account.literal_helo ? which : 0);
    if (today.travels) mail.kind = Kind::travel;
}

Mail World::begin(const Account& account, Random& random) const {
    Mail mail;
    auto& transaction = mail.transaction;
    transaction.account = account.name;
    transaction.sender = account.name;
    transaction.from_address = account.name;
    transaction.from_name = account.from_names[random.below(account.from_names.size())];
    transaction.contents.push_back(random.next());
    if (account.enclosure != 0) transaction.contents.push_back(account.enclosure);
    if (random.chance(scenario_.habits.attachment_share)) transaction.contents.push_back(random.next());
    if (random.chance(scenario_.habits.suspicious_share)) transaction.harm = outbound::Harm::suspicious;
    return mail;
}

void World::address(Mail& mail, const Account& account, unsigned how_many, double new_share,
                    Random& random) const {
    auto& transaction = mail.transaction;
    for (unsigned i = 0; i < how_many; ++i) {
        if (random.chance(scenario_.habits.unknown_share)) ++transaction.rejected;
        // In its place, too: without anybody there would be no message.
        transaction.recipients.push_back(random.chance(new_share) ? stranger(random)
                                                                  : known_recipient(account, random));
    }
    if (account.own_copy) transaction.recipients.push_back(colleague(account.number));
}

Mail World::write(const Account& account, const Today& today, Random& random) const {
    const auto& habits = scenario_.habits;
    Mail mail = begin(account, random);
    if (!today.workday) mail.kind = Kind::off_hours;
    if (today.day < account.first_day + newcomer_days && account.first_day > 0) mail.kind = Kind::newcomer;
    if (account.sales) mail.kind = Kind::sales;
    if (account.from_names.size() > 1) mail.kind = Kind::shared;
    place(mail, account, today, random);
    if (random.chance(habits.circular_share)) {
        mail.kind = Kind::circular;
        const std::uint32_t readers = random.whole(habits.circular_recipients);
        for (std::uint32_t i = 0; i < readers; ++i)
            mail.transaction.recipients.push_back(colleague(random.below(people_.size())));
        return mail;
    }
    unsigned recipients = 1;
    while (recipients < 100 && random.chance(habits.extra_recipients / (1 + habits.extra_recipients)))
        ++recipients;
    address(mail, account, recipients, account.sales ? habits.sales_new_share : habits.new_share, random);
    return mail;
}

void World::plan_account(Account& account, unsigned day, std::vector<Stream>& out) {
    Random random = Random::of(seed_, draw(Draw::day), account.number, day);
    if (!account.joins || day >= account.first_day) ++account_days_;
    if (day < account.first_day) return;
    const Today today = whereabouts(account, day, random);
    const auto& habits = scenario_.habits;
    // A log-normal factor of mean 1.
    const double factor = random.log_normal(std::exp(-habits.varies * habits.varies / 2), habits.varies);
    const double share = today.workday ? 1 : scenario_.hours.off_day_share;
    const std::uint32_t mails = random.poisson(account.a_day * factor * share);
    for (std::uint32_t i = 0; i < mails; ++i) {
        Mail mail = write(account, today, random);
        Stream stream = stream_at(day, time_of_day(scenario_.hours, today.workday, random), 1, random);
        stream.impatient = account.impatient;
        stream.mails.push_back(std::move(mail));
        out.push_back(std::move(stream));
    }
}

std::vector<Stream> World::plan(unsigned day) {
    std::vector<Stream> out;
    for (Account& account : people_)
        plan_account(account, day, out);
    plan_batches(day, out);
    plan_invoices(day, out);
    plan_newsletters(day, out);
    plan_monitors(day, out);
    plan_scanners(day, out);
    plan_lists(day, out);
    plan_away(day, out);
    return out;
}

}  // namespace sekisho::outbound_sim
