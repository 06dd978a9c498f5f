#include "scanner/mime/text_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/mime/testing_ambiguities.h"
#include "scanner/mime/testing_binhex.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

const std::string uu = "begin 644 cat.txt\n#0V%T\n`\nend\n";
const std::string uu64 = "begin-base64 644 cat.txt\nQ2F0\n====\n";
const std::string yenc = "=ybegin line=128 size=3 name=cat.txt\n\x6D\x8B\x9E\n=yend size=3\n";

std::string binhex(std::string_view name, std::string_view data, std::string_view resource) {
    return in_text(encode(name, data, resource), 64, "\n");
}

// "label|name|opened by|text", and "damaged" behind it.
std::vector<std::string> children_of(const TestExtraction& extraction) {
    std::vector<std::string> out;
    for (const TestChild& child : extraction.children) {
        std::string line = child.spec.label + "|" + child.spec.name + "|" + child.spec.opened_by + "|";
        line += child.text();
        if (child.spec.flags.has(PartFlag::damaged)) line += "|damaged";
        out.push_back(std::move(line));
    }
    return out;
}

struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> children;
    std::string classes;
};

class BlocksInText : public testing::TestWithParam<Case> {};
TEST_P(BlocksInText, AreAdded) {
    TestExtraction extraction;
    Ambiguities met;
    EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(GetParam().text), {}));
    EXPECT_EQ(children_of(extraction), GetParam().children);
    EXPECT_EQ(classes_of(met), GetParam().classes);
}

// What a decoder makes of lines that hold more or less than their first character says differs.
TEST(BlocksInUnevenLines, AreAddedAsEachDecoderReadsThem) {
    TestExtraction extraction;
    Ambiguities met;
    const std::string text = "begin 644 cat.txt\n#0V%T\n&0V%T\n#0V%TXXXXXX\n#0V%T\n`\nend\n";
    EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(text), {}));
    EXPECT_THAT(children_of(extraction),
                testing::ElementsAre("|cat.txt|uuencode|CatCat\0\0\0Cat|damaged"s,
                                     "|cat.txt|uuencode|CatCat\0\0\0CatCat|damaged"s,
                                     "|cat.txt|uuencode|Cat|damaged", "|cat.txt|uuencode|CatCat|damaged",
                                     "|cat.txt|uuencode|CatCatCat\xE3\x8E\x38\xE1\r\x85|damaged"s));
}

TEST(BlocksInUnevenLines, MayEndAtABareCr) {
    TestExtraction extraction;
    Ambiguities met;
    const std::string text = "begin 644 cat.txt\n#0V%T\n&0V\r#0V%T\n`\nend\n";
    EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(text), {}));
    EXPECT_THAT(children_of(extraction), testing::Contains("|cat.txt|uuencode|CatC`\0\0\0\0Cat|damaged"s));
}

// Some decoders skip the second begin line, others begin anew.
TEST(BlocksWithoutAnEnd, AreReadToTheNextOneAsWell) {
    const std::string text = "begin 644 a.txt\n#0V%T\nbegin 644 b.txt\n#9&]G\n`\nend\n" + uu;
    for (const bool declared : {true, false}) {
        TestExtraction extraction;
        Ambiguities met;
        TextBlocks blocks(extraction, met);
        EXPECT_TRUE(declared ? blocks.add_entity({.opened_by = "uuencode"}, base::as_bytes(text), nullptr,
                                                 Encoding::uuencode)
                             : blocks.add_all(base::as_bytes(text), {}));
        std::vector<std::string> want{"|a.txt|uuencode|Cat", "|a.txt|uuencode|Catdog|damaged",
                                      "|b.txt|uuencode|dog", "|cat.txt|uuencode|Cat"};
        if (declared) want.push_back("||uuencode|" + text);
        EXPECT_EQ(children_of(extraction), want);
    }
}

TEST(BlocksOfADeclaredType, BinHexOfTheDeclaredTypeNeedsNoBanner) {
    const std::string text = ":" + encode("cat.txt", "Cat", "") + ":\n";
    for (const bool declared : {true, false}) {
        TestExtraction extraction;
        Ambiguities met;
        const ChildSpec like{.claimed_type = declared ? "application/mac-binhex40" : "text/plain"};
        EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(text), like));
        EXPECT_EQ(children_of(extraction),
                  declared ? std::vector<std::string>{"|cat.txt|binhex|Cat"} : std::vector<std::string>{});
    }
}

