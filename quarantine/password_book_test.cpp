#include "quarantine/password_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "quarantine/password_book_testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(PasswordBookTest, GivesTheNextMailWhatTheLastOneHeld) {
    const std::vector<Password> list{password("開けゴマ"), password("second", 3)};
    ASSERT_TRUE(book_->remember(mail("Tanaka@Firm.co.jp"), list, now));
    for (int turn = 0; turn < 2; ++turn) {  // and after a restart
        auto recalled = book_->recall(mail("tanaka@firm.co.jp", {"ANN@our.example"}), now).value();
        for (Password& password : recalled)
            EXPECT_EQ(std::exchange(password.at, {}), std::chrono::floor<std::chrono::milliseconds>(now));
        EXPECT_EQ(recalled, list);
        open();
    }
}

TEST_F(PasswordBookTest, AnotherPairFindsNothing) {
    remember(mail("a@gmail.com"), "x");
    EXPECT_THAT(recall(mail("a@gmail.com")), ElementsAre("x"));
    EXPECT_THAT(recall(mail("b@gmail.com")), IsEmpty());
    EXPECT_THAT(recall(mail("a@gmail.com", {"bob@our.example"})), IsEmpty());
    EXPECT_THAT(recall(mail("a@gmail.com", {})), IsEmpty());
    EXPECT_THAT(recall(mail("ann@our.example", {"a@gmail.com"})), IsEmpty()) << "the other way round";
    EXPECT_THAT(recall(mail("a+x@gmail.com")), IsEmpty()) << "plus addresses are addresses";
    EXPECT_THAT(recall(mail("")), IsEmpty());
    Correspondence out = mail("a@gmail.com");
    out.direction = model::Direction::outbound;
    EXPECT_THAT(recall(out), IsEmpty());
}

TEST_F(PasswordBookTest, NeitherBouncesNorOutboundMailIsRemembered) {
    remember(mail(""), "x");
    remember(mail("no address"), "x");
    Correspondence out = mail("a@firm.jp");
    out.direction = model::Direction::outbound;
    remember(out, "x");
    remember(mail("a@firm.jp", {"", "junk"}), "x");
    EXPECT_EQ(rows(), 0);
    out.direction = model::Direction::internal;
    remember(out, "x");
    EXPECT_EQ(rows(), 2);
}

TEST_F(PasswordBookTest, EachRecipientHasItsOwn) {
    remember(mail("a@gmail.com", {"ann@our.example", "bob@our.example"}), "both");
    remember(mail("a@gmail.com", {"bob@our.example"}), "bob's", 0, 1h);
    EXPECT_THAT(recall(mail("a@gmail.com", {"ann@our.example"})), ElementsAre("both"));
    EXPECT_THAT(recall(mail("a@gmail.com", {"bob@our.example"})), ElementsAre("both", "bob's"));
    EXPECT_THAT(recall(mail("a@gmail.com", {"ann@our.example", "bob@our.example"})),
                ElementsAre("both", "bob's"));
}

TEST_F(PasswordBookTest, ColleaguesOfAFirmAnswerForEachOther) {
    remember(mail("colleague@firm.co.jp"), "colleague's");
    remember(mail("tanaka@firm.co.jp"), "own", 0, 1h);
    EXPECT_THAT(recall(mail("tanaka@firm.co.jp")), ElementsAre("own", "colleague's"))
        << "the pair's own first";
    EXPECT_THAT(recall(mail("third@firm.co.jp")), ElementsAre("colleague's", "own"));
    EXPECT_THAT(recall(mail("third@other.co.jp")), IsEmpty());
    EXPECT_THAT(recall(mail("third@firm.co.jp", {"bob@our.example"})), IsEmpty());
}

TEST_F(PasswordBookTest, AMachineSendsThePasswordUnderTheSameFrom) {
    Correspondence machine = mail("tanaka@firm.co.jp");
    machine.mail_from = "bounce-4711@mail.firm.co.jp";
    remember(machine, "x");
    EXPECT_THAT(recall(mail("tanaka@firm.co.jp")), ElementsAre("x"));
}

TEST_F(PasswordBookTest, AFromThatIsNotAlignedCountsNowhere) {
    Correspondence forged = mail("tanaka@firm.co.jp");
    forged.mail_from = "eve@evil.example";
    remember(forged, "planted");
    EXPECT_EQ(rows(), 1);
    EXPECT_THAT(recall(mail("tanaka@firm.co.jp")), IsEmpty());
    EXPECT_THAT(recall(mail("other@evil.example")), IsEmpty()) << "nor the domain of the envelope";
    EXPECT_THAT(recall(mail("eve@evil.example")), ElementsAre("planted"));
    remember(mail("tanaka@firm.co.jp"), "firm's");
    EXPECT_THAT(recall(forged), ElementsAre("planted"));
}

