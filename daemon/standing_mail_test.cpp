// The text of the operators' mail, and when it goes out.
#include "daemon/standing_mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "base/base64.h"
#include "base/escape.h"
#include "base/text.h"
#include "daemon/standing_mails.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

base::Json news(std::string name = "taro@example.jp", std::string change = "blocked",
                std::string subject = "account") {
    const base::JsonObject source{{"name", "198.51.100.1"}, {"messages", 12}, {"new", true}};
    const base::JsonObject own{{"name", "192.0.2.7"}, {"messages", 3}, {"new", false}};
    return base::JsonObject{
        {"id", "d1"},
        {"at", 1'790'000'000},
        {"gateway", "mx.example.jp"},
        {"monitor", false},
        {"subject", subject},
        {"name", std::move(name)},
        {"change", std::move(change)},
        {"by", ""},
        {"reasons", base::JsonArray{"rate: 40 messages in a minute, usual 2", "strange-networks: 1"}},
        {"incident",
         base::JsonObject{
             {"first_sign", 1'789'999'940},
             {"since", 1'789'996'340},
             {"ended", nullptr},
             {"sources", base::JsonArray{source, own}},
             {"out", base::JsonObject{{"messages", 15}, {"recipients", 40}, {"distinct_recipients", 38}}},
             {"held", 2},
             {"refused", 0}}}};
}

struct Mail {
    std::string head, body;
};
Mail mail_of(const std::vector<base::Json>& all, const std::string& language, const Unlisted& unlisted = {}) {
    const std::string text = standing_mail({.language = language}, "soc@example.jp", all, unlisted,
                                           std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 10h);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        EXPECT_NE(end, text.npos);
        if (end == text.npos) break;
        EXPECT_LE(end - at, 998U);
        EXPECT_TRUE(
            std::ranges::all_of(text.substr(at, end - at), [](char c) { return c >= ' ' && c <= '~'; }));
        at = end + 2;
    }
    const std::size_t end = text.find("\r\n\r\n");
    std::string body = text.substr(end + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    return {text.substr(0, end + 2), base::base64_decode(body).value()};
}

TEST(StandingMail, SaysWhoSinceWhenFromWhereAndWhatToDo) {
    const Mail mail = mail_of({news()}, "en");
    EXPECT_THAT(mail.head,
                StartsWith("From: Mail filter <postmaster@mx.example.jp>\r\nTo: <soc@example.jp>\r\n"
                           "Subject: Account blocked: taro@example.jp\r\n"));
    EXPECT_THAT(mail.head, HasSubstr("\r\nAuto-Submitted: auto-generated\r\n"));
    for (const char* line :
         {"Account: taro@example[.]jp\n", "Change: blocked\n", "At: 2026-09-21 14:13:20 UTC\n",
          "Reason: rate[:] 40 messages in a minute, usual 2\n", "Reason: strange-networks[:] 1\n",
          "First sign: 2026-09-21 14:12:20 UTC\n", "From: 198[.]51[.]100[.]1 (12 mails, new)\n",
          "From: 192[.]0[.]2[.]7 (3 mails)\n",
          "Went out: 15 mails to 40 recipients (38 different), since 2026-09-21 13:12:20 UTC\n",
          "Held or in quarantine: 2 mails\n", "All of its mail: sekisho accounts incident taro@example.jp\n",
          "Release: sekisho accounts release taro@example.jp --reason TEXT\n"}) {
        EXPECT_THAT(mail.body, HasSubstr(line));
    }
    EXPECT_THAT(mail.body, Not(HasSubstr("Refused")));
    EXPECT_THAT(mail.body, Not(HasSubstr("Monitor")));
    EXPECT_THAT(mail.body, Not(HasSubstr("送信")));
}

TEST(StandingMail, SpeaksJapaneseAndBoth) {
    const Mail mail = mail_of({news()}, "ja");
    EXPECT_THAT(mail.body, HasSubstr("アカウント: taro@example[.]jp\n"));
    EXPECT_THAT(mail.body, HasSubstr("変更: 送信停止\n"));
    EXPECT_THAT(mail.body,
                HasSubstr("送信済み: 15 通、宛先 40 件 (重複を除き 38 件)、2026-09-21 13:12:20 UTC 以降\n"));
    EXPECT_THAT(mail.body, Not(HasSubstr("Went out")));
    const Mail both = mail_of({news()}, "both");
    EXPECT_THAT(both.body, HasSubstr("Went out"));
    EXPECT_THAT(both.body, HasSubstr("送信済み"));
    EXPECT_THAT(both.head, HasSubstr("Subject: Account blocked: taro@example.jp / =?UTF-8?B?"));
}

TEST(StandingMail, NamesOfStrangersStayWords) {
    const std::string evil = "x'; rm -rf / #\r\nBcc: eve@example.net\x1b[31m";
    const Mail mail = mail_of({news(evil, "throttled")}, "both");
    EXPECT_EQ(std::ranges::count(mail.head, '\n'), 9);
    EXPECT_THAT(mail.head, Not(HasSubstr("\r\nBcc:")));
    EXPECT_EQ(mail.body.find('\x1b'), std::string::npos);
    EXPECT_THAT(mail.body, HasSubstr("sekisho accounts release NAME --reason TEXT\n"));
    EXPECT_THAT(mail_of({news("-rf", "blocked")}, "en").body, HasSubstr("release NAME "));
}

TEST(StandingMail, OfAHostAndOfARelease) {
    const Mail host = mail_of({news("2001:db8:1:2::/64", "throttled", "host")}, "en");
    EXPECT_THAT(host.head, HasSubstr("Subject: Host throttled: 2001:db8:1:2::/64\r\n"));
    EXPECT_THAT(host.body, HasSubstr("As: 198[.]51[.]100[.]1 (12 mails, new)\n"));
    EXPECT_THAT(host.body, HasSubstr("sekisho hosts release 2001:db8:1:2::/64 --reason TEXT\n"));
    const Mail released = mail_of({news("taro@example.jp", "released")}, "en");
    EXPECT_THAT(released.body, HasSubstr("Change: released\n"));
    EXPECT_THAT(released.body, Not(HasSubstr("--reason")));
}

TEST(StandingMail, CountsWhatItHasNoRoomFor) {
    const Mail mail = mail_of({news(), news("b@example.jp")}, "en", {{"blocked", 7}, {"throttled", 3}});
    EXPECT_THAT(mail.head, HasSubstr("Subject: 12 senders changed their standing\r\n"));
    EXPECT_THAT(mail.body, HasSubstr("and 10 more changes: 7 times blocked, 3 times throttled\n"));
}

TEST(StandingMail, NewsOfAnotherVersionAreReadAsFarAsTheyGo) {
    for (const base::Json& odd :
         {base::Json(base::JsonObject{}), base::Json(base::JsonObject{{"incident", 3}, {"reasons", "x"}}),
          base::Json(base::JsonObject{
              {"incident", base::JsonObject{{"sources", base::JsonArray{1, "x"}}, {"out", 1}}},
              {"at", -5},
              {"change", 7}})}) {
        EXPECT_THAT(mail_of({odd}, "both").body, HasSubstr("Change:"));
    }
}

class StandingMailsTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::mutex mutex_;
    config::Settings settings_;
    std::vector<std::pair<std::string, std::string>> sent_;  // to whom, what
    std::map<std::string, base::Cause> failing_;

    void SetUp() override { settings_.outbound.notice.operators = {"a@example.jp"}; }
    std::unique_ptr<StandingMails> open() {
        return StandingMails::open(
                   folder_.path() + "/mail",
                   [this] {
                       const std::scoped_lock lock(mutex_);
                       return std::make_shared<const config::Settings>(settings_);
                   },
                   [this](const config::Settings&, const std::string& to,
                          const std::string& mail) -> base::Result<void> {
                       const std::scoped_lock lock(mutex_);
                       sent_.emplace_back(to, mail);
                       if (const auto at = failing_.find(to); at != failing_.end())
                           return base::fail(at->second, "as told");
                       return {};
                   })
            .value();
    }
    std::vector<std::pair<std::string, std::string>> sent() {
        const std::scoped_lock lock(mutex_);
        return sent_;
    }
    std::size_t waiting() { return testing_help::files_in(folder_.path(), ".json").size(); }
    bool until(const std::function<bool()>& holds) {
        for (int i = 0; i < 3'000 && !holds(); ++i)
            std::this_thread::sleep_for(10ms);
        return holds();
    }
};

TEST_F(StandingMailsTest, TheFirstGoesAtOnceAndABurstIsOneMail) {
    const auto mails = open();
    mails->add(news());
    ASSERT_TRUE(until([&] { return sent().size() == 1 && waiting() == 0; }));
    for (int i = 0; i < 200; ++i)
        mails->add(news("user" + std::to_string(i) + "@example.jp"));
    EXPECT_EQ(sent().size(), 1U) << "the next one waits for its time";
    EXPECT_EQ(waiting(), 200U);
}

TEST_F(StandingMailsTest, WhatIsGatheredIsListedTheWorstFirstAndCounted) {
    {
        failing_["a@example.jp"] = base::Cause::unavailable;
        const auto mails = open();
        for (int i = 0; i < 30; ++i)
            mails->add(news("user" + std::to_string(i) + "@example.jp", i == 29 ? "blocked" : "watched"));
        ASSERT_TRUE(until([&] { return !sent().empty(); }));
        EXPECT_EQ(mails->stats().waiting, 30U);
        EXPECT_EQ(mails->stats().told, 0U);
    }
    failing_.clear();
    sent_.clear();
    const auto again = open();  // what waits outlives the process
    ASSERT_TRUE(until([&] { return sent().size() == 1 && waiting() == 0; }));
    EXPECT_EQ(again->stats().told, 30U);
    const std::string mail = sent()[0].second;
    std::string body = mail.substr(mail.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    body = base::base64_decode(body).value();
    EXPECT_LT(body.find("user29@example[.]jp"), body.find("user0@example[.]jp"));
    EXPECT_THAT(body, HasSubstr("and 10 more changes: 10 times watched\n"));
}

TEST_F(StandingMailsTest, WhoGotItIsNotToldTwiceBecauseOfAnother) {
    settings_.outbound.notice.operators = {"a@example.jp", "gone@example.jp", "b@example.jp"};
    failing_["gone@example.jp"] = base::Cause::invalid;
    const auto mails = open();
    mails->add(news());
    ASSERT_TRUE(until([&] { return waiting() == 0; }));
    std::vector<std::string> to;
    for (const auto& [address, mail] : sent())
        to.push_back(address);
    EXPECT_THAT(to, testing::ElementsAre("a@example.jp", "gone@example.jp", "b@example.jp"));
    EXPECT_EQ(mails->stats().told, 1U);
}

TEST_F(StandingMailsTest, WhatNobodyTakesIsLost) {
    failing_["a@example.jp"] = base::Cause::invalid;
    const auto mails = open();
    mails->add(news());
    ASSERT_TRUE(until([&] { return waiting() == 0; }));
    EXPECT_EQ(mails->stats().lost, 1U);
    EXPECT_EQ(mails->stats().told, 0U);
}

TEST_F(StandingMailsTest, ThoseOfNoticeWhereNoneAreNamed) {
    settings_.outbound.notice.operators = {};
    settings_.notice.operators = {"general@example.jp"};
    const auto mails = open();
    mails->add(news());
    ASSERT_TRUE(until([&] { return sent().size() == 1; }));
    EXPECT_EQ(sent()[0].first, "general@example.jp");
}

}  // namespace
}  // namespace sekisho::daemon
