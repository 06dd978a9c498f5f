// normal -> watched -> throttled -> blocked: how a judgement moves the standing of an account or a host.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/standing.h"
#include "outbound/judge.h"
#include "outbound/moment.h"

namespace sekisho::outbound {

// A value. What a person set (`by` is not empty) only a person lifts.
struct StandingState {
    model::StandingLevel level = model::StandingLevel::normal;
    Moment since = 0;             // when this level began
    Moment held_until = 0;        // of watched and throttled: when it decays, unless more comes
    std::uint32_t messages = 0;   // that came since it was throttled, without those that came again
    std::uint32_t throttles = 0;  // within a day of the first of them
    Moment first_throttle = 0;
    std::vector<std::string> reasons;  // of the last rise, heaviest first; at most eight
    std::string by;                    // operator who set it
    // Throttles for the same since it was last normal, up to most_in_a_row: who waits as he was told and goes
    // on.
    std::uint8_t in_a_row = 0;
    bool operator==(const StandingState&) const = default;
};

// Points from which a level holds.
inline constexpr double watched_from = 3.0;
inline constexpr double throttled_from = 5.8;
inline constexpr double blocked_from = 8.0;
// A throttled sender that goes on for so many messages with what throttled it is no person who waits.
inline constexpr std::uint32_t stubborn_messages = 15;
// Nor one that after an hour still comes with more.
inline constexpr std::uint32_t endless_messages = 100;
inline constexpr Moment endless_for = hour;
// Nor is one that is throttled again and again from elsewhere.
inline constexpr std::uint32_t stubborn_throttles = 3;
inline constexpr std::uint8_t most_in_a_row = 63;  // counted
inline constexpr Moment watched_for = hour;
inline constexpr Moment throttled_for = 15 * minute;

// Decays what is over. True where the level changed.
bool decay(StandingState& state, Moment now);
// After each message. `by_malware`: what is due for the malware that it carried; normal where it had none.
bool raise(StandingState& state, const Judgement& judgement, model::StandingLevel by_malware, Moment now);
// When a throttled sender may try again, seconds from now.
Moment retry_after(const StandingState& state, Moment now);

}  // namespace sekisho::outbound
