#include "bench/outbound_sim/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "bench/outbound_sim/attack.h"

namespace sekisho::outbound_sim {
namespace {

Scenario many_people() {
    Scenario scenario = default_scenario();
    scenario.world.accounts = 1'000;
    scenario.world.days = 20;
    scenario.world.joining_share = 0;
    scenario.world.late_share = 0;
    scenario.world.japanese_holidays = false;
    scenario.habits.most_a_day = 5'000;
    scenario.habits.sales_share = 0;
    return scenario;
}

struct Seen {
    std::array<std::uint64_t, kind_count> mails{};
    std::array<std::uint64_t, kind_count> streams{};
    std::uint64_t workday_mails = 0, off_mails = 0, rejected = 0, people_recipients = 0, people_mails = 0;
    std::uint64_t suspicious = 0;
    std::map<std::string, std::set<std::uint64_t>> names;
    std::uint64_t of(Kind kind) const { return mails.at(static_cast<std::size_t>(kind)); }
    std::uint64_t streams_of(Kind kind) const { return streams.at(static_cast<std::size_t>(kind)); }
};

bool is_of_a_person(Kind kind) {
    return kind == Kind::ordinary || kind == Kind::mobile || kind == Kind::travel ||
           kind == Kind::off_hours || kind == Kind::newcomer;
}

Seen see(const Scenario& scenario, std::uint64_t seed) {
    World world(scenario, seed);
    Seen out;
    for (unsigned day = 0; day < static_cast<unsigned>(scenario.world.days); ++day) {
        for (const Stream& stream : world.plan(day)) {
            EXPECT_FALSE(stream.mails.empty());
            EXPECT_GE(stream.at, world.calendar().midnight(day));
            EXPECT_LT(stream.at, world.calendar().midnight(day) + 86'400.0);
            const Kind kind = stream.mails.front().kind;
            ++out.streams.at(static_cast<std::size_t>(kind));
            out.mails.at(static_cast<std::size_t>(kind)) += stream.mails.size();
            for (const Mail& mail : stream.mails) {
                EXPECT_FALSE(mail.transaction.recipients.empty());
                EXPECT_FALSE(mail.transaction.client.empty());
                if (!mail.transaction.account.empty())
                    out.names[mail.transaction.account].insert(mail.transaction.from_name);
                if (mail.transaction.harm != outbound::Harm::none) ++out.suspicious;
                if (!is_of_a_person(kind)) continue;
                ++out.people_mails;
                out.people_recipients += mail.transaction.recipients.size();
                out.rejected += mail.transaction.rejected;
                ++(world.calendar().is_workday(day) ? out.workday_mails : out.off_mails);
            }
        }
    }
    return out;
}

// Sums of a log-normal of sigma 0.8 over a thousand accounts vary by 3 %; four times that is allowed.
TEST(World, SendsAtTheRatesOfItsKeys) {
    const Scenario scenario = many_people();
    const Seen seen = see(scenario, 7);
    const double mean = scenario.habits.median_a_day * std::exp(0.8 * 0.8 / 2);
    // From a Monday on, 20 days are 14 workdays and 6 others... less circulars and what shared mailboxes
    // send.
    const double expected = 1'000 * mean * 15;
    const double workdays = 14.0 / 15 * expected;
    EXPECT_NEAR(static_cast<double>(seen.workday_mails), workdays, 0.12 * expected);
    EXPECT_NEAR(static_cast<double>(seen.off_mails) / static_cast<double>(seen.workday_mails),
                scenario.hours.off_day_share * 5 / 15, 0.004);
    EXPECT_NEAR(static_cast<double>(seen.people_recipients) / static_cast<double>(seen.people_mails),
                1 + scenario.habits.extra_recipients + scenario.habits.own_copy_share, 0.05);
    EXPECT_NEAR(static_cast<double>(seen.rejected) / static_cast<double>(seen.people_recipients),
                scenario.habits.unknown_share, 0.001);
    EXPECT_NEAR(static_cast<double>(seen.of(Kind::circular)) / static_cast<double>(seen.people_mails),
                scenario.habits.circular_share, 0.001);
    EXPECT_NEAR(static_cast<double>(seen.of(Kind::mobile)) / static_cast<double>(seen.workday_mails),
                scenario.places.mobile_share * scenario.places.mobile_mails, 0.02);
}

TEST(World, HoldsItsBatchesAndMachines) {
    Scenario scenario = many_people();
    scenario.batches.merges = 10;
    scenario.batches.flushes = 20;
    const Seen seen = see(scenario, 8);
    EXPECT_NEAR(static_cast<double>(seen.streams_of(Kind::merge)), 10 * 15, 4 * 13);
    EXPECT_NEAR(static_cast<double>(seen.of(Kind::merge)) / static_cast<double>(seen.streams_of(Kind::merge)),
                160, 4 * 82 / 12.0);
    EXPECT_NEAR(static_cast<double>(seen.streams_of(Kind::flush)), 20 * 15, 4 * 18);
    EXPECT_NEAR(static_cast<double>(seen.of(Kind::scanner)), 10 * 25 * 15, 4 * 62);
    EXPECT_NEAR(static_cast<double>(seen.of(Kind::monitor)), 3 * 4 * 24 * 20, 4 * 76);
    EXPECT_GT(seen.of(Kind::newsletter), 4'000u);
    EXPECT_GT(seen.of(Kind::invoices), 400u);  // the 29th and 30th of September
    EXPECT_GT(seen.of(Kind::list), 0u);
}

TEST(World, GivesEachAccountOneFromButSharedMailboxesSeveral) {
    const Seen seen = see(many_people(), 9);
    std::size_t shared = 0;
    for (const auto& [account, names] : seen.names) {
        if (account.starts_with("office")) {
            EXPECT_LE(names.size(), 8u);
            if (names.size() > 1) ++shared;
        } else {
            EXPECT_EQ(names.size(), 1u) << account;
        }
    }
    EXPECT_GE(shared, 9u);
}

TEST(World, KeepsLateAccountsSilentUntilTheirDay) {
    Scenario scenario = many_people();
    scenario.world.late_share = 0.2;
    scenario.world.late_from = 12;
    World world(scenario, 10);
    std::set<std::string> late;
    for (const Account& account : world.people())
        if (account.first_day > 0) late.insert(account.name);
    EXPECT_NEAR(static_cast<double>(late.size()), 200, 4 * 13);
    for (unsigned day = 0; day < 12; ++day)
        for (const Stream& stream : world.plan(day))
            if (is_of_a_person(stream.mails.front().kind)) {
                EXPECT_FALSE(late.contains(stream.mails.front().transaction.account)) << day;
            }
}

TEST(World, IsTheSameForTheSameSeed) {
    const Scenario scenario = many_people();
    World first(scenario, 11);
    World second(scenario, 11);
    World third(scenario, 12);
    const auto a = first.plan(0);
    const auto b = second.plan(0);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].at, b[i].at);
        EXPECT_EQ(a[i].mails.front().transaction, b[i].mails.front().transaction);
    }
    EXPECT_NE(third.plan(0).size(), a.size());
}

class Raids : public testing::Test {
protected:
    Stream raid_of(Attack attack) {
        attack.name = "x";
        attack.count = 1;
        scenario_.attacks = {attack};
        const auto raids = plan_raids(scenario_, world_, 5);
        EXPECT_EQ(raids.size(), 1u);
        EXPECT_GE(raids.front().day, attack.first_day);
        EXPECT_LE(raids.front().day, attack.last_day);
        return begin_raid(raids.front(), 0, world_);
    }
    Scenario scenario_ = many_people();
    World world_{scenario_, 3};
};

template <class Get>
std::size_t different(const Stream& stream, const Get& get) {
    std::set<std::string> out;
    for (const Mail& mail : stream.mails)
        out.insert(get(mail.transaction));
    return out.size();
}

TEST_F(Raids, SendAsTheirKeysSay) {
    const Stream stream = raid_of({.for_minutes = 20,
                                   .accounts = {3, 3},
                                   .addresses = {7, 7},
                                   .messages_a_minute = 50,
                                   .recipients = {2, 4},
                                   .known_share = 0.25,
                                   .unknown_share = 0.1,
                                   .malware_share = 0.5});
    ASSERT_EQ(stream.mails.size(), 1'000u);
    EXPECT_DOUBLE_EQ(stream.gap, 1.2);
    EXPECT_EQ(different(stream, [](const auto& t) { return t.account; }), 3u);
    EXPECT_EQ(different(stream, [](const auto& t) { return t.client; }), 7u);
    std::size_t recipients = 0;
    std::size_t rejected = 0;
    std::size_t malware = 0;
    for (const Mail& mail : stream.mails) {
        recipients += mail.transaction.recipients.size();
        rejected += mail.transaction.rejected;
        if (mail.transaction.harm == outbound::Harm::malicious) ++malware;
        EXPECT_EQ(mail.transaction.sender, mail.transaction.account);
    }
    EXPECT_NEAR(static_cast<double>(recipients), 3'000, 4 * 26);
    EXPECT_NEAR(static_cast<double>(rejected), 300, 4 * 17);
    EXPECT_NEAR(static_cast<double>(malware), 500, 4 * 16);
}

TEST_F(Raids, AreWithoutLogInFromAPcOfTheirOwn) {
    const Stream stream =
        raid_of({.at = "office", .accounts = {0, 0}, .from_where = "office", .forged_sender = true});
    EXPECT_EQ(different(stream, [](const auto& t) { return t.account; }), 1u);
    EXPECT_EQ(stream.mails.front().transaction.account, "");
    EXPECT_TRUE(stream.mails.front().transaction.client.starts_with("10."));
    EXPECT_GT(different(stream, [](const auto& t) { return t.sender; }), 100u);
    EXPECT_GT(different(stream, [](const auto& t) { return t.from_address; }), 100u);
}

TEST_F(Raids, CanWriteInTheOwnersNameFromTheOwnersDesk) {
    const Stream stream = raid_of({.from_where = "own", .from_names = "own"});
    EXPECT_EQ(different(stream, [](const auto& t) { return std::to_string(t.from_name); }), 1u);
    const auto& transaction = stream.mails.front().transaction;
    const auto owner = std::ranges::find(world_.people(), transaction.account, &Account::name);
    ASSERT_NE(owner, world_.people().end());
    EXPECT_EQ(transaction.client, world_.desk(*owner));
    EXPECT_EQ(transaction.from_name, owner->from_names.front());
}

TEST_F(Raids, TakeNoAccountTwice) {
    scenario_.attacks = {{.name = "a", .count = 20, .accounts = {5, 5}}, {.name = "b", .count = 100}};
    std::set<std::uint32_t> victims;
    for (const Raid& raid : plan_raids(scenario_, world_, 6))
        for (const std::uint32_t victim : raid.victims)
            EXPECT_TRUE(victims.insert(victim).second) << victim;
    EXPECT_EQ(victims.size(), 200u);
}

}  // namespace
}  // namespace sekisho::outbound_sim
