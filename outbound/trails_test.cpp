#include "outbound/trails.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "outbound/snapshot.h"

namespace sekisho::outbound {
namespace {

constexpr Moment now = 1'800'000'000;

std::string address_of(int i) { return "someone" + std::to_string(i) + "@example.jp"; }

TEST(Trails, OneForEachNameAndKind) {
    Trails trails(64);
    std::string gone;
    trails.of(Trails::address, HashedName("example.jp"), now, gone).trail.counts.add(Trail::sent, 1, now);
    trails.of(Trails::domain, HashedName("example.jp"), now, gone).trail.counts.add(Trail::sent, 2, now);
    EXPECT_EQ(trails.size(), 2u);
    ASSERT_NE(trails.find("a:example.jp"), nullptr);
    EXPECT_EQ(trails.find("a:example.jp")->counts.count(Trail::sent, Window::day, now), 1);
    EXPECT_EQ(trails.find("d:example.jp")->counts.count(Trail::sent, Window::day, now), 2);
    EXPECT_EQ(trails.of(Trails::domain, HashedName("example.jp"), now, gone).key, "d:example.jp");
    EXPECT_EQ(gone, "");
}

TEST(Trails, WhatIsNotThere) {
    Trails trails(64);
    for (const std::string_view key : {"", "a", "a:", "a:nobody@example.jp"})
        EXPECT_EQ(trails.find(key), nullptr) << key;
}

// Whatever comes, there are no more than there is room for, and each one that goes is told.
TEST(Trails, Bounded) {
    constexpr int many = 5'000;
    Trails trails(100);  // twelve sets of eight
    std::set<std::string> there;
    for (int i = 0; i < many; ++i) {
        std::string gone;
        auto& named =
            trails.of(Trails::address, HashedName(address_of(i)), now + static_cast<Moment>(i), gone);
        named.trail.saved_at = 1;
        there.insert(named.key);
        if (!gone.empty()) {
            EXPECT_EQ(there.erase(gone), 1u) << gone;
        }
    }
    EXPECT_EQ(trails.size(), 96u);
    EXPECT_EQ(there.size(), 96u);
    for (const std::string& key : there)
        EXPECT_NE(trails.find(key), nullptr) << key;
}

TEST(Trails, TheOneThatWasQuietLongestGoes) {
    Trails trails(Trails::ways);  // one set
    std::string gone;
    for (int i = 0; i < 8; ++i) {
        Trail& trail =
            trails.of(Trails::address, HashedName(address_of(i)), now + static_cast<Moment>(i), gone).trail;
        trail.counts.add(Trail::sent, 1, now);
        for (auto* const sample :
             {&trail.accounts, &trail.clients, &trail.networks, &trail.addressees, &trail.domains})
            sample->add(static_cast<std::uint32_t>(i), now);
        trail.saved_at = i < 4 ? 1 : 0;
    }
    trails.of(Trails::address, HashedName(address_of(0)), now + 100, gone);
    EXPECT_EQ(gone, "");
    const auto& fresh = trails.of(Trails::address, HashedName(address_of(8)), now + 101, gone);
    EXPECT_EQ(gone, "a:" + address_of(1));
    Trail empty;
    empty.last = now + 101;
    EXPECT_EQ(encode(fresh.trail), encode(empty)) << "begins at nothing";
    EXPECT_EQ(fresh.trail.saved_at, 0u);
    // A clock that steps back makes nobody older.
    trails.of(Trails::address, HashedName(address_of(0)), now - 1'000, gone);
    trails.of(Trails::address, HashedName(address_of(9)), now + 102, gone);
    EXPECT_EQ(gone, "a:" + address_of(2));
    // Of what was never saved there is no row to remove.
    for (int i = 10; i < 12; ++i) {
        gone.clear();
        trails.of(Trails::address, HashedName(address_of(i)), now + 100 + static_cast<Moment>(i), gone);
    }
    EXPECT_EQ(gone, "");
    EXPECT_EQ(trails.find("a:" + address_of(4)), nullptr);
}

}  // namespace
}  // namespace sekisho::outbound
