#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/fold/fold_testing.h"

namespace sekisho::scanner::fold {
namespace {

class JsFold : public testing::TestWithParam<Case> {};
TEST_P(JsFold, Gives) { EXPECT_EQ(fold(GetParam().source, Language::jscript).text, GetParam().folded); }

INSTANTIATE_TEST_SUITE_P(
    Constants, JsFold,
    testing::Values(
        Case{"empty", "", ""}, Case{"nothing", "var x = y + 1;", "var x = y + 1;"},
        Case{"concat", "x('WScr' + 'ipt.' + \"Shell\");", "x(\"WScript.Shell\");"},
        Case{"variable_ends_it", "x = 'a' + 'b' + y + 'c' + 'd';", "x = \"ab\" + y + \"cd\";"},
        Case{"number_in_concat", "x('a' + 1 + 2);", "x(\"a12\");"},
        Case{"escapes", "x('\\x41\\u0042\\103');", "x(\"ABC\");"},
        Case{"ordinary_escapes", "x('a\\n\\'b\\\\');", "x('a\\n\\'b\\\\');"},
        Case{"from_char_code", "x(String.fromCharCode(72, 0x69));", "x(\"Hi\");"},
        Case{"from_char_code_by_name", "x(String['fromCharCode'](72, 105));", "x(\"Hi\");"},
        Case{"from_char_code_xor", "x(String.fromCharCode(9 ^ 65, 40 + 65));", "x(\"Hi\");"},
        Case{"split_reverse_join", "x('llehS'.split('').reverse().join(''));", "x(\"Shell\");"},
        Case{"array_join", "x(['po', 'wer'].join(''));", "x(\"power\");"},
        Case{"array_index", "x(['a', 'power'][1] + 's');", "x(\"powers\");"},
        Case{"replace", "x('pXwer'.replace('X', 'o'));", "x(\"power\");"},
        Case{"replace_regex", "x('pXoXwer'.replace(/X/g, ''));", "x(\"power\");"},
        Case{"replace_once", "x('pXoXwer'.replace('X', ''));", "x(\"poXwer\");"},
        Case{"replace_pattern", "x('pXoXwer'.replace(/[A-Z]/g, ''));", "x('pXoXwer'.replace(/[A-Z]/g, ''));"},
        Case{"parts", "x('xpower'.substr(1, 2) + 'xwer'.substring(1, 3) + 'ars'.slice(-2));",
             "x(\"powers\");"},
        Case{"char_at", "x('abc'.charAt(1) + 'abc'[2]);", "x(\"bc\");"},
        Case{"concat_method", "x('a'.concat('b', 'c'));", "x(\"abc\");"},
        Case{"unescape", "x(unescape('%70%6f%u0077er'));", "x(\"power\");"},
        Case{"decode_uri", "x(decodeURIComponent('%E3%81%82'));", "x(\"\xE3\x81\x82\");"},
        Case{"atob", "x(atob('cG93ZXI='));", "x(\"power\");"},
        Case{"parse_int", "x(String.fromCharCode(parseInt('70', 16), parseInt('0x6f')));", "x(\"po\");"},
        Case{"to_string", "x((255).toString(16) + 'A'.toLowerCase());", "x(\"ffa\");"},
        Case{"template_literal", "x(`po` + `wer`);", "x(\"power\");"},
        Case{"template_with_hole", "x(`po${y}`);", "x(`po${y}`);"},
        Case{"comments", "x('a' /* 'b' + */ + 'b'); // 'c' + 'd'", "x(\"ab\"); // 'c' + 'd'"},
        Case{"regex_with_quote", "x = y.replace(/'/g, 'a' + 'b');", "x = y.replace(/'/g, \"ab\");"},
        Case{"object", "x({a: 'b' + 'c', 'd': f});", "x({a: \"bc\", 'd': f});"},
        Case{"callback", "x('a' + 'b', function (y) { z('c' + 'd'); });",
             "x(\"ab\", function (y) { z(\"cd\"); });"},
        Case{"arrow", "x(y => { z('c' + 'd'); });", "x(y => { z(\"cd\"); });"},
        Case{"conditional", "x(y ? 'a' + 'b' : 'c');", "x(y ? \"ab\" : 'c');"},
        Case{"unclosed", "x('abc\ny('a' + 'b')", "x('abc\ny(\"ab\")"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Variables, JsFold,
    testing::Values(Case{"straight", "var a = 'po'; var b = a + 'wer'; x(b);",
                         "var a = 'po'; var b = \"power\"; x(\"power\");"},
                    Case{"grown", "var a = 'po'; a += 'wer'; a = a + 's'; x(a);",
                         "var a = 'po'; a += 'wer'; a = a + 's'; x(\"powers\");"},
                    Case{"array", "var _0x12 = ['po', 'wer']; x(_0x12[0] + _0x12['0x1']);",
                         "var _0x12 = ['po', 'wer']; x(\"power\");"},
                    Case{"array_within_function", "var a = ['po', 'wer']; function f() { x(a[0] + a[1]); }",
                         "var a = ['po', 'wer']; function f() { x(\"power\"); }"},
                    Case{"array_that_is_changed", "var a = ['po', 'wer']; a.push(a.shift()); x(a[0] + 'x');",
                         "var a = ['po', 'wer']; a.push(a.shift()); x(a[0] + 'x');"},
                    Case{"array_handed_over", "var a = ['po', 'wer']; f(a); x(a[0] + 'x');",
                         "var a = ['po', 'wer']; f(a); x(a[0] + 'x');"},
                    Case{"branch", "var a = 'x'; if (y) { a = 'z'; } x(a + 'b');",
                         "var a = 'x'; if (y) { a = 'z'; } x(a + 'b');"},
                    Case{"branch_without_braces", "var a = 'x'; if (y) a = 'z'; x(a + 'b');",
                         "var a = 'x'; if (y) a = 'z'; x(a + 'b');"},
                    Case{"loop", "var a = 'x'; while (y) { x(a + 'b'); a = y(); }",
                         "var a = 'x'; while (y) { x(a + 'b'); a = y(); }"},
                    Case{"counter", "for (var i = 0; i < n; i++) { x('a' + i); }",
                         "for (var i = 0; i < n; i++) { x('a' + i); }"},
                    Case{"parameter", "var a = 'x'; function f(a) { x(a + 'b'); }",
                         "var a = 'x'; function f(a) { x(a + 'b'); }"},
                    Case{"local", "function f() { var a = 'x'; } x(a + 'b');",
                         "function f() { var a = 'x'; } x(a + 'b');"},
                    Case{"assigned_later", "var a = 'x'; function f() { x(a + 'b'); } a = 'y';",
                         "var a = 'x'; function f() { x(a + 'b'); } a = 'y';"}),
    name_of_case);

std::vector<std::string> recovered(std::string_view source) {
    std::vector<std::string> out;
    for (const Folded& folded : fold(source, Language::jscript).recovered)
        out.push_back(folded.text);
    return out;
}

TEST(JsLoops, XorOverAnArray) {
    EXPECT_THAT(recovered("var a = [51, 44, 52, 38, 49], s = ''; for (var i = 0; i < a.length; i++) { s += "
                          "String.fromCharCode(a[i] ^ 67); } eval(s);"),
                testing::Contains("power"));
}
TEST(JsLoops, WithoutBraces) {
    EXPECT_THAT(recovered("var a = 'qpxfs', s = ''; for (var i = 0; i < a.length; i++) s += "
                          "String.fromCharCode(a.charCodeAt(i) - 1); eval(s);"),
                testing::Contains("power"));
}
TEST(JsLoops, HexPairsInAFunction) {
    EXPECT_THAT(
        recovered(
            "function d(h) { var o = ''; for (var i = 0; i < h.length; i += 2) { o += "
            "String.fromCharCode(parseInt(h.substr(i, 2), 16)); } return o; } x(d('706f776572') + 's');"),
        testing::Contains("powers"));
}
TEST(JsLoops, GuardsInAFunction) {
    // What is returned under a condition is not what is returned.
    EXPECT_THAT(
        recovered(
            "function d(h) { if (h.length > n) { return 'wrong'; } return h.split('').reverse().join(''); } "
            "x(d('rewop') + 's');"),
        testing::Not(testing::Contains("wrongs")));
}

TEST(JsEncoded, CharacterCodesOfAnArray) {
    std::string source = "var b = [";
    for (const char c :
         std::string("INERT SEKISHO TEST: a text of more than sixty-four bytes, spelled as codes"))
        source += std::to_string(static_cast<int>(c)) + ",";
    source.back() = ']';
    const FoldResult result = fold(source + ";", Language::jscript);
    ASSERT_EQ(result.recovered.size(), 1U);
    EXPECT_TRUE(result.recovered[0].text.starts_with("INERT SEKISHO TEST"));
}

}  // namespace
}  // namespace sekisho::scanner::fold
