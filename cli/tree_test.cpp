#include "cli/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/options.h"
#include "cli/scanning.h"
#include "config/load.h"

namespace sekisho::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

model::PartSummary part(model::PartId id, std::optional<model::PartId> parent, std::string path,
                        std::string opened_by, std::vector<std::string> flags = {}) {
    model::PartSummary out;
    out.id = id;
    out.parent = parent;
    out.path = std::move(path);
    out.type = "application/zip";
    out.size = 3'482;
    out.opened_by = std::move(opened_by);
    out.flags = std::move(flags);
    return out;
}

model::ScanReport sample() {
    model::ScanReport report;
    report.file = "a\x1b.eml";
    report.verdict = model::Verdict::malicious;
    report.unscannable = {model::Unscannable::locked};
    report.score = 12.5;
    report.complete = false;
    report.message.subject = "請求書\r\nX: y";
    report.parts = {part(0, {}, "message", "input"), part(1, 0, "message/1:a.zip", "mime", {"encrypted"}),
                    part(2, 0, "message/2:b\xE2\x80\xAE.zip", "mime"),
                    part(3, 1, "message/1:a.zip/1:x.doc", "zip")};
    report.findings.push_back(
        {.finding = {.id = "office.vba.exec", .part = 3, .evidence = "Shell"}, .score = 4, .title = "Runs"});
    report.findings.push_back({.finding = {.id = "archive.encrypted", .part = 1, .evidence = ""},
                               .score = 0,
                               .title = "Locked",
                               .muted = true});
    return report;
}

TEST(Tree, ShowsPartsFindingsAndVerdict) {
    EXPECT_EQ(print_tree(sample()),
              "a\\x1B.eml: malicious, in part unscannable (locked), score 12.5, not complete, 4 parts, 0 ms\n"
              "  Subject: 請求書\\x0D\\x0AX: y\n"
              "  message  [application/zip, 3.4 KiB]\n"
              "  ├─ 1:a.zip  [application/zip, 3.4 KiB, mime, encrypted]\n"
              "  │  │   ! archive.encrypted 0.0  Locked (muted)\n"
              "  │  └─ 1:x.doc  [application/zip, 3.4 KiB, zip]\n"
              "  │         ! office.vba.exec 4.0  Runs: Shell\n"
              "  └─ 2:b\\u{202E}.zip  [application/zip, 3.4 KiB, mime]\n");
}

TEST(Tree, ThousandsOfLevelsDoNotRecurse) {
    model::ScanReport report;
    report.parts.push_back(part(0, {}, "message", "input"));
    for (model::PartId id = 1; id < 20'000; ++id) {
        report.parts.push_back(part(id, id - 1, "message/x", "zip"));
    }
    const std::string text = print_tree(report);
    EXPECT_EQ(std::ranges::count(text, '\n'), 20'001);
    EXPECT_LT(text.size(), 20'000u * 300u);
}

TEST(Tree, Sizes) {
    EXPECT_EQ(print_size(0), "0 B");
    EXPECT_EQ(print_size(1'023), "1023 B");
    EXPECT_EQ(print_size(600u << 20), "600.0 MiB");
}

TEST(Tree, TablesLineUp) {
    EXPECT_EQ(print_table({{"rule", "score", "x"}, {"a_long_name", "1.0", ""}}, {false, true}),
              "rule         score  x\na_long_name    1.0\n");
}

struct Outcome {
    const char* name;
    sandbox::ScanStatus status;
    const char* finding;
    model::Verdict verdict;
    int code;
};

class Outcomes : public ::testing::TestWithParam<Outcome> {};

TEST_P(Outcomes, BecomeFindings) {
    sandbox::ScanOutcome outcome;
    outcome.status = GetParam().status;
    outcome.detail = "signal 11";
    const model::ScanReport report = make_report(config::defaults(), outcome);
    ASSERT_EQ(report.findings.size(), 1u);
    EXPECT_EQ(report.findings[0].finding.id, GetParam().finding);
    EXPECT_EQ(report.findings[0].finding.evidence, "signal 11");
    EXPECT_EQ(report.verdict, GetParam().verdict);
    EXPECT_FALSE(report.complete);
    EXPECT_EQ(exit_code_of(report), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(Table, Outcomes,
                         ::testing::Values(Outcome{"crashed", sandbox::ScanStatus::crashed, "scan.crashed",
                                                   model::Verdict::unscannable, exit_code::unscannable},
                                           Outcome{"timed_out", sandbox::ScanStatus::timed_out, "scan.time",
                                                   model::Verdict::unscannable, exit_code::unscannable},
                                           Outcome{"protocol", sandbox::ScanStatus::protocol,
                                                   "worker.protocol", model::Verdict::unscannable,
                                                   exit_code::unscannable}),
                         [](const auto& row) { return row.param.name; });

TEST(Report, ScoresOfTheSettingsHold) {
    config::Settings settings = config::defaults();
    settings.scores.push_back({.group = "", .scores = {{"file.*", 0.0}}});
    settings.scores.push_back({.group = "finance", .scores = {{"office.macro", 9.0}}});
    sandbox::ScanOutcome outcome;
    outcome.status = sandbox::ScanStatus::ok;
    outcome.report.parts.push_back(part(0, {}, "message", "input"));
    outcome.report.findings = {{.id = "file.executable", .part = 0, .evidence = ""},
                               {.id = "office.macro", .part = 0, .evidence = ""}};
    const model::ScanReport report = make_report(settings, outcome);
    EXPECT_LT(report.score, 9.0);
    EXPECT_EQ(report.verdict, model::Verdict::clean);
    EXPECT_EQ(exit_code_of(report), exit_code::fine);
}

}  // namespace
}  // namespace sekisho::cli
