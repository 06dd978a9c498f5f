#include "outbound/baseline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "outbound/sender.h"

namespace sekisho::outbound {
namespace {

constexpr Moment monday = 18'000 * day + 4 * day;

Measures all(float value) {
    Measures out{};
    out.fill(value);
    return out;
}

TEST(Baseline, Scale) {
    EXPECT_EQ(to_scale(0), 0);
    EXPECT_EQ(to_scale(-1), 0);
    EXPECT_EQ(to_scale(1), 16);
    EXPECT_EQ(to_scale(1e9), 255);
    for (const double value : {1.0, 5.0, 40.0, 1'000.0, 60'000.0})
        EXPECT_NEAR(from_scale(to_scale(value)) / value, 1, 0.05) << value;
}

TEST(Baseline, HoursOfTheWeek) {
    EXPECT_EQ(hour_of_week(0), 3 * 24u);                   // 1970-01-01 was a Thursday
    EXPECT_EQ(hour_of_week(4 * day), 0u);                  // Monday
    EXPECT_EQ(hour_of_week(11 * day + 5 * hour + 9), 5u);  // the next one
    EXPECT_EQ(hour_of_week(3 * day + 23 * hour), 167u);
}

TEST(Baseline, LearnsAnHourAndForgetsIt) {
    Baseline baseline;
    const unsigned here = hour_of_week(monday);
    for (int week = 0; week < 10; ++week)
        baseline.learn_hour(here, 20);
    EXPECT_NEAR(baseline.expected(monday), 20, 2);
    EXPECT_NEAR(baseline.expected(monday + hour), 20, 2);  // neighbours count
    EXPECT_EQ(baseline.expected(monday + 3 * hour), 0);
    for (int week = 0; week < 40; ++week)
        baseline.learn_hour(here, 0);
    EXPECT_EQ(baseline.expected(monday), 0);
}

// Whoever sends more and more grows used to it slowly, and never to what is forbidden.
TEST(Baseline, AFloodIsNotLearnt) {
    Baseline baseline;
    const Measures floor = all(10);
    const Measures cap = all(100);
    baseline.learn_day(all(4), floor, cap, 1);
    EXPECT_EQ(baseline.usual[0], 4);
    baseline.learn_day(all(5'000), floor, cap, 2);
    EXPECT_EQ(baseline.usual[0], 10);
    baseline.learn_day(all(5'000), floor, cap, 3);
    EXPECT_EQ(baseline.usual[0], 20);
    for (std::uint32_t day = 4; day < 20; ++day)
        baseline.learn_day(all(5'000), floor, cap, day);
    EXPECT_EQ(baseline.usual[0], 100);
    EXPECT_EQ(baseline.days, 19);
    EXPECT_EQ(baseline.first_day, 1u);
}

// A salesman writes to strangers; one circular makes nobody one, and nobody writes to strangers alone.
TEST(Baseline, LearnsHowManyRecipientsAreNew) {
    Baseline baseline;
    baseline.learn_fresh(0, 0);
    EXPECT_EQ(baseline.fresh, 0);
    baseline.learn_fresh(2, 2);
    EXPECT_LT(baseline.fresh, 5);
    for (int day = 0; day < 15; ++day)
        baseline.learn_fresh(24, 40);
    EXPECT_NEAR(baseline.fresh, 60, 2);
    for (int day = 0; day < 15; ++day)
        baseline.learn_fresh(1'000, 1'000);
    EXPECT_NEAR(baseline.fresh, 69, 1);
    for (int day = 0; day < 20; ++day)
        baseline.learn_fresh(0, 40);
    EXPECT_LE(baseline.fresh, 2);
}

// Against the true quantile, of members that send log-normally, some a hundred times what others do.
TEST(Baseline, OfAGroupNineTenthsDoLess) {
    for (const double sigma : {0.3, 0.8, 1.2})
        for (const double median : {3.0, 40.0}) {
            SCOPED_TRACE(testing::Message() << median << " " << sigma);
            std::mt19937 random(7);
            std::lognormal_distribution<double> member(std::log(median), sigma);
            const double truth = median * std::exp(sigma * 1.2816);  // of the normal distribution: 90 %
            Baseline group;
            double sum = 0;
            int counted = 0;
            for (int i = 0; i < 20'000; ++i) {
                group.learn_member(all(static_cast<float>(member(random))));
                if (i < 1'000) continue;
                EXPECT_GT(group.usual[0], truth / 2.5);
                EXPECT_LT(group.usual[0], truth * 2.5);
                sum += std::log(group.usual[0]);
                ++counted;
            }
            EXPECT_NEAR(std::exp(sum / counted) / truth, 1, 0.1);
        }
}

// What hardly a member does is not usual in the group.
TEST(Baseline, OfAGroupFewDoNotCount) {
    Baseline group;
    for (int i = 0; i < 5'000; ++i)
        group.learn_member(all(i % 20 == 0 ? 5.0F : 0.0F));
    EXPECT_LT(group.usual[0], 1);
}

TEST(Baseline, WhatIsNotReachedFades) {
    Baseline baseline;
    baseline.learn_day(all(80), all(100), all(1'000), 10);
    baseline.learn_day(all(1), all(100), all(1'000), 40);
    EXPECT_NEAR(baseline.usual[0], 40, 2);
}

// Not before it is over, and once.
TEST(Baseline, AnHourIsLearntWhenItIsOver) {
    Sender sender;
    Moment at = monday;
    for (const double expected : {4.8, 8.16, 10.5}) {  // 16 messages weigh three tenths
        for (int i = 0; i < 16; ++i) {
            roll_over(sender, {}, at);
            sender.awake().add(Count::messages, 1, at);
        }
        roll_over(sender, {}, at + hour);
        EXPECT_NEAR(sender.baseline.expected(at), expected, 0.05 * expected);
        EXPECT_EQ(sender.baseline.expected(at + 3 * hour), 0);
        at += 7 * day;
    }
}

}  // namespace
}  // namespace sekisho::outbound
