#include "scanner/rules/rule_condition.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/rules/rule_source.h"

namespace sekisho::scanner::rules {
namespace {

bool needs(const std::string& condition) {
    const auto rules = split_rules(
        "rule x { meta: types = \"a/b\" strings: $a = \"condition: }\" $b = /x{2}/ condition: " + condition +
        " }");
    EXPECT_EQ(rules.size(), 1u);
    return rules.at(0).scope.needs_string;
}

TEST(RuleCondition, HoldsOnlyWithAString) {
    for (const char* condition : {
             "$a",
             "$a and $b",
             "$a or $b",
             "($a)",
             "(($a) or #b > 2) and filesize < 1MB",
             "any of them",
             "all of them",
             "all of ($a*)",
             "2 of ($a, $b)",
             "1 of ($*)",
             "any of them and not $b",
             "filesize < 10KB and uint16(0) == 0x5A4D and (any of ($a*) or all of ($b*))",
             "$a at 0",
             "$a in (0..100) and true",
             "any of ($a*) in (0..100)",
             "#a > 0",
             "#a >= 1",
             "for any of them : ( $ at 0 )",
             "for any of ($a*) : ( $ in (0..10) or false )",
             "// a comment\n $a /* and another */",
             "true and $a",
         }) {
        EXPECT_TRUE(needs(condition)) << condition;
    }
}

TEST(RuleCondition, MayHoldWithoutOneOrItIsNotPlain) {
    for (const char* condition : {
             "true",
             "not $a",
             "not ($a or $b)",
             "$a or filesize < 10",
             "filesize < 10 or ($a and $b)",
             "($a or true) and filesize < 10",
             "#a == 0",
             "#a >= 0",
             "#a < 3",
             "#a > -1",
             "#a > #b - 1",
             "0 of them",
             "none of them",
             "for all of them : ( @ > 10 )",
             "for all i in (1..#a) : ( @a[i] > 10 )",
             "for any i in (0..10) : ( uint8(i) == 0 )",
             "any of (other_rule*)",
             "other_rule",
             "other_rule and filesize > 1",
             "uint16(0) == 0x5A4D",
             "@a > 100",
             "!a > 100",
             "filename matches /x/",
             "filename contains \"$a and any of them\"",
             "50% of them",
             "",
         }) {
        EXPECT_FALSE(needs(condition)) << condition;
    }
}

TEST(RuleCondition, GarbageIsNotPlain) {
    for (const char* condition :
         {"(", ")", "(((", "and", "or", "$", "#", "for", "any of", "any of (", "( )", "$a and )", ") or ("}) {
        (void)needs_string(std::vector<std::string_view>{condition});
        const auto rules = split_rules(std::string("rule x { condition: ") + condition + " }");
        for (const RuleText& rule : rules)
            (void)rule.scope.needs_string;
    }
    std::vector<std::string_view> deep(100'000, "(");
    deep.insert(deep.end(), {"$", "a"});
    deep.insert(deep.end(), 100'000, ")");
    EXPECT_FALSE(needs_string(deep)) << "deeper than anybody writes";
}

}  // namespace
}  // namespace sekisho::scanner::rules
