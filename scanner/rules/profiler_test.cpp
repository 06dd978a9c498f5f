#include "scanner/rules/profiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/rules/testing.h"

namespace sekisho::scanner::rules {
namespace {

using namespace std::chrono_literals;

std::vector<model::RuleCost> measured(RuleProfiler& profiler, std::string_view text,
                                      const RuleFacts& facts = {}, std::chrono::milliseconds time = 60s) {
    Findings findings(10);
    profiler.scan(Stretches(base::as_bytes(text)), facts, 0, time, findings);
    EXPECT_EQ(findings.has("yara.partial"), time == 0ms);
    return profiler.take_costs();
}

TEST(RuleProfiler, EachRuleIsMeasuredOnWhatItIsFor) {
    const RuleDir dir;
    dir.write("a.yar", R"(rule each { strings: $a = "needle" condition: $a }
                          rule vba { meta: types = "text/x-vba" strings: $a = "needle" condition: $a }
                          rule head { meta: first_bytes = 4 condition: uint8(0) == 0x41 }
                          rule small { meta: largest_bytes = 3 condition: true }
                          rule raw { meta: raw = true strings: $a = "needle" condition: $a })");
    const auto profiler = RuleProfiler::load(dir.list()).value();
    EXPECT_EQ(profiler->table().rules.size(), 5U);
    auto costs = measured(*profiler, "hay hay hay", {.mime_type = "text/plain"});
    ASSERT_EQ(costs.size(), 5U);
    const std::vector<std::uint64_t> seen{11, 0, 4, 0, 11};
    for (std::size_t i = 0; i < costs.size(); ++i) {
        EXPECT_EQ(costs[i].bytes, seen[i]) << costs[i].rule;
        EXPECT_EQ(costs[i].parts, seen[i] > 0 ? 1U : 0U) << costs[i].rule;
        EXPECT_EQ(costs[i].time > 0ns, seen[i] > 0) << costs[i].rule;
        EXPECT_EQ(costs[i].plain > 0ns, seen[i] > 0) << costs[i].rule;
    }
    costs = measured(*profiler, "hay", {.raw = true});
    EXPECT_EQ(costs[0].parts, 0U) << "costs were taken";
    EXPECT_EQ(costs[4].parts, 1U);
}

TEST(RuleProfiler, RulesKeepWhatTheyLeanOn) {
    const RuleDir dir;
    dir.write("a.yar", R"(private rule helper { strings: $a = "needle" condition: $a }
                          rule with_helper { condition: helper }
                          rule with_rule { condition: with_helper and filesize > 1 }
                          rule bad { condition: nothing })");
    const auto profiler = RuleProfiler::load(dir.list()).value();
    EXPECT_EQ(profiler->table().problems.size(), 1U);
    const auto costs = measured(*profiler, "hay");
    ASSERT_EQ(costs.size(), 2U);
    EXPECT_EQ(costs[0].rule, "with_helper");
    EXPECT_EQ(costs[1].rule, "with_rule");
    EXPECT_EQ(costs[1].parts, 1U);
}

TEST(RuleProfiler, WithoutTimeItSaysSo) {
    const RuleDir dir;
    dir.write("a.yar", R"(rule each { strings: $a = "needle" condition: $a })");
    const auto profiler = RuleProfiler::load(dir.list()).value();
    EXPECT_EQ(measured(*profiler, "hay", {}, 0ms)[0].parts, 0U);
    EXPECT_FALSE(RuleProfiler::load({"/nowhere/rules"}));
}

}  // namespace
}  // namespace sekisho::scanner::rules
