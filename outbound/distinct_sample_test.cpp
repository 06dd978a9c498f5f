#include "outbound/distinct_sample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "outbound/hash.h"

namespace sekisho::outbound {
namespace {

constexpr Moment start = 1'800'000'000;

std::uint32_t nth(std::uint64_t n) { return short_hash(hash_of(n, 4711)); }

TEST(DistinctSample, ExactWhileSmall) {
    DistinctSample<16> sample;
    for (std::uint32_t round = 0; round < 3; ++round)
        for (std::uint32_t i = 0; i < 16; ++i)
            EXPECT_EQ(sample.add(nth(i), start + round * 100 + i), round == 0);
    EXPECT_EQ(sample.count(hour, start + 300), 16);
    EXPECT_EQ(sample.count(minute, start + 215), 16);
    EXPECT_EQ(sample.count(10, start + 215), 10);
    EXPECT_EQ(sample.count(hour, start + 216 + hour), 0);
}

TEST(DistinctSample, NewAgainAfterADay) {
    DistinctSample<8> sample;
    EXPECT_TRUE(sample.add(nth(1), start));
    EXPECT_FALSE(sample.add(nth(1), start + day - 1));
    EXPECT_TRUE(sample.add(nth(1), start + 3 * day));
}

TEST(DistinctSample, ClearedIsAsNew) {
    DistinctSample<8> sample;
    for (std::uint64_t i = 0; i < 1'000; ++i)
        sample.add(nth(i), start);
    EXPECT_NE(sample, DistinctSample<8>{});
    sample.clear();
    EXPECT_EQ(sample, DistinctSample<8>{});
    EXPECT_TRUE(sample.add(nth(3), start + 5));
    EXPECT_EQ(sample.count(day, start + 5), 1);
}

TEST(DistinctSample, RoomIsMadeByWhatIsOver) {
    DistinctSample<8> sample;
    for (std::uint64_t i = 0; i < 8; ++i)
        sample.add(nth(i), start);
    for (std::uint64_t i = 100; i < 108; ++i)
        sample.add(nth(i), start + day + 5);
    EXPECT_EQ(sample.scale().level, 0);
    EXPECT_EQ(sample.count(day, start + day + 5), 8);
}

// Estimates of many, over different values: the mean is right, the error as large as is said.
TEST(DistinctSample, EstimatesOfMany) {
    for (const std::uint64_t many : {200u, 5'000u, 60'000u}) {
        double sum = 0;
        double squares = 0;
        constexpr int runs = 60;
        for (int run = 0; run < runs; ++run) {
            DistinctSample<64> sample;
            for (std::uint64_t i = 0; i < many; ++i)
                sample.add(nth(static_cast<std::uint64_t>(run) << 32 | i),
                           start + static_cast<Moment>(i % 3'000));
            const double relative = sample.count(hour, start + 3'000) / static_cast<double>(many) - 1;
            sum += relative;
            squares += relative * relative;
        }
        EXPECT_LT(std::abs(sum / runs), 0.08) << many;
        EXPECT_LT(std::sqrt(squares / runs), 0.25) << many;
    }
}

// A flood is over: within days the sample is exact for small numbers again, and never says nonsense between.
TEST(DistinctSample, AfterAFlood) {
    DistinctSample<16> sample;
    for (std::uint64_t i = 0; i < 10'000; ++i)
        sample.add(nth(i), start);
    EXPECT_GT(sample.scale().level, 5);
    for (Moment today = 1; today <= 40; ++today) {
        for (std::uint64_t i = 0; i < 4; ++i)
            sample.add(nth(1'000'000 + i), start + today * day + 10);
        EXPECT_LE(sample.count(hour, start + today * day + 10), 10'000);
    }
    EXPECT_EQ(sample.scale().level, 0);
    EXPECT_EQ(sample.count(hour, start + 40 * day + 10), 4);
}

TEST(DistinctSample, RestoresWhatWasSaved) {
    DistinctSample<8> sample;
    for (std::uint64_t i = 0; i < 50; ++i)
        sample.add(nth(i), start + static_cast<Moment>(i));
    std::array<DistinctSample<8>::Entry, 8> entries{};
    for (std::size_t i = 0; i < sample.scale().size; ++i)
        entries[i] = sample.entry(i);
    DistinctSample<8> again;
    EXPECT_TRUE(again.restore(sample.scale(), entries));
    EXPECT_EQ(again, sample);
    auto bad = sample.scale();
    bad.size = 9;
    EXPECT_FALSE(again.restore(bad, entries));
    EXPECT_EQ(again, DistinctSample<8>{});
    bad = sample.scale();
    bad.level = 32;
    EXPECT_FALSE(again.restore(bad, entries));
}

// While no level is reached it agrees with a map, whatever comes.
TEST(DistinctSample, AgainstAMap) {
    std::mt19937 random(11);
    DistinctSample<32> sample;
    std::map<std::uint32_t, Moment> exact;
    Moment now = start;
    for (int i = 0; i < 5'000; ++i) {
        now += static_cast<Moment>(random() % 200);
        const std::uint32_t value = nth(random() % 30);
        sample.add(value, now);
        exact[value] = now;
        for (const Moment length : {minute, 10 * minute, hour, day}) {
            const auto seen = std::count_if(exact.begin(), exact.end(),
                                            [&](const auto& e) { return now - e.second < length; });
            ASSERT_EQ(sample.count(length, now), static_cast<double>(seen));
        }
    }
}

}  // namespace
}  // namespace sekisho::outbound
