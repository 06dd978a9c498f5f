// The text of notices, the queue before them, and the thread that sends them.
#include "quarantine/notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/base64.h"
#include "base/escape.h"
#include "quarantine/notice_queue.h"
#include "quarantine/notices.h"
#include "quarantine/testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Notice notice(std::string id = "4711") {
    return {.id = std::move(id),
            .host = "mx.example.com",
            .mail_from = "eve@example.net",
            .subject = "Rechnung 12.5",
            .recipients = {"ann@example.com"},
            .verdict = "suspicious",
            .action = model::Action::quarantine,
            .at = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 10h};
}

struct Mail {
    std::string head, body;
};
Mail mail_of(std::span<const Notice> notices, const config::NoticeSettings& settings = {},
             std::uint64_t unlisted = 0) {
    const std::string text =
        notice_mail(settings, "ann@example.com", notices, unlisted, notices[0].at + 5min);
    const std::size_t end = text.find("\r\n\r\n");
    std::string body = text.substr(end + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    return {text.substr(0, end + 2), base::base64_decode(body).value()};
}
Mail mail_of(const Notice& one, const config::NoticeSettings& settings = {}) {
    return mail_of(std::span(&one, 1), settings);
}

TEST(NoticeMail, HoldsWhatTheReaderNeeds) {
    const Mail mail = mail_of(notice(), {.language = "en"});
    EXPECT_THAT(mail.head, StartsWith("From: Mail filter <postmaster@mx.example.com>\r\n"
                                      "To: <ann@example.com>\r\n"
                                      "Subject: Mail held back (1)\r\n"
                                      "Date: Tue, 24 Nov 2026 10:05:00 +0000\r\n"));
    EXPECT_THAT(mail.head, HasSubstr("\r\nAuto-Submitted: auto-generated\r\n"));
    for (const char* line :
         {"Id: 4711\n", "From: eve@example[.]net\n", "Subject: Rechnung 12[.]5\n", "To: ann@example[.]com\n",
          "Received: 2026-11-24 10:00 UTC\n", "Reason: it looks suspicious\n", "Now: kept in quarantine\n"}) {
        EXPECT_THAT(mail.body, HasSubstr(line));
    }
    EXPECT_THAT(mail.body, Not(HasSubstr("差出人")));
}

TEST(NoticeMail, SpeaksJapaneseAndBoth) {
    const Mail japanese = mail_of(notice(), {.language = "ja"});
    EXPECT_THAT(japanese.body, HasSubstr("差出人: eve@example[.]net\n"));
    EXPECT_THAT(japanese.body, Not(HasSubstr("Received")));
    const Mail both = mail_of(notice());
    EXPECT_THAT(both.body, HasSubstr("Now: kept in quarantine\n"));
    EXPECT_THAT(both.body, HasSubstr("現在の状態: 隔離して保管しています\n"));
    EXPECT_THAT(both.head, HasSubstr("Subject: Mail held back (1) =?UTF-8?B?"));
}

TEST(NoticeMail, EncodedWordsAndLinesKeepTheirLimits) {
    const std::vector<Notice> many(50, notice(std::string(32, 'f')));
    const std::string text = notice_mail({}, "ann@example.com", many, 1'000'000'000, notice().at);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - at, 120u);
        at = end + 2;
    }
    const std::size_t word = text.find("=?UTF-8");
    EXPECT_LE(text.find("?=", word) + 2 - word, 75u) << "RFC 2047 section 2";
    EXPECT_TRUE(
        std::ranges::all_of(text, [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c <= '~'); }));
    EXPECT_EQ(text.find('\n', text.find("\r\n") + 2), text.find("\r\n", text.find("\r\n") + 2) + 1);
}

