#include "scanner/rules/yara_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "scanner/rules/rule_source.h"
#include "scanner/rules/testing.h"

namespace sekisho::scanner::rules {
namespace {

std::vector<std::string> matches(Engine& engine, std::string_view text, const RuleFacts& facts = {},
                                 std::span<const Padding> paddings = {}) {
    Findings findings(100);
    engine.scan(Stretches(base::as_bytes(text), paddings), facts, 0, std::chrono::milliseconds(10'000),
                findings);
    std::vector<std::string> out;
    for (const auto& finding : findings.all()) {
        out.push_back(finding.id);
    }
    std::ranges::sort(out);
    return out;
}

using Ids = std::vector<std::string>;

TEST(Yara, MatchesAndReadsMeta) {
    const RuleDir dir;
    dir.write(
        "a.yar",
        R"(rule one { meta: score = 7 severity = "high" family = "Test" reference = "https://example.com"
                          strings: $a = "needle" condition: $a })");
    const auto engine = load_yara(dir.list()).value();
    ASSERT_EQ(engine->table().rules.size(), 1U);
    const model::RuleInfo& info = engine->table().rules[0];
    EXPECT_EQ(info.name, "one");
    EXPECT_DOUBLE_EQ(info.score, 7.0);
    EXPECT_EQ(info.severity, "high");
    EXPECT_EQ(info.family, "Test");
    EXPECT_EQ(engine->table().version.size(), 16U);
    EXPECT_EQ(matches(*engine, "a needle in hay"), Ids{"yara.one"});
    EXPECT_EQ(matches(*engine, "hay"), Ids{});
}

TEST(Yara, ExternalsAreSetForEachScan) {
    const RuleDir dir;
    dir.write("a.yar",
              R"(rule by_name { condition: filename == "x.doc" and extension == ".doc" and depth > 1 }
                          rule locked { condition: encrypted and direction == "inbound" })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "x", {.filename = "x.doc", .extension = ".doc", .depth = 2}),
              Ids{"yara.by_name"});
    EXPECT_EQ(matches(*engine, "x", {.direction = "inbound", .encrypted = true}), Ids{"yara.locked"});
    EXPECT_EQ(matches(*engine, "x"), Ids{});
}

// Of LOKI and signature-base.
TEST(Yara, ExternalsOfPublicSetsAreThere) {
    const RuleDir dir;
    dir.write("a.yar",
              R"(rule a { condition: filename == "a.exe" and extension == ".exe" and filetype == "EXE" and
                          filepath contains "zip" and owner == "" and md5 == "" })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(engine->table().problems, std::vector<std::string>{});
    EXPECT_EQ(matches(*engine, "MZ",
                      {.filename = "a.exe",
                       .filepath = "message/1:a.zip/1:a.exe",
                       .extension = ".exe",
                       .filetype = "EXE"}),
              Ids{"yara.a"});
}

TEST(Yara, RawMessageRunsOnlyRawRules) {
    const RuleDir dir;
    dir.write("a.yar", R"(rule on_parts { strings: $a = "needle" condition: $a }
                          private rule helper { strings: $a = "needle" condition: $a }
                          rule on_raw { meta: raw = true condition: helper })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "needle", {.raw = true}), Ids{"yara.on_raw"});
    EXPECT_EQ(matches(*engine, "needle"), (Ids{"yara.on_parts", "yara.on_raw"}));
    EXPECT_EQ(engine->table().rules.size(), 2U);
}

TEST(Yara, RulesForSomeTypesRunOnThoseAlone) {
    const RuleDir dir;
    dir.write(
        "a.yar",
        R"(rule for_vba { meta: types = "text/x-vba application/vnd.ms-*" strings: $a = "needle" condition: $a }
                          rule for_all { strings: $a = "needle" condition: $a })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "needle", {.mime_type = "image/png"}), Ids{"yara.for_all"});
    EXPECT_EQ(matches(*engine, "needle", {.mime_type = "text/x-vba"}), (Ids{"yara.for_all", "yara.for_vba"}));
    EXPECT_EQ(matches(*engine, "needle", {.mime_type = "application/vnd.ms-excel"}),
              (Ids{"yara.for_all", "yara.for_vba"}));
    EXPECT_EQ(engine->table().rules.size(), 2U);
}

