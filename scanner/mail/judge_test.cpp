// Whole mails, through scan(): what is said of which.
#include "scanner/mail/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/judge.h"
#include "scanner/mail/judge_testing.h"

namespace sekisho::scanner::mail {
namespace {

using fixtures::attachment;
using fixtures::encoded_word;
using fixtures::Mail;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Judge, HonestMailHasNothingToTell) { EXPECT_THAT(facts_of(write_mail(honest())), IsEmpty()); }

TEST(Judge, EmotetsReplyChain) {
    const auto facts = facts_of(fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip())));
    EXPECT_THAT(facts, UnorderedElementsAre(
                           "mail.from.known-name", "mail.boundary.digits", "mail.message-id.absent",
                           "mail.lure.attachment", "mail.reply.repeated", "mail.reply.no-thread",
                           "mail.reply.other-address", "mail.body.short", "mail.attachment.typical-name"));
}

struct Change {
    const char* name;
    void (*change)(Mail& mail);
    std::vector<std::string> facts;
};
class Changes : public testing::TestWithParam<Change> {};

TEST_P(Changes, AreTold) {
    Mail mail = honest();
    GetParam().change(mail);
    EXPECT_THAT(facts_of(write_mail(mail)), testing::UnorderedElementsAreArray(GetParam().facts));
}

