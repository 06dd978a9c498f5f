#include "outbound/seen_before.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/testing.h"

namespace sekisho::outbound {
namespace {

using testing_help::in_child;
using testing_help::TempFolder;

constexpr Moment start = 1'800'000'000;

TEST(SeenBefore, PairsAreTold) {
    auto seen = *SeenBefore::in_memory(1 << 20);
    EXPECT_FALSE(seen.note(1, 2, start));
    EXPECT_TRUE(seen.note(1, 2, start + 1));
    EXPECT_FALSE(seen.note(2, 1, start));
    EXPECT_FALSE(seen.note(1, 3, start));
    EXPECT_EQ(seen.begun(), start);
    EXPECT_EQ(seen.pairs(), 3u);
}

TEST(SeenBefore, FewStrangersPassWhenItIsFull) {
    auto seen = *SeenBefore::in_memory(SeenBefore::least_bytes);
    const std::uint64_t full = SeenBefore::least_bytes / 2;
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < full - 1; ++i)
        wrong += seen.note(1, i, start) ? 1u : 0u;
    EXPECT_LT(wrong, full / 400);
    std::uint64_t known = 0;
    for (std::uint64_t i = 0; i < full - 1; i += 100)
        known += seen.note(1, i, start) ? 1u : 0u;
    EXPECT_EQ(known, (full - 1 + 99) / 100);
}

// The elder generation is forgotten; what was asked for again in between is not.
TEST(SeenBefore, WhatIsUsedIsKept) {
    auto seen = *SeenBefore::in_memory(SeenBefore::least_bytes);
    seen.note(1, 1, start);
    seen.note(1, 2, start);
    EXPECT_TRUE(seen.note(1, 1, start + SeenBefore::lifetime));      // in the second generation by now
    EXPECT_TRUE(seen.note(1, 1, start + 2 * SeenBefore::lifetime));  // the first is gone
    EXPECT_FALSE(seen.note(1, 2, start + 2 * SeenBefore::lifetime));
}

TEST(SeenBefore, AFileOutlivesItsProcess) {
    const TempFolder folder;
    const std::string path = folder.path() + "/seen";
    const int status = in_child([&] {
        auto seen = SeenBefore::in_file(path, SeenBefore::least_bytes);
        if (!seen || seen->note(1, 2, start)) return 1;
        ::raise(SIGKILL);
        return 2;
    });
    EXPECT_NE(status, 1);
    auto seen = SeenBefore::in_file(path, SeenBefore::least_bytes);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->note(1, 2, start));
    EXPECT_EQ(std::filesystem::file_size(path), 4'096 + 2 * SeenBefore::least_bytes);
}

TEST(SeenBefore, WhatIsNoneOfOursBeginsAnew) {
    const TempFolder folder;
    const std::string path = folder.path() + "/seen";
    for (const std::string& content :
         {std::string(), std::string("garbage"), std::string(4'096 + 2 * (64 << 10), '\xff')}) {
        std::ofstream(path) << content;
        auto seen = SeenBefore::in_file(path, SeenBefore::least_bytes);
        ASSERT_TRUE(seen);
        EXPECT_FALSE(seen->note(5, 6, start));
        EXPECT_EQ(seen->pairs(), 1u);
    }
    // Another size: another filter.
    auto seen = SeenBefore::in_file(path, 2 * SeenBefore::least_bytes);
    ASSERT_TRUE(seen);
    EXPECT_FALSE(seen->note(5, 6, start));
}

TEST(SeenBefore, FilesThatCannotBe) {
    EXPECT_FALSE(SeenBefore::in_file("/proc/none/seen", SeenBefore::least_bytes));
    EXPECT_FALSE(SeenBefore::in_file("/dev/full", SeenBefore::least_bytes));
}

}  // namespace
}  // namespace sekisho::outbound