TEST(NoticeMail, StrangersWordsStayWords) {
    const char* const hostile[] = {"x\r\nBcc: all@example.com\r\n\r\nhello",
                                   "%s%n{}{0}",
                                   "\x1b[2J\xff\xfe",
                                   "https://evil.example/login",
                                   "mailto:eve@evil.example",
                                   "\xe2\x80\xaegpj.exe"};
    for (const char* text : hostile) {
        Notice bad = notice();
        bad.mail_from = bad.subject = bad.id = text;
        bad.recipients = {text};
        const Mail mail = mail_of(bad);
        EXPECT_THAT(mail.head, Not(HasSubstr("Bcc"))) << text;
        EXPECT_THAT(mail.body, Not(HasSubstr("\nBcc"))) << text;
        EXPECT_THAT(mail.body, Not(HasSubstr("Subject: https:"))) << text;
        EXPECT_THAT(mail.body, Not(HasSubstr("\x1b"))) << text;
        EXPECT_THAT(mail.body, Not(HasSubstr("\xe2\x80\xae"))) << text;
        EXPECT_TRUE(base::is_utf8(mail.body)) << text;
    }
    Notice empty;
    empty.host = "mx";
    EXPECT_THAT(mail_of(empty).body, HasSubstr("Subject: <>\n"));
    Notice large = notice();
    large.subject = std::string(1'000'000, '.');
    EXPECT_LT(mail_of(large).body.size(), 4'000u);
}

TEST(NoticeMail, EachReasonAndStateHasWords) {
    const std::pair<const char*, const char*> reasons[] = {
        {"malicious", "it holds harmful content"},
        {"unscannable (locked)", "it is locked with a password that was not found"},
        {"unscannable (time)", "it could not be examined whole"},
        {"unscanned", "a rule of this site"}};
    for (const auto& [verdict, words] : reasons) {
        Notice one = notice();
        one.verdict = verdict;
        EXPECT_THAT(mail_of(one).body, HasSubstr(words)) << verdict;
    }
    const std::pair<model::Action, const char*> states[] = {
        {model::Action::hold, "held in the queue"}, {model::Action::discard, "discarded"},
        {model::Action::reject, "refused"},         {model::Action::defer, "refused"},
        {model::Action::tag, "delivered"},          {model::Action::accept, "delivered"}};
    for (const auto& [action, words] : states) {
        Notice one = notice();
        one.action = action;
        EXPECT_THAT(mail_of(one).body, HasSubstr(words)) << model::to_string(action);
    }
}

class NoticeQueueTest : public testing::Test {
protected:
    using Clock = NoticeQueue::Clock;
    Clock::time_point now_{1h};
    NoticeQueue queue_;
};

TEST_F(NoticeQueueTest, FirstGoesAtOnceAndTheRestIsGathered) {
    ASSERT_TRUE(queue_.add("ann", notice("1"), now_));
    EXPECT_EQ(queue_.take(now_, 10min)->notices.size(), 1u);
    ASSERT_TRUE(queue_.add("ann", notice("2"), now_ + 1min));
    ASSERT_TRUE(queue_.add("bob", notice("2"), now_ + 1min));
    ASSERT_TRUE(queue_.add("ann", notice("3"), now_ + 2min));
    EXPECT_EQ(queue_.take(now_ + 2min, 10min)->to, "bob");
    EXPECT_FALSE(queue_.take(now_ + 9min, 10min));
    EXPECT_EQ(queue_.next(), now_ + 10min);
    const auto batch = queue_.take(now_ + 10min, 10min);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->notices.size(), 2u);
    EXPECT_EQ(batch->notices[1].id, "3");
    EXPECT_FALSE(queue_.take(now_ + 1h, 10min)) << "all quiet";
    EXPECT_FALSE(queue_.next()) << "and forgotten";
}

