#include "scanner/mail/thread.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::mail {
namespace {

struct Subject {
    const char* name;
    const char* text;
    std::size_t replies;
    std::size_t forwards;
};
class Subjects : public testing::TestWithParam<Subject> {};

TEST_P(Subjects, BeginWithMarks) {
    const SubjectPrefixes prefixes = subject_prefixes(GetParam().text);
    EXPECT_EQ(prefixes.replies, GetParam().replies);
    EXPECT_EQ(prefixes.forwards, GetParam().forwards);
}

INSTANTIATE_TEST_SUITE_P(
    OfMailPrograms, Subjects,
    testing::Values(Subject{"Plain", "Postpone this week's meeting", 0, 0},
                    Subject{"Reply", "Re: meeting", 1, 0}, Subject{"Capitals", "RE:meeting", 1, 0},
                    Subject{"Twice", "Re: Re: meeting", 2, 0}, Subject{"Empty", "RE: ", 1, 0},
                    Subject{"Numbered", "Re[2]: meeting", 1, 0}, Subject{"German", "AW: WG: Rechnung", 1, 1},
                    Subject{"Italian", "R: I: Fattura", 1, 1}, Subject{"Japanese", "返信：会議", 1, 0},
                    Subject{"FullWidth", "Ｒｅ：会議", 1, 0}, Subject{"Chinese", "回复: 转发: x", 1, 1},
                    Subject{"Forward", "Fwd: FW: x", 0, 2}, Subject{"NoMark", "Report: Q3", 0, 0},
                    Subject{"Regarding", "Re your letter", 0, 0}),
    [](const auto& info) { return info.param.name; });

struct Quote {
    const char* name;
    const char* text;
    const char* fresh;
    bool has_month;
};
class Quotes : public testing::TestWithParam<Quote> {};

TEST_P(Quotes, AreCutOff) {
    const Thread thread = split_thread(GetParam().text);
    EXPECT_EQ(thread.fresh, GetParam().fresh);
    EXPECT_EQ(thread.month.has_value(), GetParam().has_month);
}

INSTANTIATE_TEST_SUITE_P(
    OfMailPrograms, Quotes,
    testing::Values(
        Quote{"None", "Hello\nBye\n", "Hello\nBye\n", false},
        Quote{"Marks", "Yes.\n\n> shall we?\n", "Yes.\n\n", false},
        Quote{"Gmail", "Yes.\nOn Tue, Mar 3, 2026 at 9:12 AM Ann <ann@example.com> wrote:\n> shall we?\n",
              "Yes.\n", true},
        Quote{"OutlookEnglish", "Yes.\nFrom: Ann\nSent: Tuesday, March 3, 2026 9:12 AM\nTo: Bob\n", "Yes.\n",
              true},
        Quote{"OutlookGerman", "Ja.\nVon: Ann\nGesendet: Dienstag, 3. März 2026 09:12\n", "Ja.\n", true},
        Quote{"OutlookJapanese", "了解です。\n差出人: 検査\n送信日時: 2026年3月3日 9:12\n", "了解です。\n",
              true},
        Quote{"OutlookFrench", "Oui.\nDe : Ann\nEnvoyé : mardi 3 mars 2026 09:12\n", "Oui.\n", true},
        Quote{"Apple", "Yes.\nBegin forwarded message:\nFrom: Ann\nDate: March 3, 2026\n", "Yes.\n", true},
        Quote{"YearInAnotherLine", "Yes.\nFrom: Ann\nSubject: Budget 2023\n", "Yes.\n", false}),
    [](const auto& info) { return info.param.name; });

TEST(Thread, MonthIsThatOfTheNewestQuote) {
    constexpr int months = 12;
    EXPECT_EQ(split_thread("x\nOn 2026-03-04, Ann wrote:\n> On 2024-01-01, Bob wrote:\n> > y\n").month,
              2026 * months + 3);
}

TEST(Lines, AreCountedOnce) {
    EXPECT_EQ(lines_of("a\n\n b \nb\n", 10), 2u);
    EXPECT_EQ(lines_of("a\nb\nc\n", 2), 2u);
    EXPECT_EQ(lines_of("", 10), 0u);
}

struct Printed {
    const char* name;
    const char* sender;
    const char* text;
    const char* other;  // null: none
};
class OtherAddresses : public testing::TestWithParam<Printed> {};

TEST_P(OtherAddresses, StandBesideTheName) {
    const auto other = other_address_of(GetParam().sender, "stolen@third-party.example", GetParam().text);
    EXPECT_EQ(other.value_or(""), GetParam().other == nullptr ? "" : GetParam().other);
}

INSTANTIATE_TEST_SUITE_P(
    InTexts, OtherAddresses,
    testing::Values(
        Printed{"Signature", "Known Partner", "Regards\nKnown Partner\nknown.partner@example.org\n",
                "known.partner@example.org"},
        Printed{"QuotedHeader", "Known Partner", "From: Known Partner <kp@example.org>\n", "kp@example.org"},
        Printed{"OtherOrder", "Partner, Known", "From: Known Partner <kp@example.org>\n", "kp@example.org"},
        Printed{"Japanese", "検査　太郎", "差出人: 検査太郎 <taro@example.co.jp>", "taro@example.co.jp"},
        Printed{"OwnAddress", "Known Partner", "Known Partner <stolen@third-party.example>", nullptr},
        Printed{"OwnAndOther", "Known Partner",
                "Known Partner kp@example.org\nKnown Partner stolen@third-party.example", nullptr},
        Printed{"SomebodyElse", "Known Partner", "From: Ann <ann@example.org>\n", nullptr},
        Printed{"Overlapping", "Known Partner", "a@b.example@d.example.org and far below: Known Partner",
                nullptr},
        Printed{"ShortName", "Li", "Li <li@example.org>", nullptr},
        Printed{"NoName", "", "a@example.org", nullptr}),
    [](const auto& info) { return info.param.name; });

TEST(Thread, AnyCutOfATextIsRead) {
    const std::string text =
        "了解です。\nKnown Partner kp@example.org\n差出人: 検査\n送信日時: 2026年3月3日 9:12\n> x\n";
    for (std::size_t n = 0; n <= text.size(); ++n) {
        const std::string cut = text.substr(0, n);
        const Thread thread = split_thread(cut);
        EXPECT_EQ(thread.fresh.size() + thread.quoted.size(), n);
        (void)other_address_of("Known Partner", "stolen@third-party.example", cut);
        (void)subject_prefixes(cut);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mail
