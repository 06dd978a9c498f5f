// Time as counters keep it: whole seconds since 1970, UTC.
#pragma once

#include <chrono>
#include <cstdint>

namespace sekisho::outbound {

using Moment = std::uint32_t;  // until 2106

inline constexpr Moment minute = 60;
inline constexpr Moment hour = 3'600;
inline constexpr Moment day = 86'400;

inline Moment moment_of(std::chrono::system_clock::time_point at) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    if (seconds <= 0) return 0;
    return seconds > 0xffffffffLL ? 0xffffffffu : static_cast<Moment>(seconds);
}
inline std::chrono::system_clock::time_point time_of(Moment moment) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(moment));
}

// How long it is since `then`; 0 where that lies ahead: clocks step back.
constexpr Moment since(Moment then, Moment now) { return now > then ? now - then : 0; }

inline constexpr unsigned hours_of_week = 168;
// 0 is Monday, 00:00 to 01:00 UTC; 1970 began on a Thursday.
constexpr unsigned hour_of_week(Moment now) { return (now / hour + 3 * 24) % hours_of_week; }
constexpr std::uint32_t day_number(Moment now) { return now / day; }

}  // namespace sekisho::outbound
