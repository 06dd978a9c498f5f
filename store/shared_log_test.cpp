#include "store/shared_log.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <fstream>

#include "store/redis_testing.h"

namespace sekisho::store {
namespace {

using testing::comes_true;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::RedisServer;

// A gateway that writes down what it hears.
class Gateway {
public:
    Gateway(const config::RedisSettings& settings, std::uint64_t origin, SharedCursor cursor = {},
            SharedLog::Bounds bounds = {}, std::vector<SharedValue> values = {})
        : log_(settings, origin, std::move(cursor), bounds) {
        log_.start({.on_records =
                        [this](std::vector<SharedRecord> records) {
                            const std::scoped_lock lock(mutex_);
                            for (SharedRecord& record : records) {
                                cursor_.take(record);
                                heard_.push_back(std::move(record));
                            }
                        },
                    .on_value =
                        [this](std::string bytes) {
                            const std::scoped_lock lock(mutex_);
                            values_.push_back(std::move(bytes));
                        },
                    .values = [values = std::move(values)] { return values; }});
    }

    SharedLog& log() { return log_; }
    bool say(const std::string& what) { return log_.wait(log_.append('t', what)); }
    // Waits until it is in touch with the server.
    bool is_there() const {
        return comes_true([&] { return !log_.stats().alone; });
    }
    std::vector<std::string> heard() const {
        const std::scoped_lock lock(mutex_);
        std::vector<std::string> out;
        for (const SharedRecord& record : heard_)
            out.push_back(record.bytes);
        return out;
    }
    bool hears(const std::vector<std::string>& all) const {
        return comes_true([&] { return heard() == all; });
    }
    std::vector<std::string> values() const {
        const std::scoped_lock lock(mutex_);
        return values_;
    }
    SharedCursor cursor() const {
        const std::scoped_lock lock(mutex_);
        return cursor_;
    }
    // Whether the others are to hear of it.
    bool is_news(SharedValue value) {
        std::atomic<int> answer = -1;
        value.bytes = value.bytes.empty() ? "bytes" : value.bytes;
        log_.put(std::move(value), [&](bool news) { answer = news ? 1 : 0; });
        EXPECT_TRUE(comes_true([&] { return answer >= 0; }));
        return answer == 1;
    }

private:
    mutable std::mutex mutex_;
    std::vector<SharedRecord> heard_;
    std::vector<std::string> values_;
    SharedCursor cursor_;
    SharedLog log_;
};

std::uint32_t now() {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count());
}

SharedValue value(unsigned level, std::uint32_t since, std::uint32_t lasts = 900) {
    return {.field = "a:anna",
            .level = level,
            .until = level == 3 ? 0 : since + lasts,
            .since = since,
            .bytes = "level " + std::to_string(level)};
}

// As the server keeps it; a release has a field of its own.
void keep(const RedisServer& server, const SharedValue& value) {
    const std::string field = (value.level == 0 ? "r:" : "") + value.field;
    const std::string text = std::to_string(value.level) + " " + std::to_string(value.until) + " " +
                             std::to_string(value.since) + (value.by_person ? " 1 " : " 0 ") + value.bytes;
    ASSERT_EQ(server.ask({"HSET", "sekisho:values", field, text}), "1");
}

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

struct PutCase {
    const char* name;
    SharedValue before, after;
    bool news;
};
const std::uint32_t t0 = now();
SharedValue person(unsigned level, std::uint32_t since) {
    SharedValue out = value(level, since);
    out.by_person = true;
    out.bytes = "person " + std::to_string(level);
    return out;
}
class SharedValues : public ::testing::TestWithParam<PutCase> {};

TEST_P(SharedValues, TheWeightierHolds) {
    const RedisServer server;
    keep(server, GetParam().before);
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    EXPECT_EQ(a.is_news(GetParam().after), GetParam().news);
}

INSTANTIATE_TEST_SUITE_P(
    All, SharedValues,
    ::testing::Values(PutCase{"Higher", value(1, t0), value(2, t0 + 1), true},
                      PutCase{"Same", value(2, t0), value(2, t0 + 1), false},
                      PutCase{"Lower", value(2, t0), value(1, t0 + 1), false},
                      PutCase{"LowerWhenOver", value(2, t0 - 1'000), value(1, t0 - 100, 3'600), true},
                      PutCase{"AgainWhenOver", value(2, t0 - 1'000), value(2, t0), true},
                      PutCase{"OverBeforeItIsTold", value(1, t0 - 10), value(2, t0 - 1'000), false},
                      PutCase{"NormalWhenOver", value(1, t0 - 1'000), value(0, t0), true},
                      PutCase{"BlockedIsForEver", value(3, t0 - 100'000), value(2, t0), false},
                      PutCase{"ReleasedByAPerson", value(3, t0 - 10), person(0, t0), true},
                      PutCase{"BlockedAfterTheRelease", person(0, t0 - 10), value(3, t0), true},
                      PutCase{"BlockedBeforeTheRelease", person(0, t0), value(3, t0 - 10), false},
                      PutCase{"TheSameSecondIsBefore", person(0, t0), value(3, t0), false},
                      PutCase{"NothingLiftsAPersonsBlock", person(3, t0 - 10), value(0, t0), false},
                      PutCase{"NothingGoesBeyondAPersonsWord", person(2, t0 - 10), value(3, t0), false},
                      PutCase{"TheLaterPerson", person(3, t0 - 10), person(0, t0), true},
                      PutCase{"TheEarlierPerson", person(3, t0), person(0, t0 - 10), false}),
    [](const auto& info) { return info.param.name; });

// What came between does not wear a release out: a gateway that was away comes with the block of before.
TEST(SharedLog, AReleaseOutlivesWhatComesAfterIt) {
    const RedisServer server;
    Gateway a(server.settings(), 1), b(server.settings(), 2);
    ASSERT_TRUE(a.is_there() && b.is_there());
    const SharedValue block = value(3, t0 - 100);
    ASSERT_TRUE(a.is_news(block));
    ASSERT_TRUE(a.is_news(person(0, t0 - 50)));
    ASSERT_TRUE(a.is_news(value(1, t0 - 40)));
    EXPECT_FALSE(b.is_news(block));
    keep(server, {.field = "a:other", .level = 1, .until = t0 - 5, .since = t0 - 40, .bytes = "watched"});
    SharedValue calm = value(0, t0);
    calm.field = "a:other";
    ASSERT_TRUE(a.is_news(calm));
    EXPECT_FALSE(b.is_news(calm)) << "once";
    EXPECT_FALSE(b.is_news(block));
    EXPECT_TRUE(a.is_news(value(3, t0 - 1))) << "and what is new holds";
}

TEST(SharedLog, WhatIsOverIsNoNews) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    EXPECT_FALSE(a.is_news(value(2, t0 - 5'000)));
    EXPECT_EQ(server.ask({"HLEN", "sekisho:values"}), "0");
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

TEST(SharedLog, ANormalThatNobodyHeldIsNoNews) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    EXPECT_FALSE(a.is_news(value(0, now())));
}

TEST(SharedLog, ValuesComeWithTheConnectionAndAsRecords) {
    const RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    ASSERT_TRUE(a.is_news(value(3, now())));
    SharedValue old = value(1, now() - 200'000);
    old.field = "a:old";
    keep(server, old);
    SharedValue own = value(3, now());
    own.field = "a:own";
    own.bytes = "own";
    Gateway b(server.settings(), 2, {}, {}, {own});
    EXPECT_TRUE(comes_true([&] { return !b.values().empty(); }));
    EXPECT_THAT(b.values(), ElementsAre("level 3"));
    EXPECT_EQ(server.ask({"HEXISTS", "sekisho:values", "a:old"}), "0") << "it was over for long";
    EXPECT_TRUE(comes_true([&] { return server.ask({"HEXISTS", "sekisho:values", "a:own"}) == "1"; }));
    EXPECT_TRUE(comes_true([&] { return !a.heard().empty(); }));
    EXPECT_THAT(a.heard(), ElementsAre("own"));
    // Who asks for less than there is is told what holds.
    EXPECT_FALSE(b.is_news(value(2, now())));
    EXPECT_TRUE(comes_true([&] { return b.values().size() == 2; }));
}

TEST(SharedLog, AskedOfAServerThatIsAwayEverythingIsNews) {
    RedisServer server;
    Gateway a(server.settings(), 1);
    ASSERT_TRUE(a.is_there());
    server.kill();
    EXPECT_TRUE(a.is_news(value(2, now())));
    server.start();
    EXPECT_TRUE(comes_true([&] { return server.ask({"HEXISTS", "sekisho:values", "a:anna"}) == "1"; }))
        << "and it is said when the server is back";
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
