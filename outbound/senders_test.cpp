#include "outbound/senders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

namespace sekisho::outbound {
namespace {

std::string name_of(std::uint64_t number) { return "n" + std::to_string(number) + "@example.jp"; }

// Two names each that the index cannot tell apart.
std::vector<std::pair<std::string, std::string>> twins() {
    std::unordered_map<std::uint32_t, std::uint64_t> seen;
    std::vector<std::pair<std::string, std::string>> out;
    for (std::uint64_t number = 0; number < 300'000; ++number) {
        const auto [at, is_new] = seen.try_emplace(short_hash(hash_of(name_of(number))), number);
        if (!is_new) out.emplace_back(name_of(at->second), name_of(number));
    }
    return out;
}

std::set<std::string> all(const Senders& senders) {
    std::set<std::string> out;
    for (std::size_t place = 0; place < senders.places(); ++place)
        if (const Senders::Named* const named = senders.at(place); named != nullptr) out.insert(named->name);
    EXPECT_EQ(out.size(), senders.size());
    return out;
}

TEST(Senders, OneOfEachName) {
    Senders senders;
    EXPECT_EQ(senders.find("a"), nullptr);
    Senders::Named& made = senders.of("a");
    made.sender.saved_at = 7;
    EXPECT_EQ(&senders.of("a"), &made);
    EXPECT_EQ(senders.find("a"), &made);
    EXPECT_EQ(senders.find(HashedName("a")), &made);
    EXPECT_EQ(senders.find("b"), nullptr);
    EXPECT_EQ(senders.size(), 1u);
    senders.erase(made);
    EXPECT_EQ(senders.find("a"), nullptr);
    EXPECT_EQ(senders.size(), 0u);
    EXPECT_EQ(senders.of("b").sender.saved_at, 0u) << "in its place, and of it nothing is left";
    EXPECT_EQ(senders.places(), 1u);
}

// Whichever of them came first, and whichever goes first.
TEST(Senders, NamesOfOneKeyAreTwo) {
    const auto pairs = twins();
    ASSERT_GT(pairs.size(), 2u);
    for (const auto& [one, other] : pairs) {
        for (const auto& [first, second] : {std::pair(one, other), std::pair(other, one)}) {
            for (const bool first_goes : {true, false}) {
                Senders senders;
                senders.of(first).sender.saved_at = 1;
                senders.of(second).sender.saved_at = 2;
                ASSERT_EQ(senders.find(first)->sender.saved_at, 1u);
                ASSERT_EQ(senders.find(second)->sender.saved_at, 2u);
                const auto& [gone, left] = first_goes ? std::pair(first, second) : std::pair(second, first);
                senders.erase(*senders.find(gone));
                EXPECT_EQ(senders.find(gone), nullptr);
                ASSERT_NE(senders.find(left), nullptr);
                EXPECT_EQ(senders.find(left)->name, left);
                senders.erase(*senders.find(left));
                EXPECT_EQ(senders.find(left), nullptr);
                EXPECT_TRUE(all(senders).empty());
                EXPECT_EQ(senders.keys(), 0u);
            }
        }
    }
}

// They stay where they are, over more than one page of memory, whatever comes and goes.
TEST(Senders, AreAsAMapOfThem) {
    std::mt19937_64 random(1);
    Senders senders;
    std::map<std::string, Senders::Named*> wanted;
    std::vector<std::string> names;
    for (const auto& [one, other] : twins()) {
        names.push_back(one);
        names.push_back(other);
    }
    for (std::uint64_t number = 0; names.size() < 20'000; ++number)
        names.push_back(name_of(1'000'000 + number));
    for (int i = 0; i < 100'000; ++i) {
        const std::string& name = names[random() % names.size()];
        const auto known = wanted.find(name);
        ASSERT_EQ(senders.find(name), known == wanted.end() ? nullptr : known->second);
        if (known == wanted.end()) {
            wanted.emplace(name, &senders.of(name));
        } else if (random() % 4 == 0) {
            senders.erase(*known->second);
            wanted.erase(known);
        }
    }
    EXPECT_GT(senders.size() * sizeof(Senders::Named), 2 * base::huge_page);
    std::set<std::string> left;
    for (const auto& [name, named] : wanted) {
        EXPECT_EQ(senders.find(name), named);
        EXPECT_EQ(named->name, name);
        left.insert(name);
    }
    EXPECT_EQ(all(senders), left);
    for (const std::string& name : names) {
        senders.fetch_place(HashedName(name));
        const Senders::Place place = senders.fetch(HashedName(name));
        ASSERT_EQ(senders.find(place, HashedName(name)), senders.find(name));
        senders.fetch_activity(place, true, 1'800'000'000);
    }
}

}  // namespace
}  // namespace sekisho::outbound
