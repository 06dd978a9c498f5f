#include "bench/outbound_sim/simulation.h"

#include <gtest/gtest.h>

#include "bench/outbound_sim/classes.h"
#include "bench/outbound_sim/report.h"

namespace sekisho::outbound_sim {
namespace {

Scenario small() {
    Scenario scenario = default_scenario();
    scenario.world.accounts = 50;
    scenario.world.days = 15;
    scenario.world.shared_mailboxes = 1;
    scenario.machines.newsletter_recipients = {50, 100};
    scenario.machines.scanners = 1;
    scenario.attacks = {{.name = "fast-bot", .count = 2},
                        {.name = "infected-pc",
                         .count = 1,
                         .at = "office",
                         .accounts = {0, 0},
                         .from_where = "office",
                         .forged_sender = true}};
    scenario.aims.attacks = {{.name = "fast-bot", .throttled_messages = 150}};
    return scenario;
}

TEST(Simulate, TellsTheSameForTheSameSeedAndAnotherForAnother) {
    const Scenario scenario = small();
    const RunOf run{"small", 1, 1};
    const RunResult first = simulate(scenario, 1, 0);
    const RunResult again = simulate(scenario, 1, 0);
    EXPECT_EQ(write_text(run, scenario, first, true), write_text(run, scenario, again, true));
    EXPECT_EQ(base::dump_json(write_json(run, scenario, first)),
              base::dump_json(write_json(run, scenario, again)));
    EXPECT_NE(write_text(run, scenario, first, true),
              write_text(run, scenario, simulate(scenario, 2, 0), true));
    EXPECT_NE(write_text(run, scenario, first, true),
              write_text(run, scenario, simulate(scenario, 1, 1), true));
}

TEST(Simulate, CountsWhatIsOfferedAndLetThrough) {
    const RunResult result = simulate(small(), 3, 0);
    ASSERT_EQ(result.raids.size(), 3u);
    // 50 people, one shared mailbox, and the accounts of newsletters, invoices and monitors; few of them new.
    EXPECT_GE(result.account_days, 15u * (50 + 1 + 7) - 15 * 5);
    EXPECT_LE(result.account_days, 15u * (50 + 1 + 7));
    for (const RaidResult& raid : result.raids) {
        EXPECT_GT(raid.offered, 0u) << raid.name;
        EXPECT_LE(raid.passed, raid.offered) << raid.name;
        EXPECT_LE(raid.passed_before_block, raid.passed) << raid.name;
        EXPECT_GE(raid.passed_recipients, raid.passed) << raid.name;
        EXPECT_LE(raid.throttled_messages, raid.blocked_messages) << raid.name;
        // Whatever becomes of the guard's tuning: a hundred a minute are stopped.
        if (raid.name == "fast-bot") {
            EXPECT_LT(raid.throttled_messages, 150) << raid.victim;
        }
    }
}

// No limits, a class that is not judged by its past, and too few days to have one: nothing may happen.
TEST(Simulate, StopsNobodyWhereAllIsAllowed) {
    Scenario scenario = small();
    scenario.limits = {{.name = "default", .accounts = {"*"}, .networks = {"0.0.0.0/0"}, .bulk = true}};
    scenario.world.days = 4;
    scenario.attacks = {};
    scenario.aims.attacks = {};
    scenario.habits.suspicious_share = 0;
    scenario.places.travels = 0;
    scenario.places.mobile_share = 0;
    scenario.places.home_share = 0;
    const RunResult result = simulate(scenario, 4, 0);
    std::uint64_t mails = 0;
    for (const KindResult& kind : result.kinds) {
        EXPECT_EQ(kind.alarms.of(Level::throttled) + kind.alarms.of(Level::blocked), 0u);
        EXPECT_EQ(kind.delayed + kind.lost, 0u);
        mails += kind.mails;
    }
    EXPECT_GT(mails, 2'000u);
}

// Everybody is at his limit with the first message: every honest mail waits, and what is told adds up.
TEST(Simulate, DelaysWhereNothingIsAllowed) {
    Scenario scenario = small();
    scenario.attacks = {};
    scenario.limits = {{.name = "default", .messages_per_day = 1}};
    const RunResult result = simulate(scenario, 5, 0);
    std::uint64_t throttles = 0;
    std::uint64_t late = 0;
    for (const KindResult& kind : result.kinds) {
        throttles += kind.alarms.of(Level::throttled);
        late += kind.delayed + kind.lost;
    }
    EXPECT_GT(throttles, 100u);
    EXPECT_GT(late, 1'000u);
    EXPECT_GT(result.throttled_again, 100u);
    EXPECT_FALSE(result.episodes.empty());
    EXPECT_FALSE(judge_aims(scenario, result).back().what.empty());
}

RunResult result_with(const std::vector<double>& throttled) {
    RunResult result;
    result.account_days = 100'000;
    for (const double messages : throttled)
        result.raids.push_back({.name = "fast-bot", .throttled_messages = messages});
    return result;
}

TEST(JudgeAims, HoldsEachAttackToItsAim) {
    Scenario scenario = small();
    scenario.aims.attacks = {{.name = "fast-bot", .throttled_messages = 10}};
    const auto met = [&](const RunResult& result) { return judge_aims(scenario, result).front().met; };
    EXPECT_TRUE(met(result_with({4, 10})));
    EXPECT_FALSE(met(result_with({4, 11})));
    EXPECT_FALSE(met(result_with({4, never})));
    EXPECT_FALSE(met(result_with({})));
    scenario.aims.share = 0.5;
    EXPECT_TRUE(met(result_with({4, never})));
}

TEST(JudgeAims, CountsAccountsAndHostsTogether) {
    const Scenario scenario = small();
    RunResult result = result_with({1});
    const auto throttles = static_cast<std::size_t>(Level::throttled);
    result.kinds[0].alarms.accounts.at(throttles) = 3;
    result.kinds[1].alarms.hosts.at(throttles) = 2;
    const auto false_throttles = [&] { return judge_aims(scenario, result).at(1); };
    EXPECT_TRUE(false_throttles().met) << false_throttles().reached;  // 5 of 100,000 are 0.05
    result.kinds[1].alarms.hosts.at(throttles) = 3;
    EXPECT_FALSE(false_throttles().met) << false_throttles().reached;
}

TEST(Classes, TakesTheFirstRowThatFits) {
    Classes classes({{.name = "news", .accounts = {"news*"}, .bulk = true},
                     {.name = "machines", .networks = {"10.200.0.0/16"}},
                     {.name = "partner", .domains = {".example.org"}, .messages_per_day = 7},
                     {.name = "default", .messages_per_hour = 3, .messages_per_day = 5}});
    outbound::Transaction transaction{.account = "news1@example.com", .client = "10.200.3.4"};
    EXPECT_EQ(classes.of(transaction).name, "news");
    transaction.account.clear();
    EXPECT_EQ(classes.of(transaction).name, "machines");
    transaction.client = "192.0.2.1";
    transaction.sender = "a@b.example.org";
    EXPECT_EQ(classes.of(transaction).name, "partner");
    EXPECT_EQ(classes.of(transaction).messages_per_day, 7u);
    EXPECT_EQ(classes.of(transaction).messages_per_hour, 3u);  // the default's
    transaction.sender = "a@notexample.org";
    EXPECT_EQ(classes.of(transaction).name, "default");
}

}  // namespace
}  // namespace sekisho::outbound_sim
