#include "outbound/guard.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

#include "outbound/testing_gateways.h"

namespace sekisho::outbound {
namespace {

using model::StandingLevel;
using ::testing::Contains;
using testing::Engine;
using testing::Gateways;
using ::testing::HasSubstr;
using testing::mail;
using testing::monday;
using testing::note;
using testing::office_days;

constexpr auto anna = "anna@example.com";
constexpr auto office = "192.0.2.7";

// Every test with one gateway, and with two that share what they count.
class GuardOf : public ::testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, GuardOf, ::testing::Values(Engine::embedded, Engine::redis),
                         ::testing::PrintToStringParamName());

// How many messages it takes until `level`; 0 where `most` do not suffice.
template <class Next>
int until(Gateways& guard, StandingLevel level, int most, const Next& next) {
    for (int i = 1; i <= most; ++i)
        if (note(guard, next(i)).standing.level >= level) return i;
    return 0;
}

Transaction by_bot(int i, Moment at, const std::string& client) {
    Transaction out = mail(anna, client, 10'000 + static_cast<std::uint64_t>(i), at);
    out.from_name = hash_of("victim " + std::to_string(i));
    return out;
}

TEST_P(GuardOf, AnOrdinaryMonthIsQuiet) {
    Gateways guard(GetParam());
    const Moment end = office_days(guard, anna, office, 30);
    EXPECT_EQ(guard.standing_of(anna, office, end).standing.level, StandingLevel::normal);
    EXPECT_TRUE(guard.list(Subject::account, false, end).empty());
    const auto rows = guard.list(Subject::account, true, end);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_GE(of(rows[0].usual, Measure::messages_day), 5);
}

TEST_P(GuardOf, AFastBotElsewhere) {
    Gateways guard(GetParam());
    const Moment start = office_days(guard, anna, office, 15);
    const auto bot = [&](int i) {
        return by_bot(i, start + static_cast<Moment>(i) * 6 / 10, "198.51.100.9");
    };
    const int throttled = until(guard, StandingLevel::throttled, 100, bot);
    EXPECT_GT(throttled, 0);
    EXPECT_LE(throttled, 10);
    const int blocked = until(guard, StandingLevel::blocked, 100, [&](int i) { return bot(throttled + i); });
    EXPECT_GT(blocked, 0);
    EXPECT_LE(throttled + blocked, 30);
}

// Five a minute, under the owner's own name, to strangers.
TEST_P(GuardOf, ASlowBotUnderItsOwnersName) {
    Gateways guard(GetParam());
    const Moment start = office_days(guard, anna, office, 15);
    const int throttled = until(guard, StandingLevel::throttled, 300, [&](int i) {
        return mail(anna, "198.51.100.9", 10'000 + static_cast<std::uint64_t>(i),
                    start + static_cast<Moment>(i) * 12);
    });
    EXPECT_GT(throttled, 0);
    EXPECT_LE(throttled, 75) << "a quarter of an hour";
}

TEST_P(GuardOf, ABotOfManyAddresses) {
    Gateways guard(GetParam());
    const Moment start = office_days(guard, anna, office, 15);
    const int throttled = until(guard, StandingLevel::throttled, 100, [&](int i) {
        return by_bot(i, start + static_cast<Moment>(i) * 20, "203." + std::to_string(i) + ".113.9");
    });
    EXPECT_GT(throttled, 0);
    EXPECT_LE(throttled, 10);
}

// A mail merge to strangers is looked at, and goes on; the same from elsewhere does not.
TEST_P(GuardOf, AMailMergeAtTheOwnDesk) {
    for (const bool at_home : {true, false}) {
        Gateways guard(GetParam());
        const Moment start = office_days(guard, anna, office, 15);
        const int throttled = until(guard, StandingLevel::throttled, 60, [&](int i) {
            const auto n = static_cast<std::uint64_t>(i);
            Transaction one =
                mail(anna, at_home ? office : "198.51.100.9", 10'000 + n, start + static_cast<Moment>(i));
            one.contents = {7};
            return one;
        });
        EXPECT_EQ(throttled == 0, at_home) << throttled;
        EXPECT_GE(guard.standing_of(anna, office, start + 60).standing.level, StandingLevel::watched);
    }
}

double in_last_hour(Gateways& guard, std::string_view what, Moment now) {
    const auto found = guard.find({Subject::account, anna}, now);
    for (const auto& [name, value] : found->counts)
        if (name == what) return value;
    return -1;
}

// What was new on a calm day is its own on the next.
TEST_P(GuardOf, ANetworkIsStrangeForADay) {
    Gateways guard(GetParam());
    const Moment today = office_days(guard, anna, office, 15);
    note(guard, mail(anna, office, 1, today));
    EXPECT_EQ(in_last_hour(guard, "strange networks", today), 0);
    const Moment evening = today + 9 * hour;
    note(guard, mail(anna, "198.51.100.9", 1, evening));
    note(guard, mail(anna, "198.51.100.10", 1, evening));
    EXPECT_EQ(in_last_hour(guard, "strange networks", evening), 2);
    note(guard, mail(anna, "198.51.100.9", 1, evening + day));
    EXPECT_EQ(in_last_hour(guard, "strange networks", evening + day), 0);
}

// Of whoever slept too.
TEST_P(GuardOf, StrangeFromTheFirstMessageOn) {
    Gateways guard(GetParam());
    const Moment later = office_days(guard, anna, office, 15) + 2 * day;
    guard.sweep(later);
    EXPECT_EQ(guard.size().active_accounts, 0u);
    for (int i = 1; i <= 3; ++i) {
        note(guard, mail(anna, "198.51.100.9", 1, later));
        EXPECT_EQ(in_last_hour(guard, "strange networks", later), i);
    }
}

// What is its own is looked up once a day; what is not, each time.
TEST_P(GuardOf, BetweenItsOwnAndAStrangeOne) {
    Gateways guard(GetParam());
    const Moment today = office_days(guard, anna, office, 15);
    for (int i = 1; i <= 3; ++i) {
        note(guard, mail(anna, office, 1, today));
        EXPECT_EQ(in_last_hour(guard, "strange networks", today), i - 1);
        note(guard, mail(anna, "198.51.100.9", 1, today));
        EXPECT_EQ(in_last_hour(guard, "strange networks", today), i);
    }
    // The same of names.
    const auto in_turns = [&](Moment from, bool forged) {
        return [=](int i) {
            Transaction out = mail(anna, office, 1, from + static_cast<Moment>(i) * minute);
            if (forged && i % 2 == 1) out.from_name = hash_of("victim " + std::to_string(i));
            return out;
        };
    };
    EXPECT_EQ(until(guard, StandingLevel::watched, 30, in_turns(today + day, false)), 0);
    EXPECT_GT(until(guard, StandingLevel::watched, 30, in_turns(today + 2 * day, true)), 0);
}

// A network that three accounts use day by day is the house's: a colleague who comes there is no stranger.
TEST(Guard, AHouseNetworkIsStrangeToNobody) {
    for (const int accounts : {2, 3}) {
        Guard guard = testing::guard();
        Moment end = office_days(guard, anna, "198.51.100.9", 15);
        for (int i = 0; i < accounts; ++i)
            for (int today = 0; today < 15; ++today)
                for (Moment mails = 0; mails < 4; ++mails)
                    note(guard, mail("user" + std::to_string(i) + "@example.com",
                                     "192.0.2." + std::to_string(10 + i), 1,
                                     monday + static_cast<Moment>(today) * day + mails * hour));
        note(guard, mail("user0@example.com", "192.0.2.10", 1, end));
        note(guard, mail(anna, "192.0.2.99", 1, end));
        const auto found = guard.find({Subject::account, anna}, end);
        const auto strange = std::ranges::find(found->counts, "strange networks",
                                               [](const auto& count) { return count.first; });
        EXPECT_EQ(strange->second, accounts == 3 ? 0 : 1) << accounts;
    }
}

// However long ago it was new, what is used goes on to be its own.
TEST(Guard, WhatIsUsedIsNotForgotten) {
    Guard guard = testing::guard();
    const auto strange_after = [&](const std::string& client, Moment at) {
        note(guard, mail(anna, client, 1, at));
        const auto found = guard.find({Subject::account, anna}, at);
        return std::ranges::find(found->counts, "strange networks",
                                 [](const auto& count) { return count.first; })
            ->second;
    };
    Moment today = office_days(guard, anna, office, 15);
    for (const Moment end = today + 4 * SeenBefore::lifetime; today < end; today += day) {
        ASSERT_EQ(strange_after(office, today), 0) << (today - monday) / day;
        ASSERT_EQ(strange_after(office, today + hour), 0) << (today - monday) / day;
    }
    // Nor where another one is the last.
    const std::string elsewhere = "198.51.100.9";
    EXPECT_EQ(strange_after(elsewhere, today), 1);
    EXPECT_EQ(strange_after(elsewhere, today + day), 0);
    EXPECT_EQ(strange_after(office, today + day), 0);
}

// Strangers, and neither colleagues nor those whom it knows.
TEST_P(GuardOf, NewRecipients) {
    Gateways guard(GetParam());
    Transaction one = mail(anna, office, 1, monday);
    one.recipients = {{1, 5}, {2, 5}, {3, 0}, {4, short_hash(hash_of("example.com"))}};
    note(guard, one);
    EXPECT_EQ(in_last_hour(guard, "new recipients", monday), 2);
    note(guard, one);
    EXPECT_EQ(in_last_hour(guard, "new recipients", monday), 2);
}

// The director's name in the From field and in MAIL FROM of an infected PC in the office.
TEST_P(GuardOf, WhoForgesBlocksItself) {
    Gateways guard(GetParam());
    Moment at = office_days(guard, "director@example.com", office, 15);
    const int throttled = until(guard, StandingLevel::throttled, 300, [&](int i) {
        Transaction out = mail("", "192.0.2.66", static_cast<std::uint64_t>(i) + 5'000, at += 2);
        out.sender = i % 2 == 0 ? "director@example.com" : "someone" + std::to_string(i) + "@example.net";
        out.from_address = "director@example.com";
        out.from_name = hash_of("The Director " + std::to_string(i));
        return out;
    });
    EXPECT_GT(throttled, 0);
    EXPECT_EQ(guard.standing_of("director@example.com", office, at).standing.level, StandingLevel::normal);
    const auto host = guard.standing_of("", "192.0.2.66", at);
    EXPECT_EQ(host.standing.level, StandingLevel::throttled);
    EXPECT_EQ(host.whose->name, "192.0.2.66");
}

TEST_P(GuardOf, MalwareMarksAtOnce) {
    const Moment now = moment_of(std::chrono::system_clock::now());  // what is over is told to nobody
    Gateways guard(GetParam());
    Transaction bad = mail(anna, office, 1, now);
    bad.harm = Harm::malicious;
    const Answer answer = note(guard, bad);
    EXPECT_EQ(answer.standing.level, StandingLevel::throttled);
    const auto told = guard.told();
    ASSERT_EQ(told.size(), 2u) << "of the account and of its address, once";
    EXPECT_EQ(told[0].key.name, anna);
    EXPECT_THAT(answer.standing.reasons, Contains(HasSubstr("malware")));
}

TEST_P(GuardOf, ALimitIsALimit) {
    Gateways guard(GetParam());
    const Moment now = moment_of(std::chrono::system_clock::now());
    Moment at = now - now % minute - 2 * minute;  // buckets begin with it
    const int throttled = until(guard, StandingLevel::throttled, 1'000, [&](int i) {
        return mail(anna, office, static_cast<std::uint64_t>(i % 5), at += i % 2 == 0 ? 1u : 0u);
    });
    EXPECT_EQ(throttled, 121);  // 120 in a minute
    const auto told = guard.told();
    for (const Subject subject : {Subject::account, Subject::host})
        EXPECT_LE(std::ranges::count_if(told,
                                        [&](const Change& change) {
                                            return change.key.subject == subject &&
                                                   change.state.level == StandingLevel::throttled;
                                        }),
                  1)
            << "whichever gateway saw it";
}

TEST_P(GuardOf, APersonBlocksAndReleases) {
    Gateways guard(GetParam());
    const Key key{Subject::account, anna};
    EXPECT_EQ(guard.set(key, StandingLevel::blocked, "root", monday).before, StandingLevel::normal);
    const Answer blocked = guard.standing_of(anna, office, monday + 100 * day);
    EXPECT_EQ(blocked.standing.level, StandingLevel::blocked);
    EXPECT_THAT(blocked.standing.reasons, Contains("set by root"));
    EXPECT_EQ(guard.set(key, StandingLevel::normal, "root", monday).before, StandingLevel::blocked);
    EXPECT_EQ(note(guard, mail(anna, office, 1, monday)).standing.level, StandingLevel::normal);
}

TEST_P(GuardOf, APersonBlocksANetwork) {
    Gateways guard(GetParam());
    const Key key{Subject::host, "198.51.100.0/24"};
    guard.set(key, StandingLevel::blocked, "root", monday);
    EXPECT_EQ(guard.standing_of("", "198.51.100.9", monday + day).standing.level, StandingLevel::blocked);
    EXPECT_EQ(guard.standing_of(anna, "198.51.100.10", monday + day).whose, key);
    EXPECT_EQ(note(guard, mail("", "198.51.100.11", 1, monday + day)).standing.level, StandingLevel::blocked);
    EXPECT_EQ(guard.standing_of("", "198.51.101.9", monday + day).standing.level, StandingLevel::normal);
    guard.set(key, StandingLevel::normal, "root", monday + day);
    EXPECT_EQ(guard.standing_of("", "198.51.100.9", monday + day).standing.level, StandingLevel::normal);
}

// Who is new is held to the habits of its own group, not to those of everybody in the domain.
TEST_P(GuardOf, NewAccountsHaveTheHabitsOfTheirGroup) {
    Gateways guard(GetParam());
    const auto send = [&](const std::string& account, const std::string& group, Moment at, int mails) {
        Answer answer;
        for (int i = 0; i < mails; ++i) {
            Transaction one = mail(account, office, static_cast<std::uint64_t>(i % 3), at);
            one.group = group;
            if (i == 24) one.harm = Harm::malicious;  // so that there are reasons to read
            answer = note(guard, one);
        }
        return answer;
    };
    for (Moment today = 0; today < 25; ++today) {
        for (int member = 0; member < 5; ++member) {
            const std::string name = std::to_string(member) + "@example.com";
            send("clerk" + name, "@clerks", monday + today * day, 2);
            send("robot" + name, "@robots", monday + today * day, 24);
        }
    }
    const Moment now = monday + 25 * day;
    const auto has_rate = Contains(HasSubstr("rate: "));
    EXPECT_THAT(send("new-clerk@example.com", "@clerks", now, 25).standing.reasons, has_rate);
    EXPECT_THAT(send("new-robot@example.com", "@robots", now, 25).standing.reasons, ::testing::Not(has_rate));
}

TEST_P(GuardOf, QuietSendersBecomeDormant) {
    Gateways guard(GetParam());
    for (int i = 0; i < 50; ++i)
        note(guard, mail("user" + std::to_string(i) + "@example.com", office, 1, monday));
    EXPECT_EQ(guard.size().active_accounts, 50u);
    guard.sweep(monday + day);
    EXPECT_EQ(guard.size().active_accounts, 50u);
    guard.sweep(monday + day + 2 * hour);
    EXPECT_EQ(guard.size().active_accounts, 0u);
    EXPECT_EQ(guard.size().accounts, 50u);
}

// Room for an address may be made at the cost of the network that it lies in.
TEST(Guard, AnAddressMayPushOutItsNetwork) {
    Guard guard = testing::guard({.most_accounts = 1, .most_hosts = 2, .most_trails = 8});
    for (int i = 1; i < 200; ++i) {
        note(guard, mail(anna, "192.0.2." + std::to_string(i), 1, monday));
        EXPECT_EQ(guard.size().hosts, 2u);
        EXPECT_EQ(guard.size().active_hosts, 2u);
    }
    EXPECT_TRUE(guard.find({Subject::host, "192.0.2.0/24"}, monday));
}

// Of those that there is no room for: who sleeps goes first, who is in trouble last.
TEST(Guard, WhoSleepsMakesRoom) {
    Guard guard = testing::guard({.most_accounts = 20, .most_hosts = 20, .most_trails = 24});
    const auto user = [](int i) { return "user" + std::to_string(i) + "@example.com"; };
    guard.set({Subject::account, user(0)}, StandingLevel::blocked, "root", monday);
    for (int i = 1; i < 11; ++i)
        note(guard, mail(user(i), office, 1, monday));
    while (guard.sweep(monday + 2 * day, 7)) {
    }
    for (int i = 11; i < 30; ++i)
        note(guard, mail(user(i), office, 1, monday + 2 * day));
    EXPECT_EQ(guard.size().accounts, 20u);
    for (int i = 0; i < 30; ++i)
        EXPECT_EQ(guard.find({Subject::account, user(i)}, monday).has_value(), i == 0 || i > 10) << i;
}

TEST_P(GuardOf, MemoryIsBounded) {
    Gateways guard(GetParam(), {.most_accounts = 20, .most_hosts = 20, .most_trails = 24});
    for (int i = 0; i < 500; ++i)
        note(guard, mail("user" + std::to_string(i) + "@example.com",
                         "10.0." + std::to_string(i % 250) + ".1", 1, monday));
    EXPECT_EQ(guard.size().accounts, 20u);
    EXPECT_LE(guard.size().hosts, 20u);
    EXPECT_EQ(guard.size().trails, 24u);
}

}  // namespace
}  // namespace sekisho::outbound
