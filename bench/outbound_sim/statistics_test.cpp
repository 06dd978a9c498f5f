#include "bench/outbound_sim/statistics.h"

#include <gtest/gtest.h>

#include <limits>

namespace sekisho::outbound_sim {
namespace {

// E. Pearson and H. Hartley, "Biometrika tables for statisticians", volume 1, table 40.
TEST(Garwood, IsWhatTablesSay) {
    struct Row {
        std::uint64_t events;
        double low, high;
    };
    for (const Row& row : {Row{0, 0, 3.689}, Row{1, 0.0253, 5.572}, Row{5, 1.623, 11.668},
                           Row{10, 4.795, 18.390}, Row{50, 37.11, 65.92}}) {
        const Interval interval = garwood(row.events);
        EXPECT_NEAR(interval.low, row.low, 0.005) << row.events;
        EXPECT_NEAR(interval.high, row.high, 0.005) << row.events;
    }
}

TEST(Garwood, BearsManyEvents) {
    const Interval interval = garwood(10'000);
    EXPECT_NEAR(interval.low, 9'805, 2);  // 10,000 -+ 1.96 * 100, and some skew
    EXPECT_NEAR(interval.high, 10'198, 2);
}

TEST(ClopperPearson, IsWhatTablesSay) {
    struct Row {
        std::uint64_t hits, of;
        double low, high;
    };
    for (const Row& row : {Row{0, 10, 0, 0.3085}, Row{5, 10, 0.1871, 0.8129}, Row{10, 10, 0.6915, 1},
                           Row{1, 100, 0.0003, 0.0545}}) {
        const Interval interval = clopper_pearson(row.hits, row.of);
        EXPECT_NEAR(interval.low, row.low, 0.0002) << row.hits << " of " << row.of;
        EXPECT_NEAR(interval.high, row.high, 0.0002) << row.hits << " of " << row.of;
    }
    EXPECT_EQ(clopper_pearson(0, 0).high, 1);
}

TEST(Quantile, IsOfTheNearestRank) {
    const std::vector<double> values{5, 1, 3, 2, 4};
    EXPECT_EQ(quantile(values, 0.5), 3);
    EXPECT_EQ(quantile(values, 0.9), 5);
    EXPECT_EQ(quantile(values, 0), 1);
    EXPECT_EQ(quantile({}, 0.5), 0);
    const double never = std::numeric_limits<double>::infinity();
    EXPECT_EQ(quantile({1, never, 2, never}, 0.5), 2);
    EXPECT_EQ(quantile({1, never, 2, never}, 0.9), never);
}

TEST(Bootstrap, HoldsTheQuantileAndComesAgain) {
    std::vector<double> values;
    for (int i = 1; i <= 100; ++i)
        values.push_back(i);
    const Interval interval = bootstrap(values, 0.5);
    // By order statistics the interval of a median of 100 is from the 40th to the 61st.
    EXPECT_NEAR(interval.low, 40, 4);
    EXPECT_NEAR(interval.high, 61, 4);
    EXPECT_EQ(bootstrap(values, 0.5).low, interval.low);
    EXPECT_EQ(bootstrap({7, 7, 7}, 0.9).high, 7);
    EXPECT_EQ(bootstrap({}, 0.9).high, 0);
}

}  // namespace
}  // namespace sekisho::outbound_sim
