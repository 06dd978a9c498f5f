// What is measured of one sender, and how its past and its limits are compared with it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "outbound/sliding_counts.h"

namespace sekisho::outbound {

// What is counted side by side (SlidingCounts).
enum class Count : std::uint8_t {
    messages,
    recipients,
    fresh,          // recipients that this account never wrote to before
    rejected,       // recipients that were answered 5xx
    deferred,       // 4xx
    literal_helo,   // messages
    odd_hour,       // messages at an hour at which this account hardly ever sent
    strange,        // messages from networks that are not usual for it
    suspicious,     // messages with findings that are suspicious or worse
    refused,        // messages that we deferred or refused
    authenticated,  // of a host: messages of accounts, which are counted nowhere else with it
};
inline constexpr std::size_t count_kinds = 11;
std::string_view to_string(Count count);

// Of these a baseline keeps the most that is usual.
enum class Measure : std::uint8_t {
    messages_minute,
    messages_ten_minutes,
    messages_hour,
    messages_day,
    recipients_minute,
    recipients_ten_minutes,
    recipients_hour,
    recipients_day,
    from_names,  // different ones, in an hour
    peers,       // networks of an account, in an hour; accounts of a host, in a day
    senders,     // different envelope senders, in an hour
    copies,      // recipients of one and the same content, in an hour
};
inline constexpr std::size_t measure_kinds = 12;
using Measures = std::array<float, measure_kinds>;
std::string_view to_string(Measure measure);  // "messages in a minute"

constexpr Measure messages_in(Window window) { return static_cast<Measure>(window); }
constexpr Measure recipients_in(Window window) {
    return static_cast<Measure>(static_cast<std::size_t>(window) + window_count);
}
constexpr float& of(Measures& measures, Measure measure) {
    return measures[static_cast<std::size_t>(measure)];
}
constexpr float of(const Measures& measures, Measure measure) {
    return measures[static_cast<std::size_t>(measure)];
}

}  // namespace sekisho::outbound
