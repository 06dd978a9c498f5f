#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/fold/fold_testing.h"

namespace sekisho::scanner::fold {
namespace {

class PsFold : public testing::TestWithParam<Case> {};
TEST_P(PsFold, Gives) { EXPECT_EQ(fold(GetParam().source, Language::powershell).text, GetParam().folded); }

INSTANTIATE_TEST_SUITE_P(
    Constants, PsFold,
    testing::Values(
        Case{"empty", "", ""},
        Case{"nothing", "Get-ChildItem -Path $dir -Recurse | Where-Object { $_.Length -gt 10 }",
             "Get-ChildItem -Path $dir -Recurse | Where-Object { $_.Length -gt 10 }"},
        Case{"concat", "& ('Invoke-'+'Expression') $x", "& 'Invoke-Expression' $x"},
        Case{"format", "x (\"{1}{0}\" -f 'ower','p')", "x 'power'"},
        Case{"format_several", "x ('{0}{2}{1}'-f'po','r','we')", "x 'power'"},
        Case{"join", "x (('p','ow','er') -join '')", "x 'power'"},
        Case{"join_before", "x (-join ('p','ow','er'))", "x 'power'"},
        Case{"split_join", "x ('p-o-w' -split '-' -join '')", "x 'pow'"},
        Case{"replace", "x ('pXower' -replace 'X','')", "x 'power'"},
        Case{"replace_method", "x 'pXower'.Replace('X','')", "x 'power'"},
        Case{"replace_ignores_case", "x ('pxower' -replace 'X')", "x 'power'"},
        Case{"replace_with_case", "x ('pxXower' -creplace 'X')", "x 'pxower'"},
        Case{"replace_pattern", "x ('p1ower' -replace '\\d','')", "x ('p1ower' -replace '\\d','')"},
        Case{"char", "x ([char]73+[char]0x45 + 'X')", "x 'IEX'"},
        Case{"char_array", "x ([char[]](112,111,119) -join '')", "x 'pow'"},
        Case{"string_of_chars", "x (-join [char[]](112,111,119))", "x 'pow'"},
        Case{"backticks", "In`vo`ke-Exp`ression 'a'", "Invoke-Expression 'a'"},
        Case{"backticks_in_string", "x \"po`wer\"", "x 'power'"},
        Case{"comspec", "x ($env:comspec[4,24,25]-join'')", "x 'Iex'"},
        Case{"shell_id", "& ($ShellId[1]+$ShellId[13]+'x')", "& 'iex'"},
        Case{"reversed", "x ('rewop'[-1..-5] -join '')", "x 'power'"},
        Case{"join_method", "x ([string]::join('', ('po','wer')))", "x 'power'"},
        Case{"xor", "x ([char](51 -bxor 67) + [char](44 -bxor 67))", "x 'po'"},
        Case{"base64_utf8", "x ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('cG93ZXI=')))",
             "x 'power'"},
        Case{"base64_unicode",
             "x ([System.Text.Encoding]::Unicode.GetString([System.Convert]::FromBase64String('cABvAHcA')))",
             "x 'pow'"},
        Case{"substring", "x 'xpowerx'.Substring(1,5).ToUpper()", "x 'POWER'"},
        Case{"to_char_array", "x ('abc'.ToCharArray()[0,2] -join '')", "x 'ac'"},
        Case{"for_each_object", "x ((112,111,119 | % { [char]$_ }) -join '')", "x 'pow'"},
        Case{"for_each_xor",
             "x (('51,44,52'.Split(',') | ForEach-Object { [char]([int]$_ -bxor 67) }) -join '')", "x 'pow'"},
        Case{"hex_codes", "x (('70z6f'.Split('z') | %{[char]([convert]::toint16($_,16))}) -join '')",
             "x 'po'"},
        Case{"comment", "# 'a'+'b'\nx ('a'+'b') # 'c'+'d'", "# 'a'+'b'\nx 'ab' # 'c'+'d'"},
        Case{"unknown_variable", "x ($a + 'b' + 'c')", "x ($a + 'bc')"},
        Case{"quotes", "x ('it''s' + ' so')", "x 'it''s so'"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Variables, PsFold,
    testing::Values(Case{"straight", "$a = 'po'; $b = $a + 'wer'\nx $b",
                         "$a = 'po'; $b = 'power'\nx 'power'"},
                    Case{"grown", "$a = 'po'\n$a += 'wer'\nx $a", "$a = 'po'\n$a += 'wer'\nx 'power'"},
                    Case{"interpolated", "$a = 'po'\nx \"${a}wer $a\"", "$a = 'po'\nx 'power po'"},
                    Case{"interpolated_unknown", "x \"$a wer\"", "x \"$a wer\""},
                    Case{"branch", "$a = 'x'\nif ($y) { $a = 'z' }\nx ($a + 'b')",
                         "$a = 'x'\nif ($y) { $a = 'z' }\nx ($a + 'b')"},
                    Case{"loop", "$a = 'x'\nwhile ($y) { x ($a + 'b'); $a = y }",
                         "$a = 'x'\nwhile ($y) { x ($a + 'b'); $a = y }"},
                    Case{"counter", "for ($i = 0; $i -lt $n; $i++) { x ('a' + $i) }",
                         "for ($i = 0; $i -lt $n; $i++) { x ('a' + $i) }"},
                    Case{"parameter", "function f($a) { x ($a + 'b') }", "function f($a) { x ($a + 'b') }"},
                    Case{"array_reverse", "$a = [char[]]'rewop'\n[array]::Reverse($a)\nx (-join $a)",
                         "$a = [char[]]'rewop'\n[array]::Reverse($a)\nx 'power'"}),
    name_of_case);

std::vector<std::string> recovered(std::string_view source) {
    std::vector<std::string> out;
    for (const Folded& folded : fold(source, Language::powershell).recovered)
        out.push_back(folded.text);
    return out;
}

TEST(PsLoops, XorOverAnArray) {
    EXPECT_THAT(
        recovered("$a = 51,44,52,38,49\n$s = ''\nforeach ($c in $a) { $s += [char]($c -bxor 67) }\nx $s"),
        testing::Contains("power"));
    EXPECT_THAT(
        recovered(
            "$a = @(51,44,52,38,49); $s = ''; for ($i = 0; $i -lt $a.Length; $i++) { $s += [char]($a[$i] "
            "-bxor 67) }; x $s"),
        testing::Contains("power"));
}

TEST(PsEncoded, EncodedCommand) {
    for (const std::string option : {"-EncodedCommand", "-enc", "-e"}) {
        EXPECT_THAT(recovered("powershell.exe -w hidden " + option +
                              " SQBOAEUAUgBUACAAUwBFAEsASQBTAEgATwAgAFQARQBTAFQA"),
                    testing::Contains("INERT SEKISHO TEST"));
    }
}

TEST(PsEncoded, ProgramInBase64IsAFile) {
    const std::string program = "MZ" + std::string(64, '\x90');
    const FoldResult result = fold(
        "$b = "
        "[Convert]::FromBase64String('"
        "TVqQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQ')",
        Language::powershell);
    ASSERT_EQ(result.files.size(), 1U);
    EXPECT_EQ(result.files[0], program);
}

}  // namespace
}  // namespace sekisho::scanner::fold
