#include "policy/outbound.h"

#include <gmock/gmock.h>

#include "config/load.h"

namespace sekisho::policy {
namespace {

using model::Action;
using model::StandingLevel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

config::Settings settings_of(const std::string& toml) {
    const config::Loaded loaded = config::load_text(toml, "s.toml");
    for (const config::Problem& problem : loaded.problems)
        ADD_FAILURE() << problem.to_string();
    return loaded.settings;
}

TEST(LimitsFor, TheFirstRowThatNamesTheSender) {
    const config::Settings settings = settings_of(R"(
[[group]]
name = "sales"
members = ["*@sales.example.com"]
[outbound.limits.default]
messages_per_hour = 77
[[outbound.limits.override]]
name = "newsletter"
accounts = ["news@example.com", "@sales"]
bulk = true
messages_per_hour = 20000
[[outbound.limits.override]]
name = "scanners"
networks = ["10.1.7.0/24"]
[[outbound.limits.override]]
name = "campus"
domains = [".example.ac.jp"]
)");
    const struct {
        SenderNames sender;
        std::string_view row;
    } cases[] = {
        {{"news@example.com", "192.0.2.1", "x@example.com"}, "newsletter"},
        {{"NEWS@example.com", "192.0.2.1", ""}, "newsletter"},
        {{"ben@sales.example.com", "192.0.2.1", ""}, "newsletter"},
        {{"", "10.1.7.9", "news@example.com"}, "scanners"},
        {{"", "10.1.8.9", "a@cs.example.ac.jp"}, "campus"},
        {{"", "10.1.8.9", "a@example.ac.jp"}, "campus"},
        {{"", "10.1.8.9", "a@badexample.ac.jp"}, "default"},
        {{"anna@example.com", "192.0.2.1", "anna@example.com"}, "default"},
        {{"", "", ""}, "default"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(limits_for(settings, c.sender).name, c.row) << c.sender.account << c.sender.client;
    EXPECT_EQ(limits_for(settings, cases[0].sender).messages_per_hour, 20'000u);
    EXPECT_EQ(limits_for(settings, cases[3].sender).messages_per_hour, 77u) << "inherited";
    EXPECT_EQ(limits_for(settings, cases[3].sender).messages_per_day, 2'000u);
}

TEST(ByStanding, WhatIsAnswered) {
    config::Settings settings = settings_of("");
    const auto decide = [&](StandingLevel level) {
        return decide_by_standing(settings, {level, {"rate: many"}}, std::chrono::seconds(61), "ID1");
    };
    EXPECT_EQ(decide(StandingLevel::normal).action, Action::accept);
    EXPECT_EQ(decide(StandingLevel::watched).action, Action::accept);
    const model::Decision throttled = decide(StandingLevel::throttled);
    EXPECT_EQ(throttled.action, Action::defer);
    EXPECT_EQ(throttled.smtp_code, 451);
    EXPECT_EQ(throttled.enhanced_code, "4.7.1");
    EXPECT_THAT(throttled.text, HasSubstr("in 2 minutes, id ID1"));
    EXPECT_THAT(throttled.reasons, ElementsAre("rate: many"));
    const model::Decision blocked = decide(StandingLevel::blocked);
    EXPECT_EQ(blocked.action, Action::reject);
    EXPECT_EQ(blocked.smtp_code, 550);
    EXPECT_EQ(blocked.enhanced_code, "5.7.1");
    settings.outbound.on_blocked = "hold";
    EXPECT_EQ(decide(StandingLevel::blocked).action, Action::hold);
    EXPECT_EQ(decide(StandingLevel::blocked).smtp_code, 250);
    settings.outbound.on_throttled = "accept";
    EXPECT_EQ(decide(StandingLevel::throttled).action, Action::accept);
    settings.monitor = true;
    EXPECT_TRUE(decide(StandingLevel::blocked).monitored);
}

TEST(WithStanding, TheStricterHolds) {
    const auto disposition = [](Action action) {
        Disposition out;
        out.decision.action = action;
        out.decision.reasons = {"own"};
        out.taken_off = {"x@example.com"};
        out.taken_off_decisions.resize(1);
        return out;
    };
    const auto standing = [](Action action) {
        model::Decision out;
        out.action = action;
        out.reasons = {"standing"};
        return out;
    };
    const struct {
        Action own, by_standing, result;
    } cases[] = {
        {Action::accept, Action::accept, Action::accept},
        {Action::accept, Action::defer, Action::defer},
        {Action::tag, Action::reject, Action::reject},
        {Action::hold, Action::reject, Action::reject},
        {Action::quarantine, Action::defer, Action::quarantine},
        {Action::reject, Action::defer, Action::reject},
        {Action::defer, Action::reject, Action::defer},
        {Action::discard, Action::hold, Action::discard},
    };
    for (const auto& c : cases)
        EXPECT_EQ(with_standing(disposition(c.own), standing(c.by_standing)).decision.action, c.result);
    const Disposition refused = with_standing(disposition(Action::accept), standing(Action::reject));
    EXPECT_THAT(refused.decision.reasons, ElementsAre("standing", "own"));
    EXPECT_THAT(refused.taken_off, ElementsAre("x@example.com"));
    EXPECT_TRUE(with_standing(disposition(Action::accept), standing(Action::defer)).taken_off.empty());
}

TEST(GroupOf, TheFirstByNameThatHoldsTheAccount) {
    config::Settings settings;
    settings.groups = {{"sales", {"anna@example.com", "@sales.example.com"}}, {"management", {"anna@*"}}};
    EXPECT_EQ(group_of(settings, "anna@example.com"), "@management");
    EXPECT_EQ(group_of(settings, "ben@sales.example.com"), "@sales");
    EXPECT_EQ(group_of(settings, "ben@example.com"), "");
    EXPECT_EQ(group_of(settings, ""), "");
}

}  // namespace
}  // namespace sekisho::policy
