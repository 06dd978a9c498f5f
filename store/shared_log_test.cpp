#include "store/shared_log.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "store/shared_testing.h"

namespace sekisho::store {
namespace {

using testing::comes_true;
using testing::Gateway;
using testing::now;
using testing::RedisServer;
using testing::value;

// Whoever has waited for its own record knows all that came before it.
TEST(SharedLog, EachHearsTheOthersBeforeItsOwnIsConfirmed) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    std::vector<std::string> said_by_a;
    for (int i = 0; i < 50; ++i) {
        const std::string text = "a" + std::to_string(i);
        ASSERT_TRUE(a.say(text));
        said_by_a.push_back(text);
        ASSERT_TRUE(b.say("b" + std::to_string(i)));
        ASSERT_EQ(b.heard(), said_by_a) << "in the answer to its own";
    }
    EXPECT_EQ(a.heard().size(), 49u);
    EXPECT_TRUE(comes_true([&] { return a.heard().size() == 50; })) << "and in time without one";
}

TEST(SharedLog, BytesOfAnyKind) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), ~0ull);
    ASSERT_TRUE(a.is_there() && b.is_there());
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    ASSERT_TRUE(a.say(bytes) && b.say(bytes + bytes) && a.say(""));
    EXPECT_TRUE(b.hears({bytes, ""}));
    EXPECT_TRUE(a.hears({bytes + bytes}));
}