TEST_F(PasswordBookTest, ALocalListAddsToTheShippedOne) {
    settings_.public_domains = folder_.path() + "/public_domains";
    std::ofstream(settings_.public_domains) << "shared.example # a club\n";
    open();
    for (const char* domain : {"shared.example", "sub.shared.example", "yahoo.co.jp"}) {
        remember(mail("a@" + std::string(domain)), "x");
        EXPECT_THAT(recall(mail("b@" + std::string(domain))), IsEmpty()) << domain;
    }
    std::ofstream(settings_.public_domains) << "not a domain\n";
    const auto fault = PasswordBook::open(settings_, key_.bytes(), *store_);
    EXPECT_EQ(fault.error().cause, base::Cause::invalid);
    EXPECT_THAT(fault.error().message, HasSubstr("public_domains:1:"));
}

TEST_F(PasswordBookTest, ExpiresAfterItsTime) {
    remember(mail("a@firm.jp"), "old", 0, 24h);
    remember(mail("a@firm.jp"), "last", 0, 24h - 1ms);
    EXPECT_EQ(rows(), 4);
    EXPECT_THAT(recall(mail("a@firm.jp")), ElementsAre("last"));
    EXPECT_THAT(recall(mail("a@firm.jp"), now + 1ms), IsEmpty());
    ASSERT_TRUE(book_->expire(now));
    EXPECT_EQ(rows(), 2);
    settings_.keep = 1h;  // a shorter time holds at once
    open();
    EXPECT_THAT(recall(mail("a@firm.jp")), IsEmpty());
}

TEST_F(PasswordBookTest, KeepOfZeroSwitchesAllOff) {
    remember(mail("a@firm.jp"), "x");
    settings_.keep = 0s;
    open();
    EXPECT_FALSE(book_->on());
    EXPECT_EQ(rows(), 0);
    remember(mail("a@firm.jp"), "x");
    EXPECT_EQ(rows(), 0);
    EXPECT_THAT(recall(mail("a@firm.jp")), IsEmpty());
    settings_.keep = 24h;
    open();
    EXPECT_THAT(recall(mail("a@firm.jp")), IsEmpty());
}

TEST_F(PasswordBookTest, KeepsTheTwentyNewestAndOfOneMailTheBest) {
    std::vector<Password> list;
    for (std::uint32_t i = 0; i < 30; ++i)
        list.push_back(password("p" + std::to_string(i), 30 - i));
    ASSERT_TRUE(book_->remember(mail("a@gmail.com"), list, now - 2h));
    auto found = recall(mail("a@gmail.com"));
    ASSERT_THAT(found, SizeIs(20));
    EXPECT_EQ(found.front(), "p29");
    EXPECT_EQ(found.back(), "p10");
    // The same text again is the newest now, and no second row.
    remember(mail("a@gmail.com"), "p10", 0, 1h);
    found = recall(mail("a@gmail.com"));
    ASSERT_THAT(found, SizeIs(20));
    EXPECT_EQ(found.front(), "p10");
    EXPECT_EQ(found.back(), "p11");
    remember(mail("a@gmail.com"), "new", 0, 30min);
    found = recall(mail("a@gmail.com"));
    ASSERT_THAT(found, SizeIs(20));
    EXPECT_THAT(std::vector(found.begin(), found.begin() + 3), ElementsAre("new", "p10", "p29"));
    EXPECT_EQ(found.back(), "p12");
    EXPECT_EQ(rows(), 20);
}

TEST_F(PasswordBookTest, WhatIsTooLongOrEmptyIsNotKept) {
    const std::string longest(PasswordBook::max_text, 'x');
    std::vector<Password> list{password(""), password(longest), password(longest + "x")};
    list[1].label = list[1].place = std::string(1'000, 'n');
    ASSERT_TRUE(book_->remember(mail("a@gmail.com"), list, now));
    const auto found = book_->recall(mail("a@gmail.com"), now).value();
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].text.view(), longest);
    EXPECT_EQ(found[0].label, std::string(100, 'n'));
    ASSERT_TRUE(book_->remember(mail("b@gmail.com"), {}, now));
}

