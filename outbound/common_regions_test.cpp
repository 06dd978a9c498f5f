#include "outbound/common_regions.h"

#include <gtest/gtest.h>

#include "outbound/hash.h"
#include "outbound/testing.h"

namespace sekisho::outbound {
namespace {

constexpr Moment now = 1'800'000'000;
constexpr std::uint32_t town = 0xc633'0000;

// How many different accounts have to send from a region until it is common.
int needed(std::size_t accounts) {
    SeenBefore seen = *SeenBefore::in_memory(1 << 20);
    for (int i = 1; i <= 1'000; ++i) {
        const auto number = static_cast<std::uint64_t>(i);
        // Once more, and from elsewhere: neither makes it more common.
        for (int again = 0; again < 3; ++again)
            note_region(seen, hash_of(number, accounts), town, now);
        note_region(seen, hash_of(number, 7), town + 1 + static_cast<std::uint32_t>(i), now);
        if (is_common_region(seen, town, accounts)) return i;
    }
    return 0;
}

TEST(CommonRegions, OneInTwoHundred) {
    const struct {
        std::size_t accounts;
        int least, most;
    } cases[] = {
        {0, 3, 4}, {60, 3, 4}, {600, 3, 4}, {2'000, 9, 14}, {8'000, 30, 60}, {1'000'000, 45, 100},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.accounts);
        EXPECT_GE(needed(c.accounts), c.least);
        EXPECT_LE(needed(c.accounts), c.most);
    }
}

TEST(CommonRegions, NobodyIsThere) {
    const SeenBefore seen = *SeenBefore::in_memory(1 << 20);
    EXPECT_FALSE(is_common_region(seen, town, 10));
}

// A new address at home, of a provider that colleagues have as well, is a strange network of no strange
// region.
TEST(CommonRegions, ANewAddressAtTheProviderOfOthers) {
    for (const bool common : {true, false}) {
        Guard guard = testing::guard();
        const Moment start = testing::office_days(guard, "anna@example.com", "192.0.2.7", 15);
        for (int i = 0; common && i < 8; ++i)
            testing::office_days(guard, "user" + std::to_string(i) + "@example.com",
                                 "198.51." + std::to_string(i) + ".9", 12, testing::monday);
        // A mail merge.
        Answer last;
        for (std::uint64_t i = 0; i < 60; ++i) {
            Transaction one = testing::mail("anna@example.com", "198.51.100.9", 10'000 + i,
                                            start + static_cast<Moment>(2 * i));
            one.contents = {7};
            last = testing::note(guard, one);
        }
        EXPECT_EQ(last.standing.level >= model::StandingLevel::throttled, !common);
    }
}

}  // namespace
}  // namespace sekisho::outbound
