#include "cli/quarantine_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

base::Json entry() {
    return base::JsonObject{
        {"id", "4f1c"},
        {"at", "2026-11-24T11:39:53Z"},
        {"verdict", "malicious"},
        {"from", "a\x1b[31m@example.net"},
        {"recipients", base::JsonArray{base::Json("x@example.jp"), base::Json("y@example.jp")}},
        {"subject", "請求書\n\xE2\x80\xAE"},
        {"bytes", 2'048},
        {"state", "held"},
        {"expires", std::int64_t{1'800'000'000}}};
}

TEST(QuarantineView, ListIsATableOfEscapedText) {
    EXPECT_EQ(print_entries(base::JsonObject{{"entries", base::JsonArray{}}}), "No entries.\n");
    const std::string text = print_entries(base::JsonObject{{"entries", base::JsonArray{entry()}}});
    EXPECT_THAT(text,
                HasSubstr("4f1c  2026-11-24T11:39:53Z  malicious  held   2.0 KiB  a\\x1B[31m@example.net"));
    EXPECT_THAT(text, HasSubstr("x@example.jp and 1 more"));
    EXPECT_THAT(text, HasSubstr("請求書\\x0A\\u{202E}\n"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(QuarantineView, EntryShowsReportAndHistory) {
    const base::Json report = base::JsonObject{
        {"parts",
         base::JsonArray{base::JsonObject{{"path", "message"}, {"type", "message/rfc822"}, {"size", 10}}}},
        {"findings",
         base::JsonArray{base::JsonObject{
             {"id", "office.macro"}, {"part", 0}, {"score", 1.0}, {"title", "Macro"}, {"evidence", "x"}}}}};
    const base::Json history = base::JsonArray{base::JsonObject{
        {"at", "2026-11-24T12:00:00Z"},
        {"detail",
         base::JsonObject{
             {"command", "quarantine.show"}, {"uid", 0}, {"outcome", "allowed"}, {"reason", "ticket\n1"}}}}};
    const std::string text =
        print_entry(base::JsonObject{{"entry", entry()}, {"report", report}, {"history", history}});
    EXPECT_THAT(text, HasSubstr("Id:         4f1c\n"));
    EXPECT_THAT(text, HasSubstr("To:         x@example.jp, y@example.jp\n"));
    EXPECT_THAT(text, HasSubstr("Expires:    2027-01-15T08:00:00Z\n"));
    EXPECT_THAT(text, HasSubstr("  office.macro 1.0  Macro: x\n    in message\n"));
    EXPECT_THAT(text, HasSubstr("quarantine.show by uid 0 (allowed): ticket\\x0A1\n"));
    // What is not as expected is left out, not a crash.
    for (const base::Json& odd :
         {base::Json(), base::Json("x"),
          base::Json(base::JsonObject{{"entry", 7}, {"report", 7}, {"history", 7}})}) {
        EXPECT_FALSE(print_entry(odd).empty());
        EXPECT_EQ(print_entries(odd), "No entries.\n");
    }
}

TEST(QuarantineView, Since) {
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'000'000'000));
    EXPECT_EQ(read_since("1970-01-02", now), 86'400);
    EXPECT_EQ(read_since("2h", now), 1'000'000'000 - 7'200);
    EXPECT_EQ(read_since("3 days", now), 1'000'000'000 - 259'200);
    EXPECT_FALSE(read_since("yesterday", now));
    EXPECT_FALSE(read_since("", now));
}

}  // namespace
}  // namespace sekisho::cli