TEST(Yara, RulesForSmallPartsOrForTheBeginningRunOnThoseAlone) {
    const RuleDir dir;
    dir.write("a.yar",
              R"(rule small { meta: largest_bytes = 10 strings: $a = "needle" condition: $a }
                 rule begin { meta: first_bytes = 10 strings: $a = "needle" condition: $a }
                 rule cut { meta: first_bytes = 10 condition: filesize == 10 }
                 rule odd { meta: largest_bytes = "x" first_bytes = -1 condition: filesize == 16 })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "needle"), (Ids{"yara.begin", "yara.small"}));
    EXPECT_EQ(matches(*engine, "needle5678"), (Ids{"yara.begin", "yara.cut", "yara.small"}));
    EXPECT_EQ(matches(*engine, "needle56789"), (Ids{"yara.begin", "yara.cut"}));
    EXPECT_EQ(matches(*engine, "0123456789needle"), (Ids{"yara.cut", "yara.odd"}));
}

TEST(Yara, RulesThatLeanOnEachOtherStayTogether) {
    const RuleDir dir;
    dir.write("a.yar", R"(rule base { strings: $a = "needle" condition: $a }
                          rule leaning { meta: types = "text/x-vba" condition: base })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "needle", {.mime_type = "image/png"}), (Ids{"yara.base", "yara.leaning"}));
    ASSERT_EQ(engine->table().problems.size(), 1U);
    EXPECT_NE(engine->table().problems[0].find("run on everything"), std::string::npos);
}

TEST(Yara, BadRulesAreSkippedByNameAndTheRestLoad) {
    const RuleDir dir;
    dir.write("a.yar",
              "rule good1 { condition: true }\n"
              "rule bad {\n strings: $a = /(/ condition: $a }\n"
              "rule good2 { condition: true }\n"
              "rule unknown { condition: no_such_thing }\n");
    dir.write("b.yar", "this is no rule file");
    dir.write("c.yar", "include \"a.yar\"\nrule good3 { condition: true }");
    dir.write("d.yar", "rule good4 { condition: true }");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "x"), (Ids{"yara.good1", "yara.good2", "yara.good3", "yara.good4"}));
    const auto& problems = engine->table().problems;
    ASSERT_EQ(problems.size(), 5U);
    EXPECT_NE(problems[0].find("a.yar:3:"), std::string::npos) << problems[0];
    EXPECT_NE(problems[3].find("whole file is skipped"), std::string::npos) << problems[3];
    EXPECT_NE(problems[4].find("c.yar:1:"), std::string::npos) << problems[4];
}

TEST(Yara, ModulesThatAreNotThereCostOnlyTheRulesThatUseThem) {
    const RuleDir dir;
    dir.write("a.yar",
              "import \"pe\"\nimport \"no_such\"\nimport \"math\"\n"
              "rule good1 { condition: math.min(1, 2) == 1 }\n"
              "rule bad { condition: no_such.thing }\n"
              "rule good2 { condition: true }\n");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, "x"), (Ids{"yara.good1", "yara.good2"}));
    ASSERT_EQ(engine->table().problems.size(), 2U);
    EXPECT_NE(engine->table().problems[0].find("a.yar:2:"), std::string::npos) << engine->table().problems[0];
    EXPECT_NE(engine->table().problems[1].find("a.yar:5:"), std::string::npos) << engine->table().problems[1];
}

TEST(Yara, FoldersInFoldersAreRead) {
    const RuleDir dir;
    dir.write("z.yar", "rule outer { condition: true }");
    dir.write("sets/deep/a.yara", "rule inner { condition: true }");
    dir.write("sets/deep/readme.md", "rule none { condition: true }");
    EXPECT_EQ(matches(*load_yara(dir.list()).value(), "x"), (Ids{"yara.inner", "yara.outer"}));
    std::filesystem::create_directory_symlink(dir.path(), dir.path() / "sets/deep/loop");
    const auto twice = load_yara({dir.path(), dir.path() / "sets/../sets"}).value();
    EXPECT_TRUE(twice->table().problems.empty()) << "each file is read once";
    EXPECT_EQ(twice->table().rules.size(), 2U);
}

TEST(Yara, ScoresOfPublicSetsAreATenth) {
    const RuleDir dir;
    dir.write("a.yar",
              "rule a_ours { meta: score = 12 condition: true }\n"
              "rule b_public { meta: score = 75 condition: true }\n"
              "rule c_silent { condition: true }\n"
              "global rule d_global { condition: filesize < 1MB }\n"
              "global rule e_global { meta: score = 3 condition: filesize < 1MB }\n");
    const auto engine = load_yara(dir.list()).value();
    std::vector<double> scores;
    for (const model::RuleInfo& rule : engine->table().rules)
        scores.push_back(rule.score);
    EXPECT_EQ(scores, (std::vector{12.0, 7.5, 5.0, 0.0, 3.0}));
}

