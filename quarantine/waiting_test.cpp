#include <gtest/gtest.h>

#include <filesystem>

#include "quarantine/quarantine.h"
#include "quarantine/testing.h"
#include "store/testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

const std::string message = "Subject: files\r\n\r\nbody\r\n";

class Waiting : public testing::Test {
protected:
    Waiting() {
        settings_.directory = folder_.path() + "/quarantine";
        settings_.key_file = folder_.path() + "/release.key";
        settings_.min_free = 0;
        settings_.release_to = smtp_.setting();
        envelope_.mail_from = "partner@example.net";
        envelope_.recipients = {"ann@example.com", "bob@example.com"};
        envelope_.client_addr = "192.0.2.1";
        envelope_.auth_authen = "eve";
        envelope_.direction = model::Direction::internal;
        report_.verdict = model::Verdict::unscannable;
        report_.unscannable = {model::Unscannable::locked};
        report_.message = {.subject = "files", .from = "Partner <partner@example.net>", .message_id = ""};
        open();
    }
    void open() {
        quarantine_ = nullptr;
        store_ = nullptr;
        store_ = store::Store::open(store_settings_).value();
        quarantine_ = Quarantine::open(settings_, *store_).value();
    }
    base::Result<std::string> put(const std::string& bytes, std::string sender = "partner@example.net",
                                  std::vector<std::string> recipients = {"ann@example.com"}) {
        envelope_.mail_from = std::move(sender);
        return quarantine_->put({.envelope = &envelope_,
                                 .recipients = std::move(recipients),
                                 .message = base::as_bytes(bytes),
                                 .report = &report_,
                                 .reason = "unscannable",
                                 .finding = "archive.encrypted.unopened",
                                 .from = "Partner <partner@example.net>",
                                 .wait = 900s,
                                 .tried_until = tried_until_});
    }
    base::Result<void> again(const std::string& id, const std::string& was, const std::string& state,
                             const std::string& prefix = {}) {
        return quarantine_->judge_again(
            id, was,
            {.report = &report_, .state = state, .subject_prefix = prefix, .deadline = system_clock::now()});
    }
    void lose_the_database() {
        quarantine_ = nullptr;
        store_ = nullptr;
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(store_settings_.path + suffix);
        open();
    }
    std::string state(const std::string& id) { return quarantine_->show(id).value().state; }

    testing_help::TempFolder folder_;
    testing_help::SmtpServer smtp_;
    config::StoreSettings store_settings_{.path = folder_.path() + "/sekisho.db"};
    config::QuarantineSettings settings_;
    model::Envelope envelope_;
    model::ScanReport report_;
    system_clock::time_point tried_until_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Quarantine> quarantine_;
};

TEST_F(Waiting, IsKnownAfterARestart) {
    const std::string id = put(message).value();
    open();
    const auto row = quarantine_->show(id).value();
    EXPECT_EQ(row.state, "awaiting password");
    EXPECT_GE(row.deadline, row.at + 899s);
    EXPECT_LE(row.deadline, row.at + 901s);
    EXPECT_EQ(row.attempts, 0U);
    EXPECT_EQ(put(message).value(), id) << "a retry finds its entry";
    EXPECT_EQ(quarantine_->message(id).value(), message);
}

// The files are the truth: the waiting goes on where the database was lost.
TEST_F(Waiting, GoesOnWithoutTheDatabase) {
    const std::string id = put(message).value();
    const auto deadline = quarantine_->show(id).value().deadline;
    lose_the_database();
    const auto row = quarantine_->show(id).value();
    EXPECT_EQ(row.state, "awaiting password");
    EXPECT_EQ(row.deadline, deadline);
}

TEST_F(Waiting, EnvelopeComesBackAsItWas) {
    const auto who = quarantine_->correspondents(put(message).value()).value();
    const model::Envelope& envelope = who.envelope;
    EXPECT_EQ(who.from, "Partner <partner@example.net>");
    EXPECT_EQ(envelope.mail_from, "partner@example.net");
    EXPECT_EQ(envelope.recipients, std::vector<std::string>{"ann@example.com"}) << "those of the entry";
    EXPECT_EQ(envelope.client_addr, "192.0.2.1");
    EXPECT_EQ(envelope.auth_authen, "eve");
    EXPECT_EQ(envelope.direction, model::Direction::internal);
    EXPECT_TRUE(envelope.via_smtp);
}

