#include "milter/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "milter/apply.h"
#include "milter/session.h"
#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using ::testing::ElementsAre;
using testing::FakeMta;
using testing::FakePool;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rig;
using testing::send;

const std::vector<std::string> malicious{"file.executable", "file.script"};
const std::vector<std::string> suspicious{"file.executable"};

// --- failures that are not the message's fault ---

struct FailureCase {
    const char* name;
    sandbox::ScanStatus status;
    const char* enhanced;
};
class OnFailure : public ::testing::TestWithParam<FailureCase> {};

TEST_P(OnFailure, DefersByDefault) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::failing(GetParam().status); };
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::defer);
    EXPECT_EQ(sent.mta.code, 451);
    EXPECT_EQ(sent.mta.enhanced, GetParam().enhanced);
    EXPECT_THAT(rig.log_text(), HasSubstr("verdict=unscanned"));
}

TEST_P(OnFailure, AcceptsTaggedWhereTheConfigSaysSo) {
    Rig rig;
    rig.change([](auto& s) { s.milter.on_failure = model::Action::accept; });
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::failing(GetParam().status); };
    const auto sent = send(rig, {"<b@example.com>"}, {{"X-Sekisho-Verdict", " clean"}});
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_EQ(sent.mta.header("X-Sekisho-Verdict"), "unscanned");
    EXPECT_THAT(sent.mta.deleted, ElementsAre("X-Sekisho-Verdict/1"));
}

TEST_P(OnFailure, PassesMarkedInMonitorModeWhicheverWayItGoes) {
    Rig rig;
    rig.change([](auto& s) {
        s.monitor = true;
        config::DirectionRow row;
        row.direction = model::Direction::outbound;
        s.directions = {row};
    });
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::failing(GetParam().status); };
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_EQ(sent.mta.header("X-Sekisho-Verdict"), "unscanned");
    EXPECT_THAT(rig.log_text(), HasSubstr("would=defer"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, OnFailure,
    ::testing::Values(FailureCase{"Overloaded", sandbox::ScanStatus::overloaded, "4.3.2"},
                      FailureCase{"Unavailable", sandbox::ScanStatus::unavailable, "4.3.0"}),
    [](const auto& info) { return std::string(info.param.name); });

// --- crashes and time-outs ---

class Crash : public ::testing::TestWithParam<sandbox::ScanStatus> {
public:
    static const char* finding() {
        return GetParam() == sandbox::ScanStatus::crashed ? "scan.crashed" : "scan.time";
    }
};

TEST_P(Crash, FirstTimeDefersAndTheRetrySkipsThePart) {
    Rig rig;
    rig.pool.answer = [](const model::ScanRequest& request, const std::string&) {
        if (request.skip_parts.empty()) return FakePool::failing(GetParam(), "message/2:invoice.zip");
        return FakePool::with_findings({});
    };
    const auto first = send(rig);
    EXPECT_EQ(first.reply, Reply::defer);
    EXPECT_EQ(first.mta.code, 451);
    EXPECT_EQ(first.mta.enhanced, "4.3.0");

    const auto second = send(rig);
    EXPECT_EQ(second.reply, Reply::proceed);
    EXPECT_THAT(rig.pool.requests().at(1).skip_parts, ElementsAre("message/2:invoice.zip"));
    EXPECT_THAT(second.mta.header("X-Sekisho-Verdict"), HasSubstr("unscannable"));
    EXPECT_THAT(second.mta.header("X-Sekisho-Findings"), HasSubstr(finding()));
}

TEST(TimeOut, TimeThatRanOutBeforeAnyPartIsNoFaultOfTheMessage) {
    Rig rig;
    bool busy = true;
    rig.pool.answer = [&](const auto&, const auto&) {
        return busy ? FakePool::failing(sandbox::ScanStatus::timed_out, "message")
                    : FakePool::with_findings({});
    };
    EXPECT_EQ(send(rig).reply, Reply::defer);
    busy = false;
    EXPECT_EQ(send(rig).mta.header("X-Sekisho-Verdict"), "clean");
    EXPECT_THAT(rig.pool.requests().at(1).skip_parts, IsEmpty());
}

TEST_P(Crash, TwiceIsUnscannableAndNeverScannedAgain) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::failing(GetParam(), "message/2:a"); };
    EXPECT_EQ(send(rig).reply, Reply::defer);
    const auto second = send(rig);
    EXPECT_EQ(second.reply, Reply::proceed) << "policy decides: these rules tag";
    EXPECT_THAT(second.mta.header("X-Sekisho-Verdict"), HasSubstr("unscannable"));
    const auto third = send(rig);
    EXPECT_EQ(third.reply, Reply::proceed);
    EXPECT_THAT(third.mta.header("X-Sekisho-Findings"), HasSubstr(finding()));
    EXPECT_EQ(rig.pool.requests().size(), 2u);
}