TEST_F(NoticeQueueTest, AFloodIsOneMailAndACount) {
    for (int i = 0; i < 1'000; ++i)
        ASSERT_TRUE(queue_.add("ann", notice(), now_));
    const auto batch = queue_.take(now_, 10min);
    EXPECT_EQ(batch->notices.size(), NoticeQueue::max_listed);
    EXPECT_EQ(batch->unlisted, 1'000 - NoticeQueue::max_listed);
    EXPECT_THAT(mail_of(batch->notices, {.language = "en"}, batch->unlisted).head, HasSubstr("(1000)"));
}

TEST_F(NoticeQueueTest, AddressesAreBounded) {
    for (std::size_t i = 0; i < NoticeQueue::max_addresses; ++i)
        ASSERT_TRUE(queue_.add(std::to_string(i), notice(), now_));
    EXPECT_FALSE(queue_.add("one more", notice(), now_));
    EXPECT_TRUE(queue_.add("7", notice(), now_)) << "an address that is there";
}

TEST_F(NoticeQueueTest, WhatTheServerDidNotTakeGoesLater) {
    for (std::size_t i = 0; i < NoticeQueue::max_listed; ++i)
        ASSERT_TRUE(queue_.add("ann", notice("old"), now_));
    auto batch = queue_.take(now_, 10min);
    ASSERT_TRUE(queue_.add("ann", notice("new"), now_ + 1min));
    ASSERT_TRUE(queue_.give_back(*std::move(batch), now_ + 2min));
    EXPECT_FALSE(queue_.take(now_ + 9min, 10min));
    batch = queue_.take(now_ + 10min, 10min);
    EXPECT_EQ(batch->notices.size(), NoticeQueue::max_listed);
    EXPECT_EQ(batch->unlisted, 1u);
    EXPECT_FALSE(queue_.give_back(*std::move(batch), now_ + NoticeQueue::give_up_after)) << "a day is enough";
}

class NoticesTest : public testing::Test {
protected:
    static std::shared_ptr<const config::Settings> settings_for(const testing_help::SmtpServer& server) {
        auto settings = std::make_shared<config::Settings>();
        settings->quarantine.release_to = server.setting();
        settings->quarantine.release_helo = "mx.example.com";
        settings->notice.interval = 1s;
        return settings;
    }
    // Called by the server at the end of each mail; answers what `replies` holds, then 250.
    void answer(std::vector<std::string> replies) {
        server_.at_end([this, replies = std::move(replies)](const auto&) {
            const std::scoped_lock lock(mutex_);
            const std::size_t nth = came_++;
            changed_.notify_all();
            return nth < replies.size() ? replies[nth] : std::string("250 ok");
        });
    }
    bool came(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 60s, [&] { return came_ >= count; });
    }

    testing_help::SmtpServer server_;
    std::shared_ptr<const config::Settings> settings_ = settings_for(server_);
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t came_ = 0;
    Notices notices_{[this] { return settings_; }};
};

TEST_F(NoticesTest, GoFromNobodyToEachAddress) {
    answer({});
    notices_.tell("ann@example.com", notice());
    notices_.tell("bob@example.com", notice());
    ASSERT_TRUE(came(2));
    const auto mails = server_.mails();
    EXPECT_EQ(mails[0].from, "");
    EXPECT_EQ(mails[0].recipients, std::vector<std::string>{"ann@example.com"});
    EXPECT_EQ(mails[1].recipients, std::vector<std::string>{"bob@example.com"});
    EXPECT_THAT(mails[1].text, HasSubstr("To: <bob@example.com>\r\n"));
}

TEST_F(NoticesTest, AreTriedAgainAfter4xxAndDroppedAfter5xx) {
    answer({"451 4.3.0 later"});
    notices_.tell("ann@example.com", notice());
    ASSERT_TRUE(came(2));
    EXPECT_EQ(server_.mails()[1].recipients, std::vector<std::string>{"ann@example.com"});
    answer({"", "", "550 5.7.1 no"});
    notices_.tell("bob@example.com", notice());
    ASSERT_TRUE(came(3));
    notices_.tell("eve@example.com", notice());
    ASSERT_TRUE(came(4));
    EXPECT_EQ(server_.mails().back().recipients, std::vector<std::string>{"eve@example.com"});
}

}  // namespace
}  // namespace sekisho::quarantine
