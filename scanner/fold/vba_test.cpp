#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/fold/fold_testing.h"

namespace sekisho::scanner::fold {
namespace {

using testing::HasSubstr;

class VbaFold : public testing::TestWithParam<Case> {};
TEST_P(VbaFold, Gives) { EXPECT_EQ(fold(GetParam().source, Language::vba).text, GetParam().folded); }

INSTANTIATE_TEST_SUITE_P(
    Constants, VbaFold,
    testing::Values(
        Case{"nothing", "x = y + 1", "x = y + 1"}, Case{"empty", "", ""},
        Case{"concat", R"(x = "win" & "mgmts" + ":")", R"(x = "winmgmts:")"},
        Case{"variable_ends_it", R"(x = "a" & "b" & y & "c" & "d")", R"(x = "ab" & y & "cd")"},
        Case{"chr", R"(x = Chr(83) & ChrW$(&H68) & Chr(100 + 1))", R"(x = "She")"},
        Case{"chr_xor", "x = Chr(1 Xor 64)", R"(x = "A")"},
        Case{"chr_arithmetic",
             "x = Chr(130 / 2) & Chr(-5 + 71) & Chr(&H40 Or 3) & Chr(68 And 127) & Chr(169 Mod 100)",
             R"(x = "ABCDE")"},
        Case{"chr_of_variable", "x = Chr(n)", "x = Chr(n)"},
        Case{"chr_with_library", "x = VBA.Strings.Chr(65) & VBA.Chr$(66)", R"(x = "AB")"},
        Case{"suffix", "x = Chr(65&) & Chr(66%)", R"(x = "AB")"},
        Case{"reverse", R"(x = StrReverse("llehS"))", R"(x = "Shell")"},
        Case{"replace", R"(x = Replace("pXoXwer", "X", ""))", R"(x = "power")"},
        Case{"replace_ignoring_case", R"(x = Replace("pXoxwer", "X", "", 1, -1, 1))", R"(x = "power")"},
        Case{"nested", R"(x = Replace(StrReverse("Xr" & "ewXop"), "X", ""))", R"(x = "power")"},
        Case{"split_join", R"(x = Join(Split("po-wer", "-"), ""))", R"(x = "power")"},
        Case{"split_index", R"(x = Split("a power b")(1) & "shell")", R"(x = "powershell")"},
        Case{"array_join", R"(x = Join(Array("p", "ow", "er"), ""))", R"(x = "power")"},
        Case{"mid_left_right", R"(x = Mid("xpowy", 2, 3) & Left("erz", 2) & Right("zshell", 5))",
             R"(x = "powershell")"},
        Case{"mid_to_the_end", R"(x = Mid("xxpower", 3))", R"(x = "power")"},
        Case{"case", R"(x = LCase("POW") & UCase("er") & Trim(" s "))", R"(x = "powERs")"},
        Case{"space_string", R"(x = "a" & Space(2) & String(3, "b") & String(2, 99))", R"(x = "a  bbbcc")"},
        Case{"numbers", R"(x = "a" & Hex(255) & Oct(8) & CStr(12) & Len("abc") & Asc("A"))",
             R"(x = "aFF1012365")"},
        Case{"val_hex", R"(x = Chr(Val("&H41")) & Chr(CLng("&H" & "42")))", R"(x = "AB")"},
        Case{"constants", R"(x = "a" & vbTab & "b" & vbNullString)", "x = \"a\tb\""},
        Case{"quotes", R"(x = "say ""hi""" & "!")", R"(x = "say ""hi""!")"},
        Case{"carets", R"(x = "p^ow^er")", R"(x = "power")"},
        Case{"power_operator", "x = a ^ 2", "x = a ^ 2"},
        Case{"continued", "x = \"a\" & _\r\n  \"b\"", R"(x = "ab")"},
        Case{"unclosed", "x = \"abc\ny = \"d\"", "x = \"abc\ny = \"d\""},
        Case{"identifier_that_ends_in_chr", R"(xchr(65))", R"(xchr(65))"},
        Case{"parentheses", R"(x = "a" & ("b" & "c"))", R"(x = "abc")"},
        Case{"in_arguments", R"(o.Run "a" & "b", Chr(65), 0)", R"(o.Run "ab", "A", 0)"},
        Case{"hex_without_blank", R"(x = "a"&Hex(16))", R"(x = "a10")"},
        Case{"japanese",
             "x = StrReverse(\"\xE3\x81\x82\xE3\x81\x84\") & Mid(\"\xE3\x81\x82\xE3\x81\x84\", 2)",
             "x = \"\xE3\x81\x84\xE3\x81\x82\xE3\x81\x84\""},
        Case{"comment", "' x = \"a\" & \"b\"\nRem \"a\" & \"b\"", "' x = \"a\" & \"b\"\nRem \"a\" & \"b\""}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Variables, VbaFold,
    testing::Values(
        Case{"straight", "Sub A()\nc = \"cmd\"\nd = \" /c\"\nShell c & d\nEnd Sub",
             "Sub A()\nc = \"cmd\"\nd = \" /c\"\nShell \"cmd /c\"\nEnd Sub"},
        Case{"grown", "Sub A()\ns = \"po\"\ns = s & \"wer\"\ns = s + \"shell\"\nShell s\nEnd Sub",
             "Sub A()\ns = \"po\"\ns = s & \"wer\"\ns = s + \"shell\"\nShell \"powershell\"\nEnd Sub"},
        Case{"grown_from_nothing", "Sub A()\nDim s\ns = s & \"po\"\ns = s & \"wer\"\nShell s\nEnd Sub",
             "Sub A()\nDim s\ns = s & \"po\"\ns = s & \"wer\"\nShell \"power\"\nEnd Sub"},
        Case{"constant", "Const k = \"po\", m As String = \"wer\"\nSub A()\nShell k & m\nEnd Sub",
             "Const k = \"po\", m As String = \"wer\"\nSub A()\nShell \"power\"\nEnd Sub"},
        Case{"number", "Sub A()\nk = 3\nShell Chr(62 + k)\nEnd Sub", "Sub A()\nk = 3\nShell \"A\"\nEnd Sub"},
        Case{"array", "Sub A()\na = Array(\"po\", \"wer\")\nShell a(0) & a(1)\nEnd Sub",
             "Sub A()\na = Array(\"po\", \"wer\")\nShell \"power\"\nEnd Sub"},
        Case{"by_reference",
             "Sub A()\ns = \"a\"\nF s\nShell s\nt = \"a\"\nx = F(t)\nShell t\nEnd Sub\nSub F(y)\ny = z\nEnd "
             "Sub",
             "Sub A()\ns = \"a\"\nF \"a\"\nShell s\nt = \"a\"\nx = F(\"a\")\nShell t\nEnd Sub\nSub F(y)\ny = "
             "z\nEnd Sub"},
        Case{"array_that_is_changed",
             "Sub A()\na = Array(\"po\", \"wer\")\na(0) = x\nShell a(0) & a(1)\nEnd Sub",
             "Sub A()\na = Array(\"po\", \"wer\")\na(0) = x\nShell a(0) & a(1)\nEnd Sub"},
        Case{"piece_that_is_changed", "Sub A()\ns = \"po\"\nMid(s, 1, 1) = x\nShell s\nEnd Sub",
             "Sub A()\ns = \"po\"\nMid(s, 1, 1) = x\nShell s\nEnd Sub"},
        Case{"branch", "Sub A()\ns = \"a\"\nIf x Then\ns = \"b\"\nEnd If\nShell s\nEnd Sub",
             "Sub A()\ns = \"a\"\nIf x Then\ns = \"b\"\nEnd If\nShell s\nEnd Sub"},
        Case{"within_branch", "Sub A()\nIf x Then\ns = \"b\"\nShell s & \"c\"\nEnd If\nEnd Sub",
             "Sub A()\nIf x Then\ns = \"b\"\nShell \"bc\"\nEnd If\nEnd Sub"},
        Case{"alternatives", "Sub A()\nIf x Then s = \"a\" Else s = \"b\"\nShell s\nEnd Sub",
             "Sub A()\nIf x Then s = \"a\" Else s = \"b\"\nShell s\nEnd Sub"},
        Case{"loop", "Sub A()\ns = \"a\"\nDo While x\nShell s\ns = s & \"b\"\nLoop\nShell s\nEnd Sub",
             "Sub A()\ns = \"a\"\nDo While x\nShell s\ns = s & \"b\"\nLoop\nShell s\nEnd Sub"},
        Case{"loop_that_reads", "Sub A()\ns = \"a\"\nFor i = 1 To n\nShell s\nNext\nEnd Sub",
             "Sub A()\ns = \"a\"\nFor i = 1 To n\nShell \"a\"\nNext\nEnd Sub"},
        Case{"parameter", "Sub A(s)\nShell s & \"x\"\nEnd Sub\nSub B()\ns = \"y\"\nEnd Sub",
             "Sub A(s)\nShell s & \"x\"\nEnd Sub\nSub B()\ns = \"y\"\nEnd Sub"},
        Case{"other_procedure", "Sub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell s\nEnd Sub",
             "Sub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell s\nEnd Sub"},
        Case{"module", "Dim s\nSub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell s\nEnd Sub",
             "Dim s\nSub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell \"y\"\nEnd Sub"},
        Case{"module_assigned_twice",
             "Dim s\nSub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell s\ns = \"z\"\nEnd Sub",
             "Dim s\nSub A()\ns = \"y\"\nEnd Sub\nSub B()\nShell s\ns = \"z\"\nEnd Sub"},
        Case{"function",
             "Sub A()\nShell F() & G\nEnd Sub\nFunction F()\nF = \"po\" & \"w\"\nEnd Function\n"
             "Function G()\nG = \"er\"\nEnd Function",
             "Sub A()\nShell \"power\"\nEnd Sub\nFunction F()\nF = \"pow\"\nEnd Function\n"
             "Function G()\nG = \"er\"\nEnd Function"},
        Case{"vbscript", "s = \"po\"\ns = s & \"wer\"\nCreateObject(\"W\" & \"S\").Run s",
             "s = \"po\"\ns = s & \"wer\"\nCreateObject(\"WS\").Run \"power\""}),
    name_of_case);

std::vector<std::string> recovered(std::string_view source, Language language = Language::vba) {
    std::vector<std::string> out;
    for (const Folded& folded : fold(source, language).recovered)
        out.push_back(folded.text);
    return out;
}

TEST(VbaLoops, XorOverAnArray) {
    EXPECT_THAT(
        recovered("Sub A()\na = Array(51, 44, 52, 38, 49)\nFor i = 0 To UBound(a)\ns = s & Chr(a(i) Xor 67)\n"
                  "Next i\nShell s\nEnd Sub"),
        testing::Contains("power"));
}
TEST(VbaLoops, HexPairsInAFunction) {
    EXPECT_THAT(
        recovered(
            "Sub A()\nShell D(\"706f776572\")\nEnd Sub\nFunction D(h)\nDim i, o\nFor i = 1 To Len(h) Step "
            "2\no = o & Chr(CLng(\"&H\" & Mid(h, i, 2)))\nNext\nD = o\nEnd Function"),
        testing::Contains("power"));
}
TEST(VbaLoops, EverySecondCharacter) {
    EXPECT_THAT(
        recovered(
            "Function D(h As String) As String\nFor i = 1 To Len(h) Step 2\nD = D & Mid(h, i, 1)\nNext\nEnd "
            "Function\nSub A()\nShell D(\"pxoxwxexrx\") & \"x\"\nEnd Sub"),
        testing::Contains("powerx"));
}
// Conditions that the loop decides itself.
TEST(VbaLoops, Conditions) {
    EXPECT_THAT(
        recovered(
            "Sub A()\nt = \"pxoxwxexrx\"\nFor i = 1 To Len(t)\nIf i Mod 2 = 1 Then\ns = s & Mid(t, i, 1)\n"
            "Else\nu = u & Mid(t, i, 1)\nEnd If\nNext\nShell s\nEnd Sub"),
        testing::Contains("power"));
    EXPECT_THAT(recovered("Sub A()\nt = \"pxoxwxexrx\"\nFor i = 1 To Len(t)\nIf i Mod 2 = 0 Then u = 1 Else "
                          "s = s & Mid(t, i, "
                          "1)\nNext\nShell s\nEnd Sub"),
                testing::Contains("power"));
    EXPECT_THAT(
        recovered(
            "Sub A()\nt = \"pxoxwxexrx\"\nFor i = 1 To Len(t)\nIf Rnd() > 1 Then s = s & Mid(t, i, 1)\nNext\n"
            "Shell s & \"abc\"\nEnd Sub"),
        testing::Not(testing::Contains(HasSubstr("abc"))));
}
TEST(VbaLoops, WhileBackwards) {
    EXPECT_THAT(
        recovered(
            "Sub A()\nt = \"rewop\"\ni = Len(t)\nDo While i > 0\ns = s & Mid(t, i, 1)\ni = i - 1\nLoop\n"
            "Shell s\nEnd Sub"),
        testing::Contains("power"));
}
TEST(VbaLoops, ForEach) {
    EXPECT_THAT(
        recovered(
            "Sub A()\nFor Each c In Array(112, 111, 119, 101, 114)\ns = s & Chr(c)\nNext\nShell s\nEnd Sub"),
        testing::Contains("power"));
}

TEST(VbaEncoded, CommandOfAPowerShell) {
    EXPECT_THAT(recovered("Shell \"powershell -e \" & \"SQBOAEUAUgBUACAAUwBFAEsASQBTAEgATwAgAFQARQBTAFQA\""),
                testing::Contains("INERT SEKISHO TEST"));
}

TEST(VbaSalt, IsTakenOut) {
    const FoldResult result =
        fold("a = x & \"w]x[in]x[mgm]x[ts:Win]x[32_P]x[rocess\"\r\nb = Replace(a, \"]x[\", \"\")\r\n",
             Language::vba);
    EXPECT_THAT(result.text, HasSubstr("winmgmts:Win32_Process"));
    EXPECT_GE(result.counts.salted, 4U);
}

}  // namespace
}  // namespace sekisho::scanner::fold