TEST_F(PasswordBookTest, GivesFortyAtMost) {
    std::vector<std::string> recipients;
    for (int i = 0; i < 5; ++i) {
        recipients.push_back("r" + std::to_string(i) + "@our.example");
        std::vector<Password> list;
        for (int n = 0; n < 20; ++n)
            list.push_back(password(std::to_string(i) + "/" + std::to_string(n)));
        ASSERT_TRUE(book_->remember(mail("a@firm.jp", {recipients.back()}), list, now - i * 1min));
    }
    const auto found = recall(mail("a@firm.jp", recipients));
    ASSERT_THAT(found, SizeIs(PasswordBook::max_recalled));
    EXPECT_EQ(found.front(), "0/0");
    EXPECT_EQ(found.back(), "1/19");
}

TEST_F(PasswordBookTest, AMailToManyIsRememberedForTheFirst) {
    std::vector<std::string> recipients;
    for (std::size_t i = 0; i < 60; ++i)
        recipients.push_back("r" + std::to_string(i) + "@our.example");
    std::vector<Password> list;
    for (int i = 0; i < 20; ++i)
        list.push_back(password(std::to_string(i)));
    ASSERT_TRUE(book_->remember(mail("a@firm.jp", recipients), list, now));
    EXPECT_EQ(rows(), static_cast<std::int64_t>(PasswordBook::max_recipients) * 2 * 20);
    EXPECT_THAT(recall(mail("a@firm.jp", {"r49@our.example"})), SizeIs(20));
    EXPECT_THAT(recall(mail("a@firm.jp", {"r50@our.example"})), IsEmpty());
}

// Thousands of senders of one organisation, whatever subdomain they take, push out nobody else.
TEST_F(PasswordBookTest, AFloodPushesOutItsOwnAlone) {
    for (int i = 0; i < 10; ++i)
        remember(mail("a@firm" + std::to_string(i) + ".example"), "kept" + std::to_string(i), 0, 2h);
    std::vector<Password> list;
    for (int i = 0; i < 20; ++i)
        list.push_back(password("flood" + std::to_string(i)));
    for (int i = 0; i < 12; ++i) {
        const std::string sender = "x@sub" + std::to_string(i) + ".evil.example";
        ASSERT_TRUE(book_->remember(mail(sender), list, now));
    }
    for (int i = 0; i < 10; ++i) {
        EXPECT_THAT(recall(mail("a@firm" + std::to_string(i) + ".example")),
                    ElementsAre("kept" + std::to_string(i)));
    }
    EXPECT_EQ(rows(), 20 + 100);
}

TEST_F(PasswordBookTest, TwoThreadsAtOnce) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&, t] {
            const Correspondence who = mail("a" + std::to_string(t) + "@firm.jp");
            for (int i = 0; i < 22; ++i) {
                const std::vector<Password> list{password(std::to_string(t) + "/" + std::to_string(i))};
                EXPECT_TRUE(book_->remember(who, list, now + i * 1ms));
                const auto found = book_->recall(who, now + i * 1ms).value();
                EXPECT_EQ(found.at(0).text.view(), list[0].text.view());
                EXPECT_TRUE(book_->expire(now));
            }
        });
    }
    threads.clear();
    EXPECT_THAT(recall(mail("a0@firm.jp"), now + 1s), SizeIs(testing::Le(40U)));
    EXPECT_EQ(rows(), 20 * 3) << "two pairs and the domain";
}

// Whatever was remembered in whatever order: what is recalled was remembered for one of the pairs or domains
// that are asked for, each text once, the newest of the pair first.
TEST_F(PasswordBookTest, AnyCorrespondenceGetsItsOwnAlone) {
    std::mt19937 random(23);
    const std::vector<std::string> senders{"a@firm.jp", "b@firm.jp", "a@gmail.com", "b@gmail.com"};
    const std::vector<std::string> recipients{"ann@our.example", "bob@our.example"};
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> model;  // the newest first
    for (int step = 0; step < 40; ++step) {
        const std::string& sender = senders[random() % senders.size()];
        const std::string& recipient = recipients[random() % recipients.size()];
        const std::string text = "p" + std::to_string(random() % 10);
        remember(mail(sender, {recipient}), text, 0, 1min - step * 1s);
        const bool firm = sender.ends_with("firm.jp");
        for (const std::string& name : {sender, firm ? std::string("firm.jp") : sender}) {
            auto& list = model[{name, recipient}];
            std::erase(list, text);
            list.insert(list.begin(), text);
        }
        for (const std::string& asking : senders) {
            std::vector<std::string> wanted = model[{asking, recipient}];
            if (asking.ends_with("firm.jp")) {
                for (const std::string& more : model[{"firm.jp", recipient}]) {
                    if (std::ranges::find(wanted, more) == wanted.end()) wanted.push_back(more);
                }
            }
            ASSERT_EQ(recall(mail(asking, {recipient})), wanted) << step << " " << asking;
        }
    }
}

}  // namespace
}  // namespace sekisho::quarantine
