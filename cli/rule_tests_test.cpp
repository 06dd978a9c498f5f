// Where the tests of rules lie, and what their files stand for.
#include "cli/rule_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "cli/test_bytes.h"

namespace sekisho::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(TestBytes, Words) {
    const struct {
        const char* text;
        std::string bytes;
    } rows[] = {
        {"", ""},
        {"4C00 00\n7f # a remark, 00\n", "L\0\0\x7F"s},
        {"00*3 ff*2 41",
         "\0\0\0\xFF\xFF"
         "A"s},
        {"\"a b#c\" u\"xy\" 22", "a b#cx\0y\0\""s},
        {"00*0 # nothing", ""},
        {"4142#remark", "AB"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(bytes_from_hex(row.text, 100).value_or("none"), row.bytes) << row.text;
}

TEST(TestBytes, WhatIsWrongIsNamedWithItsLine) {
    for (const char* text :
         {"00\n4", "00\n\"abc", "00\nu\"abc\n\"", "00\nxy", "00\n00*", "00\n00*9x", "00\n00*-1"}) {
        const auto bytes = bytes_from_hex(text, 100);
        ASSERT_FALSE(bytes) << text;
        EXPECT_EQ(bytes.error().cause, base::Cause::malformed) << text;
        EXPECT_THAT(bytes.error().message, HasSubstr("line 2")) << text;
    }
    EXPECT_EQ(bytes_from_hex("00*101", 100).error().cause, base::Cause::limit);
    EXPECT_EQ(bytes_from_hex("00*99 u\"a\"", 100).error().cause, base::Cause::limit);
    EXPECT_EQ(bytes_from_hex("00*18446744073709551615", 100).error().cause, base::Cause::limit);
}

TEST(TestBytes, AnyText) {
    constexpr std::string_view letters = "0aF*9\"u# \n";
    std::mt19937 random(5);
    std::size_t whole = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i)
            text += letters[random() % letters.size()];
        const auto bytes = bytes_from_hex(text, 64);
        if (!bytes) continue;
        EXPECT_LE(bytes->size(), 64U);
        ++whole;
    }
    EXPECT_GT(whole, 100U);
}

TEST(TestIds, StandInTheMeta) {
    const auto ids = test_ids_of(R"(
        // rule commented { meta: tests = "x" }
        import "pe"
        private rule first : tag { meta: description = "a rule for \"tests\"" tests = "one two" strings: $a = /}\/\// condition: $a }
        rule second
        {
            meta:
                tests = "three"  /* tests = "four" */
            strings:
                $a = "tests = \"five\" rule sixth }"
            condition:
                $a
        }
        rule third { condition: true } rule fourth { meta: tests = 1 condition: true }
    )");
    EXPECT_THAT(ids, UnorderedElementsAre(Pair("first", ElementsAre("one", "two")),
                                          Pair("second", ElementsAre("three")), Pair("third", IsEmpty()),
                                          Pair("fourth", IsEmpty())));
}

TEST(TestIds, EveryCut) {
    const std::string source =
        "rule a { meta: tests = \"x\\\"\" condition: /* } */ true } rule b { strings: $a = { 00 } }";
    for (std::size_t size = 0; size <= source.size(); ++size)
        EXPECT_LE(test_ids_of(source.substr(0, size)).size(), 2U) << size;
}

class RuleFolder : public testing::Test {
protected:
    RuleFolder() {
        std::string pattern = fs::temp_directory_path() / "sekisho-rule-tests-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~RuleFolder() override { fs::remove_all(folder_); }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    fs::path folder_;
};

TEST_F(RuleFolder, TestsAreFoundByIdOrByName) {
    write("a.yar",
          "rule named { meta: tests = \"common own\" condition: true }\nrule silent { condition: true }");
    write("b.yara", "rule none { condition: true }");
    write("tests/common/positive/x.txt.hex", "\"x\"");
    write("tests/own/negative/y.b64", "eQ==\n");
    write("tests/silent/positive/plain.txt", "p");
    write("tests/silent/other/plain.txt", "p");
    const auto tests = find_rule_tests(folder_, {"named", "silent", "none"});
    ASSERT_EQ(tests.size(), 3U);
    EXPECT_THAT(tests.at("none"), IsEmpty());
    const auto& named = tests.at("named");
    ASSERT_EQ(named.size(), 2U);
    EXPECT_TRUE(named[0].positive);
    EXPECT_EQ(named[0].name, "x.txt");
    EXPECT_EQ(read_rule_test(named[0]).value_or(""), "x");
    EXPECT_FALSE(named[1].positive);
    EXPECT_EQ(named[1].name, "y");
    EXPECT_EQ(read_rule_test(named[1]).value_or(""), "y");
    ASSERT_EQ(tests.at("silent").size(), 1U);
    EXPECT_EQ(read_rule_test(tests.at("silent")[0]).value_or(""), "p");
    EXPECT_THAT(find_rule_tests(folder_, {"other"}), IsEmpty());
    EXPECT_THAT(find_rule_tests(folder_ / "nowhere", {"named"}), IsEmpty());
}

TEST_F(RuleFolder, WhatStandsForNothingIsAnError) {
    write("a.hex", "xyz");
    write("a.b64", "====");
    EXPECT_EQ(read_rule_test({.path = folder_ / "a.hex"}).error().cause, base::Cause::malformed);
    EXPECT_EQ(read_rule_test({.path = folder_ / "a.b64"}).error().cause, base::Cause::malformed);
    EXPECT_FALSE(read_rule_test({.path = folder_ / "nowhere"}));
}

}  // namespace
}  // namespace sekisho::cli
