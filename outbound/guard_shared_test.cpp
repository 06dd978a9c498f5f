#include <gmock/gmock.h>

#include <chrono>

#include "outbound/shared.h"
#include "outbound/testing_gateways.h"
#include "store/testing.h"

namespace sekisho::outbound {
namespace {

using model::StandingLevel;
using store::testing::RedisServer;
using testing::comes_true;
using testing::default_limits;
using testing::Gateway;
using testing::mail;
using testing::note;
using testing::office_days;
using testing_help::TempFolder;

constexpr auto anna = "anna@example.com";
constexpr auto office = "192.0.2.7";
const Key key{Subject::account, anna};

// These are about what ends and begins by the clock of the server.
Moment now() { return moment_of(std::chrono::system_clock::now()); }

StandingLevel level_of(Gateway& gateway) {
    const auto found = gateway.guard().find(key, now());
    return found ? found->row.state.level : StandingLevel::normal;
}
double messages_of(Gateway& gateway) {
    const auto found = gateway.guard().find(key, now());
    const bool any = found && !found->counts.empty();
    return any ? found->counts[static_cast<std::size_t>(Count::messages)].second : 0;
}
bool comes_to(Gateway& gateway, StandingLevel level) {
    return comes_true([&] { return level_of(gateway) == level; });
}
Transaction one_mail(std::uint64_t recipient) { return mail(anna, office, recipient, now()); }
Transaction malware() {
    Transaction out = one_mail(1);
    out.harm = Harm::malicious;
    return out;
}

// Each alone sees half of what is over the limit.
TEST(GuardShared, ABurstThatIsSpreadIsOneBurst) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    int sent = 0;
    StandingLevel level = StandingLevel::normal;
    while (level < StandingLevel::throttled && sent < 1'000) {
        Gateway& gateway = sent++ % 2 == 0 ? a : b;
        level = note(gateway.guard(), one_mail(static_cast<std::uint64_t>(sent % 5))).standing.level;
    }
    EXPECT_LE(sent, 125) << "120 in a minute";
    EXPECT_TRUE(comes_to(a, StandingLevel::throttled) && comes_to(b, StandingLevel::throttled));
}

TEST(GuardShared, OneTells) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    note(a.guard(), malware());
    note(b.guard(), malware());
    EXPECT_TRUE(comes_to(a, StandingLevel::throttled) && comes_to(b, StandingLevel::throttled));
    EXPECT_TRUE(comes_true([&] { return a.log().stats().waiting + b.log().stats().waiting == 0; }));
    EXPECT_EQ(a.reports().size() + b.reports().size(), 2u) << "the account and its address";
}

TEST(GuardShared, APersonsWordReachesAll) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    a.guard().set(key, StandingLevel::blocked, "root", now());
    EXPECT_TRUE(comes_to(b, StandingLevel::blocked));
    b.guard().set(key, StandingLevel::normal, "root", now() + 1);
    EXPECT_TRUE(comes_to(a, StandingLevel::normal));
    // Whoever acts on standings here hears of them.
    ASSERT_EQ(b.heard().size(), 1u);
    EXPECT_EQ(b.heard()[0].state.level, StandingLevel::blocked);
    EXPECT_TRUE(comes_true([&] { return a.heard().size() == 1; }));
    EXPECT_EQ(a.heard()[0].before, StandingLevel::blocked);
    EXPECT_EQ(a.heard()[0].state.by, "root");
    Gateway later(server.settings(), 3);
    ASSERT_TRUE(later.is_there());
    EXPECT_EQ(level_of(later), StandingLevel::normal);
}

// A server that forgot, a gateway that was away with a block, and a release in between.
TEST(GuardShared, AReleaseIsNotForgottenWithTheServer) {
    RedisServer server;
    Gateway a(server.settings(), 1);
    auto b = std::make_unique<Gateway>(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b->is_there());
    b->guard().set(key, StandingLevel::blocked, "root", now());
    EXPECT_TRUE(comes_to(a, StandingLevel::blocked));
    server.pause();
    a.guard().set(key, StandingLevel::normal, "root", now() + 1);
    server.kill();
    server.start();
    EXPECT_TRUE(comes_to(*b, StandingLevel::normal));
    EXPECT_EQ(level_of(a), StandingLevel::normal);
}

