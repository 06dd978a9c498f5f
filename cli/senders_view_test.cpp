#include "cli/senders_view.h"

#include <gmock/gmock.h>

namespace sekisho::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

base::Json row() {
    return base::JsonObject{
        {"name", "anna\x1b[2J@example.com"},
        {"standing", "throttled"},
        {"since", 1'795'000'000},
        {"until", 1'795'000'900},
        {"by", ""},
        {"reasons",
         base::JsonArray{"rate: 34 messages in a minute, usual 4", "odd-hour: at an hour that is unusual"}},
        {"seen", base::JsonObject{{"messages in a minute", 34.0}, {"messages in an hour", 40.0}}},
        {"usual", base::JsonObject{{"messages in a minute", 4.0}}},
        {"hours", base::JsonArray{0, 1, 8, 4}},
        {"last_hour", base::JsonObject{{"new recipients", 31.0}}},
        {"days", 12}};
}

TEST(Senders, List) {
    const std::string text = print_senders(base::JsonObject{{"rows", base::JsonArray{row()}}});
    EXPECT_THAT(text, AllOf(HasSubstr("throttled"), HasSubstr("34"), HasSubstr("rate: 34 messages"),
                            Not(HasSubstr("\x1b"))));
    EXPECT_EQ(print_senders(base::JsonObject{{"rows", base::JsonArray{}}}), "Nobody.\n");
    EXPECT_EQ(print_senders(base::JsonObject{}), "Nobody.\n");
}

TEST(Senders, One) {
    const std::string text = print_sender(row());
    EXPECT_THAT(text, AllOf(HasSubstr("Standing:"), HasSubstr("odd-hour"), HasSubstr("12 days"),
                            HasSubstr("| ▂█▅|"), HasSubstr("new recipients"), Not(HasSubstr("\x1b"))));
    EXPECT_THAT(print_sender(base::JsonObject{}), HasSubstr("0 days"));
}

TEST(Senders, Sparkline) {
    EXPECT_EQ(sparkline(base::JsonArray{0, 0}), "  ");
    EXPECT_EQ(sparkline(base::JsonArray{7, 0, 1}), "█ ▂");
    EXPECT_EQ(sparkline(base::JsonArray{5, "x", -3}), "█  ");
    EXPECT_EQ(sparkline(base::Json()), "");
}

}  // namespace
}  // namespace sekisho::cli