INSTANTIATE_TEST_SUITE_P(
    None, BlocksInText,
    testing::Values(
        Case{"empty", "", {}, ""}, Case{"text", "Dear Sir,\nlet us begin at the end.\n", {}, ""},
        Case{"begin_with_no_data", "begin 644 reading\nthe book\nend\n", {}, ""},
        Case{"begin_within_a_line", "we begin-base64 644 x\nQ2F0\n====\n", {}, ""},
        Case{"begin_base64_alone", "begin-base64 644 x", {}, ""},
        Case{"talk_of_yenc", "a line that says =ybegin and =yend\n", {}, ""},
        Case{"talk_of_binhex", "(This file must be converted with BinHex 4.0)\nsays the text\n", {}, ""}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Found, BlocksInText,
    testing::Values(
        Case{"uuencode", "Hi\n" + uu + "Bye\n", {"|cat.txt|uuencode|Cat"}, "text.uuencode"},
        Case{"two", uu + uu, {"|cat.txt|uuencode|Cat", "|cat.txt|uuencode|Cat"}, "text.uuencode"},
        Case{"uuencode_of_base64", "Hi\n" + uu64, {"|cat.txt|uuencode|Cat"}, "text.uuencode"},
        Case{"uuencode_of_base64_without_end",
             "begin-base64 644 cat.txt\nQ2F0\n",
             {"|cat.txt|uuencode|Cat"},
             "text.uuencode"},
        Case{"uuencode_of_base64_damaged",
             "begin-base64 644 cat.txt\nQ2!F0\n====\n",
             {"|cat.txt|uuencode|Cat|damaged"},
             "text.uuencode"},
        Case{"two_of_base64",
             uu64 + uu64,
             {"|cat.txt|uuencode|Cat", "|cat.txt|uuencode|Cat"},
             "text.uuencode"},
        Case{"name_with_blanks",
             "begin-base64 644 my cat.txt\nQ2F0\n====\n",
             {"|my cat.txt|uuencode|Cat"},
             "text.uuencode"},
        Case{"name_of_shift_jis",
             "begin-base64 644 \x90\xBF.txt\nQ2F0\n====\n",
             {"|請.txt|uuencode|Cat"},
             "text.uuencode"},
        Case{"no_name", "begin-base64 644\nQ2F0\n====\n", {"||uuencode|Cat"}, "text.uuencode"},
        Case{"yenc", "Hi\n" + yenc, {"|cat.txt|yenc|Cat"}, "text.yenc"},
        Case{"yenc_cut", yenc.substr(0, yenc.size() - 14), {"|cat.txt|yenc|Cat|damaged"}, "text.yenc"},
        Case{"binhex", "Hi\n" + binhex("cat.txt", "Cat", ""), {"|cat.txt|binhex|Cat"}, "text.binhex"},
        Case{"binhex_of_two_forks",
             binhex("cat.txt", "Cat", "Icon"),
             {"|cat.txt|binhex|Cat", "resource-fork|cat.txt|binhex|Icon"},
             "text.binhex"},
        Case{"all",
             uu + yenc + binhex("cat.txt", "Cat", ""),
             {"|cat.txt|uuencode|Cat", "|cat.txt|yenc|Cat", "|cat.txt|binhex|Cat"},
             "text.binhex text.uuencode text.yenc"}),
    [](const auto& info) { return info.param.name; });

struct Entity {
    const char* name;
    Encoding encoding;
    std::string file;
    std::string raw;
    std::vector<std::string> children;
};

class DeclaredBlock : public testing::TestWithParam<Entity> {};
TEST_P(DeclaredBlock, IsDecoded) {
    TestExtraction extraction;
    Ambiguities met;
    const Entity& row = GetParam();
    const ChildSpec spec{.name = row.file, .opened_by = "mime"};
    EXPECT_TRUE(TextBlocks(extraction, met).add_entity(spec, base::as_bytes(row.raw), nullptr, row.encoding));
    // What is decoded is there undone as well, for those who know no such encoding.
    std::vector<std::string> want = row.children;
    const std::string undone = "|" + row.file + "|mime|" + row.raw;
    if (want.back() != undone) want.push_back(undone);
    EXPECT_EQ(children_of(extraction), want);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, DeclaredBlock,
    testing::Values(
        Entity{"uuencode", Encoding::uuencode, "", uu, {"|cat.txt|mime|Cat"}},
        Entity{"own_name_first", Encoding::uuencode, "dog.txt", uu, {"|dog.txt|mime|Cat"}},
        Entity{"text_around",
               Encoding::uuencode,
               "",
               "Hi\n" + uu + uu,
               {"|cat.txt|mime|Cat", "|cat.txt|uuencode|Cat"}},
        Entity{"uuencode_without_begin", Encoding::uuencode, "c.txt", "#0V%T\n", {"|c.txt|mime|Cat"}},
        Entity{"uuencode_of_none",
               Encoding::uuencode,
               "c.txt",
               "Hello\n",
               {"|c.txt|mime||damaged", "|c.txt|mime|Hello\n"}},
        Entity{"yenc", Encoding::yenc, "", yenc, {"|cat.txt|mime|Cat"}},
        Entity{"yenc_of_none", Encoding::yenc, "c.txt", "Hello\n", {"|c.txt|mime|Hello\n"}},
        Entity{"binhex", Encoding::binhex, "", binhex("cat.txt", "Cat", ""), {"|cat.txt|mime|Cat"}},
        Entity{"binhex_own_name",
               Encoding::binhex,
               "dog.txt",
               binhex("cat.txt", "Cat", "Icon"),
               {"|dog.txt|mime|Cat", "resource-fork|dog.txt|mime|Icon"}},
        Entity{"binhex_of_none", Encoding::binhex, "c.txt", "Hello\n", {"|c.txt|mime|Hello\n"}},
        Entity{"empty", Encoding::yenc, "c.txt", "", {"|c.txt|mime|"}}),
    [](const auto& info) { return info.param.name; });

TEST(TextBlocks, HandOnFlagsAndReadings) {
    TestExtraction extraction;
    Ambiguities met;
    ChildSpec like{.name = "a.txt", .opened_by = "mime", .readings = {"second"}};
    like.flags.set(PartFlag::hidden);
    EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(uu + uu64), like));
    ASSERT_EQ(extraction.children.size(), 2U);
    for (const TestChild& child : extraction.children) {
        EXPECT_TRUE(child.spec.flags.has(PartFlag::hidden));
        EXPECT_THAT(child.spec.readings, testing::ElementsAre("second"));
    }
}