// Its own clock goes before: neither a block nor a throttle of it outlasts what it is due.
TEST(GuardShared, AReleaseHoldsAgainstAClockThatGoesBefore) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    b.guard().set(key, StandingLevel::blocked, "root", now() + 600);
    EXPECT_TRUE(comes_to(a, StandingLevel::blocked));
    a.guard().set(key, StandingLevel::normal, "root", now());
    EXPECT_TRUE(comes_to(b, StandingLevel::normal));
    EXPECT_TRUE(comes_true([&] { return a.log().stats().waiting + b.log().stats().waiting == 0; }));
    EXPECT_EQ(level_of(a), StandingLevel::normal);
}

// In a gap each judges by what it sees; then the counts are merged, and the standings.
TEST(GuardShared, AGapIsMerged) {
    RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    note(a.guard(), one_mail(1));
    server.kill();
    for (std::uint64_t i = 0; i < 70; ++i) {
        EXPECT_LT(note(a.guard(), one_mail(i % 5)).standing.level, StandingLevel::throttled);
        EXPECT_LT(note(b.guard(), one_mail(i % 5)).standing.level, StandingLevel::throttled);
    }
    a.guard().set({Subject::account, "ben@example.com"}, StandingLevel::blocked, "root", now());
    server.start();
    ASSERT_TRUE(a.is_there() && b.is_there());
    EXPECT_TRUE(comes_true([&] { return messages_of(a) == 141 && messages_of(b) == 141; }))
        << messages_of(a) << " and " << messages_of(b);
    EXPECT_TRUE(comes_to(a, StandingLevel::throttled) && comes_to(b, StandingLevel::throttled))
        << "together they were over the limit";
    EXPECT_TRUE(comes_true([&] {
        const auto found = b.guard().find({Subject::account, "ben@example.com"}, now());
        return found && found->row.state.level == StandingLevel::blocked;
    }));
    EXPECT_TRUE(comes_true([&] { return a.reports().size() + b.reports().size() >= 1; }));
}

TEST(GuardShared, WhoComesLaterKnowsTheDay) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    for (std::uint64_t i = 0; i < 30; ++i)
        note(a.guard(), one_mail(i % 5));
    note(a.guard(), malware());
    Gateway b(server.settings(), 2);
    EXPECT_TRUE(comes_true([&] { return messages_of(b) == 31; })) << messages_of(b);
    EXPECT_TRUE(comes_to(b, StandingLevel::throttled));
}

// Counted by another, saved or not, and counted by itself: once, after a start.
TEST(GuardShared, CountsSurviveARestart) {
    const RedisServer server;
    const TempFolder folder;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    for (int life = 1; life <= 3; ++life) {
        auto state = store::HotState::open(folder.path() + "/state.db");
        ASSERT_TRUE(state);
        Gateway b(server.settings(), 2, {}, state->get());
        ASSERT_TRUE(b.is_there());
        note(a.guard(), one_mail(1));
        note(b.guard(), one_mail(1));
        b.guard().save(100);
        note(a.guard(), one_mail(1));
        note(b.guard(), one_mail(1));
        EXPECT_TRUE(comes_true([&] { return messages_of(b) == 4 * life; })) << messages_of(b);
        EXPECT_TRUE(comes_true([&] { return messages_of(a) == 4 * life; })) << messages_of(a);
        EXPECT_TRUE((*state)->keep({}, std::chrono::seconds(10)));
    }
}

