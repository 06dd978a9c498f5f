#include "sandbox/worker_lures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "scanner/mail/regex.h"

namespace sekisho::sandbox {
namespace {

using scanner::mail::Found;
using scanner::mail::LureRow;
using scanner::mail::Lures;
using scanner::mail::Regex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string shipped = SEKISHO_SOURCE_DIR "/signatures";

std::vector<LureRow> shipped_rows() {
    model::RuleTable table;
    auto rows = read_lures({shipped}, table);
    EXPECT_THAT(table.problems, IsEmpty());
    return rows;
}

TEST(ShippedLures, AllCompile) {
    const auto rows = shipped_rows();
    std::vector<std::string> problems;
    EXPECT_EQ(Lures::compile(rows, problems).size(), rows.size());
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_GE(rows.size(), 50u);
}

TEST(ShippedLures, EachFindsItsTextsAndLeavesTheOthers) {
    for (const LureRow& row : shipped_rows()) {
        const auto regex = Regex::compile(row.pattern);
        ASSERT_TRUE(regex) << row.id;
        EXPECT_FALSE(row.test.empty()) << row.id;
        EXPECT_FALSE(row.others.empty()) << row.id;
        for (const std::string& text : row.test)
            EXPECT_EQ(regex->search(text), Found::yes) << row.id << ": " << text;
        for (const std::string& text : row.others)
            EXPECT_EQ(regex->search(text), Found::no) << row.id << ": " << text;
    }
}

TEST(ShippedLures, EachLanguageHasTheKindsThatMatter) {
    std::map<std::string, std::set<std::string>> kinds;
    for (const LureRow& row : shipped_rows())
        kinds[row.language].insert(row.suggests);
    for (const char* language : {"de", "en", "es", "fr", "it", "ja"}) {
        for (const char* kind :
             {"attachment", "delivery", "enable-content", "invoice", "password", "payment-change", "urgency"})
            EXPECT_TRUE(kinds[language].contains(kind)) << language << " " << kind;
    }
}

// None needs so many steps on a long text that it reaches its limit, whatever the text is made of.
TEST(ShippedLures, NoneReachesItsLimit) {
    std::string mixed;
    for (const LureRow& row : shipped_rows()) {
        for (const std::string& text : row.test)
            mixed += text + " ";
    }
    mixed.resize(std::min<std::size_t>(mixed.size(), 15u << 10));
    for (const LureRow& row : shipped_rows()) {
        const auto regex = Regex::compile(row.pattern);
        ASSERT_TRUE(regex) << row.id;
        for (const std::string& text : {mixed, std::string(8'000, ' '), std::string(8'000, 'a'),
                                        std::string(8'000, '\n'), std::string(8'000, '1')})
            EXPECT_NE(regex->search(text), Found::failed) << row.id;
    }
}

std::vector<std::string> problems_of(std::string_view toml, std::size_t rows) {
    std::vector<std::string> problems;
    EXPECT_EQ(lures_in(toml, "site.toml", problems).size(), rows) << toml;
    return problems;
}

TEST(LureFiles, WhatIsNoRowIsNamed) {
    EXPECT_THAT(problems_of("[[lure]]\nid = \"a\"\npattern = \"x\"\n", 1), IsEmpty());
    EXPECT_THAT(problems_of("", 0), IsEmpty());
    EXPECT_THAT(problems_of("[[lure]\n", 0), ElementsAre(testing::StartsWith("site.toml:1: ")));
    EXPECT_THAT(problems_of("[[phrase]]\nid = \"a\"\n", 0), ElementsAre(HasSubstr("\"phrase\" is nothing")));
    EXPECT_THAT(
        problems_of("[[lure]]\nid = \"a\"\n[[lure]]\nid = \"b\"\nscore = 3\n[[lure]]\nid = \"c\"\n", 2),
        ElementsAre(
            testing::AllOf(testing::StartsWith("site.toml:3: lure b: "), HasSubstr("no key \"score\""))));
    EXPECT_THAT(problems_of("[[lure]]\nid = 7\n", 0), ElementsAre(HasSubstr("id: write a text")));
    EXPECT_THAT(problems_of("[[lure]]\nid = \"a\"\ntest = [1]\n", 0),
                ElementsAre(HasSubstr("test: write a list")));
}

// A directory of rules that goes away with the test.
class Directory {
public:
    Directory() {
        std::string pattern = std::filesystem::temp_directory_path() / "sekisho-lures-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(path_ / "lures");
    }
    ~Directory() { std::filesystem::remove_all(path_); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / "lures" / name) << text;
    }
    std::string path() const { return path_; }

private:
    std::filesystem::path path_;
};

TEST(LureFiles, AreReadInOrderAndCountForTheVersion) {
    const Directory site;
    site.write("b.toml", "[[lure]]\nid = \"second\"\n");
    site.write("a.toml", "[[lure]]\nid = \"first\"\n");
    site.write("notes.txt", "no TOML at all");
    model::RuleTable table{.version = "0123456789abcdef"};
    const auto rows = read_lures({"/nowhere", site.path()}, table);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].id, "first");
    EXPECT_EQ(rows[1].id, "second");
    EXPECT_THAT(rows[0].place, testing::EndsWith("lures/a.toml:1"));
    EXPECT_THAT(table.problems, IsEmpty());
    const std::string before = table.version;
    EXPECT_NE(before, "0123456789abcdef");
    EXPECT_EQ(before.size(), 16u);

    site.write("b.toml", "[[lure]]\nid = \"other\"\n");
    model::RuleTable again{.version = "0123456789abcdef"};
    (void)read_lures({site.path()}, again);
    EXPECT_NE(again.version, before);

    model::RuleTable none{.version = "0123456789abcdef"};
    (void)read_lures({"/nowhere"}, none);
    EXPECT_EQ(none.version, "0123456789abcdef");
}

TEST(LureFiles, OneThatIsTooLargeIsNamed) {
    const Directory site;
    site.write("large.toml", std::string((1u << 20) + 1, '#'));
    model::RuleTable table;
    EXPECT_THAT(read_lures({site.path()}, table), IsEmpty());
    EXPECT_THAT(table.problems, ElementsAre(HasSubstr("large.toml")));
}

}  // namespace
}  // namespace sekisho::sandbox
