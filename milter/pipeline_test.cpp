#include "milter/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "milter/apply.h"
#include "milter/session.h"
#include "milter/testing_fakes.h"

namespace sekisho::milter {
namespace {

using ::testing::ElementsAre;
using testing::FakeMta;
using testing::FakePool;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rig;

const std::vector<std::string> malicious{"file.executable", "file.shortcut"};
const std::vector<std::string> suspicious{"file.executable"};

struct Sent {
    Reply reply = Reply::proceed;
    FakeMta mta;
};

// One message on a connection of its own.
Sent send(Rig& rig, const std::vector<std::string>& recipients = {"<b@example.com>"},
          const std::vector<std::pair<std::string, std::string>>& headers = {{"Subject", " hi"}},
          const std::string& client = "203.0.113.5", const std::string& body = "text\r\n") {
    Sent out;
    out.mta.macros["{client_addr}"] = client;
    out.mta.macros["i"] = "4XQ1";
    Session session(rig.services);
    session.on_connect(out.mta, {"client.example.net", client, 4711});
    const std::array<std::string_view, 1> from{"<a@example.net>"};
    session.on_mail(out.mta, from);
    for (const auto& recipient : recipients) {
        const std::array<std::string_view, 1> to{recipient};
        session.on_rcpt(out.mta, to);
    }
    session.on_data(out.mta);
    for (const auto& [name, value] : headers)
        session.on_header(out.mta, name, value);
    session.on_end_of_header(out.mta);
    session.on_body(base::as_bytes(body));
    out.reply = session.on_end_of_message(out.mta);
    EXPECT_EQ(rig.in_flight.messages(), 0u);
    return out;
}

void rule(config::Settings& settings, model::Action action,
          const std::function<void(config::PolicyRule&)>& edit = {}) {
    config::PolicyRule row;
    row.name = "test";
    row.action = action;
    if (edit) edit(row);
    settings.rules = {row};
}

// --- actions ---

TEST(Actions, RejectAnswers550WithTheId) {
    Rig rig;
    rig.change([](auto& s) {
        rule(s, model::Action::reject, [](auto& row) { row.text = "Not here, ask with {id}"; });
    });
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::reject);
    EXPECT_EQ(sent.mta.code, 550);
    EXPECT_EQ(sent.mta.enhanced, "5.7.1");
    const auto id = rig.store.events("message", 1)->at(0).subject_id;
    EXPECT_EQ(sent.mta.text, "Not here, ask with " + id);
    EXPECT_THAT(sent.mta.inserted, IsEmpty());
}

TEST(Actions, DeferAnswers451) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::defer); });
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::defer);
    EXPECT_EQ(sent.mta.code, 451);
    EXPECT_EQ(sent.mta.enhanced, "4.7.1");
}

TEST(Actions, HoldPassesIntoTheHoldQueue) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::hold); });
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_EQ(sent.mta.holds.size(), 1u);
}

TEST(Actions, HoldThatTheMtaRefusesDefers) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::hold); });
    Session session(rig.services);
    FakeMta mta;
    mta.refuse_hold = true;
    session.on_connect(mta, {});
    const std::array<std::string_view, 1> address{"<a@example.com>"};
    session.on_mail(mta, address);
    session.on_rcpt(mta, address);
    EXPECT_EQ(session.on_end_of_message(mta), Reply::defer);
    EXPECT_EQ(mta.code, 451);
}

TEST(Actions, DiscardKeepsACopyUnlessToldOtherwise) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::discard); });
    EXPECT_EQ(send(rig).reply, Reply::discard);
    ASSERT_EQ(rig.quarantine.kept().size(), 1u);
    EXPECT_EQ(rig.quarantine.kept()[0].reason, "discard copy");
    rig.change([](auto& s) { rule(s, model::Action::discard, [](auto& row) { row.keep_copy = false; }); });
    EXPECT_EQ(send(rig).reply, Reply::discard);
    EXPECT_EQ(rig.quarantine.kept().size(), 1u);
}

TEST(Actions, TagWritesHeadersAndSubject) {
    Rig rig;
    rig.change(
        [](auto& s) { rule(s, model::Action::tag, [](auto& row) { row.subject_prefix = "[suspicious]"; }); });
    rig.pool.answer = [](const auto&, const auto&) {
        return FakePool::with_findings({"file.executable", "type.mismatch", "file.script", "archive.damaged",
                                        "archive.unsupported", "type.name-tricks", "mime.partial"});
    };
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(sent.mta.changed, ElementsAre("Subject/1=[suspicious] hi"));
    const auto findings = sent.mta.header("X-Sekisho-Findings");
    EXPECT_EQ(std::count(findings.begin(), findings.end(), ','), 4) << "at most five ids: " << findings;
}