// A gateway that never saw the account does not make strange what the others know.
TEST(GuardShared, WhatIsNewIsNewToAll) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    office_days(a.guard(), anna, office, 12, now() - 13 * day);
    Gateway b(server.settings(), 2);
    ASSERT_TRUE(b.is_there());
    Transaction one = one_mail(3);
    one.novelty = Novelty{.fresh = 1, .network = true, .region = true, .from = true};
    note(b.guard(), one);
    const auto strange = [&](Gateway& gateway, Count what) {
        return gateway.guard().find(key, now())->counts[static_cast<std::size_t>(what)].second;
    };
    EXPECT_EQ(strange(b, Count::fresh), 1) << "it said so itself";
    EXPECT_TRUE(comes_true([&] { return a.guard().cursor().numbers.contains(2); }));
    EXPECT_EQ(strange(a, Count::fresh), 0);
    EXPECT_EQ(strange(a, Count::strange), 0);
}

// Bytes of another gateway are read as an enemy's.
TEST(GuardShared, OddRecordsCostThemselvesAlone) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    store::SharedLog odd(server.settings(), 2, {});
    odd.start({.on_records = [](const auto&) {},
               .on_value = [](const auto&) {},
               .values = [] { return std::vector<store::SharedValue>(); }});
    odd.append('t', "nonsense");
    odd.append('s', "nonsense");
    odd.append('?', "nonsense");
    odd.put({.field = "a:odd", .level = 3, .since = now(), .bytes = "nonsense"}, {});
    odd.append('t', encode(one_mail(1)));
    EXPECT_TRUE(comes_true([&] { return messages_of(a) == 1; }));
}

// A gateway whose clock goes before: its mail did not come from the future.
TEST(GuardShared, ClocksThatGoBefore) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    Transaction ahead = one_mail(1);
    ahead.at += 5 * day;
    note(b.guard(), ahead);
    EXPECT_TRUE(comes_true([&] { return messages_of(a) == 1; }));
}

TEST(Shared, WhatIsWrittenIsRead) {
    const Change change{.key = {Subject::host, "2001:db8::/64"},
                        .before = StandingLevel::normal,
                        .state = {.level = StandingLevel::throttled,
                                  .since = 5,
                                  .held_until = 6,
                                  .messages = 7,
                                  .throttles = 1,
                                  .first_throttle = 5,
                                  .reasons = {"one", "two"},
                                  .by = {}},
                        .at = 5};
    const store::SharedValue value = value_of(change);
    EXPECT_EQ(value.field, "h:2001:db8::/64");
    EXPECT_EQ(value.level, 2u);
    EXPECT_FALSE(value.by_person);
    const auto told = decode_standing(base::as_bytes(value.bytes));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->key, change.key);
    EXPECT_EQ(told->state, change.state);
    Change of_nobody = change;
    of_nobody.key.name.clear();
    EXPECT_FALSE(decode_standing(base::as_bytes(value_of(of_nobody).bytes)));

    store::SharedRecord record{.place = {7, 8}, .origin = 9, .number = 10, .bytes = encode(one_mail(1))};
    const std::string logged = encode_logged(record);
    const auto again = decode_logged(base::as_bytes(logged));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->record.place, record.place);
    EXPECT_EQ(again->record.number, 10u);
    EXPECT_EQ(encode(again->transaction), record.bytes);
    EXPECT_EQ(decode_logged(base::as_bytes(record.bytes))->record.origin, 0u);

    store::SharedCursor cursor{.place = {1, 2}, .numbers = {{3, 4}, {5, 6}}};
    const std::string bytes = encode(cursor);
    EXPECT_EQ(decode_cursor(base::as_bytes(bytes))->numbers, cursor.numbers);
    for (const std::string& whole : {value.bytes, logged, bytes}) {
        for (std::size_t i = 0; i < whole.size(); ++i) {
            const base::Bytes part = base::as_bytes(std::string_view(whole).substr(0, i));
            EXPECT_FALSE(decode_standing(part) && whole == value.bytes) << i;
            EXPECT_FALSE(decode_logged(part) && whole == logged) << i;
            EXPECT_FALSE(decode_cursor(part) && whole == bytes) << i;
        }
    }
}

}  // namespace
}  // namespace sekisho::outbound
