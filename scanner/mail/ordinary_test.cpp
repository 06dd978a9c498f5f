// Ordinary mail as its programs write it stays below every threshold, whatever it carries that is common.
#include <gtest/gtest.h>

#include "model/judge.h"
#include "scanner/mail/judge_testing.h"

namespace sekisho::scanner::mail {
namespace {

using fixtures::attachment;
using fixtures::encoded_word;
using fixtures::Mail;

struct Ordinary {
    const char* name;
    std::string mail;
};
class OrdinaryMail : public testing::TestWithParam<Ordinary> {};

// Even with a macro that runs by itself: an accountant's book stays clean whatever program sent it.
TEST_P(OrdinaryMail, StaysClean) {
    model::WorkerReport report = scan_mail(GetParam().mail);
    std::erase_if(report.findings,
                  [](const model::Finding& finding) { return !finding.id.starts_with("mail."); });
    report.findings.push_back({"office.macro", 0, {}});
    report.findings.push_back({"office.vba.autoexec", 0, {}});
    const model::Judgement judged = model::judge(report, {}, {}, {});
    EXPECT_LT(judged.score, model::Thresholds{}.suspicious) << testing::PrintToString(facts_of(report));
}

std::string ordinary(void (*change)(Mail& mail)) {
    Mail mail = honest();
    change(mail);
    return write_mail(mail);
}

INSTANTIATE_TEST_SUITE_P(
    OfPrograms, OrdinaryMail,
    testing::Values(
        Ordinary{"Scanner", ordinary([](Mail& m) {
                     m.from = "scanner@example.net";
                     m.headers = {};
                     m.subject = "Message from KM_C308";
                     m.parts[1].name = "SKM_C3081900000.xls";
                 })},
        Ordinary{"PhoneReply", ordinary([](Mail& m) {
                     m.subject = "Re: " + encoded_word("見積書");
                     m.headers = {"Message-ID: <1@mail.example.org>", "X-Mailer: iPhone Mail (20A362)"};
                     m.parts[0].bytes = "添付します。\r\niPhoneから送信\r\n";
                 })},
        Ordinary{"Ppap", fixtures::ppap_mail_ja(attachment("20260303.zip", zip()), "inert-0000")},
        Ordinary{"TicketSystem", ordinary([](Mail& m) {
                     m.from = "\"bob@partner.example via Helpdesk\" <helpdesk@example.org>";
                     m.subject = "Re: [Ticket 17] printer";
                     m.headers = {"Message-ID: <1@helpdesk.example.org>", "Auto-Submitted: auto-generated"};
                 })},
        Ordinary{"MailingList", ordinary([](Mail& m) {
                     m.from = "Bob via Discuss <discuss@lists.example.org>";
                     m.subject = "Re: [Discuss] Re: tables";
                     m.headers = {"Message-ID: <1@mail.example.org>", "List-Id: <discuss.lists.example.org>",
                                  "Reply-To: bob@partner.example"};
                 })},
        Ordinary{"Newsletter", ordinary([](Mail& m) {
                     m.headers = {"Message-ID: <1@mail.example.org>",
                                  "List-Unsubscribe: <https://example.org/u>",
                                  "Return-Path: <b-17@bounces.example.com>"};
                     m.parts[0] = {.type = "text/html",
                                   .bytes =
                                       "<html><body><a href='https://example.org/Ab3dE/'>see the attached"
                                       "</a></body></html>"};
                 })}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sekisho::scanner::mail
