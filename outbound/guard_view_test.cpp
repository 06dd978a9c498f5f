// What people see of the guard, and what is counted for them.
#include <gmock/gmock.h>

#include <set>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "outbound/testing.h"

namespace sekisho::outbound {
namespace {

using model::StandingLevel;
using testing::mail;
using testing::monday;
using testing::note;

std::string user(int i) { return "user" + std::to_string(i) + "@example.com"; }

// User 0 sent one mail, user 1 two, ... and user 5 one again.
class Crowd : public ::testing::Test {
protected:
    void send(int users) {
        for (int i = 0; i < users; ++i)
            for (int mails = 0; mails <= i % 5; ++mails)
                note(guard_, mail(user(i), "192.0.2.7", 1, monday));
    }
    std::vector<std::string> names(bool all, std::size_t most) {
        std::vector<std::string> out;
        for (const auto& row : guard_.first_of(Subject::account, all, monday, most).rows)
            out.push_back(row.key.name);
        return out;
    }
    Guard guard_ = testing::guard();
};

TEST_F(Crowd, ThoseInTroubleComeFirstThenWhoSendsMost) {
    send(10);
    guard_.set({Subject::account, user(3)}, StandingLevel::blocked, "root", monday);
    guard_.set({Subject::account, user(0)}, StandingLevel::watched, "root", monday);
    EXPECT_THAT(names(true, 5), ::testing::ElementsAre(user(3), user(0), user(4), user(9), user(8)));
    EXPECT_THAT(names(false, 5), ::testing::ElementsAre(user(3), user(0)));
    EXPECT_THAT(names(true, 0), ::testing::IsEmpty());
    EXPECT_EQ(guard_.first_of(Subject::account, true, monday, 2).known, 10u);
    EXPECT_EQ(guard_.first_of(Subject::account, false, monday, 1).known, 2u);
}

// Whatever is cut off, it is the first of the same order.
TEST_F(Crowd, AnyNumberOfThem) {
    send(300);
    for (int i = 0; i < 300; i += 7)
        guard_.set({Subject::account, user(i)}, static_cast<StandingLevel>(1 + i % 3), "root", monday);
    const auto whole = names(true, 1'000);
    ASSERT_EQ(whole.size(), 300u);
    for (const std::size_t most : {1u, 2u, 10u, 299u}) {
        const auto some = names(true, most);
        EXPECT_EQ(some,
                  std::vector<std::string>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(most)));
    }
}

TEST_F(Crowd, StandingsAreCountedAsTheyStandNow) {
    send(4);
    guard_.set({Subject::account, user(0)}, StandingLevel::blocked, "root", monday);
    Transaction bad = mail(user(1), "192.0.2.9", 1, monday);
    bad.harm = Harm::malicious;
    note(guard_, bad);
    EXPECT_THAT(guard_.standings(Subject::account, monday), ::testing::ElementsAre(0, 1, 1));
    EXPECT_THAT(guard_.standings(Subject::account, monday + 20 * minute), ::testing::ElementsAre(1, 0, 1));
    EXPECT_THAT(guard_.standings(Subject::host, monday), ::testing::ElementsAre(0, 1, 0)) << "its address";
}

// More than are looked at at once.
TEST_F(Crowd, EachIsListedOnce) {
    constexpr int many = 4'500;
    for (int i = 0; i < many; ++i)
        guard_.set({Subject::account, user(i)}, StandingLevel::watched, "root", monday);
    const auto all = names(false, SIZE_MAX);
    EXPECT_EQ(all.size(), std::size_t{many});
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), std::size_t{many});
    EXPECT_EQ(guard_.first_of(Subject::account, true, monday, 3).known, std::size_t{many});
}

TEST_F(Crowd, SizesFollowWhatIsAsleep) {
    send(20);
    EXPECT_EQ(guard_.size().active_accounts, 20u);
    EXPECT_EQ(guard_.size().active_hosts, 2u) << "the address and its network";
    guard_.set({Subject::account, user(1)}, StandingLevel::normal, "root", monday);
    guard_.set({Subject::account, user(1)}, StandingLevel::normal, "root", monday);
    EXPECT_EQ(guard_.size().active_accounts, 19u) << "it begins anew";
    while (guard_.sweep(monday + day + 2 * hour, 5)) {
    }
    EXPECT_EQ(guard_.size().active_accounts, 0u);
    EXPECT_EQ(guard_.size().active_hosts, 0u);
    EXPECT_EQ(guard_.size().accounts, 20u);
}

TEST(GuardView, NamesAreSeenAndNeverStopped) {
    Guard guard = testing::guard();
    // Three stolen accounts write in the director's name, the director once in his own.
    const std::string boss = "boss@example.com";
    for (int i = 0; i < 9; ++i) {
        Transaction forged = mail(user(i % 3), "192.0.2.9", static_cast<std::uint64_t>(i), monday);
        forged.from_address = boss;
        if (i < 2) forged.harm = Harm::suspicious;
        forged.rejected = i == 4 ? 3 : 0;
        forged.deferred = i == 5 ? 2 : 0;
        forged.helo_literal = i == 6;
        note(guard, forged);
    }
    note(guard, mail(boss, "192.0.2.1", 1, monday));
    const auto rows = guard.find_name(boss, monday);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_FALSE(rows.front().is_domain);
    const std::map<std::string_view, std::array<double, window_count>> seen(rows.front().counts.begin(),
                                                                            rows.front().counts.end());
    EXPECT_EQ(seen.at("messages as envelope sender")[3], 1);
    EXPECT_EQ(seen.at("messages with it in From")[3], 10);
    EXPECT_EQ(seen.at("recipients")[0], 10);
    EXPECT_EQ(seen.at("distinct recipients")[2], 9) << "one of them twice";
    EXPECT_EQ(seen.at("messages with findings")[3], 2);
    EXPECT_EQ(seen.at("distinct recipient domains")[2], 7);
    EXPECT_EQ(seen.at("new recipients")[3], 8) << "none of them of our own domains";
    EXPECT_EQ(seen.at("rejected recipients")[3], 3);
    EXPECT_EQ(seen.at("deferred recipients")[3], 2);
    EXPECT_EQ(seen.at("literal HELO")[3], 1);
    EXPECT_EQ(seen.at("networks")[3], 1);
    EXPECT_EQ(seen.at("accounts")[2], 4);
    EXPECT_EQ(seen.at("client addresses")[2], 2);
    EXPECT_EQ(guard.standing_of(boss, "", monday).standing.level, StandingLevel::normal);

    const auto two = guard.names(monday, 2);
    EXPECT_EQ(two.known, 5u) << "four addresses and the domain";
    ASSERT_EQ(two.rows.size(), 2u);
    EXPECT_EQ(two.rows[0].name, boss);
    EXPECT_EQ(two.rows[1].name, "example.com");
    EXPECT_TRUE(two.rows[1].is_domain);
    EXPECT_TRUE(guard.find_name("nobody@example.com", monday).empty());
    EXPECT_TRUE(guard.names(monday, 0).rows.empty());
}

TEST(GuardView, WhoIsPushedOutIsNotCountedOn) {
    Guard guard = testing::guard({.most_accounts = 10, .most_hosts = 10, .most_trails = 10});
    for (int i = 0; i < 100; ++i)
        note(guard, mail(user(i), "10.0." + std::to_string(i) + ".1", 1, monday));
    EXPECT_EQ(guard.size().accounts, 10u);
    EXPECT_EQ(guard.size().active_accounts, 10u);
    EXPECT_EQ(guard.size().active_hosts, guard.size().hosts);
}

}  // namespace
}  // namespace sekisho::outbound
