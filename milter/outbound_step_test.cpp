#include "milter/outbound_step.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "config/load.h"
#include "milter/testing_talk.h"
#include "outbound/hash.h"

namespace sekisho::milter {
namespace {

using model::StandingLevel;
using testing::acting_settings;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Rig;
using testing::Talk;

constexpr auto anna = "anna@example.com";

config::Settings live_settings() {
    config::Settings settings = acting_settings();
    settings.directions = config::defaults().directions;
    return settings;
}

// A Rig with a guard, and what it said.
struct Watch {
    explicit Watch(config::Settings settings = live_settings()) : rig(std::move(settings)) {
        rig.services.guard = &guard;
        rig.services.standing_changed = [this](const outbound::Change& change) {
            changes.push_back(change.key.name + " " + std::string(model::to_string(change.state.level)));
        };
    }
    // One message of an account; the answer to RCPT where that refuses it, else that to its end.
    Reply send(Talk& talk, std::string_view account = anna) {
        talk.mta.macros["{auth_authen}"] = account;
        talk.mta.macros["{client_addr}"] = "203.0.113.5";
        talk.mail();
        if (const Reply refused = talk.rcpt("<b@example.net>"); refused != Reply::proceed) return refused;
        return talk.content();
    }
    void stand(StandingLevel level, const std::string& name = anna) {
        guard.set({outbound::Subject::account, name}, level, "root", outbound::moment_of(rig.services.now()));
    }
    double messages(const std::string& name = anna) {
        const auto found =
            guard.find({outbound::Subject::account, name}, outbound::moment_of(rig.services.now()));
        return found ? double{of(found->row.measures, outbound::Measure::messages_hour)} : 0;
    }
    // Of anna, in the last hour.
    double counted(std::string_view what) {
        const auto found =
            guard.find({outbound::Subject::account, anna}, outbound::moment_of(rig.services.now()));
        if (!found) return -1;
        const auto count = std::ranges::find(found->counts, what, [](const auto& one) { return one.first; });
        return count == found->counts.end() ? -1 : count->second;
    }

