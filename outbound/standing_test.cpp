#include "outbound/standing.h"

#include <gtest/gtest.h>

namespace sekisho::outbound {
namespace {

using model::StandingLevel;

constexpr Moment start = 1'800'000'000;

Judgement points(double n) { return {.points = n, .evidence = {{Signal::rate, n, "many"}}, .overrun = {}}; }
Judgement over(double times) {
    return {.points = 0, .evidence = {}, .overrun = Overrun{Measure::messages_hour, times * 100, 100}};
}

TEST(Standing, RisesByPoints) {
    const struct {
        Judgement judgement;
        StandingLevel by_malware;
        StandingLevel level;
    } cases[] = {
        {points(0), StandingLevel::normal, StandingLevel::normal},
        {points(2.9), StandingLevel::normal, StandingLevel::normal},
        {points(3), StandingLevel::normal, StandingLevel::watched},
        {points(5.8), StandingLevel::normal, StandingLevel::throttled},
        {points(50), StandingLevel::normal, StandingLevel::throttled},  // a person would be told first
        {over(1.01), StandingLevel::normal, StandingLevel::throttled},
        {over(50), StandingLevel::normal, StandingLevel::throttled},
        {points(0), StandingLevel::throttled, StandingLevel::throttled},
        {points(0), StandingLevel::blocked, StandingLevel::blocked},
    };
    for (const auto& c : cases) {
        StandingState state;
        EXPECT_EQ(raise(state, c.judgement, c.by_malware, start), c.level != StandingLevel::normal);
        EXPECT_EQ(state.level, c.level);
        EXPECT_EQ(state.reasons.empty(), c.level == StandingLevel::normal);
    }
}

TEST(Standing, WhoGoesOnIsBlocked) {
    StandingState state;
    raise(state, points(9), StandingLevel::normal, start);
    for (std::uint32_t i = 1; i < stubborn_messages; ++i) {
        raise(state, points(9), StandingLevel::normal, start + i);
        ASSERT_EQ(state.level, StandingLevel::throttled) << i;
    }
    EXPECT_TRUE(raise(state, points(9), StandingLevel::normal, start + 20));
    EXPECT_EQ(state.level, StandingLevel::blocked);
    EXPECT_FALSE(decay(state, start + 1'000 * day));
}

// People are told of the first of them (Change::is_again).
TEST(Standing, WhoGoesOnAfterHisPauseIsThrottledInARow) {
    StandingState state;
    Judgement strange = points(6);
    strange.beyond_doubt = true;
    Moment now = start;
    const auto throttle = [&](const Judgement& judgement, StandingLevel by_malware = StandingLevel::normal) {
        EXPECT_TRUE(raise(state, judgement, by_malware, now));
        return int{state.in_a_row};
    };
    const auto wait = [&](Moment seconds) {
        now += seconds;
        decay(state, now);
    };
    EXPECT_EQ(throttle(points(6)), 1);
    wait(throttled_for);
    EXPECT_EQ(throttle(strange), 1) << "from elsewhere";
    wait(throttled_for);
    EXPECT_EQ(throttle(points(6)), 2);
    wait(throttled_for);
    EXPECT_EQ(throttle(over(2)), 3);
    wait(throttled_for);
    EXPECT_EQ(throttle(points(6), StandingLevel::throttled), 1) << "malware";
    wait(throttled_for);
    EXPECT_EQ(throttle(points(6)), 2);
    wait(throttled_for);
    wait(watched_for);
    EXPECT_EQ(state.level, StandingLevel::normal);
    EXPECT_EQ(throttle(points(6)), 1) << "it was normal";
    // It was not looked at while it would have been normal: then it fell by one level alone.
    wait(throttled_for + watched_for);
    EXPECT_EQ(state.level, StandingLevel::watched);
    EXPECT_EQ(throttle(points(6)), 1);
    for (int i = 0; i < 100; ++i) {
        wait(throttled_for);
        throttle(points(6));
    }
    EXPECT_EQ(state.in_a_row, most_in_a_row);
}

TEST(Standing, WhoWaitsIsForgiven) {
    StandingState state;
    raise(state, points(6), StandingLevel::normal, start);
    EXPECT_EQ(retry_after(state, start + 60), throttled_for - 60);
    EXPECT_FALSE(decay(state, start + throttled_for - 1));
    EXPECT_TRUE(decay(state, start + throttled_for));
    EXPECT_EQ(state.level, StandingLevel::watched);
    EXPECT_FALSE(state.reasons.empty());
    EXPECT_FALSE(decay(state, start + throttled_for + watched_for - 1));
    EXPECT_TRUE(decay(state, start + throttled_for + watched_for));
    EXPECT_EQ(state, (StandingState{.since = state.since, .throttles = 1, .first_throttle = start}));
}

// Two hundred mails of a merge may be refused; two hundred in the second hour are none of a merge.
TEST(Standing, WhoNeverEndsIsBlocked) {
    StandingState state;
    for (std::uint32_t i = 0; i < 200; ++i)
        raise(state, points(6), StandingLevel::normal, start + 2 * i);
    EXPECT_EQ(state.level, StandingLevel::throttled);
    for (std::uint32_t i = 200; i < 400; ++i)
        raise(state, points(6), StandingLevel::normal, start + 12 * i);
    EXPECT_EQ(state.level, StandingLevel::blocked);
}

// Six points suffice where there is no doubt, and twice the patience is over.
TEST(Standing, WhoGoesOnAndCannotBeHonestIsBlocked) {
    for (const bool beyond_doubt : {true, false}) {
        StandingState state;
        Judgement judgement = points(6);
        judgement.beyond_doubt = beyond_doubt;
        for (std::uint32_t i = 0; i < 2 * stubborn_messages; ++i) {
            raise(state, judgement, StandingLevel::normal, start + i);
            ASSERT_EQ(state.level, StandingLevel::throttled) << i;
        }
        raise(state, judgement, StandingLevel::normal, start + 60);
        EXPECT_EQ(state.level, beyond_doubt ? StandingLevel::blocked : StandingLevel::throttled);
    }
}

// A client that offers the same mails again and again waits in its own way.
TEST(Standing, WhoComesAgainIsNotStubborn) {
    for (const bool beyond_doubt : {true, false}) {
        StandingState state;
        Judgement judgement = points(9);
        judgement.repeats = true;
        judgement.beyond_doubt = beyond_doubt;
        for (std::uint32_t i = 0; i < 200; ++i)
            raise(state, judgement, StandingLevel::normal, start + i);
        EXPECT_EQ(state.level, beyond_doubt ? StandingLevel::blocked : StandingLevel::throttled);
    }
}

// Beyond doubt, the fourth time within a day; at its own desk as often as it likes.
TEST(Standing, AgainAndAgain) {
    for (const bool beyond_doubt : {true, false}) {
        StandingState state;
        Judgement judgement = points(6);
        judgement.beyond_doubt = beyond_doubt;
        Moment at = start;
        for (int i = 0; i < 3; ++i, at += 3 * hour) {
            decay(state, at);
            decay(state, at);
            raise(state, judgement, StandingLevel::normal, at);
            EXPECT_EQ(state.level, StandingLevel::throttled);
        }
        decay(state, at);
        raise(state, judgement, StandingLevel::normal, at);
        EXPECT_EQ(state.level, beyond_doubt ? StandingLevel::blocked : StandingLevel::throttled);
    }
}

// Weak signs that go on keep it where it is, and move it no further.
TEST(Standing, WeakSignsProlong) {
    StandingState state;
    for (Moment at = start; at < start + 5 * hour; at += 10 * minute) {
        decay(state, at);
        raise(state, points(3.5), StandingLevel::normal, at);
        EXPECT_EQ(state.level, StandingLevel::watched);
    }
}

TEST(Standing, WhatAPersonSetAPersonLifts) {
    StandingState state{.level = StandingLevel::watched, .since = start, .by = "anna"};
    EXPECT_FALSE(decay(state, start + 100 * day));
    EXPECT_FALSE(raise(state, points(50), StandingLevel::throttled, start));
    EXPECT_EQ(state.level, StandingLevel::watched);
}

TEST(Standing, ReasonsAreFew) {
    Judgement judgement = points(6);
    judgement.evidence.resize(30, judgement.evidence.front());
    StandingState state;
    raise(state, judgement, StandingLevel::throttled, start);
    EXPECT_EQ(state.reasons.size(), 8u);
    EXPECT_EQ(state.reasons.front(), "malware in its mail");
    EXPECT_EQ(state.reasons.back(), "rate: many");
}

// A record of another gateway that comes late.
TEST(Standing, WhatComesLateShortensNothing) {
    StandingState state;
    Judgement over;
    over.points = throttled_from;
    ASSERT_TRUE(raise(state, over, StandingLevel::normal, start + 1'000));
    ASSERT_EQ(state.level, StandingLevel::throttled);
    const Moment until = state.held_until;
    raise(state, over, StandingLevel::normal, start);
    EXPECT_EQ(state.held_until, until);
    raise(state, over, StandingLevel::normal, start + 1'010);
    EXPECT_EQ(state.held_until, until + 10);
}

}  // namespace
}  // namespace sekisho::outbound
