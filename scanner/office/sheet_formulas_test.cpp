#include "scanner/office/sheet_formulas.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/testing.h"

namespace sekisho::scanner::office {
namespace {

bool executes(const std::string& text, std::string name, std::string_view claimed = "text/csv") {
    Part part = test_part(base::as_bytes(text), std::move(name));
    part.claimed_type = claimed;
    part.type = "text/plain";
    Findings findings(10);
    inspect_sheet_formulas(part, findings);
    return findings.has("office.dde.exec");
}

TEST(SheetFormulas, ThatStartAProgram) {
    const struct {
        const char* name;
        std::string text;
        const char* file;
        bool starts;
    } cases[] = {
        {"plain", "a,b\n=cmd|'/c rem INERT'!A1,c\n", "list.csv", true},
        {"quoted", "a,\"=cmd|'/c rem INERT'!A1\"\n", "list.csv", true},
        {"behind a sum", "+9+cmd|'/c rem INERT'!A1\n", "list.csv", true},
        {"behind a function", "@SUM(1+9)*cmd|'/c rem INERT'!A1\n", "list.csv", true},
        {"semicolons", "a;-2+3+rundll32|'rem,INERT'!A;b\n", "list.txt", true},
        {"office names it", "=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c rem'!''\n", "list.tsv", true},
        {"XML of 2003", "<Cell ss:Formula=\"=cmd|&apos;/c rem INERT&apos;!A1\"/>", "book.xml", true},
        {"table of HTML", "<td>=cmd|'/c rem INERT'!A1</td>", "book.xls", true},
        {"UTF-16", std::string("\xFF\xFE=\0c\0m\0d\0|\0'\0/\0c\0'\0!\0A\0", 24), "list.csv", true},
        {"market feed", "=RSS|'7203.T'!Price,=MT4|BID!USDJPY\n", "rates.csv", false},
        {"no formula", "cmd|'/c rem'!A1\n", "list.csv", false},
        {"no item", "=cmd|'/c rem'\n", "list.csv", false},
        {"text of a cell", "see: x=cmd|'/c rem'!A1\n", "list.csv", false},
        {"pipes", "a|b|c\n=1|2\n", "list.csv", false},
        {"empty", "", "list.csv", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(executes(c.text, c.file), c.starts) << c.name;
    EXPECT_TRUE(executes(cases[0].text, "list.csv. .", "text/plain"));
    EXPECT_FALSE(executes(cases[0].text, "notes.txt", "text/plain")) << "opens in an editor";
}

TEST(SheetFormulasProperty, AnyCutAndAnyByteIsRead) {
    const std::string whole = "a,\"=cmd|'/c rem INERT'!A1\"\n";
    std::mt19937 random(9);  // NOLINT: the same every time
    for (std::size_t at = 0; at < whole.size(); ++at) {
        EXPECT_EQ(executes(whole.substr(0, at), "a.csv"), at > whole.find('!')) << at;
        std::string changed = whole;
        changed[at] = static_cast<char>(random());
        (void)executes(changed, "a.csv");
    }
}

TEST(SheetFormulasProperty, ManyBarsAreLinear) {
    EXPECT_FALSE(executes(std::string(1u << 20, '|'), "a.csv"));
    EXPECT_FALSE(executes(std::string(1u << 20, '='), "a.csv"));
}

}  // namespace
}  // namespace sekisho::scanner::office
