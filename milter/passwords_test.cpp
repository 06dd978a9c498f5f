// A locked message and the passwords that other mails brought.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using ::testing::ElementsAre;
using testing::FakePool;
using ::testing::IsEmpty;
using testing::Rig;
using testing::send;
using ::testing::SizeIs;

const model::MailedPassword mailed{"s3cret", "keyword ja, mail text line 4"};

// Locked until the password is among the earlier ones; what is inside is `inside` then.
void be_locked(Rig& rig, const std::vector<std::string>& inside = {}) {
    rig.pool.answer = [inside](const model::ScanRequest& request, const auto&) {
        const bool opened = std::ranges::find(request.earlier, mailed) != request.earlier.end();
        auto out =
            FakePool::with_findings(opened ? inside : std::vector<std::string>{"archive.encrypted.unopened"});
        out.report.complete = opened;
        out.report.message.from = "Partner <a@example.net>";
        return out;
    };
}

struct Asked {
    std::vector<std::string> senders;  // of recall()
    std::vector<model::MailedPassword> kept;
    std::vector<std::string> waiting;
};
void listen(Rig& rig, Asked& asked, const std::vector<model::MailedPassword>& known) {
    rig.services.recall = [&asked, known](const model::Envelope& envelope, const std::string& from) {
        asked.senders.push_back(envelope.mail_from + " " + from);
        return known;
    };
    rig.services.remember = [&asked](const auto&, const auto&, const auto& passwords) {
        asked.kept = passwords;
    };
    rig.services.waits = [&asked](const std::string& id) { asked.waiting.push_back(id); };
}

void wait_for_passwords(Rig& rig) {
    rig.change([](auto& settings) {
        config::PolicyRule row;
        row.name = "locked";
        row.unscannable = {model::Unscannable::locked};
        row.action = model::Action::quarantine;
        row.wait_for_password = true;
        row.notify = true;
        settings.rules.insert(settings.rules.begin(), row);
    });
}

TEST(Passwords, OfEarlierMailsOpenALock) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    listen(rig, asked, {mailed});
    const auto sent = send(rig, {"<b@example.com>"}, {{"From", "Partner <a@example.net>"}});
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_EQ(sent.mta.header("X-Sekisho-Verdict"), "clean");
    EXPECT_THAT(asked.senders, ElementsAre("a@example.net Partner <a@example.net>"));
    EXPECT_THAT(rig.pool.requests(), SizeIs(2));
}

// The gate's own look at the field, all of it: the worker's word opens nobody's mail.
TEST(Passwords, AreAskedForByEveryFromField) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    listen(rig, asked, {});
    send(rig, {"<b@example.com>"}, {{"From", "a@example.net"}, {"FROM ", "b@example.org"}});
    EXPECT_THAT(asked.senders, ElementsAre("a@example.net a@example.net,b@example.org"));
    asked.senders.clear();
    send(rig, {"<b@example.com>"},
         {{"From", "a@example.net"}, {"From", std::string(9'000, ' ') + "b@example.org"}});
    ASSERT_THAT(asked.senders, SizeIs(1));
    EXPECT_TRUE(asked.senders[0].ends_with(",cut@invalid")) << asked.senders[0];
}

TEST(Passwords, ThatWereTriedAreNotedWithWhatWaits) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    listen(rig, asked, {{"wrong", "keyword en"}});
    wait_for_passwords(rig);
    send(rig);
    ASSERT_THAT(rig.quarantine.kept(), SizeIs(1));
    EXPECT_GT(rig.quarantine.kept()[0].tried_until, std::chrono::system_clock::time_point());
}

TEST(Passwords, AreAskedForWhereSomethingIsLockedAlone) {
    Rig rig;
    Asked asked;
    listen(rig, asked, {mailed});
    send(rig);
    EXPECT_THAT(asked.senders, IsEmpty());
    EXPECT_THAT(rig.pool.requests(), SizeIs(1));
    be_locked(rig);
    listen(rig, asked, {});
    send(rig);
    EXPECT_THAT(rig.pool.requests(), SizeIs(2)) << "none was known: no second scan";
}

TEST(Passwords, WhatTheyOpenIsJudged) {
    Rig rig;
    Asked asked;
    be_locked(rig, {"file.executable", "file.script"});
    listen(rig, asked, {mailed});
    EXPECT_EQ(send(rig).reply, Reply::discard);
    EXPECT_THAT(rig.quarantine.kept(), SizeIs(1));
    EXPECT_THAT(asked.waiting, IsEmpty());
}

TEST(Passwords, FirstScanStandsWhereTheSecondFails) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    rig.pool.answer = [locked = rig.pool.answer](const auto& request, const auto& message) {
        return request.earlier.empty() ? locked(request, message)
                                       : FakePool::failing(sandbox::ScanStatus::overloaded);
    };
    listen(rig, asked, {mailed});
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::proceed);
    EXPECT_EQ(sent.mta.header("X-Sekisho-Verdict"), "unscannable (locked)");
}

TEST(Passwords, OutboundMailBringsAndGetsNone) {
    Rig rig;
    Asked asked;
    rig.change([](auto& settings) {
        config::DirectionRow row;
        row.direction = model::Direction::outbound;
        settings.directions = {row};
    });
    be_locked(rig);
    listen(rig, asked, {mailed});
    send(rig);
    EXPECT_THAT(asked.senders, IsEmpty());
    EXPECT_FALSE(rig.pool.requests().at(0).want_passwords);
}

TEST(Passwords, OfAMailAreKeptUnlessItIsHarmful) {
    Rig rig;
    Asked asked;
    listen(rig, asked, {});
    std::vector<std::string> findings;
    rig.pool.answer = [&](const auto& request, const auto&) {
        auto out = FakePool::with_findings(findings);
        if (request.want_passwords) out.report.passwords = {mailed};
        return out;
    };
    send(rig);
    EXPECT_THAT(asked.kept, ElementsAre(mailed));
    asked.kept.clear();
    findings = {"file.executable", "file.script"};
    send(rig);
    EXPECT_THAT(asked.kept, IsEmpty());
    findings.clear();
    rig.change([](auto& settings) { settings.passwords.keep = {}; });
    send(rig);
    EXPECT_THAT(asked.kept, IsEmpty());
}

TEST(Passwords, LockedMailWaitsAndNobodyIsToldYet) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    listen(rig, asked, {});
    wait_for_passwords(rig);
    EXPECT_EQ(send(rig).reply, Reply::discard);
    ASSERT_THAT(rig.quarantine.kept(), SizeIs(1));
    EXPECT_EQ(rig.quarantine.kept()[0].wait, std::chrono::minutes(15));
    EXPECT_THAT(asked.waiting, ElementsAre("q1"));
    EXPECT_THAT(rig.notices, IsEmpty());
}

TEST(Passwords, TooMuchThatWaitsIsDeferred) {
    Rig rig;
    Asked asked;
    be_locked(rig);
    listen(rig, asked, {});
    wait_for_passwords(rig);
    rig.quarantine.fail_put = base::Cause::limit;
    const auto sent = send(rig);
    EXPECT_EQ(sent.reply, Reply::defer);
    EXPECT_EQ(sent.mta.enhanced, "4.3.1");
    EXPECT_THAT(asked.waiting, IsEmpty());
}

}  // namespace
}  // namespace sekisho::milter