TEST(Actions, OutboundMailGetsNoHeadersByDefault) {
    Rig rig;
    rig.change([](auto& s) {
        config::DirectionRow row;
        row.direction = model::Direction::outbound;
        s.directions = {row};
    });
    const auto sent = send(rig, {"<x@example.org>"}, {{"X-Sekisho-Id", " forged"}});
    EXPECT_THAT(sent.mta.inserted, IsEmpty());
    EXPECT_THAT(sent.mta.deleted, ElementsAre("X-Sekisho-Id/1")) << "forged ones go on every path";
    rig.change([](auto& s) { s.milter.headers_outbound = true; });
    EXPECT_EQ(send(rig).mta.header("X-Sekisho-Verdict"), "clean");
}

TEST(Actions, RuleInMonitorModeSaysWhatItWouldDo) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::reject, [](auto& row) { row.monitor = true; }); });
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(rig.log_text(), HasSubstr("would=reject"));
}

// --- several recipients ---

// Malicious mail: refused for b, accepted for everybody else.
void split_rules(config::Settings& settings) {
    config::PolicyRule refused;
    refused.name = "b refuses";
    refused.recipients = {"b@example.com"};
    refused.action = model::Action::reject;
    config::PolicyRule accepted;
    accepted.name = "others";
    accepted.action = model::Action::accept;
    settings.rules = {refused, accepted};
}

TEST(Recipients, RefusedOnesLeaveAndTheirCopyIsKept) {
    Rig rig;
    rig.change(split_rules);
    const auto sent = send(rig, {"<a@example.com>", "<b@example.com>", "<c@example.com>"});
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(sent.mta.removed_recipients, ElementsAre("<b@example.com>"));
    ASSERT_EQ(rig.quarantine.kept().size(), 1u);
    EXPECT_EQ(rig.quarantine.kept()[0].reason, "split");
    EXPECT_THAT(rig.quarantine.kept()[0].recipients, ElementsAre("b@example.com"));
    EXPECT_THAT(rig.log_text(), HasSubstr("taken_off=b@example.com"));
}

TEST(Recipients, AllRefusedIsARefusal) {
    Rig rig;
    rig.change(split_rules);
    EXPECT_EQ(send(rig, {"<b@example.com>"}).reply, Reply::reject);
    EXPECT_THAT(rig.quarantine.kept(), IsEmpty());
}

TEST(Recipients, SplitThatCannotBeKeptDefersAll) {
    Rig rig;
    rig.change(split_rules);
    rig.quarantine.fail_put = base::Cause::limit;
    const auto sent = send(rig, {"<a@example.com>", "<b@example.com>"});
    EXPECT_EQ(sent.reply, Reply::defer);
    EXPECT_EQ(sent.mta.enhanced, "4.3.1");
    EXPECT_THAT(sent.mta.removed_recipients, IsEmpty());
}

TEST(Recipients, MonitorModeTakesNobodyOff) {
    Rig rig;
    rig.change(split_rules);
    rig.change([](auto& s) { s.monitor = true; });
    const auto sent = send(rig, {"<a@example.com>", "<b@example.com>"});
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_THAT(sent.mta.removed_recipients, IsEmpty());
    EXPECT_THAT(rig.quarantine.kept(), IsEmpty());
}

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
    rig.change([](auto& s) { s.passwords = {"hunter2"}; });
    send(rig, {"<b@example.com>"}, {{"Subject", " x"}}, "203.0.113.5", "the password is sesame\r\n");
    for (const auto& needle : {"sesame", "hunter2"}) {
        EXPECT_EQ(rig.log_text().find(needle), std::string::npos);
        EXPECT_EQ(base::dump_json(rig.store.events("message", 1)->at(0).detail).find(needle),
                  std::string::npos);
    }
}

// --- small functions ---

TEST(ReplyText, IsOneAsciiLine) {
    EXPECT_EQ(reply_text("a\r\nb\x1b%s\xe9"), "a??b??s?");
    EXPECT_EQ(reply_text(std::string(1'000, 'x')).size(), 400u);
}

struct SubjectCase {
    const char* name;
    const char* prefix;
    const char* subject;
    const char* expected;
};
class PrefixedSubject : public ::testing::TestWithParam<SubjectCase> {};

TEST_P(PrefixedSubject, DecodesToBoth) {
    EXPECT_EQ(prefixed_subject(GetParam().prefix, GetParam().subject), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, PrefixedSubject,
    ::testing::Values(SubjectCase{"Ascii", "[x]", "hello", "[x] hello"},
                      SubjectCase{"Blank", "[x] ", "hello", "[x] hello"},
                      SubjectCase{"EncodedSubject", "[x]", "=?utf-8?b?44GC?=", "[x] =?utf-8?b?44GC?="},
                      SubjectCase{"EncodedPrefix", "\xe5\x8d\xb1", "hello", "=?UTF-8?B?5Y2xIA==?= hello"},
                      SubjectCase{"NoSubject", "[x]", "", "[x]"},
                      SubjectCase{"NoSubjectEncoded", "\xe5\x8d\xb1", "", "=?UTF-8?B?5Y2x?="},
                      SubjectCase{"Folded", "[x]", "a\n b", "[x] a\n b"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace sekisho::milter
