#include "model/scan_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "model/scan_request.h"

namespace sekisho::model {
namespace {

using ::testing::HasSubstr;

WorkerReport sample() {
    WorkerReport report;
    report.message = {.subject = "請求書",
                      .from = "a@example.com",
                      .message_id = "<1@x>",
                      .date = "Fri, 7 Jun 2024 09:00:00 +0900",
                      .text_key = text_key_max};
    report.parts.push_back({.id = 0,
                            .parent = {},
                            .path = "message",
                            .name = "",
                            .name_raw = "",
                            .claimed_type = "",
                            .type = "message/rfc822",
                            .size = 100,
                            .sha256 = std::string(64, 'a'),
                            .opened_by = "input",
                            .readings = {},
                            .flags = {}});
    report.parts.push_back({.id = 1,
                            .parent = 0,
                            .path = "message/1:a.zip",
                            .name = "a.zip",
                            .name_raw = "gqA=",
                            .claimed_type = "application/zip",
                            .type = "application/zip",
                            .size = 50,
                            .sha256 = std::string(64, 'b'),
                            .opened_by = "mime",
                            .readings = {"strict"},
                            .flags = {"encrypted", "unlocked"}});
    report.findings.push_back({.id = "archive.encrypted", .part = 1, .evidence = "a\\x0Ab"});
    report.findings.push_back({.id = "yara.Some_Rule", .part = 0, .evidence = ""});
    report.complete = false;
    report.limits = {"limit.depth"};
    report.risky = true;
    return report;
}

// From text to value; g++ 12's expected has no and_then.
template <class Value>
base::Result<Value> read(std::string_view text, base::Result<Value> (*reader)(const base::Json&)) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text));
    return reader(json);
}

base::Json* member(base::Json& json, std::string_view key) {
    for (auto& [name, value] : *json.as_object()) {
        if (name == key) return &value;
    }
    return nullptr;
}

base::Json* item(base::Json& json, std::string_view list, std::size_t index) {
    return &(*member(json, list)->as_array())[index];
}

TEST(WorkerReport, SurvivesTheWire) {
    const auto json = base::parse_json(base::dump_json(to_json(sample())));
    ASSERT_TRUE(json);
    const auto back = worker_report_from(*json);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, sample());
}

struct Lie {
    const char* name;
    std::function<void(base::Json&)> tell;
    const char* complaint;
};

class WorkerReportLies : public ::testing::TestWithParam<Lie> {};

