// What is usual for one sender, learnt from its calm days. About 250 bytes, kept for every account
// that is known. Which networks, recipients and names are usual stands in SeenBefore, for all together.
#pragma once

#include <array>
#include <cstdint>

#include "outbound/measures.h"
#include "outbound/moment.h"

namespace sekisho::outbound {

// A small number on a scale of 1/16 of a doubling, so that a byte reaches from 0 to 65,000.
std::uint8_t to_scale(double value);
double from_scale(std::uint8_t step);

// A value.
struct Baseline {
    Measures usual{};                                 // the most of a calm day, fading
    std::array<std::uint8_t, hours_of_week> hours{};  // messages, by the hour of the week (to_scale)
    std::uint32_t first_day = 0, last_day = 0;        // day numbers; 0: never
    std::uint16_t days = 0;                           // on which it sent
    std::uint8_t fresh = 0;                           // percent of recipients that were new, fading
    bool operator==(const Baseline&) const = default;

    // There is enough of a past to compare with.
    bool is_settled(Moment now) const {
        return days >= settled_days && day_number(now) >= first_day + settled_after;
    }
    // Expected messages in this hour of the week and its neighbours.
    double expected(Moment now) const;

    // An hour is over in which it sent `messages`.
    void learn_hour(unsigned hour_of_week, double messages);
    // A calm day is over on which `new_ones` of `recipients` were new. Days with few of them say little.
    void learn_fresh(double new_ones, double recipients);
    // A calm day is over. What is usual grows to at most the double of what it was, or to `floor`, and never
    // beyond `cap`: an account cannot teach itself a flood.
    void learn_day(const Measures& most, const Measures& floor, const Measures& cap, std::uint32_t day);

    // Of a group: what is usual for one of its members. Comes near to what nine tenths of them stay below.
    void learn_member(const Measures& member);

    static constexpr std::uint16_t settled_days = 5;   // on which it sent
    static constexpr std::uint32_t settled_after = 8;  // days, since the first of them
};

}  // namespace sekisho::outbound
