#include <gtest/gtest.h>

#include "scanner/fold/fold_testing.h"

namespace sekisho::scanner::fold {
namespace {

class BatchFold : public testing::TestWithParam<Case> {};
TEST_P(BatchFold, Gives) { EXPECT_EQ(fold(GetParam().source, Language::batch).text, GetParam().folded); }

INSTANTIATE_TEST_SUITE_P(
    Lines, BatchFold,
    testing::Values(
        Case{"empty", "", ""},
        Case{"ordinary", "@echo off\r\ncd /d %~dp0\r\ncopy %1 \\\\server\\share\r\n%comspec% /c dir\r\n",
             "@echo off\r\ncd /d %~dp0\r\ncopy %1 \\\\server\\share\r\n%comspec% /c dir\r\n"},
        Case{"carets", "p^ow^ers^hell -e x", "powershell -e x"},
        Case{"caret_in_quotes", "echo \"a^b\"", "echo \"a^b\""},
        Case{"variable", "set a=power\n%a%shell", "set a=power\npowershell"},
        Case{"quoted_set", "set \"a=power\"\n%a%shell", "set \"a=power\"\npowershell"},
        Case{"delayed", "set a=power\n!a!shell", "set a=power\npowershell"},
        Case{"on_one_line", "set a=pow&&set b=er&&call !a!!b!shell", "set a=pow&&set b=er&&call powershell"},
        Case{"piece", "set a=xpowerx\n%a:~1,5%shell", "set a=xpowerx\npowershell"},
        Case{"piece_from_the_end", "set a=xpower\n%a:~-5%shell %a:~1,-2%", "set a=xpower\npowershell pow"},
        Case{"replaced", "set a=pXoXwer\n%a:x=%shell", "set a=pXoXwer\npowershell"},
        Case{"replaced_to_the_mark", "set a=junk#power\n%a:*#=%shell", "set a=junk#power\npowershell"},
        Case{"letters_of_the_system", "%comspec:~-7,1%%comspec:~-6,1%d", "cmd"},
        Case{"nested", "set a=pow\nset b=%a%er\n%b%shell", "set a=pow\nset b=power\npowershell"},
        Case{"unknown", "%unknown%shell %%i", "%unknown%shell %%i"},
        Case{"condition", "set a=x\nif y==z set a=power\n%a%shell", "set a=x\nif y==z set a=power\n%a%shell"},
        Case{"emptied", "set a=x\nset a=\n%a%shell", "set a=x\nset a=\n%a%shell"},
        Case{"computed", "set /a a=1+2\n%a%shell", "set /a a=1+2\n%a%shell"},
        Case{"remark", "rem p^ower\n:: p^ower", "rem p^ower\n:: p^ower"},
        Case{"quotes_within_a_name", "@p\"ow\"er\"shell\" -e \"x y\"", "@powershell -e \"x y\""},
        Case{"quotes_in_the_second_command", "cd x&&reg\"svr\"32 /s a", "cd x&&regsvr32 /s a"},
        Case{"quoted_program", "\"c:\\program files\\x.exe\" \"a b\"\n\"x.exe\" a",
             "\"c:\\program files\\x.exe\" \"a b\"\n\"x.exe\" a"},
        Case{"quotes_of_a_value", "set \"a=power\"\nset b=\"x y\"", "set \"a=power\"\nset b=\"x y\""},
        Case{"continued", "power^\r\nshell", "powershell"}),
    name_of_case);

TEST(BatchFolding, GrowthIsBounded) {
    std::string source = "set a=" + std::string(1'000, 'x') + "\n";
    for (int i = 0; i < 30; ++i)
        source += "set a=%a%%a%\n";
    const FoldResult result = fold(source, Language::batch);
    EXPECT_TRUE(result.incomplete);
    EXPECT_LE(result.text.size(), 4 * source.size() + (64U << 10));
}

}  // namespace
}  // namespace sekisho::scanner::fold
