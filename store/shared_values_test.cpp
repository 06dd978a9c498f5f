#include "store/shared_log.h"

#include <gmock/gmock.h>

#include "store/shared_testing.h"

namespace sekisho::store {
namespace {

using testing::comes_true;
using ::testing::ElementsAre;
using testing::Gateway;
using testing::keep;
using testing::now;
using testing::RedisServer;
using testing::value;

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

}  // namespace
}  // namespace sekisho::store
