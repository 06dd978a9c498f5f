#include "scanner/mail/lures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/finding.h"
#include "scanner/mail/regex.h"

namespace sekisho::scanner::mail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Regex, KnowsCaseAndUnicode) {
    const auto regex = Regex::compile("süße[nr]");
    ASSERT_TRUE(regex);
    EXPECT_EQ(regex->search("SÜßEN Tee"), Found::yes);
    EXPECT_EQ(regex->search("saure"), Found::no);
    EXPECT_EQ(regex->search(""), Found::no);
    EXPECT_EQ(regex->search("\xFF\xFE süßer \xE3"), Found::yes);  // no UTF-8 around it
}

TEST(Regex, TellsWhatDoesNotCompile) {
    const auto regex = Regex::compile("a(b");
    ASSERT_FALSE(regex);
    EXPECT_EQ(regex.error().cause, base::Cause::invalid);
    EXPECT_THAT(regex.error().message, HasSubstr("offset 3"));
    EXPECT_FALSE(Regex::compile("\\C"));
}

TEST(Regex, StopsAtItsLimit) {
    const auto regex = Regex::compile("(a+)+$");
    ASSERT_TRUE(regex);
    std::string reason;
    EXPECT_EQ(regex->search(std::string(60, 'a') + "b", &reason), Found::failed);
    EXPECT_THAT(reason, HasSubstr("limit"));
    EXPECT_EQ(regex->search("aaa"), Found::yes);  // and goes on
}

LureRow row(std::string id, std::string pattern, std::string suggests = "invoice",
            std::string where = "body") {
    return {.place = "site.toml:1",
            .id = std::move(id),
            .language = "en",
            .suggests = std::move(suggests),
            .where = std::move(where),
            .pattern = std::move(pattern),
            .test = {},
            .others = {}};
}

TEST(Lures, WhatDoesNotCompileIsNamed) {
    const std::vector<LureRow> rows{row("good", "invoice"),
                                    row("good", "again"),
                                    row("broken", "a(b"),
                                    row("Capital", "x"),
                                    row("nothing", ""),
                                    row("odd", "x", "riches"),
                                    row("where", "x", "invoice", "footer"),
                                    row("long", std::string(5'000, 'x'))};
    std::vector<std::string> problems;
    const Lures lures = Lures::compile(rows, problems);
    EXPECT_EQ(lures.size(), 1u);
    EXPECT_THAT(problems,
                ElementsAre(HasSubstr("lure good: another row"), HasSubstr("lure broken: at offset 3"),
                            HasSubstr("lure Capital: id"), HasSubstr("lure nothing: no pattern"),
                            HasSubstr("lure odd: suggests"), HasSubstr("lure where: where"),
                            HasSubstr("lure long: the pattern is longer")));
    EXPECT_THAT(problems.front(), testing::StartsWith("site.toml:1: "));
}

TEST(Lures, EachKindHasAWeakFinding) {
    for (const LureKind& kind : lure_kinds()) {
        const model::FindingRow* const known = model::find_finding(kind.finding);
        ASSERT_NE(known, nullptr) << kind.finding;
        EXPECT_TRUE(known->weak) << kind.finding;
    }
}

class Search : public testing::Test {
protected:
    std::vector<std::string> ids(const std::vector<LureRow>& rows, const std::string& text,
                                 LurePlace place = LurePlace::body, const model::ScanLimits& limits = {}) {
        std::vector<std::string> problems;
        const Lures lures = Lures::compile(rows, problems);
        EXPECT_THAT(problems, IsEmpty());
        Budget budget(limits, 1'000);
        Findings findings(100);
        speaks_of_files = lures.search(text, place, 0, budget, findings);
        reached = budget.reached();
        std::vector<std::string> out;
        for (const model::Finding& finding : findings.all())
            out.push_back(finding.id + " " + finding.evidence);
        return out;
    }
    std::vector<std::string> reached;
    bool speaks_of_files = false;
};

TEST_F(Search, FindsInItsPlaceAlone) {
    const std::vector<LureRow> rows{row("words", "invoice"), row("title", "invoice", "urgency", "subject"),
                                    row("file", "invoice", "typical-name", "name")};
    EXPECT_THAT(ids(rows, "Your Invoice"), ElementsAre("mail.lure.invoice words"));
    EXPECT_FALSE(speaks_of_files);
    EXPECT_THAT(ids(rows, "Your Invoice", LurePlace::subject), ElementsAre("mail.lure.urgency title"));
    EXPECT_THAT(ids(rows, "invoice.doc", LurePlace::name), ElementsAre("mail.attachment.typical-name file"));
    EXPECT_THAT(ids(rows, "Your receipt"), IsEmpty());
    EXPECT_THAT(ids(rows, ""), IsEmpty());
    EXPECT_THAT(ids({row("files", "attached", "attachment")}, "see attached"),
                ElementsAre("mail.lure.attachment files"));
    EXPECT_TRUE(speaks_of_files);
}

TEST_F(Search, LooksAtTheBeginningAlone) {
    const std::vector<LureRow> rows{row("words", "invoice")};
    EXPECT_THAT(ids(rows, std::string(16'000, ' ') + "invoice"), ElementsAre("mail.lure.invoice words"));
    EXPECT_THAT(ids(rows, std::string(16'384, ' ') + "invoice"), IsEmpty());
}

TEST_F(Search, ALimitNamesTheRowAndTheOthersGoOn) {
    const auto found = ids({row("costly", "(a+)+$"), row("cheap", "b$")}, std::string(60, 'a') + "b");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_THAT(found[0], testing::StartsWith("limit.regex lure costly: "));
    EXPECT_EQ(found[1], "mail.lure.invoice cheap");
}

TEST_F(Search, ATextThatStopsManyRowsIsLeft) {
    std::vector<LureRow> rows;
    for (int i = 0; i < 50; ++i)
        rows.push_back(row("costly-" + std::to_string(i), "(a+)+$"));
    EXPECT_EQ(ids(rows, std::string(60, 'a') + "b").size(), 5u);
}

TEST_F(Search, StepsAreCharged) {
    model::ScanLimits limits;
    limits.max_steps = 10;
    EXPECT_THAT(ids({row("words", "invoice")}, "This is an invoice", LurePlace::body, limits), IsEmpty());
    EXPECT_THAT(reached, ElementsAre("limit.steps"));
}

}  // namespace
}  // namespace sekisho::scanner::mail
