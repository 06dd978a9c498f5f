#include "scanner/output.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace sekisho::scanner {
namespace {

model::ScanLimits small_limits() {
    model::ScanLimits limits;
    limits.max_part_bytes = 1u << 20;
    limits.max_resident_bytes = 64u << 10;
    return limits;
}

TEST(Output, KeepsWhatIsWritten) {
    Budget budget({}, 1u << 20);
    Output output(budget);
    std::string want;
    for (int i = 0; i < 3'000; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 97), static_cast<char>('a' + i % 26));
        want += piece;
        ASSERT_TRUE(output.write(base::as_bytes(piece)));
    }
    EXPECT_EQ(base::as_text(output.view()), want);
    const StoragePtr storage = std::move(output).finish();
    EXPECT_EQ(base::as_text(storage->bytes()), want);
}

TEST(Output, ZerosCostNoMemory) {
    Budget budget(small_limits(), 1u << 20);
    Output output(budget);
    const std::string zeros(512u << 10, '\0');
    ASSERT_TRUE(output.write(base::as_bytes("head")));
    ASSERT_TRUE(output.write(base::as_bytes(zeros)));
    ASSERT_TRUE(output.write(base::as_bytes("tail")));
    const base::Bytes view = output.view();
    EXPECT_EQ(base::as_text(view.first(4)), "head");
    EXPECT_EQ(base::as_text(view.last(4)), "tail");
    EXPECT_TRUE(
        std::ranges::all_of(view.subspan(4, zeros.size()), [](std::byte b) { return b == std::byte{0}; }));
    EXPECT_TRUE(budget.reached().empty());
}

TEST(Output, ZerosAfterDataInTheSamePageAreZeros) {
    Budget budget({}, 1u << 20);
    Output output(budget);
    ASSERT_TRUE(output.write(base::as_bytes("x")));
    ASSERT_TRUE(output.write(base::as_bytes(std::string(10'000, '\0'))));
    ASSERT_TRUE(output.write(base::as_bytes("y")));
    EXPECT_EQ(base::as_text(output.view()), "x" + std::string(10'000, '\0') + "y");
}

TEST(Output, MemoryLimitTruncates) {
    Budget budget(small_limits(), 1u << 20);
    Output output(budget);
    EXPECT_FALSE(output.write(base::as_bytes(std::string(128u << 10, 'x'))));
    EXPECT_TRUE(output.truncated());
    EXPECT_EQ(output.size(), 64u << 10);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.memory"});
    EXPECT_FALSE(output.write(base::as_bytes("more")));
}

TEST(Output, PartLimitKeepsTheHead) {
    model::ScanLimits limits = small_limits();
    limits.max_part_bytes = 10;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    EXPECT_FALSE(output.write(base::as_bytes("0123456789abc")));
    EXPECT_EQ(base::as_text(output.view()), "0123456789");
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.part-bytes"});
}

TEST(Output, MemoryComesBackWithTheLastOwner) {
    Budget budget(small_limits(), 1u << 20);
    for (int i = 0; i < 100; ++i) {
        Output output(budget);
        ASSERT_TRUE(output.write(base::as_bytes(std::string(60'000, 'x')))) << i;
        const StoragePtr storage = std::move(output).finish();
    }
    EXPECT_TRUE(budget.reached().empty());
}

TEST(Output, PagesThatAreUsedAgainShowNothingOfTheirPast) {
    Budget budget({}, 1u << 20);
    std::mt19937 random(3);  // NOLINT(*-msc51-cpp): the same each time
    for (int round = 0; round < 300; ++round) {
        Output output(budget);
        Output other(budget);
        std::string want;
        for (auto left = random() % 40; left > 0; --left) {
            const char c = random() % 2 == 0 ? '\0' : static_cast<char>(random());
            const std::string piece(random() % 9'000, c);
            want += piece;
            ASSERT_TRUE(output.write(base::as_bytes(piece)));
            ASSERT_TRUE(other.write(base::as_bytes("other")));
        }
        const StoragePtr storage = std::move(output).finish();
        ASSERT_EQ(base::as_text(storage->bytes()), want) << round;
    }
    EXPECT_TRUE(budget.reached().empty());
}

TEST(PageStore, KeepsNoMoreThanItsCap) {
    PageStore store;
    std::vector<Pages> taken;
    for (int i = 0; i < 40; ++i)
        taken.push_back(store.take(PageStore::max_kept_bytes / 8));
    for (const Pages& pages : taken)
        store.give(pages);
    int kept = 0;
    for (const Pages& pages : taken) {
        unsigned char resident = 0;
        kept += ::mincore(pages.at, 1, &resident) == 0 ? 1 : 0;  // ENOMEM: not mapped any more
    }
    EXPECT_EQ(kept, 8);
}

TEST(Budget, RatioStopsSmallInputsThatUnfold) {
    model::ScanLimits limits;
    limits.max_ratio_bytes = 1'000;
    Budget budget(limits, 5);
    EXPECT_TRUE(budget.spend_bytes(1'000));
    EXPECT_FALSE(budget.spend_bytes(1));
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.ratio"});
    Budget large(limits, 1'000);
    EXPECT_TRUE(large.spend_bytes(100'000));
}

TEST(Budget, DepthPartsStepsAndTimeAreBounded) {
    model::ScanLimits limits;
    limits.max_depth = 2;
    limits.max_parts = 3;
    limits.max_steps = 10;
    Budget budget(limits, 1);
    EXPECT_TRUE(budget.spend_part(2));
    EXPECT_FALSE(budget.spend_part(3));
    EXPECT_TRUE(budget.spend_part(1));
    EXPECT_TRUE(budget.spend_part(1));
    EXPECT_FALSE(budget.spend_part(1));
    EXPECT_FALSE(budget.spend_steps(11));
    EXPECT_EQ(budget.reached(), (std::vector<std::string>{"limit.depth", "limit.parts", "limit.steps"}));
    Budget late(limits, 1, limits.max_time);
    EXPECT_FALSE(late.in_time());
    EXPECT_EQ(late.time_left().count(), 0);
}

TEST(Budget, DearDerivationsAreRefusedWithoutALimit) {
    Budget budget({}, 1);
    EXPECT_FALSE(budget.spend_password(UINT64_MAX));
    EXPECT_TRUE(budget.reached().empty());
    EXPECT_TRUE(budget.spend_password(1'000'000));
    EXPECT_FALSE(budget.spend_password(1'500'000));
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.passwords"});
}

}  // namespace
}  // namespace sekisho::scanner
