#include "model/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

WorkerReport report_of(std::initializer_list<const char*> ids) {
    WorkerReport report;
    report.parts.resize(1);
    for (const char* id : ids) {
        report.findings.push_back({.id = id, .part = 0, .evidence = ""});
    }
    return report;
}

RuleTable rules() {
    RuleTable table;
    table.rules.push_back(
        {.name = "Dropper", .score = 12, .severity = "", .family = "Emotet", .reference = "", .raw = false});
    table.rules.push_back(
        {.name = "Hint", .score = 2, .severity = "", .family = "", .reference = "", .raw = false});
    return table;
}

struct Case {
    const char* name;
    WorkerReport report;
    ScoreOverrides overrides;
    Verdict verdict;
    double score;
    bool complete;
    std::vector<Unscannable> reasons;
};

class Judging : public ::testing::TestWithParam<Case> {};

TEST_P(Judging, ComesOutAsTheTableSays) {
    const Case& row = GetParam();
    const Judgement out = judge(row.report, rules(), Thresholds{}, row.overrides);
    EXPECT_EQ(out.verdict, row.verdict);
    EXPECT_DOUBLE_EQ(out.score, row.score);
    EXPECT_EQ(out.complete, row.complete);
    EXPECT_EQ(out.unscannable, row.reasons);
    EXPECT_EQ(out.findings.size(), row.report.findings.size());
}

WorkerReport cut_short() {
    WorkerReport report = report_of({});
    report.complete = false;
    return report;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Judging,
    ::testing::Values(Case{"nothing", report_of({}), {}, Verdict::clean, 0, true, {}},
                      Case{"below",
                           report_of({"file.script", "mime.ambiguous.boundary.missing"}),
                           {.scores = {{"file.script", 1.0}}, .allow_everything = false},
                           Verdict::clean,
                           2,
                           true,
                           {}},
                      Case{"suspicious", report_of({"file.script"}), {}, Verdict::suspicious, 5, true, {}},
                      Case{"malicious_by_sum",
                           report_of({"file.script", "file.executable"}),
                           {},
                           Verdict::malicious,
                           12,
                           true,
                           {}},
                      Case{"counts_once",
                           report_of({"file.script", "file.script", "file.script"}),
                           {},
                           Verdict::suspicious,
                           5,
                           true,
                           {}},
                      Case{"rule", report_of({"yara.Dropper"}), {}, Verdict::malicious, 12, true, {}},
                      Case{"rule_muted",
                           report_of({"yara.Dropper"}),
                           {.scores = {{"yara.*", 0.0}}, .allow_everything = false},
                           Verdict::clean,
                           0,
                           true,
                           {}},
                      Case{"exact_beats_glob",
                           report_of({"yara.Dropper"}),
                           {.scores = {{"yara.*", 0.0}, {"yara.Dropper", 6.0}}, .allow_everything = false},
                           Verdict::suspicious,
                           6,
                           true,
                           {}},
                      Case{"longest_glob",
                           report_of({"yara.Dropper"}),
                           {.scores = {{"y*", 0.0}, {"yara.Drop*", 7.0}, {"*", 1.0}},
                            .allow_everything = false},
                           Verdict::suspicious,
                           7,
                           true,
                           {}},
                      Case{"locked",
                           report_of({"archive.encrypted.unopened"}),
                           {},
                           Verdict::unscannable,
                           1,
                           false,
                           {Unscannable::locked}},
                      Case{"reasons_in_order",
                           report_of({"document.damaged", "limit.depth", "archive.encrypted.unopened"}),
                           {},
                           Verdict::unscannable,
                           3,
                           false,
                           {Unscannable::locked, Unscannable::deep, Unscannable::broken}},
                      Case{"muted_yet_locked",
                           report_of({"archive.encrypted.unopened"}),
                           {.scores = {{"*", 0.0}}, .allow_everything = false},
                           Verdict::unscannable,
                           0,
                           false,
                           {Unscannable::locked}},
                      Case{"allowed_yet_locked",
                           report_of({"archive.encrypted.unopened", "yara.Dropper"}),
                           {.scores = {}, .allow_everything = true},
                           Verdict::unscannable,
                           0,
                           false,
                           {Unscannable::locked}},
                      Case{"locked_and_malicious",
                           report_of({"archive.encrypted.unopened", "yara.Dropper"}),
                           {},
                           Verdict::malicious,
                           13,
                           false,
                           {Unscannable::locked}},
                      Case{"unknown_finding",
                           report_of({"no.such.finding"}),
                           {},
                           Verdict::unscannable,
                           3,
                           false,
                           {Unscannable::crashed}},
                      Case{"unknown_rule",
                           report_of({"yara.Nobody"}),
                           {},
                           Verdict::unscannable,
                           3,
                           false,
                           {Unscannable::crashed}},
                      Case{"cut_short_without_a_reason",
                           cut_short(),
                           {},
                           Verdict::unscannable,
                           0,
                           false,
                           {Unscannable::large}}),
    [](const auto& row) { return row.param.name; });

