// What people send by the dozen, and machines.
#include <algorithm>

#include <fmt/format.h>

#include "bench/outbound_sim/places.h"
#include "bench/outbound_sim/world.h"

namespace sekisho::outbound_sim {

namespace {

enum class Draw : std::uint64_t { batches = 100, invoices, newsletters, monitors, scanners, lists, away };
enum class Machine : std::uint32_t { scanner, list, away, monitor, office };

std::uint64_t draw(Draw what) { return static_cast<std::uint64_t>(what); }
std::string address_of(Machine what, std::uint32_t number) {
    return machine(static_cast<std::uint32_t>(what), number);
}
constexpr double all_day = 86'399;

}  // namespace

Stream World::stream_at(unsigned day, double second, double a_minute, Random& random) const {
    Stream out;
    out.at = calendar_.midnight(day) + second;
    out.gap = 60 / a_minute;
    out.random = Random(random.next());
    return out;
}

Mail World::machine_mail(Kind kind, const std::string& client, const std::string& sender,
                         Random& random) const {
    Mail mail;
    mail.kind = kind;
    auto& transaction = mail.transaction;
    transaction.client = client;
    transaction.sender = sender;
    transaction.from_address = sender;
    const Kind machine = kind == Kind::monitor_storm ? Kind::monitor : kind;
    transaction.from_name = mix(8, static_cast<std::uint64_t>(machine));
    transaction.helo = mix(9, static_cast<std::uint64_t>(machine));
    transaction.contents.push_back(random.next());
    return mail;
}

void World::plan_batches(unsigned day, std::vector<Stream>& out) {
    if (!calendar_.is_workday(day)) return;
    Random random = Random::of(seed_, draw(Draw::batches), 0, day);
    const auto& batches = scenario_.batches;
    const double thousands = scenario_.world.accounts / 1'000;
    const auto some = [&](Kind kind, double per_thousand) {
        const std::uint32_t count = random.poisson(per_thousand * thousands);
        for (std::uint32_t i = 0; i < count; ++i)
            plan_batch(kind, day, random, out);
    };
    some(Kind::merge, batches.merges);
    some(Kind::flush, batches.flushes);
    some(Kind::replies, batches.replies);
}

void World::plan_batch(Kind kind, unsigned day, Random& random, std::vector<Stream>& out) {
    const auto& batches = scenario_.batches;
    const Account& account = people_[random.below(static_cast<std::uint64_t>(scenario_.world.accounts))];
    if (day < account.first_day || day < account.trip_until) return;  // not at a desk
    const Range speed = kind == Kind::merge   ? batches.merge_a_minute
                        : kind == Kind::flush ? batches.flush_a_minute
                                              : batches.reply_a_minute;
    const std::uint32_t mails = random.whole(kind == Kind::merge   ? batches.merge_recipients
                                             : kind == Kind::flush ? batches.flush_mails
                                                                   : batches.reply_mails);
    Stream stream = stream_at(day, time_of_day(scenario_.hours, true, random), random.between(speed), random);
    stream.impatient = account.impatient;
    const double at_home_share = kind == Kind::flush ? 0.5
                                 : !account.webmail
                                     ? batches.merge_students_share
                                     : batches.merge_students_share * batches.merge_program_share;
    const bool at_home = account.home && random.chance(at_home_share);
    const std::string client = at_home           ? account.home_address
                               : account.webmail ? webmail_server()
                                                 : desk(account);
    const std::uint64_t text = random.next();
    // Others greet each reader by name, and enclose nothing.
    const bool copies =
        kind == Kind::replies || (kind == Kind::merge && random.chance(batches.merge_copies_share));
    // What the scan finds in one copy it finds in all.
    const auto harm =
        random.chance(scenario_.habits.suspicious_share) ? outbound::Harm::suspicious : outbound::Harm::none;
    // A merge goes through a list: the accounts' correspondents in any order, each once.
    std::vector<outbound::Recipient> known = account.correspondents;
    for (std::size_t i = known.size(); i > 1; --i)
        std::swap(known[i - 1], known[random.below(i)]);
    for (std::uint32_t i = 0; i < mails; ++i) {
        Mail mail = begin(account, random);
        mail.kind = kind;
        auto& transaction = mail.transaction;
        transaction.client = client;
        transaction.helo = account.webmail ? 6 : mix(7, account.number);
        transaction.helo_literal = account.literal_helo;
        if (copies) {
            transaction.contents = {text};
            transaction.harm = harm;
        }
        if (kind == Kind::flush) {
            address(mail, account, 1, scenario_.habits.new_share, random);
        } else {
            const double knows = kind == Kind::merge ? batches.merge_known_share : 0.5;
            if (random.chance(scenario_.habits.unknown_share)) ++transaction.rejected;
            // More than it knows: the list of a department or a club that it writes to each time.
            if (!random.chance(knows))
                transaction.recipients.push_back(stranger(random));
            else if (i < known.size())
                transaction.recipients.push_back(known[i]);
            else
                transaction.recipients.push_back({mix(mix(10, account.number), i), 1 + i % 50});
        }
        stream.mails.push_back(std::move(mail));
    }
    out.push_back(std::move(stream));
}

// The same person each month, or the next one who is at a desk.
const Account& World::clerk_of(std::uint32_t number, unsigned day) const {
    const std::uint64_t people = static_cast<std::uint64_t>(scenario_.world.accounts);
    const std::uint64_t first = mix(mix(seed_, 12), number) % people;
    for (std::uint64_t step = 0; step < people; ++step) {
        const Account& account = people_[(first + step) % people];
        if (day >= account.first_day && day >= account.trip_until) return account;
    }
    return people_[first];
}

void World::plan_invoices(unsigned day, std::vector<Stream>& out) {
    const auto& machines = scenario_.machines;
    const bool today = calendar_.is_workday(day) && calendar_.workdays_left(day) < machines.invoice_days;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(machines.invoice_accounts); ++i) {
        if (machines.invoice_bulk) ++account_days_;
        if (!today) continue;
        Random random = Random::of(seed_, draw(Draw::invoices), i, day);
        Random customers(mix(11, i));
        const Account& clerk = clerk_of(i, day);
        Stream stream = stream_at(day, random.between({10, 17}) * 3'600,
                                  random.between(machines.invoice_a_minute), random);
        const std::uint32_t mails = random.whole(machines.invoice_mails);
        for (std::uint32_t n = 0; n < mails; ++n) {
            Mail mail;
            if (machines.invoice_bulk) {
                const std::string name = fmt::format("invoice{}@{}", i + 1, scenario_.world.domain);
                mail = machine_mail(Kind::invoices, address_of(Machine::office, i), name, random);
                mail.transaction.account = name;
            } else {
                mail = begin(clerk, random);
                mail.kind = Kind::invoices;
                mail.transaction.client = desk(clerk);
                mail.transaction.helo = mix(7, clerk.number);
            }
            mail.transaction.contents = {mix(13, i), random.next()};
            // The same customers each month, of whom some are gone.
            const outbound::Recipient customer = stranger(customers);
            if (random.chance(scenario_.habits.unknown_share * 3)) ++mail.transaction.rejected;
            mail.transaction.recipients.push_back(customer);
            stream.mails.push_back(std::move(mail));
        }
        if (!stream.mails.empty()) out.push_back(std::move(stream));
    }
}