TEST(SharedLog, GoesOnWhereItStoppedAndWithWhatWasSaidMeanwhile) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there() && a.say("one"));
    SharedCursor cursor;
    {
        Gateway b(server.settings(), 2);
        ASSERT_TRUE(b.is_there());
        EXPECT_TRUE(b.hears({"one"}));
        cursor = b.cursor();
    }
    for (int i = 0; i < 1'200; ++i)
        a.log().append('t', std::to_string(i));
    ASSERT_TRUE(a.say("last"));
    const Gateway again(server.settings(), 2, cursor);
    EXPECT_TRUE(comes_true([&] { return again.heard().size() == 1'201; }));
    EXPECT_EQ(again.heard().back(), "last");
    const Gateway fresh(server.settings(), 3);
    EXPECT_TRUE(comes_true([&] { return fresh.heard().size() == 1'202; })) << "all of it";
}

// What a gateway said before it was killed, and did not write down itself.
TEST(SharedLog, HearsItsOwnOfAnEarlierLife) {
    const RedisServer server;
    {
        Gateway before(server.settings(), 1);
        ASSERT_TRUE(before.is_there() && before.say("one") && before.say("two"));
    }
    Gateway after(server.settings(), 1);
    ASSERT_TRUE(after.is_there() && after.say("three"));
    EXPECT_TRUE(after.hears({"one", "two"})) << "and not what it says now";
}

TEST(SharedLog, AServerThatIsAwayDelaysNobody) {
    RedisServer server;
    server.kill();
    Gateway a(server.settings(), 1);
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 10'000; ++i)
        EXPECT_FALSE(a.say(std::to_string(i)));
    // Ten thousand waits of 50 ms would be eight minutes.
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
    EXPECT_TRUE(a.log().stats().alone);
    EXPECT_EQ(a.log().stats().waiting, 10'000u);
    server.start();
    Gateway b(server.settings(), 2);
    EXPECT_TRUE(comes_true([&] { return b.heard().size() == 10'000; })) << b.heard().size();
    EXPECT_TRUE(a.is_there());
    EXPECT_TRUE(a.say("more"));
    EXPECT_GE(a.log().stats().gaps, 1u);
}

TEST(SharedLog, AServerThatStallsDelaysOneMailForAMoment) {
    const RedisServer server;
    config::RedisSettings settings = server.settings();
    settings.wait = std::chrono::milliseconds(50);
    Gateway a(settings, 1), b(settings, 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    a.say("one");
    server.pause();
    EXPECT_FALSE(a.say("two"));
    EXPECT_TRUE(a.log().stats().alone);
    const auto gaps = a.log().stats().gaps;
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 1'000; ++i)
        EXPECT_FALSE(a.say("stalled"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20)) << "one wait, not 1,000";
    EXPECT_EQ(a.log().stats().gaps, gaps);
    server.go_on();
    EXPECT_TRUE(a.is_there());
    EXPECT_TRUE(comes_true([&] { return b.heard().size() == 1'002; }));
    EXPECT_EQ(a.log().stats().dropped, 0u);
}

// It is no better than one that is away: each mail would wait for nothing. What is said gets there all the
// same.
TEST(SharedLog, AServerThatIsSlowerThanMailWaitsDelaysNobody) {
    const RedisServer server;
    config::RedisSettings settings = server.settings();
    settings.wait = std::chrono::milliseconds(0);
    Gateway a(settings, 1), b(server.settings(), 2);
    ASSERT_TRUE(b.is_there());
    std::vector<std::string> all;
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(a.say(all.emplace_back(std::to_string(i))));
        EXPECT_TRUE(b.hears(all));
        EXPECT_TRUE(comes_true([&] { return a.log().stats().waiting == 0; }));
        EXPECT_TRUE(a.log().stats().alone);
    }
    EXPECT_EQ(a.log().stats().gaps, 0u);
}

// What was confirmed a moment ago may not have been read by all: it is said again, and heard once.
TEST(SharedLog, AServerThatLostEverything) {
    RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    std::vector<std::string> all;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20; ++i) {
            all.push_back(std::to_string(round) + "/" + std::to_string(i));
            a.say(all.back());
        }
        server.kill();
        a.say(all.emplace_back("while it is away " + std::to_string(round)));
        server.start();
        ASSERT_TRUE(a.is_there() && b.is_there());
    }
    EXPECT_TRUE(b.hears(all)) << b.heard().size();
}

TEST(SharedLog, DropsTheOldestBeyondItsBounds) {
    RedisServer server;
    server.kill();
    Gateway a(server.settings(), 1, {}, {.records = 100, .bytes = 1 << 20});
    for (int i = 0; i < 250; ++i)
        a.log().append('t', std::to_string(i));
    EXPECT_EQ(a.log().stats().waiting, 100u);
    EXPECT_EQ(a.log().stats().dropped, 150u);
    a.log().append('t', std::string((1 << 20) - 100, 'x'));
    EXPECT_LT(a.log().stats().waiting, 100u) << "bytes have a bound of their own";
}

TEST(SharedLog, ScriptsThatTheServerForgotAreLoadedAgain) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there() && a.say("one"));
    EXPECT_EQ(server.ask({"SCRIPT", "FLUSH"}), "OK");
    a.say("two");
    EXPECT_TRUE(b.hears({"one", "two"}));
    EXPECT_TRUE(a.is_there());
}

// Nothing grows for ever, and nothing lies outside of the prefix.
TEST(SharedLog, KeysHaveAnEndAndAPrefix) {
    const RedisServer server;
    config::RedisSettings settings = server.settings();
    settings.prefix = "house:{mail}";
    settings.max_records = 100;
    Gateway a(settings, 1);
    ASSERT_TRUE(a.is_there() && a.say("one"));
    ASSERT_TRUE(a.is_news(value(2, now())));
    EXPECT_EQ(server.ask({"DBSIZE"}), "2");
    for (const std::string_view key : {"house:{mail}:log", "house:{mail}:values"})
        EXPECT_GT(std::stoll(server.ask({"TTL", key})), 3'600) << key;
    for (int i = 0; i < 3'000; ++i)
        a.log().append('t', std::to_string(i));
    EXPECT_TRUE(comes_true([&] { return a.log().stats().waiting == 0; }));
    EXPECT_LT(std::stoll(server.ask({"XLEN", "house:{mail}:log"})), 400);
}

// A user who may do no more than the documentation says.
TEST(SharedLog, WithAUserOfTheAcl) {
    const RedisServer server({"--user",     "gate",  "on",      ">secret",    "resetkeys",
                              "~sekisho:*", "-@all", "+auth",   "+ping",      "+script|load",
                              "+evalsha",   "+xadd", "+xrange", "+xrevrange", "+xtrim",
                              "+expire",    "+hget", "+hset",   "+hdel",      "+hscan"});
    config::RedisSettings settings = server.settings();
    settings.user = "gate";
    settings.password_file = server.folder() + "/password";
    std::ofstream(settings.password_file) << "secret\n";
    Gateway a(settings, 1), b(settings, 2);
    ASSERT_TRUE(a.is_there() && b.is_there()) << a.log().stats().error;
    ASSERT_TRUE(a.say("one"));
    EXPECT_TRUE(b.hears({"one"}));
    EXPECT_TRUE(a.is_news(value(2, now())));
    EXPECT_FALSE(b.is_news(value(2, now())));
    settings.prefix = "other";
    Gateway c(settings, 3);
    EXPECT_TRUE(comes_true([&] { return c.log().stats().error.contains("NOPERM"); }))
        << c.log().stats().error;
}

// Of another program, by hand, or of a later version: it costs itself alone.
TEST(SharedLog, OddEntriesAreSkipped) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there() && a.say("one"));
    server.ask({"XADD", "sekisho:log", "*", "foo", "bar"});
    server.ask({"XADD", "sekisho:log", "*", "o", "2", "n", "x", "k", "t", "b", "y"});
    server.ask({"XADD", "sekisho:log", "*", "o", "3", "n", "1", "k", "two", "b", "y"});
    server.ask({"HSET", "sekisho:values", "a:anna", "nonsense"});
    server.ask({"HSET", "sekisho:values", "a:ben", "nonsense"});
    ASSERT_TRUE(a.say("two"));
    EXPECT_TRUE(b.hears({"one", "two"}));
    EXPECT_TRUE(a.is_news(value(2, now())));
    Gateway later(server.settings(), 3);
    ASSERT_TRUE(later.is_there());
    EXPECT_TRUE(later.hears({"one", "two", "level 2"}));
    EXPECT_EQ(server.ask({"HEXISTS", "sekisho:values", "a:ben"}), "0");
    EXPECT_EQ(b.log().stats().gaps, 0u);
}

// It lets us in and takes nothing.
TEST(SharedLog, AServerWithoutMemoryLosesNothing) {
    const RedisServer server;
    Gateway a(server.settings(), 1, {}, {.records = 100, .bytes = 1 << 20}, {value(3, now())});
    ASSERT_TRUE(a.is_there());
    EXPECT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "1"}), "OK");
    for (int i = 0; i < 20; ++i)
        a.log().append('t', std::to_string(i));
    EXPECT_TRUE(comes_true([&] { return a.log().stats().connections >= 4; }))
        << "it is tried again and again";
    EXPECT_EQ(a.log().stats().dropped, 0u);
    EXPECT_LT(a.log().stats().waiting, 30u) << "what is put with each connection does not pile up";
    EXPECT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "0"}), "OK");
    Gateway b(server.settings(), 2);
    EXPECT_TRUE(comes_true([&] {
        const auto heard = b.heard();
        return std::ranges::count(heard, "19") == 1 && std::ranges::count(heard, "0") == 1;
    }));
}

TEST(SharedCursor, KnowsEachNumberOnceAndAFewOrigins) {
    SharedCursor cursor;
    EXPECT_TRUE(cursor.take({.place = {5, 0}, .origin = 1, .number = 10, .bytes = {}}));
    EXPECT_FALSE(cursor.take({.place = {6, 0}, .origin = 1, .number = 10, .bytes = {}}));
    EXPECT_FALSE(cursor.take({.place = {7, 0}, .origin = 1, .number = 9, .bytes = {}}));
    EXPECT_TRUE(cursor.take({.place = {6, 1}, .origin = 2, .number = 9, .bytes = {}}));
    EXPECT_EQ(cursor.place, (SharedPlace{7, 0}));
    for (std::uint64_t origin = 3; origin < 1'000; ++origin)
        cursor.take({.place = {8, 0}, .origin = origin, .number = 100 + origin, .bytes = {}});
    EXPECT_EQ(cursor.numbers.size(), SharedCursor::max_origins);
    EXPECT_TRUE(cursor.numbers.contains(999));
    EXPECT_FALSE(cursor.numbers.contains(1));
}

}  // namespace
}  // namespace sekisho::store
