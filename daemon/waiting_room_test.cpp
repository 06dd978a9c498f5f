#include "daemon/waiting_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "config/load.h"
#include "milter/testing_fakes.h"
#include "quarantine/testing.h"
#include "quarantine/token.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using milter::testing::FakePool;
using std::chrono::system_clock;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string message = "From: partner@example.net\r\nSubject: files\r\n\r\nbody\r\n";
const std::string from = "Partner <partner@example.net>";
const model::MailedPassword right{"s3cret", "keyword ja, mail text line 4"};

// Polls: the room acts on a thread of its own.
bool eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < end) {
        if (holds()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

// Real store, quarantine and password book; the pool opens what it is given the right password for.
class WaitingRoomTest : public testing::Test {
protected:
    WaitingRoomTest() : settings_(acting()) {
        auto quarantine = settings_.get()->quarantine;
        store_ = store::Store::open({.path = folder_.path() + "/sekisho.db"}).value();
        quarantine_ = quarantine::Quarantine::open(quarantine, *store_).value();
        const auto key = quarantine::ReleaseKey::load_or_create(quarantine.key_file).value();
        book_ = quarantine::PasswordBook::open(settings_.get()->passwords, key.bytes(), *store_).value();
        pool_.answer = [this](const model::ScanRequest& request, const std::string&) {
            const std::scoped_lock lock(mutex_);
            if (fails_ != sandbox::ScanStatus::ok) return FakePool::failing(fails_);
            const bool opened =
                std::ranges::any_of(request.earlier, [](const auto& one) { return one.text == right.text; });
            auto out = FakePool::with_findings(
                opened ? inside_ : std::vector<std::string>{"archive.encrypted.unopened"});
            out.report.complete = opened;
            out.report.message.from = from;
            return out;
        };
        envelope_.mail_from = "partner@example.net";
        envelope_.recipients = {"user@example.com"};
    }

    config::Settings acting() {
        config::Settings settings = config::defaults();
        settings.monitor = false;
        settings.notice.operators = {"postmaster@example.com"};
        settings.quarantine.directory = folder_.path() + "/quarantine";
        settings.quarantine.key_file = folder_.path() + "/release.key";
        settings.quarantine.min_free = 0;
        settings.quarantine.release_to = smtp_.setting();
        return settings;
    }
    void start() {
        room_.emplace(WaitingRoom::Rooms{settings_, pool_, *store_, *quarantine_, *book_,
                                         [this](const std::string& to, const quarantine::Notice& notice) {
                                             const std::scoped_lock lock(mutex_);
                                             told_.push_back(to + " " + notice.verdict);
                                         },
                                         [this] { return system_clock::now() + later_.load(); }},
                      1h);
    }
    std::string put() {
        model::ScanReport report;
        report.verdict = model::Verdict::unscannable;
        report.unscannable = {model::Unscannable::locked};
        report.message.from = from;
        return quarantine_
            ->put({.envelope = &envelope_,
                   .recipients = envelope_.recipients,
                   .message = base::as_bytes(message),
                   .report = &report,
                   .reason = "unscannable",
                   .finding = "archive.encrypted.unopened",
                   .from = from,
                   .wait = wait_})
            .value();
    }
    std::string state(const std::string& id) { return quarantine_->show(id).value().state; }
    bool becomes(const std::string& id, const std::string& wanted) {
        return eventually([&] { return state(id) == wanted; });
    }
    std::vector<std::string> told() {
        const std::scoped_lock lock(mutex_);
        return told_;
    }
    std::vector<base::Json> incidents() {
        std::vector<base::Json> out;
        auto events = store_->events("incident", 10).value();
        for (model::Event& event : events)
            out.push_back(std::move(event.detail));
        return out;
    }

    testing_help::TempFolder folder_;
    testing_help::SmtpServer smtp_;
    milter::CurrentSettings settings_;
    FakePool pool_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<quarantine::Quarantine> quarantine_;
    std::unique_ptr<quarantine::PasswordBook> book_;
    model::Envelope envelope_;
    std::mutex mutex_;
    std::vector<std::string> inside_;  // findings behind the lock
    sandbox::ScanStatus fails_ = sandbox::ScanStatus::ok;
    std::vector<std::string> told_;
    std::atomic<std::chrono::seconds> later_ = 0s;
    std::chrono::seconds wait_ = 900s;
    std::optional<WaitingRoom> room_;
};

TEST_F(WaitingRoomTest, PasswordOpensAndReleases) {
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {{"wrong", "keyword en"}, right});
    EXPECT_TRUE(becomes(id, "released"));
    ASSERT_THAT(smtp_.mails(), SizeIs(1));
    EXPECT_TRUE(smtp_.mails()[0].text.ends_with(message));
    EXPECT_THAT(smtp_.mails()[0].recipients, ElementsAre("user@example.com"));
    EXPECT_THAT(pool_.requests(), SizeIs(1));
    EXPECT_TRUE(pool_.requests()[0].slow);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(WaitingRoomTest, WhatIsHarmfulStays) {
    inside_ = {"file.executable", "file.script"};
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(becomes(id, "held"));
    EXPECT_EQ(quarantine_->show(id).value().verdict, "malicious");
    EXPECT_TRUE(eventually([&] { return !incidents().empty(); }));
    EXPECT_EQ(incidents()[0].string_or("what"), "opened, is malicious");
    EXPECT_TRUE(
        eventually([&] { return told() == std::vector<std::string>{"postmaster@example.com malicious"}; }));
    EXPECT_THAT(smtp_.mails(), IsEmpty());
}

// The store knows all of it: a room that starts finds what came while there was none.
TEST_F(WaitingRoomTest, StartLooksAtEverything) {
    start();
    room_->remember(envelope_, from, {right});
    room_.reset();
    const std::string id = put();
    start();
    EXPECT_TRUE(becomes(id, "released"));
}

TEST_F(WaitingRoomTest, TriesAreCountedAndEnd) {
    wait_ = 7 * 24h;
    start();
    const std::string id = put();
    for (std::uint32_t i = 1; i <= max_attempts + 2; ++i) {
        room_->remember(envelope_, from, {{"wrong" + std::to_string(i), "keyword en"}});
        if (i <= max_attempts) {
            ASSERT_TRUE(eventually([&] { return quarantine_->show(id).value().attempts == i; })) << i;
        }
        room_->wake();  // nothing new: no scan
        later_ = later_.load() + 10s * (1 << i);
    }
    room_.reset();
    EXPECT_THAT(pool_.requests(), SizeIs(max_attempts));
    EXPECT_EQ(state(id), "awaiting password");
}

TEST_F(WaitingRoomTest, ScanThatCouldNotBeIsTriedAgain) {
    fails_ = sandbox::ScanStatus::overloaded;
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(eventually([&] { return pool_.requests().size() == 1; }));
    {
        const std::scoped_lock lock(mutex_);
        fails_ = sandbox::ScanStatus::ok;
    }
    later_ = 10s;
    room_->wake();
    EXPECT_TRUE(becomes(id, "released"));
    EXPECT_EQ(quarantine_->show(id).value().attempts, 1U);
}

// The machine may have been busy once. A second time it is the mail's fault, and policy says what follows.
TEST_F(WaitingRoomTest, MailThatCrashesTwiceStays) {
    auto settings = acting();
    settings.passwords.fallback = "deliver";
    settings_.set(settings);
    fails_ = sandbox::ScanStatus::crashed;
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(eventually([&] { return pool_.requests().size() == 1; }));
    later_ = 901s;
    EXPECT_TRUE(eventually([&] {
        room_->wake();
        return state(id) == "held";
    }));
    EXPECT_THAT(pool_.requests(), SizeIs(2));
    EXPECT_THAT(smtp_.mails(), IsEmpty());
}

// A partner's system that sends its password again and again costs one scan.
TEST_F(WaitingRoomTest, PasswordThatWasTriedIsNotTriedAgain) {
    start();
    const std::string id = put();
    for (int i = 0; i < 3; ++i) {
        room_->remember(envelope_, from, {{"wrong", "keyword en"}});
        ASSERT_TRUE(eventually([&] { return pool_.requests().size() == 1; }));
        later_ = later_.load() + 60s;
    }
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(becomes(id, "released"));
    EXPECT_THAT(pool_.requests(), SizeIs(2));
}

// What is known to open it is not passed over for a busy machine.
TEST_F(WaitingRoomTest, NothingGoesOutUnopenedThatCouldBeOpened) {
    auto settings = acting();
    settings.passwords.fallback = "deliver";
    settings_.set(settings);
    fails_ = sandbox::ScanStatus::overloaded;
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(eventually([&] { return pool_.requests().size() == 1; }));
    later_ = 1'000s;
    room_->wake();
    EXPECT_TRUE(eventually([&] { return pool_.requests().size() == 2; }));
    EXPECT_EQ(state(id), "awaiting password");
    later_ = 900s + 3'601s;
    room_->wake();
    EXPECT_TRUE(becomes(id, "held"));
    EXPECT_THAT(smtp_.mails(), IsEmpty());
}

TEST_F(WaitingRoomTest, DeliveryThatFailsIsTriedAgainAndEnds) {
    auto settings = acting();
    settings.passwords.fallback = "deliver";
    settings_.set(settings);
    smtp_.answer(".", "451 4.3.0 later");
    start();
    const std::string id = put();
    later_ = 901s;
    room_->wake();
    EXPECT_TRUE(
        eventually([&] { return quarantine_->show(id).value().deadline > system_clock::now() + 960s; }));
    EXPECT_EQ(state(id), "awaiting password");
    later_ = 901s + 25h;
    room_->wake();
    EXPECT_TRUE(becomes(id, "held"));
    EXPECT_TRUE(eventually([&] { return told().size() == 2; }));
}

TEST_F(WaitingRoomTest, WhatPolicyMarksIsReleasedMarked) {
    auto settings = acting();
    config::PolicyRule row;
    row.name = "deep";
    row.unscannable = {model::Unscannable::deep};
    row.action = model::Action::tag;
    row.subject_prefix = "[deep]";
    settings.rules.insert(settings.rules.begin(), row);
    settings_.set(settings);
    inside_ = {"limit.depth"};
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(becomes(id, "released"));
    ASSERT_THAT(smtp_.mails(), SizeIs(1));
    EXPECT_THAT(smtp_.mails()[0].text, testing::HasSubstr("Subject: [deep] files\r\n"));
}

TEST_F(WaitingRoomTest, ReleaseThatFailedIsTriedAgain) {
    smtp_.answer(".", "451 4.3.0 later");
    start();
    const std::string id = put();
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(eventually([&] { return pool_.requests().size() == 1; }));
    EXPECT_TRUE(becomes(id, "releasing"));
    smtp_.answer(".", "250 2.0.0 kept");
    later_ = 61s;
    EXPECT_TRUE(eventually([&] {
        room_->wake();
        return state(id) == "released";
    }));
    EXPECT_THAT(pool_.requests(), SizeIs(1)) << "it was opened once";
}

TEST_F(WaitingRoomTest, WithoutAPasswordItIsKeptAndTold) {
    later_ = 899s;
    start();
    const std::string id = put();
    room_->wake();
    later_ = 901s;
    room_->wake();
    EXPECT_TRUE(becomes(id, "held"));
    EXPECT_TRUE(eventually([&] { return told().size() == 2; }));
    EXPECT_THAT(told(), ElementsAre("postmaster@example.com unscannable (locked)",
                                    "user@example.com unscannable (locked)"));
}

TEST_F(WaitingRoomTest, DeliveredUnopenedAndFoundOutLater) {
    auto settings = acting();
    settings.passwords.fallback = "deliver";
    settings_.set(settings);
    inside_ = {"file.executable", "file.script"};
    start();
    const std::string id = put();
    later_ = 901s;
    room_->wake();
    EXPECT_TRUE(becomes(id, "delivered"));
    ASSERT_THAT(smtp_.mails(), SizeIs(1));
    EXPECT_THAT(smtp_.mails()[0].text, testing::HasSubstr("Subject: [unscanned] files\r\n"));
    room_->remember(envelope_, from, {right});
    EXPECT_TRUE(eventually([&] { return !incidents().empty(); }));
    EXPECT_EQ(incidents()[0].string_or("what"), "delivered, was malicious");
    EXPECT_NE(base::dump_json(incidents()[0]).find("user@example.com"), std::string::npos);
    room_.reset();
    EXPECT_THAT(smtp_.mails(), SizeIs(1));
}

TEST_F(WaitingRoomTest, ByHand) {
    start();
    const std::string id = put();
    const auto wrong = room_->unlock(id, "wrong").value();
    EXPECT_EQ(wrong.string_or("outcome"), "still locked");
    EXPECT_EQ(state(id), "awaiting password");
    const auto opened = room_->unlock(id, right.text).value();
    EXPECT_EQ(opened.string_or("outcome"), "released");
    EXPECT_EQ(opened.string_or("verdict"), "clean");
    EXPECT_EQ(state(id), "released");
    EXPECT_FALSE(room_->unlock(id, right.text)) << "it is out";
}

TEST_F(WaitingRoomTest, ByHandWhatIsHarmfulStays) {
    inside_ = {"file.executable", "file.script"};
    start();
    const std::string id = put();
    EXPECT_EQ(room_->unlock(id, right.text).value().string_or("outcome"), "kept");
    EXPECT_EQ(state(id), "held");
    EXPECT_THAT(smtp_.mails(), IsEmpty());
}

}  // namespace
}  // namespace sekisho::daemon
