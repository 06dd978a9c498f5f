#include "outbound/sliding_counts.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace sekisho::outbound {
namespace {

constexpr Moment start = 1'800'000'000;

TEST(SlidingCounts, NothingIsNothing) {
    const SlidingCounts<2> counts;
    for (const Window window : windows)
        EXPECT_EQ(counts.count(0, window, start), 0);
}

TEST(SlidingCounts, EachKindAndWindow) {
    SlidingCounts<2> counts;
    counts.add(1, 5, start);
    const struct {
        Moment later;
        std::array<double, window_count> seen;
    } cases[] = {
        {0, {5, 5, 5, 5}},       {30, {5, 5, 5, 5}},      {70, {0, 5, 5, 5}},        {9 * 60, {0, 5, 5, 5}},
        {11 * 60, {0, 0, 5, 5}}, {66 * 60, {0, 0, 0, 5}}, {26 * hour, {0, 0, 0, 0}},
    };
    for (const auto& c : cases) {
        for (std::size_t w = 0; w < window_count; ++w) {
            EXPECT_EQ(counts.count(1, windows[w], start + c.later), c.seen[w]) << c.later << " " << w;
            EXPECT_EQ(counts.count(0, windows[w], start + c.later), 0);
        }
    }
}

TEST(SlidingCounts, EdgesAreSmooth) {
    SlidingCounts<1> counts;
    counts.add(0, 100, start);  // start is a whole minute
    EXPECT_EQ(counts.count(0, Window::minute, start + 60), 100);
    EXPECT_NEAR(counts.count(0, Window::minute, start + 63), 70, 0.01);
    EXPECT_NEAR(counts.count(0, Window::minute, start + 69), 10, 0.01);
    // What comes in leaves that part where it is.
    counts.add(0, 1, start + 63);
    EXPECT_NEAR(counts.count(0, Window::minute, start + 63), 71, 0.01);
}

TEST(SlidingCounts, StopsAtTheTop) {
    SlidingCounts<1> counts;
    counts.add(0, 0xffffffff, start);
    counts.add(0, 7, start);
    EXPECT_EQ(counts.count(0, Window::day, start), most_in_bucket);
    // As full as it can be: the sums hold it.
    for (Moment i = 1; i < 25; ++i)
        counts.add(0, 0xffffffff, start + i * hour);
    EXPECT_NEAR(counts.count(0, Window::day, start + 24 * hour), 25.0 * most_in_bucket, 1.0 * most_in_bucket);
    counts.add(0, 3, start + 100 * hour);
    EXPECT_EQ(counts.count(0, Window::day, start + 100 * hour), 3);
}

TEST(SlidingCounts, AClockThatStepsBack) {
    SlidingCounts<1> counts;
    counts.add(0, 3, start + 100);
    counts.add(0, 4, start);
    EXPECT_EQ(counts.count(0, Window::minute, start), 7);
    EXPECT_EQ(counts.count(0, Window::minute, start + 100), 7);
    EXPECT_EQ(counts.count(0, Window::day, start + 100), 7);
}

TEST(SlidingCounts, AtTheBeginningOfTime) {
    SlidingCounts<1> counts;
    counts.add(0, 3, 0);
    EXPECT_EQ(counts.count(0, Window::day, 1), 3);
    // No window has an end yet.
    for (Moment number = 1; number < 24; ++number) {
        counts.add(0, 1, number * hour);
        EXPECT_EQ(counts.count(0, Window::day, number * hour + hour / 2), 3 + number);
    }
}

// Against exact counts: the error is at most what lies in one bucket.
TEST(SlidingCounts, AgainstExactCounts) {
    std::mt19937 random(7);
    SlidingCounts<1> counts;
    std::deque<Moment> events;
    Moment now = start;
    for (int i = 0; i < 20'000; ++i) {
        // Bursts and pauses of all lengths.
        std::uint32_t pause = static_cast<std::uint32_t>(random()) % 5;
        if (random() % 50 == 0)
            pause += static_cast<std::uint32_t>(random()) % (random() % 10 == 0 ? 30'000 : 300);
        now += pause;
        counts.add(0, 1, now);
        events.push_back(now);
        if (i % 7 != 0) continue;
        for (const Window window : windows) {
            const WindowRow& row = row_of(window);
            const Moment length = length_of(window);
            const auto within = [&](Moment from) {
                return std::count_if(events.begin(), events.end(),
                                     [&](Moment at) { return now - at < from; });
            };
            const auto exact = static_cast<double>(within(length));
            const auto wider = static_cast<double>(within(length + row.bucket));
            const double seen = counts.count(0, window, now);
            ASSERT_GE(seen,
                      exact - static_cast<double>(within(length) - within(length - row.bucket)) - 0.001);
            ASSERT_LE(seen, wider + 0.001);
        }
        while (now - events.front() > 2 * day)
            events.pop_front();
    }
}

// Slots that are left where they stand, by a long pause or for the next owner, count for nothing: neither in
// the windows nor in what the snapshot and the sparkline read.
TEST(SlidingCounts, WhatIsOverIsNotRead) {
    std::mt19937 random(13);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random()) % n; };
    SlidingCounts<2> used;
    Moment now = start;
    for (int round = 0; round < 200; ++round) {
        SlidingCounts<2> fresh;
        used.clear();
        EXPECT_EQ(used, fresh);
        for (int i = 0; i < 30; ++i) {
            constexpr std::array pauses{1U, 70U, 700U, 5'000U, 50'000U, 100'000U, 1'000'000U};
            now += below(pauses.at(below(pauses.size())));
            const std::size_t kind = below(2);
            const std::uint32_t amount = below(5);
            used.add(kind, amount, now);
            fresh.add(kind, amount, now);
            for (const Window window : windows)
                ASSERT_EQ(used.count(kind, window, now + 7), fresh.count(kind, window, now + 7));
            ASSERT_EQ(used.by_hour(kind, now), fresh.by_hour(kind, now));
            ASSERT_EQ(used, fresh);
            // The sums are those of the slots.
            std::uint32_t sum = 0;
            for (std::size_t place = row_of(Window::day).first; place < slot_count; ++place)
                sum += used.slot(kind, place);
            ASSERT_LE(used.count(kind, Window::day, now), sum);
            ASSERT_GE(sum, amount);
        }
    }
}

TEST(SlidingCounts, ClearedAtTheBeginningOfTime) {
    SlidingCounts<1> counts;
    for (Moment at = 0; at < 2 * day; at += 5)
        counts.add(0, 3, at);
    counts.clear();
    SlidingCounts<1> fresh;
    for (Moment at = 0; at < 100; at += 5) {
        counts.add(0, 1, at);
        fresh.add(0, 1, at);
        EXPECT_EQ(counts, fresh);
    }
    EXPECT_EQ(counts.count(0, Window::day, 95), 20);
    EXPECT_EQ(counts.count(0, Window::hour, 95), 20);
}

TEST(SlidingCounts, ByHour) {
    SlidingCounts<1> counts;
    counts.add(0, 2, start);
    counts.add(0, 3, start + 5 * hour);
    const auto seen = counts.by_hour(0, start + 6 * hour);
    EXPECT_EQ(seen[17], 2u);
    EXPECT_EQ(seen[22], 3u);
    EXPECT_EQ(seen[23], 0u);
    // A clock that steps back.
    EXPECT_EQ(counts.by_hour(0, start), counts.by_hour(0, start + 5 * hour));
    // A ring holds a day and an hour.
    EXPECT_EQ(counts.in_hour(0, start / hour + 5), 3u);
    EXPECT_EQ(counts.in_hour(0, start / hour), 2u);
    EXPECT_EQ(counts.in_hour(0, start / hour - 20), 0u);
    EXPECT_EQ(counts.in_hour(0, start / hour + 30), 0u);
}

// As the snapshot reads it back: the same counts then, and the same from there on.
TEST(SlidingCounts, SlotBySlot) {
    SlidingCounts<2> saved, read;
    for (Moment at = 0; at < 2 * day; at += 700)
        saved.add(at % 3 == 0 ? 0 : 1, 1 + at % 5, start + at);
    read.add(0, 9, start);  // what it held before is gone
    read.set_newest(saved.newest());
    for (std::size_t place = 0; place < slot_count; ++place)
        ASSERT_EQ(read.slot(0, place), 0u);
    EXPECT_EQ(read.count(0, Window::day, start), 0);
    for (std::size_t place = 0; place < slot_count; ++place) {
        for (const std::size_t kind : {0u, 1u}) {
            read.set_slot(kind, place, 77);  // the last word counts
            read.set_slot(kind, place, saved.slot(kind, place));
        }
    }
    EXPECT_EQ(read, saved);
    // Into the bucket that was the newest, before any new one.
    const Moment last = start + (2 * day - 1) / 700 * 700;
    saved.add(0, 1, last);
    read.add(0, 1, last);
    EXPECT_EQ(read, saved);
    for (Moment at = 2 * day; at < 3 * day; at += 1'100) {
        saved.add(1, 3, start + at);
        read.add(1, 3, start + at);
        ASSERT_EQ(read, saved);
        for (const Window window : windows)
            ASSERT_EQ(read.count(1, window, start + at + 7), saved.count(1, window, start + at + 7));
    }
}

// A snapshot may say what it likes.
TEST(SlidingCounts, ABucketBeyondAllTime) {
    SlidingCounts<1> counts;
    constexpr std::uint32_t wraps = UINT32_MAX / 10 + 1;  // it would begin at 4 s
    counts.set_newest({wraps, wraps, wraps, wraps});
    for (std::size_t place = 0; place < row_of(Window::ten_minutes).first; ++place)
        counts.set_slot(0, place, 10);
    EXPECT_EQ(counts.count(0, Window::minute, start), 60);
    EXPECT_EQ(counts.count(0, Window::minute, UINT32_MAX), 60);
}

TEST(SlidingCounts, AnotherTimeIsAnotherValue) {
    SlidingCounts<1> earlier, later;
    earlier.set_newest({1, 1, 1, 1});
    later.set_newest({2, 1, 1, 1});
    EXPECT_NE(earlier, later);
    SlidingCounts<1> swapped = earlier;
    earlier.set_slot(0, 40, 5);
    swapped.set_slot(0, 41, 5);
    EXPECT_NE(earlier, swapped);
}

}  // namespace
}  // namespace sekisho::outbound