TEST(TextBlocks, StopWhereTheBudgetIsSpent) {
    TestExtraction extraction({.max_parts = 3});
    Ambiguities met;
    const std::string text = uu64 + uu64 + uu64 + uu64 + uu64;
    EXPECT_FALSE(TextBlocks(extraction, met).add_all(base::as_bytes(text), {}));
    EXPECT_LE(extraction.children.size(), 3U);
    EXPECT_THAT(extraction.budget().reached(), testing::ElementsAre("limit.parts"));
}

TEST(TextBlocksProperty, ATextCutAnywhere) {
    const std::string text = "Hi\n" + uu64 + uu + yenc + binhex("cat.txt", "Cat", "Icon");
    for (std::size_t end = 0; end <= text.size(); ++end) {
        const std::string cut(text, 0, end);
        TestExtraction extraction;
        Ambiguities met;
        EXPECT_TRUE(TextBlocks(extraction, met).add_all(base::as_bytes(cut), {})) << end;
        EXPECT_EQ(extraction.children.empty(), met.all().empty()) << end;
        EXPECT_LE(extraction.children.size(), 5U) << end;
    }
}

std::vector<std::string> entity_of(const std::string& text, Encoding encoding) {
    TestExtraction extraction;
    Ambiguities met;
    EXPECT_TRUE(TextBlocks(extraction, met).add_entity({}, base::as_bytes(text), nullptr, encoding));
    EXPECT_FALSE(extraction.children.empty()) << "what is declared is a part, whatever it holds";
    return children_of(extraction);
}

TEST(TextBlocksProperty, AreTheSameForTheSame) {
    const std::vector<std::string> pieces{"begin 644 a\n",
                                          "#0V%T\n",
                                          "`\n",
                                          "end\n",
                                          "begin-base64 644 b\n",
                                          "Q2F0\n",
                                          "\n====\n",
                                          "=ybegin line=1 size=3 name=c\n",
                                          "=yend size=3\n",
                                          ":",
                                          "x",
                                          "\r\n",
                                          "(This file must be converted with BinHex 4.0)\n",
                                          "\n"};
    std::mt19937 random(37);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 2'000; ++i) {
        const std::string text = random_pieces(random, pieces, 14);
        for (const Encoding encoding : {Encoding::uuencode, Encoding::yenc, Encoding::binhex})
            ASSERT_EQ(entity_of(text, encoding), entity_of(text, encoding)) << text;
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
