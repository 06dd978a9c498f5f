#include "cli/names_view.h"

#include <gmock/gmock.h>

namespace sekisho::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

base::Json answer() {
    const auto counts = [](double minute, double day) {
        return base::JsonObject{{"minute", minute}, {"ten_minutes", minute}, {"hour", minute}, {"day", day}};
    };
    return base::JsonObject{
        {"rows", base::JsonArray{
                     base::JsonObject{{"name", "boss\x1b[2J@example.com"},
                                      {"kind", "address"},
                                      {"seen", base::JsonObject{{"messages as envelope sender", counts(1, 7)},
                                                                {"messages with it in From", counts(2, 341)},
                                                                {"accounts", counts(2, 5)}}}}}}};
}

TEST(Names, List) {
    const std::string text = print_names(answer());
    EXPECT_THAT(text, AllOf(HasSubstr("@example.com"), HasSubstr("341"), Not(HasSubstr("\x1b"))));
    EXPECT_EQ(print_names(base::JsonObject{{"rows", base::JsonArray{}}}), "None.\n");
    EXPECT_EQ(print_names(base::Json()), "None.\n");
}

TEST(Names, One) {
    EXPECT_THAT(
        print_name(answer()),
        AllOf(HasSubstr("(address)"), HasSubstr("10 min"),
              ::testing::ContainsRegex("messages with it in From +2 +2 +2 +341"), Not(HasSubstr("\x1b"))));
    EXPECT_EQ(print_name(base::Json()), "");
}

}  // namespace
}  // namespace sekisho::cli
