#include "scanner/html_tokens.h"

#include <gtest/gtest.h>

#include <random>

#include "scanner/ascii_text.h"
#include "scanner/testing.h"

namespace sekisho::scanner {
namespace {

// One line per token: "text|...", "<name|attributes", "</name|", "content of name|...".
std::string told(std::string_view html, bool xml = false) {
    HtmlTokens tokens(html, xml);
    std::string out;
    for (HtmlToken token; tokens.next(token);) {
        const std::string flag = token.conditional ? "?" : "";
        if (token.kind == HtmlToken::Kind::text) out += flag + "text|" + std::string(token.text);
        if (token.kind == HtmlToken::Kind::content)
            out += flag + "content of " + token.tag.name + "|" + std::string(token.text);
        if (token.kind == HtmlToken::Kind::tag)
            out += flag + (token.tag.closing ? "</" : "<") + token.tag.name + "|" +
                   std::string(token.tag.attributes);
        out += "\n";
    }
    return out;
}

struct Case {
    const char* name;
    std::string html;
    std::string want;
    bool xml = false;
};
class HtmlTokensCases : public testing::TestWithParam<Case> {};
TEST_P(HtmlTokensCases, AreCut) { EXPECT_EQ(told(GetParam().html, GetParam().xml), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Cases, HtmlTokensCases,
    testing::Values(Case{"plain", "a<B Href='x>y'>c</b>", "text|a\n<b| Href='x>y'\ntext|c\n</b|\n"},
                    Case{"script", "<script>a<b</scripts></SCRIPT >c",
                         "<script|\ncontent of script|a<b</scripts>\n</script| \ntext|c\n"},
                    Case{"open_script", "<script>a", "<script|\ncontent of script|a\n"},
                    Case{"slash_for_a_blank", "<svg/onload=x>", "<svg|/onload=x\n"},
                    Case{"conditional", "<!--[if mso]><a><![endif]-->b", "?<|\n?<a|\n<|![endif]--\ntext|b\n"},
                    Case{"revealed", "<!--[if !mso]><!--><a><!--<![endif]-->", "?<|\n<|\n<a|\n<|\n"},
                    Case{"condition_ends_script", "<!--[if x]><script>a<![endif]-->b",
                         "?<|\n?<script|\n?content of script|a\n<|![endif]--\ntext|b\n"},
                    Case{"comment_hides", "<!-- <a> -->b", "<|\ntext|b\n"},
                    Case{"empty_script_in_xml", "<script/><a>", "<script|/\n<a|\n", true},
                    Case{"cdata_in_xml", "<![CDATA[<a>]]>b", "text|<a>\ntext|b\n", true},
                    Case{"no_tags", "1 < 2", "text|1 \ntext|< 2\n"}, Case{"empty", "", ""}),
    [](const auto& info) { return info.param.name; });

std::string attributes_of(std::string_view raw) {
    HtmlAttributes attributes(raw);
    std::string out;
    for (HtmlAttribute attribute; attributes.next(attribute);)
        out += std::string(attribute.name) + "=" + std::string(attribute.value) + ";";
    return out;
}
TEST(HtmlAttributes, AsBrowsersReadThem) {
    EXPECT_EQ(attributes_of(" a=1 b = '2 3' c=\"4\"d e/f=5/"), "a=1;b=2 3;c=4;d=;e=;f=5/;");
    EXPECT_EQ(attributes_of(" =a=b"), "=a=b;");
    EXPECT_EQ(attributes_of(" a=\"no end"), "a=no end;");
    EXPECT_EQ(attributes_of("  / "), "");
}
TEST(HtmlAttributes, TheFirstOfTwoCounts) {
    const HtmlTag tag = HtmlTags("<a HREF=\"x&amp;y\" href=z>").at(0);
    EXPECT_EQ(html_attribute(tag, "href"), "x&y");
    EXPECT_EQ(html_attribute(tag, "src"), std::nullopt);
}
TEST(HtmlValue, EntitiesButNotParametersOfUrls) {
    EXPECT_EQ(decode_html_value("java&#x73;cript&colon;&Tab;a&NewLine;"), "javascript:\ta\n");
    EXPECT_EQ(decode_html_value("?a=1&copy=2&lt3&amp;c"), "?a=1&copy=2&lt3&c");
    EXPECT_EQ(decode_html_value("a & b &"), "a & b &");
}

TEST(AsciiText, WideAndShiftedTextsAreBroughtToUtf8) {
    using namespace std::string_literals;
    const auto view_of = [](const std::string& bytes) {
        const Part part = test_part(base::as_bytes(bytes));
        return std::string(AsciiText(part).view());
    };
    EXPECT_EQ(view_of("\xFF\xFE<\0a\0>\0"s).substr(view_of("\xFF\xFE<\0a\0>\0"s).size() - 3), "<a>");
    EXPECT_EQ(view_of("\x1B$B%Q\x1B(B<a>"), "パ<a>");
    EXPECT_EQ(view_of("\x83p<a>"), "\x83p<a>");
}

// Tokens follow each other without a gap or an overlap, whatever stands there, and each costs a step or two.
TEST(HtmlTokensProperty, RandomSoupIsCutWhole) {
    constexpr std::array<std::string_view, 16> pieces{
        "<", ">", "</", "<!--",        "-->", "<![endif]", "=",         "\"",
        "'", "a", " ",  "<!--[if x]>", "/>",  "<script>",  "</script>", "<style "};
    std::mt19937 random(7);
    for (int round = 0; round < 2'000; ++round) {
        std::string html;
        for (int i = 0; i < 60; ++i)
            html += pieces.at(random() % pieces.size());
        HtmlTokens tokens(html);
        std::size_t at = 0;
        std::size_t count = 0;
        for (HtmlToken token; tokens.next(token); ++count) {
            ASSERT_EQ(token.text.data(), html.data() + at) << html;
            ASSERT_FALSE(token.text.empty());
            at += token.text.size();
        }
        EXPECT_EQ(at, html.size());
        EXPECT_LE(count, html.size());
    }
}

// Each of these makes some search begin anew at every tag once; a quadratic one would take minutes here.
TEST(HtmlTokensLinear, BrokenMarkup) {
    for (const std::string_view unit :
         {"<", "<a", "<a =\"", "<!--", "<script>", "<script><style>", "<!--[if x]>", "<!--[if x]><script>",
          "<![CDATA[", "</script", "<a b=\">'\""}) {
        std::string html;
        while (html.size() < (1u << 19))
            html += unit;
        for (const bool xml : {false, true}) {
            HtmlTokens tokens(html, xml);
            std::size_t size = 0;
            for (HtmlToken token; tokens.next(token);)
                size += token.text.size();
            EXPECT_LE(size, html.size()) << unit;
            EXPECT_GE(size, html.size() / 2) << unit;
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner
