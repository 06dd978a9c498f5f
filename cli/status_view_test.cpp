#include "cli/status_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace sekisho::cli {
namespace {

using ::testing::HasSubstr;

TEST(Status, IsForPeople) {
    ::setenv("TZ", "JST-9", 1);
    ::tzset();
    const base::Json answer = base::JsonObject{
        {"version", "0.1.0"},
        {"started", 1'764'000'000},
        {"uptime_s", 11'532},
        {"monitor", true},
        {"rules", base::JsonObject{{"count", 12}, {"problems", base::JsonArray{}}}},
        {"mail", base::JsonObject{{"messages", 7},
                                  {"messages_per_minute", 0.036419},
                                  {"bytes", 5'242'880},
                                  {"in_flight", 1},
                                  {"in_flight_bytes", 2'048},
                                  {"directions", base::JsonObject{{"outbound", 3}}},
                                  {"latency_ms", base::JsonObject{{"p50", 25}, {"p95", -1}}}}},
        {"in_flight", base::JsonObject{{"messages", 1}, {"bytes", 2'048}}},
        {"outbound", base::JsonObject{{"messages", 3}, {"foreign", 0}}},
        {"news\x1b", base::JsonArray{base::Json("a"), base::Json("b")}}};
    EXPECT_EQ(print_status(answer),
              "version                   0.1.0\n"
              "started                   2025-11-25 01:00:00 JST, 3 h 12 min ago\n"
              "monitor                   yes\n"
              "rules.count               12\n"
              "rules.problems            none\n"
              "mail.messages             7\n"
              "mail.messages_per_minute  0.0\n"
              "mail.bytes                5.0 MiB\n"
              "mail.directions.outbound  3\n"
              "mail.latency_ms.p50       25 ms\n"
              "mail.latency_ms.p95       longer than is measured\n"
              "in_flight.messages        1\n"
              "in_flight.bytes           2.0 KiB\n"
              "outbound.foreign          0\n"
              "news\\x1B                  a\n"
              "                          b\n");
}

TEST(Status, OddAnswersAreNoCrash) {
    for (const base::Json& odd :
         {base::Json(), base::Json(7), base::Json(base::JsonObject{{"started", "x"}, {"uptime_s", -1}}),
          base::Json(base::JsonObject{{"started", std::int64_t{1} << 62}}),
          base::Json(
              base::JsonObject{{"mail", base::JsonObject{{"bytes", -1}, {"messages_per_minute", 3}}}})}) {
        EXPECT_FALSE(print_status(odd).empty());
    }
    EXPECT_THAT(print_status(base::JsonObject{{"started", 0}, {"uptime_s", 200'000}}),
                HasSubstr("2 days 7 h ago"));
}

}  // namespace
}  // namespace sekisho::cli