TEST_F(Waiting, AttemptsAreNoted) {
    auto row = quarantine_->show(put(message).value()).value();
    row.attempts = 3;
    row.tried_until = system_clock::time_point(1'790'000'000'123ms);
    ASSERT_TRUE(quarantine_->note_waiting(row));
    open();
    const auto again = quarantine_->show(row.id).value();
    EXPECT_EQ(again.attempts, 3U);
    EXPECT_EQ(again.tried_until, row.tried_until);
    ASSERT_TRUE(quarantine_->remove(row.id));
    EXPECT_FALSE(quarantine_->note_waiting(row)) << "what is deleted does not come back";
}

TEST_F(Waiting, AnotherScanEndsIt) {
    const std::string id = put(message).value();
    report_.verdict = model::Verdict::malicious;
    report_.unscannable.clear();
    report_.findings.push_back(
        {.finding = {"office.macro", 0, ""}, .score = 12, .title = "", .muted = false});
    ASSERT_TRUE(again(id, "awaiting password", "held"));
    EXPECT_FALSE(again(id, "awaiting password", "held")) << "it does not wait any more";
    open();
    const auto row = quarantine_->show(id).value();
    EXPECT_EQ(row.state, "held");
    EXPECT_EQ(row.verdict, "malicious");
    EXPECT_EQ(row.finding, "office.macro");
    EXPECT_GE(row.expires, row.at + std::chrono::days(90));
    EXPECT_NE(quarantine_->report(id).value().find("office.macro"), std::string::npos);
}

TEST_F(Waiting, ReleaseSendsItAsItCame) {
    const std::string id = put(message).value();
    ASSERT_TRUE(quarantine_->release(id, {}));
    EXPECT_EQ(state(id), "released");
    EXPECT_TRUE(smtp_.mails().back().text.ends_with(message));
}

TEST_F(Waiting, ReleaseToSomeLeavesTheOthersWaiting) {
    using Addresses = std::vector<std::string>;
    const std::string id =
        put(message, "partner@example.net", {"ann@example.com", "bob@example.com"}).value();
    const auto before = quarantine_->show(id).value();
    const auto recipients = [&] { return quarantine_->show(id).value().recipients; };
    smtp_.answer(".", "451 4.3.0 later");
    EXPECT_FALSE(quarantine_->release(id, {"ann@example.com"}));
    lose_the_database();
    EXPECT_EQ(recipients(), before.recipients);
    smtp_.answer(".", "250 2.0.0 kept");
    ASSERT_TRUE(quarantine_->release(id, {"ann@example.com"}));
    EXPECT_EQ(smtp_.mails().back().recipients, Addresses{"ann@example.com"});
    EXPECT_TRUE(quarantine_->note_waiting(before)) << "by who has read the row before";
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(state(id), "awaiting password");
        EXPECT_EQ(quarantine_->show(id).value().deadline, before.deadline);
        EXPECT_EQ(recipients(), Addresses{"bob@example.com"});
        EXPECT_EQ(quarantine_->correspondents(id).value().envelope.recipients, Addresses{"bob@example.com"});
        lose_the_database();
    }
    ASSERT_TRUE(again(id, "awaiting password", "releasing"));
    ASSERT_TRUE(quarantine_->release(id, {"carol@example.com"})) << "to a third one";
    EXPECT_EQ(state(id), "releasing");
    ASSERT_TRUE(quarantine_->release_opened(id));
    EXPECT_EQ(smtp_.mails().back().recipients, Addresses{"bob@example.com"});
    EXPECT_EQ(state(id), "released");
}

TEST_F(Waiting, WhatWasOpenedIsReleasedOnce) {
    const std::string id = put(message).value();
    EXPECT_FALSE(quarantine_->release_opened(id)) << "nobody opened it";
    ASSERT_TRUE(again(id, "awaiting password", "releasing"));
    open();
    EXPECT_EQ(state(id), "releasing");
    smtp_.answer(".", "451 4.3.0 later");
    EXPECT_FALSE(quarantine_->release_opened(id));
    EXPECT_EQ(state(id), "releasing");
    smtp_.answer(".", "250 2.0.0 kept");
    ASSERT_TRUE(quarantine_->release_opened(id));
    EXPECT_EQ(state(id), "released");
    EXPECT_TRUE(smtp_.mails().back().text.ends_with(message));
    EXPECT_FALSE(quarantine_->release_opened(id));
    EXPECT_EQ(put(message).value(), id) << "the MTA's retry";
    EXPECT_EQ(state(id), "released") << "does not begin anew";
}

TEST_F(Waiting, WhatIsToBeMarkedIsMarked) {
    const std::string id = put(message).value();
    ASSERT_TRUE(again(id, "awaiting password", "releasing", "[deep]"));
    open();
    ASSERT_TRUE(quarantine_->release_opened(id));
    EXPECT_TRUE(smtp_.mails().back().text.ends_with("Subject: [deep] files\r\n\r\nbody\r\n"));
}

