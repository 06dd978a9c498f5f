#include "scanner/mime/params.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sekisho::scanner::mime {
namespace {

struct Case {
    const char* name;
    std::string input;
    std::string token;
    std::string param;  // its name
    std::string text;   // as UTF-8; "<none>" where there must be none
};

class Params : public testing::TestWithParam<Case> {};

TEST_P(Params, AreRead) {
    const Case& row = GetParam();
    const StructuredValue value = parse_structured(row.input);
    EXPECT_EQ(value.token, row.token);
    const Param* param = value.find(row.param);
    EXPECT_EQ(param == nullptr ? "<none>" : param->text(), row.text);
}

using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Cases, Params,
    testing::Values(
        Case{"empty", "", "", "charset", "<none>"},
        Case{"plain", "text/plain; charset=utf-8", "text/plain", "charset", "utf-8"},
        Case{"case", "Text/PLAIN; CharSet=UTF-8", "text/plain", "charset", "UTF-8"},
        Case{"quoted", "a/b; name=\"x; y.doc\"", "a/b", "name", "x; y.doc"},
        Case{"quoted_pair", "a/b; name=\"a\\\"b.doc\"", "a/b", "name", "a\"b.doc"},
        Case{"quoted_pair_in_boundary", "multipart/mixed; boundary=\"f\\oo\"", "multipart/mixed", "boundary",
             "foo"},
        Case{"blanks_around_equals", "a/b; name = x", "a/b", "name", "x"},
        Case{"comment_behind_value", "text/plain; charset=us-ascii (Plain text)", "text/plain", "charset",
             "us-ascii"},
        Case{"comment_before_param", "a/b; (x (y)) name=z", "a/b", "name", "z"},
        Case{"comment_in_token", "bas(x)e64", "base64", "x", "<none>"},
        Case{"comment_before_token", "(x) base64", "base64", "x", "<none>"},
        Case{"unclosed_comment", "a/b (x; name=y", "a/b", "name", "<none>"},
        Case{"name_with_parentheses", "a/b; name=report (1).doc", "a/b", "name", "report (1).doc"},
        Case{"name_with_blanks", "attachment; filename=my file.doc; size=3", "attachment", "filename",
             "my file.doc"},
        Case{"no_closing_quote", "a/b; name=\"x.exe", "a/b", "name", "x.exe"},
        Case{"no_semicolon", "multipart/mixed boundary=foo", "multipart/mixed", "boundary", "foo"},
        Case{"blank_instead_of_semicolon", "a/b; charset=x boundary=y", "a/b", "boundary", "y"},
        Case{"text_behind_quotes", "a/b; x=\"y\" z=w", "a/b", "z", "w"},
        Case{"first_of_two", "a/b; boundary=1; boundary=2", "a/b", "boundary", "1"},
        Case{"empty_value", "a/b; boundary=; x=y", "a/b", "boundary", ""},
        Case{"nul_before_value", "a/b; boundary=\0foo"s, "a/b", "boundary", "foo"},
        Case{"many_semicolons", "a/b;;; ;name=x", "a/b", "name", "x"},
        Case{"junk_between", "a/b; ==; =x; name=y", "a/b", "name", "y"},
        Case{"rfc2231", "a/b; filename*=utf-8''%E8%AB%8B.doc", "a/b", "filename", "請.doc"},
        Case{"rfc2231_language", "a/b; filename*=iso-2022-jp'ja'%1B$B@A%1B(B.doc", "a/b", "filename",
             "請.doc"},
        Case{"rfc2231_no_charset", "a/b; filename*=''%E8%AB%8B", "a/b", "filename", "請"},
        Case{"rfc2231_no_quotes", "a/b; filename*=%E8%AB%8B", "a/b", "filename", "請"},
        Case{"rfc2231_quoted", "a/b; filename*=\"utf-8''%E8%AB%8B\"", "a/b", "filename", "請"},
        Case{"rfc2231_preferred", "a/b; filename=x.txt; filename*=utf-8''y.exe", "a/b", "filename", "y.exe"},
        Case{"continued", "a/b; name*0=inv; name*1=.exe", "a/b", "name", "inv.exe"},
        Case{"continued_out_of_order", "a/b; name*1=.exe; name*0=inv", "a/b", "name", "inv.exe"},
        Case{"continued_encoded", "a/b; filename*0*=utf-8''%E8%AB; filename*1*=%8B.doc", "a/b", "filename",
             "請.doc"},
        Case{"continued_mixed", "a/b; filename*0*=utf-8''%41; filename*1=\"%42\"", "a/b", "filename", "A%42"},
        Case{"continued_shift_jis", "a/b; filename*0*=Shift_JIS''%90%BF%8B; filename*1*=%81.doc", "a/b",
             "filename", "請求.doc"},
        Case{"continued_words", "a/b; filename*0=\"=?utf-8?B?6KuL?=\"; filename*1=\" =?utf-8?B?5rGC?=\"",
             "a/b", "filename", "請求"},
        Case{"broken_percent", "a/b; name*=utf-8''a%4", "a/b", "name", "a%4"},
        Case{"huge_index", "a/b; name*99999999999999999999=x", "a/b", "name", "x"},
        Case{"words_in_quotes", "a/b; name=\"=?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=.doc\"", "a/b", "name",
             "請求書.doc"},
        Case{"words_split_in_quotes",
             "a/b; name=\"=?ISO-2022-JP?B?GyRCQEE=?= =?ISO-2022-JP?B?NWE9cRsoQg==?=\"", "a/b", "name",
             "請求書"},
        Case{"words_without_quotes", "a/b; name==?utf-8?B?6KuL?=", "a/b", "name", "請"},
        // The second byte of each character is a backslash.
        Case{"raw_shift_jis_backslash", "a/b; name=\"\x83\x5C\x95\x5C\x94\x5C.doc\"", "a/b", "name",
             "ソ表能.doc"},
        Case{"raw_euc_jp", "a/b; name=\"\xC0\xC1\xB5\xE1\xBD\xF1.doc\"", "a/b", "name", "請求書.doc"},
        // 0x22, a quote, is half of a character here.
        Case{"raw_iso_2022_jp_with_quote", "a/b; name=\"\x1B$B!\"@A\x1B(B.doc\"", "a/b", "name", "、請.doc"},
        Case{"half_width_kana", "a/b; name=\"\xB6\xC5\xDA.doc\"", "a/b", "name", "ｶﾅﾚ.doc"}),
    [](const auto& info) { return info.param.name; });