INSTANTIATE_TEST_SUITE_P(
    Facts, Changes,
    testing::Values(
        Change{"H1",
               [](Mail& m) { m.from = "\"Bob <bob@partner.example>\" <ann@example.org>"; },
               {"mail.from.address-in-name"}},
        Change{"H1Own",
               [](Mail& m) { m.from = "\"bob@example.net\" <ann@example.org>"; },
               {"mail.from.own-address-in-name"}},
        Change{"H1SameHouse", [](Mail& m) { m.from = "\"info@www.example.org\" <ann@example.org>"; }, {}},
        Change{"H1List",
               [](Mail& m) {
                   m.from = "\"bob@partner.example via list\" <list@example.org>";
                   m.headers.push_back("Reply-To: bob@partner.example");
               },
               {}},
        Change{"H2",
               [](Mail& m) { m.from = "\"Partner, Known\" <ann@freemail.example>"; },
               {"mail.from.known-name"}},
        Change{"H2Japanese",
               [](Mail& m) { m.from = encoded_word("社長　太郎") + " <x@freemail.example>"; },
               {"mail.from.known-name"}},
        Change{"H2Himself", [](Mail& m) { m.from = encoded_word("社長太郎") + " <taro@example.co.jp>"; }, {}},
        Change{"H2OwnDomain", [](Mail& m) { m.from = "Known Partner <partner@example.net>"; }, {}},
        Change{"OwnDomainInName",
               [](Mail& m) { m.from = "Helpdesk (example.net) <x@freemail.example>"; },
               {"mail.from.own-address-in-name"}},
        Change{"OwnDomainInQuotedName",
               [](Mail& m) { m.from = "\"Helpdesk EXAMPLE.NET\" <x@freemail.example>"; },
               {"mail.from.own-address-in-name"}},
        Change{
            "DomainThatHoldsOurs", [](Mail& m) { m.from = "\"my-example.net\" <x@freemail.example>"; }, {}},
        Change{
            "LookalikeLetters", [](Mail& m) { m.from = "Ann <ann@exarnple.net>"; }, {"mail.from.lookalike"}},
        Change{"LookalikeLetter",
               [](Mail& m) { m.from = "Ann <ann@mail.examp1e.org>"; },
               {"mail.from.lookalike"}},
        Change{
            "LookalikeMissing", [](Mail& m) { m.from = "Ann <ann@exmple.co.jp>"; }, {"mail.from.lookalike"}},
        Change{"SisterDomain", [](Mail& m) { m.from = "Ann <ann@example.com>"; }, {}},
        Change{"H3",
               [](Mail& m) { m.subject = "AW: numbers"; },
               {"mail.reply.no-thread", "mail.attachment.named-as-mail"}},
        Change{"H3Forward",
               [](Mail& m) { m.subject = "転送: numbers"; },
               {"mail.forward.no-thread", "mail.attachment.named-as-mail"}},
        Change{"H3ForwardInThread",
               [](Mail& m) {
                   m.subject = "WG: the figures";
                   m.headers.push_back("References: <0@example.net>");
               },
               {}},
        Change{"H3InThread",
               [](Mail& m) {
                   m.subject = "Re: the figures";
                   m.headers.push_back("References: <0@example.net>");
               },
               {}},
        Change{"H3AutoReply",
               [](Mail& m) {
                   m.subject = "Re: the figures";
                   m.headers.push_back("Auto-Submitted: auto-replied");
               },
               {}},
        Change{"H4",
               [](Mail& m) {
                   m.subject = "Re: RE: the figures";
                   m.headers.push_back("In-Reply-To: <0@example.net>");
               },
               {"mail.reply.repeated"}},
        Change{"H5",
               [](Mail& m) { m.parts[0].bytes = "Hello\r\nAnn Example\r\nann.example@partner.example\r\n"; },
               {"mail.reply.other-address"}},
        Change{"H6",
               [](Mail& m) { m.boundary = "--2721644617813540782547331541442470"; },
               {"mail.boundary.digits"}},
        // A copier of the house.
        Change{"H6Own",
               [](Mail& m) {
                   m.from = "Scanner <scanner@example.net>";
                   m.boundary = "--2721644617813540782547331541442470";
               },
               {}},
        Change{"H6OldThunderbird", [](Mail& m) { m.boundary = "------------010203040506070809000102"; }, {}},
        Change{"H7", [](Mail& m) { m.headers = {"X-Mailer: Example 1.0"}; }, {"mail.message-id.absent"}},
        Change{
            "H7Local", [](Mail& m) { m.headers = {"Message-ID: <1@pc7.local>"}; }, {"mail.message-id.local"}},
        Change{"H7Loopback",
               [](Mail& m) { m.headers = {"Message-ID: <1@127.0.0.1>"}; },
               {"mail.message-id.local"}},
        Change{"H8",
               [](Mail& m) {
                   m.headers = {"Message-ID: <1@mail.example.org>",
                                "Received: from [10.0.0.15] (unknown [192.0.2.7]) by "
                                "mail.example.org with ESMTPA; Tue, 03 Mar 2026"};
               },
               {"mail.received.literal"}},
        Change{"H8Thunderbird",
               [](Mail& m) {
                   m.headers.push_back("Received: from [192.168.0.2] by mail.example.org; Tue, 03 Mar 2026");
               },
               {}},
        Change{"H9", [](Mail& m) { m.from = "Ann <ann@example.de>"; }, {"mail.date.zone"}},
        Change{"H10",
               [](Mail& m) { m.headers.push_back("Return-Path: <bounce@elsewhere.example>"); },
               {"mail.from.envelope-differs"}},
        Change{"H10List",
               [](Mail& m) {
                   m.headers.push_back("Return-Path: <bounce@elsewhere.example>");
                   m.headers.push_back("List-Id: <x.example.org>");
               },
               {}},
        Change{"H11",
               [](Mail& m) {
                   m.parts[0] = {.type = "text/html",
                                 .bytes = "<html><body>Please see the attached<br>Ann</body></html>"};
               },
               {"mail.lure.attachment", "mail.body.short"}},
        Change{"H11WithPlainText",
               [](Mail& m) { m.parts[0].bytes = "Please see the attached\r\nAnn\r\n"; },
               {"mail.lure.attachment"}},
        Change{"H12",
               [](Mail& m) { m.parts[0].bytes = "Yes.\r\nOn 2025-03-04, Bob wrote:\r\n> shall we?\r\n"; },
               {"mail.reply.old-thread"}},
        Change{"H12Fresh",
               [](Mail& m) { m.parts[0].bytes = "Yes.\r\nOn 2026-02-04, Bob wrote:\r\n> shall we?\r\n"; },
               {}},
        Change{"Authentication",
               [](Mail& m) {
                   m.headers.push_back("Authentication-Results: mx.example.net; spf=fail; dmarc=fail");
               },
               {"mail.auth.spf-fail", "mail.auth.dmarc-fail"}},
        Change{"ForeignAuthentication",
               [](Mail& m) {
                   m.headers.push_back("Authentication-Results: elsewhere.example; spf=fail; dmarc=fail");
               },
               {}},
        Change{"LureInTheQuoteAlone",
               [](Mail& m) {
                   m.parts[0].bytes = "Thanks.\r\nOn 2026-03-02, Bob wrote:\r\n> see the attached\r\n";
               },
               {}},
        Change{"NamedAsTheSubject",
               [](Mail& m) { m.subject = "The numbers of May"; },
               {"mail.attachment.named-as-mail"}},
        Change{"ShiftJisBody",
               [](Mail& m) {
                   m.parts[0] = {.type = "text/plain; charset=Shift_JIS", .bytes = "\x93\x59\x95\x74\r\n"};
               },
               {"mail.lure.attachment"}}),
    [](const auto& info) { return info.param.name; });