void World::plan_newsletters(unsigned day, std::vector<Stream>& out) {
    const auto& machines = scenario_.machines;
    const auto every = static_cast<unsigned>(machines.newsletter_every);
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(machines.newsletter_accounts); ++i) {
        ++account_days_;
        if ((day + i) % every != 0) continue;
        Random random = Random::of(seed_, draw(Draw::newsletters), i, day);
        Random readers(mix(14, i));
        const std::string name = fmt::format("newsletter{}@{}", i + 1, scenario_.world.domain);
        Stream stream = stream_at(day, random.between({6, 18}) * 3'600,
                                  random.between(machines.newsletter_a_minute), random);
        stream.client = Client::relay;
        const std::uint64_t text = random.next();
        const std::uint32_t mails = random.whole(machines.newsletter_recipients);
        for (std::uint32_t n = 0; n < mails; ++n) {
            Mail mail = machine_mail(Kind::newsletter, address_of(Machine::office, 100 + i), name, random);
            mail.transaction.account = name;
            mail.transaction.contents = {text};
            const outbound::Recipient reader = stranger(readers);
            if (random.chance(scenario_.habits.unknown_share * 3)) ++mail.transaction.rejected;
            mail.transaction.recipients.push_back(reader);
            stream.mails.push_back(std::move(mail));
        }
        if (!stream.mails.empty()) out.push_back(std::move(stream));
    }
}

