// Days of work and the time of day at the office.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/outbound_sim/random.h"
#include "outbound/moment.h"

namespace sekisho::outbound_sim {

using Day = std::chrono::sys_days;

// Japan's national holidays by the law of 1948 as it stands since 2022, substitutes and days between two
// holidays included; equinoxes by the almanac's approximation, good from 1980 to 2099.
bool is_japanese_holiday(Day day);

struct Hours {  // of the day, local time
    double begin = 8.5, end = 18, lunch_begin = 12, lunch_end = 13;
    double lunch_share = 0.25;    // of the rate at other office hours
    double overtime_share = 0.1;  // of a day's mails, in the hours after
    double off_day_share = 0.04;  // of a day's mails on weekends and holidays
    bool operator==(const Hours&) const = default;
};

// A value.
class Calendar {
public:
    Calendar(Day start, std::int32_t utc_offset_minutes, bool japanese, const std::vector<Day>& holidays);

    Day date(unsigned day) const { return start_ + std::chrono::days(day); }
    bool is_workday(unsigned day) const;
    // Workdays that are left in this month after `day`; 0 on the last one.
    unsigned workdays_left(unsigned day) const;
    // Local midnight, as the guard counts time.
    outbound::Moment midnight(unsigned day) const;

private:
    bool is_workday(Day day) const;

    Day start_;
    std::int32_t offset_;  // seconds
    bool japanese_;
    std::vector<Day> holidays_;
};

// Seconds after local midnight at which somebody sends.
outbound::Moment time_of_day(const Hours& hours, bool workday, Random& random);

}  // namespace sekisho::outbound_sim