TEST(Judge, FutureDates) {
    std::string mail = write_mail(honest());
    const auto with_date = [&](const char* date) {
        std::string out = mail;
        out.replace(0, out.find("\r\n"), date);
        return out;
    };
    EXPECT_THAT(facts_of(with_date("Date: Sat, 07 Mar 2026 09:00:00 +0000")),
                ElementsAre("mail.date.future"));
    EXPECT_THAT(facts_of(with_date("Date: Fri, 06 Mar 2026 09:00:00 +0000")), IsEmpty());
    EXPECT_THAT(facts_of(with_date("Date: Fri, 31 Feb 2026 09:00:00 +0000")), IsEmpty());
}

TEST(Judge, AMailWithoutFileOrLinkIsJudgedByItsSenderAlone) {
    Mail mail;
    mail.from = "Known Partner <x@freemail.example>";
    mail.subject = "Re: Re: lunch";
    mail.parts = {{.bytes = "see the attached\r\n"}};
    EXPECT_THAT(facts_of(write_mail(mail)), ElementsAre("mail.from.known-name"));
    mail.parts = {{.bytes = "https://example.org/ see the attached\r\n"}};
    EXPECT_THAT(facts_of(write_mail(mail)), Contains("mail.reply.no-thread"));
}

TEST(Judge, AForwardedMailIsNotTheOneThatCame) {
    Mail mail = honest();
    mail.parts.push_back({.type = "message/rfc822",
                          .bytes = fixtures::reply_chain_mail(attachment("x.doc", zip())),
                          .encoding = "8bit"});
    EXPECT_THAT(facts_of(write_mail(mail)), IsEmpty());
}

TEST(Judge, FactsOfTheMailAloneNeverMakeItSuspicious) {
    const model::WorkerReport report =
        scan_mail(fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip())));
    const model::Judgement judged = model::judge(report, {}, {}, {});
    EXPECT_GT(judged.score, 2.0);
    EXPECT_LT(judged.score, model::Thresholds{}.suspicious);
}

TEST(Judge, FactsOfTheMailWeighBesideAnActiveAttachment) {
    model::WorkerReport report = scan_mail(fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip())));
    report.findings.push_back({"office.vba.autoexec", 0, {}});
    const model::Judgement judged = model::judge(report, {}, {}, {});
    EXPECT_TRUE(std::ranges::any_of(judged.findings, [](const model::JudgedFinding& one) {
        return one.finding.id == "combo.spoofed-reply.active";
    }));
    EXPECT_EQ(judged.verdict, model::Verdict::malicious);
}

TEST(Judge, EveryCutOfAMailIsJudged) {
    const std::string mail = fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip()));
    for (std::size_t n = 0; n < mail.size(); n += 3) {
        const model::WorkerReport report = scan_mail(std::string_view(mail).substr(0, n));
        EXPECT_LE(facts_of(report).size(), 20u);
    }
}

TEST(Judge, MailsWithFlippedBytesAreJudged) {
    const std::string mail = fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip()));
    std::mt19937 random(20260304);  // NOLINT: the same run each time
    for (int i = 0; i < 300; ++i) {
        std::string bent = mail;
        for (int flips = 0; flips < 4; ++flips)
            bent[random() % bent.size()] = static_cast<char>(random());
        EXPECT_LE(facts_of(scan_mail(bent)).size(), 20u);
    }
}

TEST(Judge, ASpentBudgetStopsItVisibly) {
    model::ScanLimits limits;
    limits.max_steps = 700;  // enough for the reading, not for the words
    const model::WorkerReport report =
        scan_mail(fixtures::reply_chain_mail(attachment("Mes_G697449.doc", zip())), limits);
    EXPECT_THAT(report.limits, Contains("limit.steps"));
    EXPECT_FALSE(report.complete);
}

}  // namespace
}  // namespace sekisho::scanner::mail
