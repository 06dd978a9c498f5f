#include "outbound/seen_before.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <vector>

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

// All that changed, some pages at a time.
void write_all(SeenBefore& seen, std::size_t most = 3) {
    while (true) {
        const SeenBefore::Changes changes = seen.take_changes(most);
        if (changes.empty()) return;
        EXPECT_LE(changes.pages.size(), most);
        EXPECT_EQ(changes.bytes.size(), changes.pages.size() * 4'096);
        ASSERT_TRUE(seen.write(changes));
    }
}

TEST(SeenBefore, AFileOutlivesItsProcess) {
    const TempFolder folder;
    const std::string path = folder.path() + "/seen";
    const int status = in_child([&] {
        auto seen = SeenBefore::in_file(path, SeenBefore::least_bytes);
        if (!seen || seen->note(1, 2, start)) return 1;
        write_all(*seen);
        ::raise(SIGKILL);
        return 2;
    });
    EXPECT_NE(status, 1);
    auto seen = SeenBefore::in_file(path, SeenBefore::least_bytes);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->note(1, 2, start));
    EXPECT_EQ(std::filesystem::file_size(path), 4'096 + 2 * SeenBefore::least_bytes);
}

// What was written is what is read, through two generations, in files of one word of marks and of more.
TEST(SeenBefore, WhatChangedIsWritten) {
    for (const std::uint64_t bytes : {SeenBefore::least_bytes, 4 * SeenBefore::least_bytes}) {
        const TempFolder folder;
        const std::string path = folder.path() + "/seen";
        auto seen = *SeenBefore::in_file(path, bytes);
        std::mt19937_64 random(bytes);
        Moment now = start;
        for (int round = 0; round < 40; ++round, now += SeenBefore::lifetime / 10) {
            std::vector<std::uint64_t> noted(1 + random() % 50);
            for (std::uint64_t& what : noted) {
                what = random();
                seen.note(7, what, now);
            }
            write_all(seen, 1 + random() % 10);
            const auto again = *SeenBefore::in_file(path, bytes);
            ASSERT_EQ(again.pairs(), seen.pairs()) << round;
            ASSERT_EQ(again.begun(), start);
            for (const std::uint64_t what : noted)
                ASSERT_TRUE(again.knows(7, what)) << round;
            for (std::uint64_t i = 0; i < 2'000; ++i) {
                const std::uint64_t what = random();
                ASSERT_EQ(again.knows(7, what), seen.knows(7, what)) << round;
            }
        }
        EXPECT_EQ(std::filesystem::file_size(path), 4'096 + 2 * bytes);
    }
}

// And nothing else is: no page twice, none without a change, and the head when it speaks of what is there.
TEST(SeenBefore, PagesThatChangedAreTakenOnce) {
    const TempFolder folder;
    auto seen = *SeenBefore::in_file(folder.path() + "/seen", 4 * SeenBefore::least_bytes);
    EXPECT_EQ(seen.pages(), 128u);
    seen.take_changes(1'000);
    for (std::uint64_t i = 0; i < 1'000; ++i)
        seen.note(1, i, start);
    std::set<std::uint32_t> taken;
    std::size_t heads = 0;
    for (auto changes = seen.take_changes(7); !changes.empty(); changes = seen.take_changes(7)) {
        EXPECT_EQ(heads, 0u) << "the head comes last";
        heads += changes.head.empty() ? 0u : 1u;
        for (const std::uint32_t page : changes.pages)
            EXPECT_TRUE(taken.insert(page).second) << page;
    }
    EXPECT_EQ(heads, 1u);
    EXPECT_EQ(taken.size(), 128u);
    seen.note(1, 1, start + 1);
    EXPECT_TRUE(seen.take_changes(7).empty()) << "it was there";
    seen.note(2, 1, start + 1);
    const auto one = seen.take_changes(7);
    EXPECT_EQ(one.pages.size(), 1u);
    EXPECT_FALSE(one.head.empty());
    // A generation that begins is in all of them.
    seen.note(3, 1, start + SeenBefore::lifetime);
    EXPECT_EQ(seen.take_changes(1'000).pages.size(), 128u);
}

TEST(SeenBefore, WhatCouldNotBeWrittenIsTakenAgain) {
    const TempFolder folder;
    const std::string path = folder.path() + "/seen";
    auto seen = *SeenBefore::in_file(path, SeenBefore::least_bytes);
    seen.note(1, 2, start);
    const auto changes = seen.take_changes(9);
    ASSERT_EQ(changes.pages.size(), 1u);
    const int status = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit none{.rlim_cur = 0, .rlim_max = 0};
        if (::setrlimit(RLIMIT_FSIZE, &none) != 0) return 1;
        const auto written = seen.write(changes);
        return written || written.error().cause != base::Cause::io ? 2 : 0;
    });
    EXPECT_EQ(status, 0);
    seen.put_back(changes);
    const auto again = seen.take_changes(9);
    EXPECT_EQ(again.pages, changes.pages);
    EXPECT_EQ(again.bytes, changes.bytes);
    EXPECT_EQ(again.head, changes.head);
    ASSERT_TRUE(seen.write(again));
    EXPECT_TRUE(SeenBefore::in_file(path, SeenBefore::least_bytes)->knows(1, 2));
}

TEST(SeenBefore, NothingIsWrittenWhereThereIsNoFile) {
    auto seen = *SeenBefore::in_memory(SeenBefore::least_bytes);
    seen.note(1, 2, start);
    EXPECT_TRUE(seen.take_changes(9).empty());
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
