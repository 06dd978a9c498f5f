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

TEST(Output, PartLimitKeepsHeadAndTail) {
    model::ScanLimits limits;
    limits.max_part_bytes = 10;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    EXPECT_TRUE(output.write(base::as_bytes("0123456789")));
    EXPECT_FALSE(output.truncated());
    EXPECT_TRUE(output.write(base::as_bytes("ab")));
    EXPECT_TRUE(output.write(base::as_bytes("c")));
    EXPECT_TRUE(output.truncated());
    EXPECT_EQ(output.size(), 10u);
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.part-bytes"});
    EXPECT_EQ(base::as_text(std::move(output).finish()->bytes()), "0123489abc");
}

// Bytes of a pattern, from `at` on.
std::string pattern(std::size_t period, std::size_t at, std::size_t count) {
    std::mt19937 random(static_cast<unsigned>(period));
    std::string block(period, '\0');
    for (char& c : block)
        c = static_cast<char>('a' + random() % 26);
    std::ranges::rotate(block, block.begin() + static_cast<std::ptrdiff_t>(at % period));
    while (block.size() < 4'096)
        block += block;
    std::string out;
    while (out.size() < count)
        out += block.substr(0, count - out.size());
    return out;
}

constexpr std::size_t mib = 1u << 20;

class Padded : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Periods, Padded, testing::Values(1, 2, 3, 100, 1'000, 4'095, 4'096));

TEST_P(Padded, CostsOneWindow) {
    const std::size_t period = GetParam();
    model::ScanLimits limits;
    limits.max_resident_bytes = 24 * mib;
    Budget budget(limits, 10 * mib);
    Output output(budget);
    ASSERT_TRUE(output.write(base::as_bytes("the head of it")));
    constexpr std::size_t pieces = 100;  // of 100,000 bytes
    for (std::size_t i = 0; i < pieces; ++i)
        ASSERT_TRUE(output.write(base::as_bytes(pattern(period, i * 100'000, 100'000)))) << i;
    ASSERT_TRUE(output.write(base::as_bytes("TAIL of it")));
    const StoragePtr storage = std::move(output).finish();
    const std::string_view text = base::as_text(storage->bytes());
    ASSERT_EQ(text.size(), 14 + pieces * 100'000 + 10);
    EXPECT_TRUE(text.starts_with("the head of it"));
    EXPECT_TRUE(text.ends_with("TAIL of it"));
    EXPECT_TRUE(text.substr(14, pieces * 100'000) == pattern(period, 0, pieces * 100'000));
    ASSERT_EQ(storage->paddings().size(), 1u);
    const Padding padding = storage->paddings()[0];
    EXPECT_EQ(padding.period, period);
    EXPECT_LT(padding.begin, 2 * mib);
    EXPECT_EQ(padding.end, text.size() - 10);
    EXPECT_TRUE(budget.reached().empty());
}

TEST(Padding, ZerosAreTold) {
    Budget budget({}, 1u << 20);
    Output output(budget);
    ASSERT_TRUE(output.write(base::as_bytes("x" + std::string(8 * mib, '\0') + "y")));
    const StoragePtr storage = std::move(output).finish();
    ASSERT_EQ(storage->paddings().size(), 1u);
    EXPECT_EQ(storage->paddings()[0].period, 1u);
    EXPECT_EQ(storage->paddings()[0].end, 8 * mib + 1);
}

TEST(Padding, CountsForNoRatio) {
    model::ScanLimits limits;
    limits.max_ratio_bytes = 4 * mib;
    Budget budget(limits, 1'000);
    Output output(budget);
    ASSERT_TRUE(output.write(base::as_bytes(pattern(3, 0, 40 * mib))));
    ASSERT_TRUE(output.write(base::as_bytes(std::string(40 * mib, '\0'))));
    EXPECT_TRUE(budget.reached().empty());
    std::mt19937 random(1);
    std::string noise(4 * mib, '\0');
    for (char& c : noise)
        c = static_cast<char>(random());
    EXPECT_FALSE(output.write(base::as_bytes(noise)));
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.ratio"});
}

TEST(Padding, ShortStretchesAreWritten) {
    Budget budget({}, 1u << 20);
    Output output(budget);
    const std::string text = pattern(1, 0, 800'000) + pattern(7, 0, 800'000) + "end";
    ASSERT_TRUE(output.write(base::as_bytes(text)));
    const StoragePtr storage = std::move(output).finish();
    EXPECT_TRUE(base::as_text(storage->bytes()) == text);
    EXPECT_TRUE(storage->paddings().empty());
}

TEST(Padding, WhatIsTooLongKeepsItsTailBehindPadding) {
    model::ScanLimits limits;
    limits.max_part_bytes = 8 * mib;
    Budget budget(limits, 1u << 20);
    Output output(budget);
    ASSERT_TRUE(output.write(base::as_bytes("HEAD" + pattern(1, 0, 20 * mib) + "TAIL")));
    const StoragePtr storage = std::move(output).finish();
    const std::string_view text = base::as_text(storage->bytes());
    ASSERT_EQ(text.size(), 8 * mib);
    EXPECT_TRUE(text == "HEAD" + pattern(1, 0, 8 * mib - 8) + "TAIL");
    ASSERT_EQ(storage->paddings().size(), 1u);
    EXPECT_LT(storage->paddings()[0].end, 8 * mib);
}

// Without windows everything is written, and nothing else is different.
TEST(Padding, ManyAtATimeAreAllWhole) {
    Budget budget({}, 1u << 20);
    std::vector<StoragePtr> all;
    std::vector<std::string> wanted;
    for (std::size_t period = 4'000; period < 4'020; ++period) {
        Output output(budget);
        wanted.push_back(pattern(period, 0, 3 * mib) + std::to_string(period));
        ASSERT_TRUE(output.write(base::as_bytes(wanted.back())));
        all.push_back(std::move(output).finish());
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_TRUE(base::as_text(all[i]->bytes()) == wanted[i]) << i;
}

TEST(Padding, WindowsAreUsedAgain) {
    PageStore pages;
    for (int round = 0; round < 4; ++round) {
        Budget budget({}, 1u << 20, {}, &pages);
        Output output(budget);
        const std::string text = pattern(4'095, 0, 4 * mib) + "end";
        ASSERT_TRUE(output.write(base::as_bytes(text)));
        const StoragePtr storage = std::move(output).finish();
        ASSERT_TRUE(base::as_text(storage->bytes()) == text);
        ASSERT_EQ(storage->paddings().size(), 1u);
        auto window = pages.windows().take(2 * mib);
        EXPECT_FALSE(window) << "the arena should be full";
    }
}

// Stretches of noise, zeros and patterns, written in pieces of any size and looked at in between.
TEST(PaddingProperty, WhatIsReadIsWhatWasWritten) {
    std::mt19937 random(5);
    for (int round = 0; round < 12; ++round) {
        std::string text;
        for (int stretch = 0; stretch < 5; ++stretch) {
            const std::size_t length = random() % (3 * mib);
            const std::size_t period = random() % 4'100 + 1;
            switch (random() % 4) {
                case 0:
                    text += pattern(length / 8 + 1, 0, length / 8);
                    break;
                case 1:
                    text.append(length, '\0');
                    break;
                default:
                    text += pattern(random() % 2 == 0 ? period : 1, 0, length);
            }
        }
        Budget budget({}, 1u << 20);
        Output output(budget);
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t n = std::min<std::size_t>(random() % 200'000 + 1, text.size() - at);
            ASSERT_TRUE(output.write(base::as_bytes(std::string_view(text).substr(at, n))));
            at += n;
            ASSERT_EQ(output.size(), at);
            if (random() % 20 == 0) {
                ASSERT_EQ(output.view().size(), at);
            }
        }
        const StoragePtr storage = std::move(output).finish();
        ASSERT_TRUE(base::as_text(storage->bytes()) == text) << round;
        for (const Padding& padding : storage->paddings()) {
            ASSERT_LE(padding.end, text.size());
            const auto begin = static_cast<std::size_t>(padding.begin);
            const auto length = static_cast<std::size_t>(padding.end) - begin - padding.period;
            EXPECT_TRUE(std::string_view(text).substr(begin, length) ==
                        std::string_view(text).substr(begin + padding.period, length));
        }
    }
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
    EXPECT_TRUE(budget.spend_ratio(1'000));
    EXPECT_FALSE(budget.spend_ratio(1));
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.ratio"});
    Budget large(limits, 1'000);
    EXPECT_TRUE(large.spend_ratio(100'000));
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