TEST_P(Crash, AnotherMessageIsNotHeldToIt) {
    Rig rig;
    rig.pool.answer = [](const auto&, const std::string& message) {
        return message.find("bad") != std::string::npos ? FakePool::failing(GetParam())
                                                        : FakePool::with_findings({});
    };
    EXPECT_EQ(send(rig, {"<b@example.com>"}, {}, "203.0.113.5", "bad").reply, Reply::defer);
    const auto other = send(rig, {"<b@example.com>"}, {}, "203.0.113.5", "good");
    EXPECT_EQ(other.mta.header("X-Sekisho-Verdict"), "clean");
}

TEST_P(Crash, StoreThatIsLostDefersEachTimeAndDelaysNoOther) {
    Rig rig;
    rig.store.broken = true;
    rig.pool.answer = [](const auto&, const std::string& message) {
        return message.find("bad") != std::string::npos ? FakePool::failing(GetParam())
                                                        : FakePool::with_findings({});
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(send(rig, {"<b@example.com>"}, {}, "203.0.113.5", "bad").reply, Reply::defer);
    }
    EXPECT_EQ(send(rig).reply, Reply::proceed);
}

INSTANTIATE_TEST_SUITE_P(Both, Crash,
                         ::testing::Values(sandbox::ScanStatus::crashed, sandbox::ScanStatus::timed_out),
                         [](const auto& info) {
                             return info.param == sandbox::ScanStatus::crashed ? "crashed" : "timed_out";
                         });

TEST(Protocol, GarbageFromAWorkerIsAFindingAndNotClean) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) {
        return FakePool::failing(sandbox::ScanStatus::protocol);
    };
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(sent.mta.header("X-Sekisho-Findings"), HasSubstr("worker.protocol"));
    EXPECT_THAT(sent.mta.header("X-Sekisho-Verdict"), HasSubstr("unscannable"));
}

// --- release ---

TEST(Release, ValidTokenPassesUnscannedAndIsStripped) {
    Rig rig;
    rig.quarantine.good_token = "good";
    const auto sent =
        send(rig, {"<b@example.com>"}, {{"X-Sekisho-Release", " good"}, {"X-Sekisho-Id", " x"}}, "127.0.0.1");
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(rig.pool.messages(), IsEmpty());
    EXPECT_THAT(sent.mta.deleted, ElementsAre("X-Sekisho-Id/1", "X-Sekisho-Release/1"));
    EXPECT_THAT(sent.mta.inserted, IsEmpty());
    EXPECT_THAT(rig.log_text(), HasSubstr("verdict=released"));
}

TEST(Release, WrongTokenIsStrippedAndTheMessageScanned) {
    Rig rig;
    rig.quarantine.good_token = "good";
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    EXPECT_EQ(send(rig, {"<b@example.com>"}, {{"X-Sekisho-Release", " bad"}}, "127.0.0.1").reply,
              Reply::discard);
    EXPECT_EQ(send(rig, {"<b@example.com>"}, {{"X-Sekisho-Release", " good"}}, "203.0.113.5").reply,
              Reply::discard)
        << "from elsewhere";
    EXPECT_EQ(send(rig, {"<b@example.com>"}, {{"X-Sekisho-Release", " good"}, {"X-Sekisho-Release", " good"}},
                   "127.0.0.1")
                  .reply,
              Reply::discard)
        << "two of them";
}

TEST(Release, ARelaysReceivedLineDoesNotMakeAClientLocal) {
    Rig rig;
    rig.quarantine.good_token = "good";
    rig.change([](auto& s) { s.milter.trusted_relays = {"203.0.113.5"}; });
    send(rig, {"<b@example.com>"},
         {{"Received", " from x (localhost [127.0.0.1]) by relay; Mon"}, {"X-Sekisho-Release", " good"}});
    EXPECT_EQ(rig.pool.messages().size(), 1u) << "the connecting host counts";
}

// --- log ---

TEST(Log, JsonLineHoldsTheSameFacts) {
    Rig rig;
    rig.change([](auto& s) { s.log.json = true; });
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(suspicious); };
    send(rig);
    ASSERT_EQ(rig.lines.size(), 1u);
    const auto json = base::parse_json(rig.lines[0]);
    ASSERT_TRUE(json) << rig.lines[0];
    EXPECT_EQ(json->string_or("queue_id"), "4XQ1");
    EXPECT_EQ(json->string_or("verdict"), "suspicious");
    EXPECT_EQ(json->string_or("findings"), "file.executable");
    EXPECT_EQ(json->string_or("action"), "tag");
    EXPECT_EQ(json->string_or("from"), "a@example.net");
}

TEST(Log, NoBodyTextAndNoPassword) {
    Rig rig;
    rig.change([](auto& s) { s.passwords.known = {"hunter2"}; });
    send(rig, {"<b@example.com>"}, {{"Subject", " x"}}, "203.0.113.5", "the password is sesame\r\n");
    for (const auto& needle : {"sesame", "hunter2"}) {
        EXPECT_EQ(rig.log_text().find(needle), std::string::npos);
        EXPECT_EQ(base::dump_json(rig.store.events("message", 1)->at(0).detail).find(needle),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace sekisho::milter
