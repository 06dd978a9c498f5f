#include "scanner/text_of.h"

#include <gtest/gtest.h>

#include <random>

#include "base/escape.h"
#include "scanner/testing.h"

namespace sekisho::scanner {
namespace {

std::string text_in(std::string_view bytes, std::string type, std::string charset = {}) {
    Part part = test_part(base::as_bytes(bytes));
    part.type = std::move(type);
    part.charset = std::move(charset);
    return text_of(part);
}

struct Case {
    const char* name;
    std::string input;
    std::string joined;  // with tags removed, nothing in their place
    std::string spaced;  // with a blank in place of each inline tag
};

class Html : public testing::TestWithParam<Case> {};
TEST_P(Html, LosesItsTags) {
    const std::string want = GetParam().joined + "\n" + GetParam().spaced;
    EXPECT_EQ(text_in(GetParam().input, "text/html", "utf-8"), want);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Html,
    testing::Values(Case{"inline", "pass<b>word</b>", "password", "pass word "},
                    Case{"span_split", "a<span style=\"x\">b</span>c", "abc", "a b c"},
                    Case{"blocks", "a<br>b<p>c</p>d<td>e</td>", "a\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\n"},
                    Case{"table", "<tr><td>PW</td><td>1234</td></tr>", "\n\nPW\n\n1234\n\n",
                         "\n\nPW\n\n1234\n\n"},
                    Case{"comment", "a<!-- x > y -->b", "ab", "ab"},
                    Case{"short_comment", "a<!-->b", "ab", "ab"},
                    Case{"unclosed_comment", "a<!-- x > y", "a y", "a y"},
                    Case{"conditional", "a<!--[if mso]>x<![endif]-->b", "ab", "ab"},
                    Case{"script", "a<script>if (x < y) z</script>b", "ab", "a  b"},
                    Case{"style", "a<STYLE type=x>p{}</style >b", "ab", "a  b"},
                    Case{"unclosed_script", "a<script>b", "a", "a "},
                    Case{"quoted_close", "a<b title=\">x\">c", "ac", "a c"},
                    Case{"single_quoted_close", "a<b title='>x'>c", "ac", "a c"},
                    Case{"odd_quote", "a<b title=\">c</b>", "ac", "a c "},
                    Case{"quote_outside_value", "a<b\">c", "ac", "a c"},
                    Case{"less_than", "1 < 2 <3", "1 < 2 <3", "1 < 2 <3"},
                    Case{"no_close", "a<b", "a<b", "a<b"}, Case{"doctype", "<!DOCTYPE html>a", "a", "a"},
                    Case{"xml_declaration", "<?xml version=\"1\"?>a", "a", "a"},
                    Case{"entities", "<i>&lt;&amp;&gt;&quot;&nbsp;&copy;&yen;", "<&>\" ©¥", " <&>\" ©¥"},
                    Case{"numbers", "<i>&#65;&#x42;&#X43;&#12354;", "ABCあ", " ABCあ"},
                    Case{"without_semicolon", "<i>&lt &#65 x", "< A x", " < A x"},
                    Case{"no_entity", "<i>a & b &foo; &; &#; &#x;", "a & b &foo; &; &#; &#x;",
                         " a & b &foo; &; &#; &#x;"},
                    Case{"number_too_large", "<i>&#99999999999;&#xD800;&#0;", "\uFFFD\uFFFD\uFFFD",
                         " \uFFFD\uFFFD\uFFFD"},
                    Case{"soft_hyphen_and_joiners", "<i>a&shy;b&zwnj;c", "abc", " abc"}),
    [](const auto& info) { return info.param.name; });

TEST(TextOf, HtmlWithoutTagsIsGivenOnce) { EXPECT_EQ(text_in("a &amp; b", "text/html"), "a & b"); }
TEST(TextOf, PlainTextKeepsWhatLooksLikeTags) { EXPECT_EQ(text_in("a<b>&amp;", "text/plain"), "a<b>&amp;"); }

struct CharsetCase {
    const char* name;
    std::string input;
    std::string type;
    std::string charset;
    std::string want;
};
class Charset : public testing::TestWithParam<CharsetCase> {};
TEST_P(Charset, IsBelievedOrGuessed) {
    EXPECT_EQ(text_in(GetParam().input, GetParam().type, GetParam().charset), GetParam().want);
}
const std::string jis = "\x1B$B%Q%9%o!<%I\x1B(B: x1";
const std::string sjis = "\x83p\x83X\x83\x8F\x81[\x83h: x1";
const std::string euc = "\xA5\xD1\xA5\xB9\xA5\xEF\xA1\xBC\xA5\xC9: x1";
INSTANTIATE_TEST_SUITE_P(
    Cases, Charset,
    testing::Values(CharsetCase{"jis_declared", jis, "text/plain", "ISO-2022-JP", "パスワード: x1"},
                    CharsetCase{"jis_guessed", jis, "text/plain", "", "パスワード: x1"},
                    CharsetCase{"jis_declared_ascii", jis, "text/plain", "us-ascii", "パスワード: x1"},
                    CharsetCase{"jis_declared_utf8", jis, "text/plain", "utf-8", "パスワード: x1"},
                    CharsetCase{"sjis_declared", sjis, "text/plain", "Shift_JIS", "パスワード: x1"},
                    CharsetCase{"sjis_guessed", sjis, "text/plain", "", "パスワード: x1"},
                    CharsetCase{"sjis_declared_utf8", sjis, "text/plain", "utf-8", "パスワード: x1"},
                    CharsetCase{"sjis_declared_unknown", sjis, "text/plain", "x-none", "パスワード: x1"},
                    CharsetCase{"euc_declared", euc, "text/plain", "euc-jp", "パスワード: x1"},
                    CharsetCase{"euc_guessed", euc, "text/plain", "", "パスワード: x1"},
                    CharsetCase{"utf8_declared_latin", "パ: x1", "text/plain", "iso-8859-1", "パ: x1"},
                    CharsetCase{"latin_declared", "caf\xE9t", "text/plain", "iso-8859-1", "cafét"},
                    CharsetCase{"meta", "<meta charset=\"shift_jis\">" + sjis, "text/html", "",
                                "パスワード: x1\n パスワード: x1"},
                    CharsetCase{"meta_http_equiv", "<meta content='text/html; charset=euc-jp'>" + euc,
                                "text/html", "", "パスワード: x1\n パスワード: x1"}),
    [](const auto& info) { return info.param.name; });

TEST(TextOfLimit, NoMoreThanAMegabyte) {
    EXPECT_EQ(text_in(std::string(3u << 20, 'x'), "text/plain").size(), 1u << 20);
    EXPECT_LE(text_in("<b>" + std::string(3u << 20, 'x'), "text/html").size(), 1u << 20);
}

// Each of these made some search begin anew at every tag once.
TEST(TextOfLinear, BrokenMarkup) {
    for (const std::string_view unit :
         {"<", "<a", "<a =\"", "<a ='>\"", "<!--", "<script", "&", "&#", "<a b=\">'\"", "</"}) {
        std::string html;
        while (html.size() < (1u << 18))
            html += unit;
        EXPECT_LE(text_in(html, "text/html").size(), 1u << 20) << unit;
        EXPECT_LE(text_in(html + ">", "text/html").size(), 1u << 20) << unit;
        EXPECT_LE(text_in(html + "=\"   >   \"", "text/html").size(), 1u << 20) << unit;
    }
}

TEST(TextOfProperty, RandomMarkupNeverCrashes) {
    std::mt19937 random(3);
    const std::vector<std::string_view> pieces{
        "<",         ">",    "\"",   "'",    "=", "&",  "#",  ";",     "a",  "<!",   "--", "<script>",
        "</script>", "\xE3", "\x82", "\xA2", " ", "\0", "<b", "&#x41", "</", "<!--", "-->"};
    for (int i = 0; i < 3'000; ++i) {
        std::string html;
        for (auto n = random() % 60; n > 0; --n)
            html += pieces[random() % pieces.size()];
        EXPECT_TRUE(base::is_utf8(text_in(html, "text/html", random() % 2 ? "utf-8" : "shift_jis")));
    }
}

}  // namespace
}  // namespace sekisho::scanner
