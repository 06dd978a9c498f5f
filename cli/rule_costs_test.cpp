#include "cli/rule_costs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(RuleCosts, FourTimesAPlainRuleStandsOut) {
    EXPECT_TRUE(stands_out({.rule = "a", .time = 9ms, .plain = 2ms, .parts = 1}));
    EXPECT_FALSE(stands_out({.rule = "a", .time = 8ms, .plain = 2ms, .parts = 1}));
    EXPECT_FALSE(stands_out({.rule = "a", .time = 900us, .plain = 1us, .parts = 1}))
        << "too little to matter";
    EXPECT_FALSE(stands_out({.rule = "a", .time = 9ms, .parts = 0})) << "nothing to compare with";
}

TEST(RuleCosts, TheDearestComesFirst) {
    const std::string table =
        print_costs({{.rule = "cheap", .time = 2ms, .plain = 2ms, .parts = 3, .bytes = 1'000'000},
                     {.rule = "dear", .time = 40ms, .plain = 2ms, .parts = 3, .bytes = 1'000'000},
                     {.rule = "unseen"}});
    EXPECT_LT(table.find("dear"), table.find("cheap"));
    EXPECT_LT(table.find("cheap"), table.find("unseen"));
    EXPECT_THAT(table, HasSubstr("40.000"));
    EXPECT_THAT(table, HasSubstr("20.0"));
    EXPECT_THAT(table, HasSubstr("25  stands out\n"));
    EXPECT_EQ(table.find("stands out"), table.rfind("stands out")) << "one does";
}

}  // namespace
}  // namespace sekisho::cli
