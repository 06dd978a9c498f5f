#include "bench/outbound_sim/calendar.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "bench/outbound_sim/scenario.h"

namespace sekisho::outbound_sim {
namespace {

using namespace std::chrono;

// The Cabinet Office's list of national holidays (syukujitsu.csv).
TEST(JapaneseHolidays, AreThoseOfTheCabinetOffice) {
    const auto listed = std::to_array<std::string_view>(
        {"2025-01-01", "2025-01-13", "2025-02-11", "2025-02-23", "2025-02-24", "2025-03-20", "2025-04-29",
         "2025-05-03", "2025-05-04", "2025-05-05", "2025-05-06", "2025-07-21", "2025-08-11", "2025-09-15",
         "2025-09-23", "2025-10-13", "2025-11-03", "2025-11-23", "2025-11-24", "2026-01-01", "2026-01-12",
         "2026-02-11", "2026-02-23", "2026-03-20", "2026-04-29", "2026-05-03", "2026-05-04", "2026-05-05",
         "2026-05-06", "2026-07-20", "2026-08-11", "2026-09-21", "2026-09-22", "2026-09-23", "2026-10-12",
         "2026-11-03", "2026-11-23", "2027-01-01", "2027-01-11", "2027-02-11", "2027-02-23", "2027-03-21",
         "2027-03-22", "2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05", "2027-07-19", "2027-08-11",
         "2027-09-20", "2027-09-23", "2027-10-11", "2027-11-03", "2027-11-23"});
    for (Day day = date_of("2025-01-01"); day < date_of("2028-01-01"); day += days(1)) {
        bool is_listed = false;
        for (const auto text : listed)
            is_listed = is_listed || date_of(text) == day;
        const year_month_day date(day);
        EXPECT_EQ(is_japanese_holiday(day), is_listed)
            << static_cast<int>(date.year()) << '-' << static_cast<unsigned>(date.month()) << '-'
            << static_cast<unsigned>(date.day());
    }
}

TEST(Calendar, KnowsWorkdaysAndTheEndOfAMonth) {
    const Calendar calendar(date_of("2026-09-14"), 540, true, {date_of("2026-09-15")});
    EXPECT_TRUE(calendar.is_workday(0));       // a Monday
    EXPECT_FALSE(calendar.is_workday(1));      // given
    EXPECT_FALSE(calendar.is_workday(5));      // Saturday
    EXPECT_FALSE(calendar.is_workday(7));      // Respect for the Aged Day
    EXPECT_EQ(calendar.workdays_left(16), 0);  // Wednesday, the 30th
    EXPECT_EQ(calendar.workdays_left(14), 2);  // Monday, the 28th
    // 2026-09-13 15:00 UTC, by date(1).
    EXPECT_EQ(calendar.midnight(0), 1'789'311'600u);
    EXPECT_FALSE(Calendar(date_of("2026-09-14"), 0, false, {}).is_workday(6));
    EXPECT_TRUE(Calendar(date_of("2026-09-14"), 0, false, {}).is_workday(7));
}

TEST(TimeOfDay, KeepsOfficeHours) {
    const Hours hours{.begin = 9, .end = 17, .lunch_share = 0.25, .overtime_share = 0.1};
    Random random(1);
    int lunch = 0;
    int before = 0;
    int after = 0;
    constexpr int all = 20'000;
    for (int i = 0; i < all; ++i) {
        const double at = time_of_day(hours, true, random) / 3'600.0;
        lunch += at >= 12 && at < 13 ? 1 : 0;
        before += at < 9 ? 1 : 0;
        after += at >= 17 ? 1 : 0;
    }
    EXPECT_EQ(before, 0);
    EXPECT_NEAR(after, all / 10, 200);
    // Seven hours count whole, lunch a quarter.
    EXPECT_NEAR(lunch, all * 0.9 * 0.25 / 7.25, 100);
}

}  // namespace
}  // namespace sekisho::outbound_sim
