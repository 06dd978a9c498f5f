// Each action, for one recipient and for several.
#include "milter/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

void rule(config::Settings& settings, model::Action action,
          const std::function<void(config::PolicyRule&)>& edit = {}) {
    config::PolicyRule row;
    row.name = "test";
    row.action = action;
    if (edit) edit(row);
    settings.rules = {row};
}

// --- ambiguity ---

TEST(Ambiguity, IsSaidOfMailThatPasses) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::accept); });
    rig.pool.answer = [](const auto&, const auto&) {
        return FakePool::with_findings({"mime.ambiguous.header.duplicate",
                                        "mime.ambiguous.boundary.undeclared",
                                        "mime.ambiguous.header.duplicate", "mime.ambiguous.name.8bit"});
    };
    const auto sent = send(rig, {"<b@example.com>"}, {{"MIME-Ambiguity-Results", " x"}});
    EXPECT_EQ(sent.mta.header("X-Sekisho-MIME"), "ambiguous; class=header.duplicate,boundary.undeclared")
        << "what weighs nothing is not worth a word";
    EXPECT_EQ(sent.mta.header("MIME-Ambiguity-Results"), "") << "off by default";
    EXPECT_THAT(sent.mta.deleted, IsEmpty()) << "another system's";
}

TEST(Ambiguity, IsSaidToOtherSystemsWhereWanted) {
    Rig rig;
    rig.change([](auto& s) {
        rule(s, model::Action::accept);
        s.milter.mime_ambiguity_results = true;
        s.milter.hostname = "mx1.example.com";
    });
    auto sent = send(rig, {"<b@example.com>"}, {{"MIME-Ambiguity-Results", " forged"}});
    EXPECT_EQ(sent.mta.header("MIME-Ambiguity-Results"), "mx1.example.com; result=none");
    EXPECT_THAT(sent.mta.deleted, ElementsAre("MIME-Ambiguity-Results/1"));
    EXPECT_EQ(sent.mta.header("X-Sekisho-MIME"), "");
    rig.pool.answer = [](const auto&, const auto&) {
        return FakePool::with_findings({"mime.ambiguous.header.nul"});
    };
    sent = send(rig);
    EXPECT_EQ(sent.mta.header("MIME-Ambiguity-Results"),
              "mx1.example.com; result=ambiguous; class=\"header.nul\"");
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

TEST(Actions, ALongSubjectIsPrefixedWhole) {
    Rig rig;
    rig.change([](auto& s) { rule(s, model::Action::tag, [](auto& row) { row.subject_prefix = "[tag]"; }); });
    const std::string subject(30'000, 's');
    const auto sent = send(rig, {"<b@example.com>"}, {{"Subject", " " + subject}});
    EXPECT_THAT(sent.mta.changed, ElementsAre("Subject/1=[tag] " + subject));
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
    EXPECT_THAT(rig.log_text(), HasSubstr("would_take_off=b@example.com:reject"));
    const auto events = rig.store.events("message", 10);
    EXPECT_EQ(base::dump_json(*events->at(0).detail.find("would_take_off")), "[\"b@example.com:reject\"]");
}

// --- small functions ---

TEST(ReplyText, IsOneAsciiLine) {
    EXPECT_EQ(reply_text("a\r\nb\x1b%s\xe9"), "a??b??s?");
    EXPECT_EQ(reply_text(std::string(1'000, 'x')).size(), 400u);
}

}  // namespace
}  // namespace sekisho::milter