TEST_F(Waiting, WhoReleasesFirstWins) {
    const std::string id = put(message).value();
    const auto row = quarantine_->show(id).value();
    ASSERT_TRUE(quarantine_->release(id, {}));
    EXPECT_FALSE(quarantine_->note_waiting(row));
    EXPECT_FALSE(again(id, "awaiting password", "releasing"));
    EXPECT_FALSE(quarantine_->deliver_unscanned(id, 24h));
    EXPECT_FALSE(quarantine_->end_waiting(id));
    EXPECT_EQ(smtp_.mails().size(), 1U);
}

TEST_F(Waiting, EndsInTheQuarantine) {
    const std::string id = put(message).value();
    ASSERT_TRUE(quarantine_->end_waiting(id));
    EXPECT_EQ(state(id), "held");
    EXPECT_FALSE(quarantine_->end_waiting(id));
}

// What was sent, or kept for good, does not wait anew where the database is lost: nothing goes out twice.
TEST_F(Waiting, NothingWaitsAgainWithoutTheDatabase) {
    const std::string released = put(message).value();
    ASSERT_TRUE(quarantine_->release(released, {}));
    const std::string delivered = put(message + "1").value();
    ASSERT_TRUE(quarantine_->deliver_unscanned(delivered, 24h));
    const std::string kept = put(message + "2").value();
    ASSERT_TRUE(quarantine_->end_waiting(kept));
    lose_the_database();
    for (const std::string& id : {released, delivered, kept})
        EXPECT_EQ(state(id), "held");
}

TEST_F(Waiting, WhatTheGateTriedIsNotTriedAgain) {
    tried_until_ = system_clock::time_point(1'790'000'000'123ms);
    EXPECT_EQ(quarantine_->show(put(message).value()).value().tried_until, tried_until_);
}

TEST_F(Waiting, IsNotExpiredBeforeItsTime) {
    const auto row = quarantine_->show(put(message).value()).value();
    EXPECT_GE(row.expires, row.deadline + std::chrono::days(30));
}

TEST_F(Waiting, BytesAreCountedWhenItIsJudgedAgain) {
    const std::string id = put(message).value();
    for (int i = 0; i < 50; ++i)
        report_.findings.push_back(
            {.finding = {"office.macro", 0, "x"}, .score = 1, .title = "", .muted = false});
    ASSERT_TRUE(again(id, "awaiting password", "held"));
    const auto counted = quarantine_->bytes();
    open();
    EXPECT_EQ(quarantine_->bytes(), counted);
}

TEST_F(Waiting, DeliveredUnopenedItsCopyStaysForAWhile) {
    const std::string id = put(message).value();
    ASSERT_TRUE(quarantine_->deliver_unscanned(id, 24h));
    EXPECT_TRUE(smtp_.mails().back().text.ends_with("Subject: [unscanned] files\r\n\r\nbody\r\n"));
    const auto row = quarantine_->show(id).value();
    EXPECT_EQ(row.state, "delivered");
    EXPECT_LE(row.expires, system_clock::now() + 24h);
    EXPECT_EQ(quarantine_->message(id).value(), message);
    EXPECT_FALSE(quarantine_->deliver_unscanned(id, 24h)) << "not a second time";
    EXPECT_EQ(quarantine_->expire(system_clock::now() + 25h).value(), std::vector<std::string>{id});
}

TEST_F(Waiting, AllTogetherHaveALimit) {
    settings_.waiting_max_bytes = 1'000;
    settings_.waiting_share = 60;
    open();
    const std::string big = message + std::string(470, 'x');
    ASSERT_TRUE(put(big));
    const auto refused = put(big + "y");
    ASSERT_FALSE(refused) << "over the share of one domain";
    EXPECT_EQ(refused.error().cause, base::Cause::limit);
    EXPECT_FALSE(put(big + "y", "other@EXAMPLE.net"));
    EXPECT_FALSE(put(big + "y", "other@sub.example.net")) << "one organisation";
    EXPECT_TRUE(put(big)) << "a retry takes no second place";
    ASSERT_TRUE(put(big, "one@example.org"));
    EXPECT_FALSE(put(message, "one@example.com")) << "over the whole";
    const auto rows = store_->list_quarantine({.state = "awaiting password"}).value();
    ASSERT_EQ(rows.size(), 2U);
    ASSERT_TRUE(quarantine_->release(rows[0].id, {}));
    EXPECT_TRUE(put(message, "one@example.com"));
}

}  // namespace
}  // namespace sekisho::quarantine