TEST(Judge, HeaviestFirstAndScoresAddUp) {
    const Judgement out =
        judge(report_of({"yara.Hint", "file.script", "yara.Dropper", "file.script", "nonsense"}), rules(),
              Thresholds{}, {});
    std::vector<std::string> ids;
    double sum = 0;
    for (const JudgedFinding& row : out.findings) {
        ids.push_back(row.finding.id);
        sum += row.score;
        EXPECT_FALSE(row.title.empty());
    }
    EXPECT_THAT(ids,
                ElementsAre("yara.Dropper", "file.script", "worker.protocol", "yara.Hint", "file.script"));
    EXPECT_DOUBLE_EQ(sum, out.score);
    EXPECT_EQ(out.findings[0].title, "Rule Dropper (Emotet)");
    EXPECT_EQ(out.findings[2].finding.evidence, "unknown finding nonsense");
}

TEST(Judge, CombinationsCountBesideTheirFindings) {
    const WorkerReport report = report_of({"office.vba.autoexec", "office.vba.exec"});
    const Judgement out = judge(report, rules(), Thresholds{}, {});
    ASSERT_EQ(out.findings.size(), 3u);
    EXPECT_DOUBLE_EQ(out.score, 6.0);
    EXPECT_EQ(out.findings[2].finding.id, "combo.autoexec.launch");
    EXPECT_EQ(out.findings[2].finding.evidence, "office.vba.autoexec and office.vba.exec");
    EXPECT_EQ(judge(report, rules(), Thresholds{}, {.scores = {{"office.vba.exec", 0.0}}}).findings.size(),
              2u);
    EXPECT_DOUBLE_EQ(judge(report, rules(), Thresholds{}, {.scores = {{"combo.*", 0.5}}}).score, 5.5);
}

TEST(Judge, NoWorkerNamesACombination) {
    const Judgement out = judge(report_of({"combo.unlocked.active"}), rules(), Thresholds{}, {});
    ASSERT_EQ(out.findings.size(), 1u);
    EXPECT_EQ(out.findings[0].finding.id, "worker.protocol");
    EXPECT_EQ(out.findings[0].finding.evidence, "unknown finding combo.unlocked.active");
}

TEST(FindingsTable, IsSortedAndWhole) {
    const auto rows = findings_table();
    EXPECT_TRUE(std::ranges::is_sorted(rows, {}, &FindingRow::id));
    for (const FindingRow& row : rows) {
        EXPECT_THAT(row.english, ::testing::Not(IsEmpty())) << row.id;
        EXPECT_THAT(row.japanese, ::testing::Not(IsEmpty())) << row.id;
        EXPECT_EQ(find_finding(row.id), &row);
    }
    EXPECT_EQ(find_finding("no.such"), nullptr);
}

}  // namespace
}  // namespace sekisho::model