TEST(ParamsLimit, NoMoreThanTheLimitAreKept) {
    std::string input = "a/b";
    for (int i = 0; i < 5'000; ++i)
        input += "; x=y";
    EXPECT_EQ(parse_structured(input).params.size(), max_params);
}

// What nobody reads must not hide what a part is called and cut by; that has a limit of its own.
TEST(ParamsLimit, NamesAndBoundariesAreKeptBeyondIt) {
    std::string input = "a/b";
    for (std::size_t i = 0; i < max_params + 100; ++i)
        input += "; x" + std::to_string(i) + "=y";
    const StructuredValue parsed =
        parse_structured(input + "; boundary=foo; filename*0=cat; filename*1=.txt");
    ASSERT_NE(parsed.find("boundary"), nullptr);
    EXPECT_EQ(parsed.find("boundary")->value, "foo");
    ASSERT_NE(parsed.find("filename"), nullptr);
    for (std::size_t i = 0; i < 3 * max_params; ++i)
        input += "; name=n" + std::to_string(i);
    const StructuredValue many = parse_structured(input + "; boundary=last");
    EXPECT_EQ(many.params.size(), 2 * max_params + 2);
    EXPECT_EQ(many.find("boundary")->value, "last");
    EXPECT_EQ(std::ranges::count(many.params, "n2999", &Param::value), 1);
}

TEST(ParamsLimit, LongValuesAreRead) {
    const std::string name(1u << 20, 'x');
    const StructuredValue value = parse_structured("a/b; name=\"" + name + "\"");
    ASSERT_NE(value.find("name"), nullptr);
    EXPECT_EQ(value.find("name")->value, name);
}

}  // namespace
}  // namespace sekisho::scanner::mime