TEST_P(WorkerReportLies, AreRefused) {
    base::Json json = to_json(sample());
    GetParam().tell(json);
    const auto report = worker_report_from(json);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().cause, base::Cause::malformed);
    EXPECT_THAT(report.error().message, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WorkerReportLies,
    ::testing::Values(
        Lie{"not_an_object", [](auto& json) { json = base::Json("hello"); }, "not an object"},
        Lie{"unknown_key", [](auto& json) { json.as_object()->emplace_back("verdict", "clean"); },
            "not known"},
        Lie{"missing_key", [](auto& json) { json.as_object()->pop_back(); }, "missing"},
        Lie{"no_parts", [](auto& json) { *member(json, "parts") = base::JsonArray(); }, "root"},
        Lie{"parts_no_list", [](auto& json) { *member(json, "parts") = 7; }, "not a list"},
        Lie{"ids_not_dense", [](auto& json) { *member(*item(json, "parts", 1), "id") = 2; }, "not in order"},
        Lie{"id_negative", [](auto& json) { *member(*item(json, "parts", 1), "id") = -1; }, "not an integer"},
        Lie{"id_real", [](auto& json) { *member(*item(json, "parts", 1), "id") = 1.0; }, "not an integer"},
        Lie{"parent_itself", [](auto& json) { *member(*item(json, "parts", 1), "parent") = 1; }, "range"},
        Lie{"parent_missing",
            [](auto& json) {
                std::erase_if(*item(json, "parts", 1)->as_object(),
                              [](const auto& row) { return row.first == "parent"; });
            },
            "missing"},
        Lie{"root_has_parent",
            [](auto& json) { item(json, "parts", 0)->as_object()->emplace_back("parent", 0); },
            "root has none"},
        Lie{"empty_path", [](auto& json) { *member(*item(json, "parts", 1), "path") = ""; }, "empty"},
        Lie{"digest", [](auto& json) { *member(*item(json, "parts", 1), "sha256") = "../../etc"; }, "digest"},
        Lie{"size_negative", [](auto& json) { *member(*item(json, "parts", 1), "size") = -5; }, "integer"},
        Lie{"long_name",
            [](auto& json) { *member(*item(json, "parts", 1), "name") = std::string(70'000, 'x'); },
            "too long"},
        Lie{"name_not_utf8", [](auto& json) { *member(*item(json, "parts", 1), "name") = "\xFF"; }, "UTF-8"},
        Lie{"many_flags",
            [](auto& json) {
                *member(*item(json, "parts", 1), "flags") = base::JsonArray(40, base::Json("encrypted"));
            },
            "too many"},
        Lie{"finding_on_no_part", [](auto& json) { *member(*item(json, "findings", 0), "part") = 2; },
            "range"},
        Lie{"finding_id_empty", [](auto& json) { *member(*item(json, "findings", 0), "id") = ""; },
            "not an id"},
        Lie{"finding_id_hostile", [](auto& json) { *member(*item(json, "findings", 0), "id") = "a\nb"; },
            "not an id"},
        Lie{"finding_score",
            [](auto& json) { item(json, "findings", 0)->as_object()->emplace_back("score", -100); },
            "not known"},
        Lie{"long_evidence",
            [](auto& json) { *member(*item(json, "findings", 0), "evidence") = std::string(201, 'x'); },
            "too long"},
        Lie{"limit_id", [](auto& json) { *member(json, "limits") = base::JsonArray{base::Json("a b")}; },
            "not an id"},
        Lie{"complete_number", [](auto& json) { *member(json, "complete") = 1; }, "true or false"},
        Lie{"long_subject",
            [](auto& json) { *member(*member(json, "message"), "subject") = std::string(1'001, 'x'); },
            "too long"},
        Lie{"wide_text_key",
            [](auto& json) { *member(*member(json, "message"), "text_key") = text_key_max + 1; },
            "not an integer"},
        Lie{"text_key_no_number", [](auto& json) { *member(*member(json, "message"), "text_key") = "5"; },
            "not an integer"}),
    [](const auto& row) { return row.param.name; });

TEST(WorkerReport, EvidenceAndPathsThatWereNotEscapedAre) {
    WorkerReport report = sample();
    report.findings[0].evidence = "red\x1b[31m";
    report.parts[1].path = "message/1:\xE2\x80\xAEgpj.exe";
    const auto back = worker_report_from(to_json(report));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->findings[0].evidence, "red\\x1B[31m");
    EXPECT_EQ(back->parts[1].path, "message/1:\\u{202E}gpj.exe");
}

// Whatever is cut or flipped, the reader answers and what it lets through holds the contract.
TEST(WorkerReport, SurvivesCutsAndFlips) {
    const std::string text = base::dump_json(to_json(sample()));
    std::mt19937 random(20'241'101);
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_FALSE(read(std::string_view(text).substr(0, length), worker_report_from));
    }
    for (int round = 0; round < 5'000; ++round) {
        std::string bent = text;
        for (std::size_t flips = 1 + random() % 3; flips > 0; --flips) {
            bent[random() % bent.size()] ^= static_cast<char>(1u << (random() % 8));
        }
        const auto report = read(bent, worker_report_from);
        if (!report) continue;
        for (const Finding& finding : report->findings) {
            EXPECT_LT(finding.part, report->parts.size());
        }
    }
}

TEST(ScanReport, HasTheDocumentedKeysInOrder) {
    ScanReport report;
    report.file = "a\nb.eml";
    report.message_sha256 = std::string(64, 'c');
    report.parts = sample().parts;
    report.parts[1].name = "a\x1b.zip";
    report.findings.push_back({.finding = sample().findings[0], .score = 3.5, .title = "T"});
    report.unscannable = {Unscannable::locked, Unscannable::deep};
    report.verdict = Verdict::unscannable;
    report.elapsed = std::chrono::milliseconds(12);
    const std::string text = base::dump_json(to_json(report));
    EXPECT_THAT(text, HasSubstr(R"({"schema":1,"file":"a\\x0Ab.eml","message":{"size":0,"sha256":"ccc)"));
    EXPECT_THAT(text,
                HasSubstr(R"("verdict":"unscannable","unscannable":["locked","deep"],"score":0.0,)"
                          R"("complete":true,"limits":[],"parts":[{"id":0,"parent":null,"path":"message")"));
    EXPECT_THAT(text, HasSubstr(R"("name":"a\\x1B.zip")"));
    EXPECT_THAT(text, HasSubstr(R"("name_raw":"gqA=")"));
    // What was escaped before is not escaped twice.
    EXPECT_THAT(
        text,
        HasSubstr(R"({"id":"archive.encrypted","part":1,"score":3.5,"title":"T","evidence":"a\\x0Ab"})"));
    EXPECT_THAT(text, HasSubstr(R"("elapsed_ms":12})"));
}

TEST(RuleTable, SurvivesTheWire) {
    RuleTable table;
    table.version = "0123456789abcdef";
    table.rules.push_back({.name = "A",
                           .score = 2.5,
                           .severity = "high",
                           .family = "Emotet",
                           .reference = "https://example.com",
                           .raw = true});
    table.rules.push_back(
        {.name = "B", .score = 1, .severity = "", .family = "", .reference = "", .raw = false});
    table.problems = {"x.yar:3: syntax error"};
    const auto back = read(base::dump_json(to_json(table)), rule_table_from);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->version, table.version);
    ASSERT_EQ(back->rules.size(), 2u);
    EXPECT_EQ(back->rules[0].family, "Emotet");
    EXPECT_TRUE(back->rules[0].raw);
    EXPECT_FALSE(back->rules[1].raw);
    EXPECT_EQ(back->problems, table.problems);
    ASSERT_NE(back->find("B"), nullptr);
    std::swap(table.rules[0], table.rules[1]);
    EXPECT_FALSE(rule_table_from(to_json(table)));
}

TEST(ScanRequest, SurvivesTheWire) {
    ScanRequest request;
    request.id = 42;
    request.kind = InputKind::file;
    request.name = "x.doc";
    request.direction = Direction::internal;
    request.limits.max_depth = 3;
    request.limits.max_time = std::chrono::milliseconds(777);
    request.passwords = {"infected", "秘密"};
    request.skip_parts = {"message/1"};
    request.want_parts = true;
    const auto back = read(base::dump_json(to_json(request)), scan_request_from);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->id, 42u);
    EXPECT_EQ(back->kind, InputKind::file);
    EXPECT_EQ(back->direction, Direction::internal);
    EXPECT_EQ(back->limits.max_depth, 3u);
    EXPECT_EQ(back->limits.max_time.count(), 777);
    EXPECT_EQ(back->limits.max_steps, request.limits.max_steps);
    EXPECT_EQ(back->passwords, request.passwords);
    EXPECT_EQ(back->skip_parts, request.skip_parts);
    EXPECT_TRUE(back->want_parts);
    base::Json bent = to_json(request);
    *member(bent, "kind") = "folder";
    EXPECT_FALSE(scan_request_from(bent));
    bent = to_json(request);
    *member(*member(bent, "limits"), "max_depth") = std::int64_t{1} << 40;
    EXPECT_FALSE(scan_request_from(bent));
}

}  // namespace
}  // namespace sekisho::model