    outbound::Guard guard{*outbound::SeenBefore::in_memory(1 << 20)};
    Rig rig;
    std::vector<std::string> changes;
};

TEST(OutboundStep, MessagesAreCounted) {
    Watch watch;
    Talk talk(watch.rig);
    EXPECT_EQ(watch.send(talk), Reply::proceed);
    EXPECT_EQ(watch.send(talk, "Anna@Example.COM"), Reply::proceed);
    EXPECT_EQ(watch.messages(), 2);
}

TEST(OutboundStep, ABurstIsSlowedDown) {
    Watch watch;
    watch.rig.change([](config::Settings& settings) { settings.outbound.limits.messages_per_minute = 3; });
    Talk talk(watch.rig);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(watch.send(talk), Reply::proceed);
    // The fourth is one too many, and is deferred at its end; the fifth already at RCPT.
    EXPECT_EQ(watch.send(talk), Reply::defer);
    EXPECT_THAT(talk.mta.text, HasSubstr("try again in 15 minutes, id "));
    EXPECT_EQ(watch.rig.pool.messages().size(), 4u);
    EXPECT_EQ(watch.send(talk), Reply::defer);
    EXPECT_EQ(talk.mta.code, 451);
    EXPECT_EQ(watch.rig.pool.messages().size(), 4u) << "not scanned";
    EXPECT_EQ(watch.messages(), 5) << "attempts count";
    EXPECT_THAT(watch.changes, Contains("anna@example.com throttled"));
    EXPECT_EQ(watch.send(talk, "ben@example.com"), Reply::proceed) << "nobody else is";
}

TEST(OutboundStep, ABlockedSenderIsRefused) {
    Watch watch;
    watch.stand(StandingLevel::blocked);
    Talk talk(watch.rig);
    EXPECT_EQ(watch.send(talk), Reply::reject);
    EXPECT_EQ(talk.mta.code, 550);
    EXPECT_THAT(talk.mta.text, HasSubstr("ask your postmaster"));
    EXPECT_TRUE(watch.rig.pool.messages().empty());
    EXPECT_THAT(watch.rig.log_text(), HasSubstr("reason=outbound-blocked"));
}

TEST(OutboundStep, ABlockedSenderMayBeHeldInstead) {
    config::Settings settings = live_settings();
    settings.outbound.on_blocked = "quarantine";
    Watch watch(settings);
    watch.stand(StandingLevel::blocked);
    Talk talk(watch.rig);
    EXPECT_EQ(watch.send(talk), Reply::discard) << "kept, and taken out of the MTA's queue";
    EXPECT_EQ(watch.rig.quarantine.kept().size(), 1u);
}

TEST(OutboundStep, MonitorModeOnlySaysIt) {
    config::Settings settings = live_settings();
    settings.monitor = true;
    Watch watch(settings);
    watch.stand(StandingLevel::blocked);
    Talk talk(watch.rig);
    EXPECT_EQ(watch.send(talk), Reply::proceed);
    EXPECT_THAT(watch.rig.log_text(), HasSubstr("would=reject"));
}

TEST(OutboundStep, SwitchedOff) {
    config::Settings settings = live_settings();
    settings.outbound.enabled = false;
    Watch watch(settings);
    watch.stand(StandingLevel::blocked);
    Talk talk(watch.rig);
    EXPECT_EQ(watch.send(talk), Reply::proceed);
}

TEST(OutboundStep, WhatComesFromOutsideIsNotCounted) {
    Watch watch;
    Talk talk(watch.rig);
    EXPECT_EQ(talk.send(), Reply::proceed);
    EXPECT_EQ(watch.guard.size().hosts, 0u);
}

TEST(OutboundStep, TransactionsHoldWhatCounts) {
    model::Envelope envelope;
    envelope.auth_authen = "Anna@example.com";
    envelope.client_addr = "192.0.2.7";
    envelope.helo = "[192.0.2.9]";
    envelope.mail_from = "Anna@Example.com";
    envelope.recipients = {"B@example.net", "c@EXAMPLE.net", "odd"};
    model::ScanReport report;
    report.message.from = "\"Anna Example\" <Anna@example.com>";
    report.verdict = model::Verdict::malicious;
    report.parts.resize(4);
    report.parts[1] = {.id = 1, .type = "application/zip", .size = 900, .sha256 = "aa", .opened_by = "mime"};
    report.parts[2] = {.id = 2, .type = "image/png", .size = 900, .sha256 = "bb", .opened_by = "mime"};
    report.parts[3] = {.id = 3, .type = "text/plain", .size = 9, .sha256 = "cc", .opened_by = "mime"};
    config::Settings settings = acting_settings();
    const auto seen = transaction_of(settings, envelope, &report, {});
    EXPECT_EQ(seen.account, anna);
    EXPECT_EQ(seen.sender, anna);
    EXPECT_EQ(seen.from_address, anna);
    EXPECT_EQ(seen.from_name, outbound::hash_of("Anna Example"));
    EXPECT_TRUE(seen.helo_literal);
    EXPECT_EQ(seen.harm, outbound::Harm::malicious);
    ASSERT_EQ(seen.recipients.size(), 3u);
    EXPECT_EQ(seen.recipients[0].address, outbound::hash_of("b@example.net"));
    EXPECT_EQ(seen.recipients[0].domain, seen.recipients[1].domain);
    EXPECT_NE(seen.recipients[0].domain, 0u);
    settings.local_domains = {"example.net"};
    EXPECT_EQ(transaction_of(settings, envelope, &report, {}).recipients[0].domain, 0u);
    EXPECT_EQ(seen.contents, std::vector{outbound::attachment_key(outbound::hash_of("aa"))});
}

TEST(OutboundStep, ATextIsCountedByItsKey) {
    model::ScanReport report;
    report.message.text_key = 5;
    report.parts.resize(3);
    report.parts[1] = {.id = 1, .type = "text/html", .size = 900, .sha256 = "aa", .opened_by = "mime"};
    report.parts[2] = {
        .id = 2, .name = "list.csv", .type = "text/plain", .size = 900, .sha256 = "bb", .opened_by = "mime"};
    const auto contents = transaction_of(acting_settings(), {}, &report, {}).contents;
    EXPECT_EQ(contents,
              (std::vector<outbound::ContentKey>{5, outbound::attachment_key(outbound::hash_of("bb"))}));
}

constexpr auto list_of_a_bot = "<nobody@example.net>";

// One recipient that the MTA refuses, as Postfix and Sendmail tell it.
void refuse(Talk& talk, const std::string& code, const std::string& text, const char* recipient) {
    talk.mta.macros["{rcpt_mailer}"] = "error";
    talk.mta.macros["{rcpt_host}"] = code;
    talk.mta.macros["{rcpt_addr}"] = text;
    EXPECT_EQ(talk.rcpt(recipient), Reply::proceed);
    for (const char* name : {"{rcpt_mailer}", "{rcpt_host}", "{rcpt_addr}"})
        talk.mta.macros.erase(name);
}

TEST(OutboundStep, RefusedRecipientsAreNoneOfTheMessage) {
    Watch watch;
    Talk talk(watch.rig);
    talk.mta.macros["{auth_authen}"] = anna;
    talk.mail();
    refuse(talk, "5.1.1", "550 5.1.1 User unknown", list_of_a_bot);
    EXPECT_EQ(talk.rcpt("<b@example.net>"), Reply::proceed);
    refuse(talk, "4.1.1", "450 4.1.1 try later", "<c@example.net>");
    EXPECT_EQ(talk.content(), Reply::proceed);
    EXPECT_EQ(watch.messages(), 1);
    EXPECT_EQ(watch.counted("recipients"), 1);
    EXPECT_EQ(watch.counted("rejected recipients"), 1);
    EXPECT_EQ(watch.counted("deferred recipients"), 1);
}

TEST(OutboundStep, AListOfOldAddressesIsSeen) {
    for (const bool aborts : {true, false}) {
        Watch watch;
        auto talk = std::make_unique<Talk>(watch.rig);
        talk->mta.macros["{auth_authen}"] = anna;
        for (int i = 0; i < 4; ++i) {
            talk->mail();
            for (int j = 0; j < 5; ++j)
                refuse(*talk, "5.1.1", "550 5.1.1 User unknown", list_of_a_bot);
            if (aborts) talk->session.on_abort();
        }
        talk->session.on_close();
        EXPECT_EQ(watch.counted("rejected recipients"), 20);
        EXPECT_EQ(watch.messages(), 4);
        EXPECT_THAT(watch.changes, Contains("anna@example.com watched"));
    }
}

// Half of the world tries addresses of ours that never were.
TEST(OutboundStep, RefusedRecipientsOfStrangersAreNotCounted) {
    Watch watch;
    Talk talk(watch.rig);
    talk.mail();
    refuse(talk, "5.1.1", "550 5.1.1 User unknown", "<nobody@example.com>");
    talk.session.on_abort();
    EXPECT_EQ(watch.guard.size().hosts, 0u);
}

// A transport of Postfix may be called "error" for recipients that it takes.
TEST(OutboundStep, ATransportOfThatNameIsNoRefusal) {
    Watch watch;
    Talk talk(watch.rig);
    talk.mta.macros["{auth_authen}"] = anna;
    talk.mail();
    talk.mta.macros["{rcpt_mailer}"] = "error";
    talk.mta.macros["{rcpt_host}"] = "5.1.1 mailbox is full";
    talk.mta.macros["{rcpt_addr}"] = "b@example.net";
    EXPECT_EQ(talk.rcpt("<b@example.net>"), Reply::proceed);
    EXPECT_EQ(talk.content(), Reply::proceed);
    EXPECT_EQ(watch.counted("recipients"), 1);
    EXPECT_EQ(watch.counted("rejected recipients"), 0);
}

TEST(OutboundStep, ClientsThatSpeakForOthers) {
    config::Settings settings = live_settings();
    settings.outbound.unwatched = {"127.0.0.0/8"};
    model::Envelope envelope;
    envelope.client_addr = "127.0.0.1";
    EXPECT_FALSE(watched_sender(settings, envelope));
    envelope.auth_authen = anna;
    EXPECT_EQ(watched_sender(settings, envelope).account, anna);
    EXPECT_EQ(watched_sender(settings, envelope).client, "");
}

}  // namespace
}  // namespace sekisho::milter
