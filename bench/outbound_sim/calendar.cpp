#include "bench/outbound_sim/calendar.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sekisho::outbound_sim {

namespace {

using namespace std::chrono;

// The law names days; substitutes are added by is_japanese_holiday().
bool is_named_holiday(Day at) {
    const year_month_day date(at);
    const unsigned in_month = static_cast<unsigned>(date.month());
    const unsigned in_day = static_cast<unsigned>(date.day());
    constexpr std::array<std::array<unsigned, 2>, 9> fixed{
        {{1, 1}, {2, 11}, {2, 23}, {4, 29}, {5, 3}, {5, 4}, {5, 5}, {8, 11}, {11, 3}}};
    if (std::ranges::any_of(fixed, [&](const auto& row) { return row[0] == in_month && row[1] == in_day; }))
        return true;
    if (in_month == 11 && in_day == 23) return true;
    constexpr std::array<std::array<unsigned, 2>, 4> mondays{{{1, 2}, {7, 3}, {9, 3}, {10, 2}}};
    if (weekday(at) == Monday && std::ranges::any_of(mondays, [&](const auto& row) {
            return row[0] == in_month && row[1] == (in_day + 6) / 7;
        }))
        return true;
    if (in_month != 3 && in_month != 9) return false;
    const double years = static_cast<int>(date.year()) - 1980;
    const double first = in_month == 3 ? 20.8431 : 23.2488;
    return in_day == static_cast<unsigned>(first + 0.242194 * years - std::floor(years / 4));
}

}  // namespace

bool is_japanese_holiday(Day day) {
    if (is_named_holiday(day)) return true;
    // Between two holidays; a Sunday is a holiday of its own kind.
    if (weekday(day) != Sunday && is_named_holiday(day - days(1)) && is_named_holiday(day + days(1)))
        return true;
    // The first day that is none after a holiday on a Sunday.
    for (Day before = day - days(1); is_named_holiday(before); before -= days(1))
        if (weekday(before) == Sunday) return true;
    return false;
}

Calendar::Calendar(Day start, std::int32_t utc_offset_minutes, bool japanese,
                   const std::vector<Day>& holidays)
    : start_(start), offset_(utc_offset_minutes * 60), japanese_(japanese), holidays_(holidays) {}

bool Calendar::is_workday(Day day) const {
    const weekday which(day);
    if (which == Saturday || which == Sunday) return false;
    if (japanese_ && is_japanese_holiday(day)) return false;
    return std::ranges::find(holidays_, day) == holidays_.end();
}

bool Calendar::is_workday(unsigned day) const { return is_workday(date(day)); }

unsigned Calendar::workdays_left(unsigned day) const {
    unsigned left = 0;
    const month in = year_month_day(date(day)).month();
    for (Day at = date(day) + days(1); year_month_day(at).month() == in; at += days(1))
        if (is_workday(at)) ++left;
    return left;
}

outbound::Moment Calendar::midnight(unsigned day) const {
    return static_cast<outbound::Moment>(duration_cast<seconds>(date(day).time_since_epoch()).count() -
                                         offset_);
}

outbound::Moment time_of_day(const Hours& hours, bool workday, Random& random) {
    double at = 0;
    if (!workday) {
        at = random.between({9, 23});
    } else if (random.chance(hours.overtime_share)) {
        at = hours.end + random.exponential(1.5);
    } else {
        // Office hours, of which few fall into lunch.
        do
            at = random.between({hours.begin, hours.end});
        while (at >= hours.lunch_begin && at < hours.lunch_end && !random.chance(hours.lunch_share));
    }
    return static_cast<outbound::Moment>(std::clamp(at, 0.0, 23.99) * 3600);
}

}  // namespace sekisho::outbound_sim