// Above a megabyte of source rules are compiled in several portions.
TEST(Yara, LargeSetsAreCutBetweenFiles) {
    const RuleDir dir;
    const std::string remark = "/* " + std::string(700'000, 'x') + " */\n";
    for (const std::string name : {"a", "b", "c"}) {
        dir.write(name + ".yar", remark + "private rule helper { strings: $a = \"needle" + name +
                                     "\" condition: $a }\nrule find_" + name + " { condition: helper }\n");
    }
    const auto engine = load_yara(dir.list()).value();
    EXPECT_TRUE(engine->table().problems.empty());
    EXPECT_EQ(engine->table().rules.size(), 3U);
    EXPECT_EQ(matches(*engine, "needlea needlec"), (Ids{"yara.find_a", "yara.find_c"}));
}

TEST(Yara, NothingLeftIsAnError) {
    const RuleDir dir;
    EXPECT_TRUE(load_yara(dir.list()));  // no files: nothing was meant to load
    dir.write("a.yar", "rule bad { condition: nope }");
    EXPECT_EQ(load_yara(dir.list()).error().cause, base::Cause::invalid);
    const auto nowhere = load_yara({"/nowhere/rules"});
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().message.find("/nowhere/rules"), std::string::npos);
    EXPECT_TRUE(load_yara({}));
}

TEST(Yara, TooManyMatchesAndNoTimeArePartial) {
    const RuleDir dir;
    dir.write("a.yar", R"(rule many { strings: $a = "aa" condition: #a > 2000000 })");
    const auto engine = load_yara(dir.list()).value();
    EXPECT_EQ(matches(*engine, std::string(3u << 20, 'a')), Ids{"yara.partial"});
    Findings findings(10);
    engine->scan(Stretches(base::as_bytes("aa")), {}, 0, std::chrono::milliseconds(0), findings);
    EXPECT_TRUE(findings.has("yara.partial"));
}

// What stands on both sides of a seam between data and padding is found where it stands.
TEST(Yara, PaddingIsLeftOutAndItsSeamsAreNot) {
    const RuleDir dir;
    dir.write("a.yar", R"(
rule seam_before { strings: $a = "HEADxxxx" condition: $a at 6 }
rule seam_behind { strings: $a = "xxxxTAIL" condition: $a at filesize - 10 }
rule within { strings: $a = "xxxxxxxx" condition: $a }
rule whole_size { strings: $a = "HEAD" condition: $a and filesize == 8388624 }
rule number_at_end { strings: $a = "HEAD" condition: $a and uint32(filesize - 6) == 0x4C494154 }
rule far { strings: $a = /HEADx{4}.*xTAIL/s condition: $a }
rule both { strings: $a = "HEAD" $b = "TAIL" condition: $a and $b and @b[1] > @a[1] + 8000000 }
rule absent { strings: $a = "HEADTAIL" $b = "yyyyyyyy" condition: any of them }
)");
    const auto engine = load_yara(dir.list()).value();
    const std::string text = "aaaaaaHEAD" + std::string(8u << 20, 'x') + "TAIL" + "aa";
    ASSERT_EQ(text.size(), 8'388'624u);
    const std::vector<Padding> paddings{{.begin = 10, .end = 10 + (8u << 20), .period = 1}};
    ASSERT_EQ(Stretches(base::as_bytes(text), paddings).all().size(), 2u);
    const Ids found = matches(*engine, text, {}, paddings);
    EXPECT_EQ(found, (Ids{"yara.both", "yara.number_at_end", "yara.seam_before", "yara.seam_behind",
                          "yara.whole_size", "yara.within"}));
    EXPECT_EQ(matches(*engine, text), found) << "the whole text in one piece";
}

TEST(SplitRules, FindsRulesAmongCommentsStringsAndRegexes) {
    const std::string source =
        "import \"pe\"\n// rule no1 {\n/* rule no2 { } */\n"
        "private rule a : tag { strings: $s = \"}\" $h = { 01 [2-4] 02 } $r = /\\/}{/ condition: any of them "
        "}\n"
        "rule b { meta: raw = true condition: filesize / 2 > 1 }";
    const auto rules = split_rules(source);
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].name, "a");
    EXPECT_TRUE(rules[0].helper);
    EXPECT_EQ(rules[0].first_line, 4);
    EXPECT_FALSE(rules[0].scope.raw);
    EXPECT_EQ(rules[1].name, "b");
    EXPECT_TRUE(rules[1].scope.raw);
    EXPECT_EQ(source.substr(rules[1].begin, rules[1].end - rules[1].begin),
              "rule b { meta: raw = true condition: filesize / 2 > 1 }");
}

TEST(SplitRules, SurvivesEveryCut) {
    const std::string source =
        "private rule a { strings: $s = \"\\\"}\" $r = /a\\/b/ condition: /* } */ $s }";
    for (std::size_t n = 0; n <= source.size(); ++n) {
        for (const RuleText& rule : split_rules(source.substr(0, n))) {
            EXPECT_LE(rule.end, n);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::rules