void World::plan_monitors(unsigned day, std::vector<Stream>& out) {
    const auto& machines = scenario_.machines;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(machines.monitors); ++i) {
        ++account_days_;
        Random random = Random::of(seed_, draw(Draw::monitors), i, day);
        const std::string name = fmt::format("monitor{}@{}", i + 1, scenario_.world.domain);
        const auto add = [&](Kind kind, double second, double a_minute, std::uint32_t mails) {
            Stream stream = stream_at(day, second, a_minute, random);
            stream.client = Client::relay;
            stream.regular = false;
            for (std::uint32_t n = 0; n < mails; ++n) {
                Mail mail = machine_mail(kind, address_of(Machine::monitor, i), name, random);
                mail.transaction.account = name;
                for (std::uint32_t reader = 0; reader < 3; ++reader)
                    mail.transaction.recipients.push_back(colleague(100ull * i + reader));
                stream.mails.push_back(std::move(mail));
            }
            if (!stream.mails.empty()) out.push_back(std::move(stream));
        };
        add(Kind::monitor, 0, machines.monitor_an_hour / 60, random.poisson(24 * machines.monitor_an_hour));
        const std::uint32_t storms = random.poisson(machines.monitor_storms);
        for (std::uint32_t n = 0; n < storms; ++n) {
            const std::uint32_t mails = random.whole(machines.monitor_storm_mails);
            add(Kind::monitor_storm, random.between({0, all_day}), mails / 2.0, mails);
        }
    }
}

void World::plan_scanners(unsigned day, std::vector<Stream>& out) {
    if (!calendar_.is_workday(day)) return;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(scenario_.machines.scanners); ++i) {
        Random random = Random::of(seed_, draw(Draw::scanners), i, day);
        const std::uint32_t mails = random.poisson(scenario_.machines.scanner_a_day);
        const std::string name = fmt::format("scan@{}", scenario_.world.domain);
        for (std::uint32_t n = 0; n < mails; ++n) {
            Stream stream = stream_at(day, time_of_day(scenario_.hours, true, random), 1, random);
            stream.client = Client::relay;
            Mail mail = machine_mail(Kind::scanner, address_of(Machine::scanner, i), name, random);
            mail.transaction.recipients.push_back(colleague(random.below(people_.size())));
            stream.mails.push_back(std::move(mail));
            out.push_back(std::move(stream));
        }
    }
}

void World::plan_lists(unsigned day, std::vector<Stream>& out) {
    if (!calendar_.is_workday(day)) return;
    const auto& machines = scenario_.machines;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(machines.list_servers); ++i) {
        Random random = Random::of(seed_, draw(Draw::lists), i, day);
        const std::uint32_t posts = random.poisson(machines.list_posts);
        for (std::uint32_t n = 0; n < posts; ++n) {
            Stream stream = stream_at(day, time_of_day(scenario_.hours, true, random), 300, random);
            stream.client = Client::relay;
            const std::uint64_t author = random.below(people_.size());
            const std::uint64_t list = random.below(30);
            Mail post = machine_mail(Kind::list, address_of(Machine::list, i),
                                     fmt::format("list{}-bounces@{}", list, scenario_.world.domain), random);
            post.transaction.from_name = people_[author].from_names.front();
            post.transaction.from_address = people_[author].name;
            Random readers(mix(15, list));
            const std::uint32_t subscribers = readers.whole(machines.list_subscribers);
            const auto batch = static_cast<std::uint32_t>(machines.list_batch);
            for (std::uint32_t begun = 0; begun < subscribers; begun += batch) {
                Mail mail = post;
                for (std::uint32_t r = begun; r < std::min(subscribers, begun + batch); ++r)
                    mail.transaction.recipients.push_back(stranger(readers));
                stream.mails.push_back(std::move(mail));
            }
            out.push_back(std::move(stream));
        }
    }
}

void World::plan_away(unsigned day, std::vector<Stream>& out) {
    if (!calendar_.is_workday(day)) return;
    Random random = Random::of(seed_, draw(Draw::away), 0, day);
    const auto& machines = scenario_.machines;
    const std::uint32_t storms = random.poisson(machines.away_storms);
    for (std::uint32_t n = 0; n < storms; ++n) {
        Stream stream = stream_at(day, time_of_day(scenario_.hours, true, random),
                                  random.between(machines.away_a_minute), random);
        stream.client = Client::relay;
        const outbound::Recipient asker = stranger(random);
        const std::uint32_t mails = random.whole(machines.away_mails);
        for (std::uint32_t i = 0; i < mails; ++i) {
            const Account& who = people_[random.below(people_.size())];
            Mail mail = machine_mail(Kind::away, address_of(Machine::away, 0), "", random);
            mail.transaction.from_address = who.name;
            mail.transaction.from_name = who.from_names.front();
            mail.transaction.recipients.push_back(asker);
            stream.mails.push_back(std::move(mail));
        }
        out.push_back(std::move(stream));
    }
}

}  // namespace sekisho::outbound_sim
