#include "scanner/office/rtf_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/office/rtf_lexer.h"
#include "scanner/office/rtf_words.h"
#include "scanner/testing.h"

namespace sekisho::scanner::office {
namespace {

struct Read {
    explicit Read(const std::string& rtf) {
        Output output = extraction.new_output();
        content = read_rtf(base::as_bytes(rtf), output, extraction.budget());
        text = base::as_text(output.view());
    }
    TestExtraction extraction;  // its Budget outlives the objects
    RtfContent content;
    std::string text;
};

TEST(RtfReader, ReadsWhatPeopleSee) {
    struct Row {
        const char* rtf;
        const char* text;
        bool html = false;
    };
    const Row rows[] = {
        {"", ""},
        {"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}hello\\par world}", "hello\nworld"},
        {"{\\rtf1 a\\{b\\}c\\\\d\\~e\\_f}", "a{b}c\\d e-f"},
        {"{\\rtf1\\ansicpg932 \\'83\\'70\\'83X}", "パス"},
        {"{\\rtf1\\ansicpg1251 \\'cf\\'f0}", "Пр"},
        {"{\\rtf1 \\u12497?\\u12473?x}", "パスx"},
        {"{\\rtf1\\uc2 \\u12497\\'83\\'70y}", "パy"},
        {"{\\rtf1\\uc0 \\u12497\\u12473}", "パス"},
        {"{\\rtf1 \\u-10179?\\u-8704?}", "\xF0\x9F\x98\x80"},
        {"{\\rtf1 \\u97\r\n?b}", "ab"},
        {"{\\rtf1 {\\*\\generator Riched;}a{\\pict 0102}b}", "ab"},
        {"{\\rtf1 a\\bin3 }}}b}", "ab"},
        {"{\\rtf1\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 pass\\htmlrtf }\\htmlrtf0 "
         "{\\*\\mhtmltag1 no}{\\*\\htmltag72 </p>}}",
         "<p>pass</p>", true},
        {"{\\rtf1 open {{{", "open "},
        {"}}}text", "text"},
        {"\\", ""},
        {"\\'4", "4"},
        {"{\\rtf1\\bin99999999999 x", "x"},
        // A font's own code page, as WordPad writes it, and back.
        {"{\\rtf1\\ansicpg1252{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}}\\f1\\'83\\'70\\f0\\'e9}", "パé"},
        {"{\\rtf1{\\fonttbl{\\f1\\fcharset128 B;}}{\\f1\\'83\\'70}\\'e9\\f1\\plain\\'e9}", "パéé"},
        {"{\\rtf1{\\upr{ansi}{\\*\\ud{\\u97 ?nicode}}}}", "anicode"},
        {"{\\rtf1 a{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt in a shape}}}", "ain a shape"},
        {"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://example.invalid/a\"}{\\fldrslt click}}.}",
         "click <http://example.invalid/a>."},
        {"{\\rtf1{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}}", "7"},
        {"{\\rtf1{\\object\\objemb{\\*\\objdata 0102}{\\result shown}}}", "shown"},
    };
    for (const Row& row : rows) {
        const Read read(row.rtf);
        EXPECT_EQ(read.text, row.text) << row.rtf;
        EXPECT_EQ(read.content.html, row.html) << row.rtf;
    }
}

TEST(RtfReader, DeepNestingGoesOn) {
    const Read read("{\\rtf1 seen" + std::string(1'000'000, '{') + "below" + std::string(1'000'000, '}') +
                    "x}");
    EXPECT_EQ(read.text, "seenbelowx");
    EXPECT_GT(read.content.deepest, 999'000u);
}

TEST(RtfReader, EndsWhereTheBudgetEnds) {
    model::ScanLimits limits;
    limits.max_bytes_out = 10'000;
    TestExtraction extraction(limits);
    Output output = extraction.new_output();
    const std::string rtf =
        "{\\rtf1{\\*\\objdata " + std::string(100'000, '4') + "}" + std::string(100'000, 'x');
    const RtfContent content = read_rtf(base::as_bytes(rtf), output, extraction.budget());
    ASSERT_EQ(content.objects.size(), 1u);
    EXPECT_TRUE(content.objects[0].truncated);
    EXPECT_TRUE(output.truncated());
    EXPECT_FALSE(extraction.budget().reached().empty());
}

std::string tokens_of(std::string_view rtf) {
    RtfLexer lexer(rtf);
    std::string out;
    for (RtfToken token = lexer.next(); token.kind != RtfToken::Kind::end; token = lexer.next()) {
        constexpr std::string_view letters = ".{}wsbtB";
        out += letters[static_cast<std::size_t>(token.kind)];
        out += token.text;
        if (token.has_number) out += "=" + std::to_string(token.number);
        if (token.broken) out += "!";
        out += ' ';
    }
    return out;
}

TEST(RtfLexer, Tokens) {
    EXPECT_EQ(tokens_of("{\\a1 b\\c-2d\\*}"), "{{ wa=1 tb wc=-2 td s* }} ");
    EXPECT_EQ(tokens_of("\\a-\\'4g\\'41\\'"), "wa t- b4g! b41 b! ");
    EXPECT_EQ(tokens_of("\\bin2 {}\\bin9 x\\Bin1 x"), "B{}=2 B=9! tx wBin=1 tx ");
    EXPECT_EQ(tokens_of("\\a99999999999 "), "wa=2147483647 ");
    EXPECT_EQ(tokens_of("\\'{\\'\\a"), "b! {{ b! wa ");
}

TEST(RtfWords, AreFoundInEitherCase) {
    for (const char* name : {"objdata", "OBJDATA", "ObjData"}) {
        const RtfToken token{.kind = RtfToken::Kind::word, .hash = rtf_word_hash(name), .text = name};
        const RtfWord* const row = find_rtf_word(token);
        ASSERT_NE(row, nullptr) << name;
        EXPECT_EQ(row->act, RtfAct::object_data);
    }
    EXPECT_EQ(find_rtf_word({.hash = rtf_word_hash("objdat"), .text = "objdat"}), nullptr);
    EXPECT_EQ(find_rtf_word({.hash = rtf_word_hash("par"), .text = "zzz"}), nullptr);
}

}  // namespace
}  // namespace sekisho::scanner::office
