#include "model/rule_cost.h"

#include <gtest/gtest.h>

namespace sekisho::model {
namespace {

TEST(RuleCost, TravelsAsAFinding) {
    const RuleCost cost{.rule = "Some_Rule",
                        .time = std::chrono::nanoseconds(1'234'567),
                        .plain = std::chrono::nanoseconds(89),
                        .parts = 12,
                        .bytes = 1u << 30};
    const Finding finding = to_finding(cost);
    EXPECT_EQ(finding.id, "yara.Some_Rule");
    EXPECT_EQ(finding.part, 0U);
    EXPECT_EQ(rule_cost_from(finding), cost);
}

TEST(RuleCost, AnythingElseIsNone) {
    EXPECT_TRUE(rule_cost_from({.id = "yara.A", .evidence = "1 2 3 4"}));
    for (const char* evidence : {"", "1 2 3", "1 2 3 4 5", "1 2 3 x", "-1 2 3 4", "1  3 4",
                                 "1 2 3 99999999999999999", "1 2 3 99999999999999999999999", " 1 2 3 4"}) {
        EXPECT_FALSE(rule_cost_from({.id = "yara.A", .evidence = evidence})) << evidence;
    }
    EXPECT_FALSE(rule_cost_from({.id = "office.macro", .evidence = "1 2 3 4"}));
}

TEST(RuleCost, Adds) {
    RuleCost sum{.rule = "A", .time = std::chrono::nanoseconds(1), .parts = 1, .bytes = 10};
    sum += {.rule = "A",
            .time = std::chrono::nanoseconds(2),
            .plain = std::chrono::nanoseconds(3),
            .parts = 4,
            .bytes = 5};
    EXPECT_EQ(sum, (RuleCost{.rule = "A",
                             .time = std::chrono::nanoseconds(3),
                             .plain = std::chrono::nanoseconds(3),
                             .parts = 5,
                             .bytes = 15}));
}

}  // namespace
}  // namespace sekisho::model
