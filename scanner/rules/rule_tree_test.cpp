// Public rule sets as site rules: what loads of them, what is left out, and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "scanner/rules/testing.h"
#include "scanner/rules/yara_engine.h"
#include "tests/fixtures/rule_tree.h"

namespace sekisho::scanner::rules {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::size_t count(const std::vector<std::string>& problems, std::string_view what) {
    return static_cast<std::size_t>(std::ranges::count_if(
        problems, [&](const std::string& problem) { return problem.find(what) != std::string::npos; }));
}

// bench/rules_bench.cpp says how long 2,500 of them take.
TEST(RuleTree, WhatIsRightLoadsAndTheRestIsNamed) {
    const RuleDir dir;
    const fixtures::RuleTree tree = fixtures::rule_tree(250);
    fixtures::write_rule_tree(tree, dir.path());
    const auto engine = load_yara(dir.list());
    ASSERT_TRUE(engine) << engine.error().message;
    const model::RuleTable& table = (*engine)->table();
    EXPECT_EQ(table.rules.size(), tree.names);
    // A file that is none has two lines: what is wrong, and that it is skipped.
    EXPECT_EQ(table.problems.size(), tree.rules_skipped + tree.lines_skipped + 2 * tree.files_skipped);
    EXPECT_EQ(count(table.problems, "the whole file is skipped"), tree.files_skipped);
    for (const char* reason : {"syntax error", "duplicated identifier", "undefined identifier",
                               "unknown module", "includes are disabled", "invalid regular expression"}) {
        EXPECT_THAT(table.problems, Contains(HasSubstr(reason)));
    }
    for (const std::string& problem : table.problems)
        EXPECT_THAT(problem, HasSubstr("set_")) << "which file";
}

// SEKISHO_RULES_TREE names a folder of a public rule set.
TEST(RuleTree, OfSomebodyElse) {
    const char* directory = std::getenv("SEKISHO_RULES_TREE");
    if (directory == nullptr) GTEST_SKIP() << "no SEKISHO_RULES_TREE";
    const auto engine = load_yara({directory});
    ASSERT_TRUE(engine) << engine.error().message;
    for (const std::string& problem : (*engine)->table().problems)
        std::cout << problem << '\n';
    std::cout << (*engine)->table().rules.size() << " rules loaded, " << (*engine)->table().problems.size()
              << " lines about what was not\n";
    EXPECT_FALSE((*engine)->table().rules.empty());
    Findings findings(1'000);
    (*engine)->scan(Stretches(base::as_bytes(std::string_view("Minutes of the meeting"))),
                    {.filename = "a.txt"}, 0, std::chrono::minutes(1), findings);
    EXPECT_FALSE(findings.has("yara.partial"));
}

}  // namespace
}  // namespace sekisho::scanner::rules
