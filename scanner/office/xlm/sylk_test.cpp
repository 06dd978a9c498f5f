#include "scanner/office/xlm/sylk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/xlm/xlm_test_tools.h"

namespace sekisho::scanner::office::xlm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

// INERT: =HALT() stands first.
constexpr std::string_view macro =
    "ID;P\r\nO;E\r\nNN;NAuto_open;ER101C1;KOut Flank;F\r\nC;X1;Y101;K0;EHALT()\r\n"
    "C;X1;Y102;K0;EEXEC(\"rem inert \"&R1C2&\" "
    "x.oc\"&\"x\")\r\nC;Y103;EHALT()\r\nC;X2;Y1;K\"regsv;;r32\"\r\nE\r\n";

TEST(Sylk, MacroRuns) {
    const Opened opened(macro, "a.slk");
    EXPECT_TRUE(opened.known);
    EXPECT_THAT(opened.ids(), IsSupersetOf({"office.xlm.macro", "office.xlm.autoexec", "office.xlm.exec"}));
    EXPECT_THAT(opened.text("folded:xlm"), HasSubstr("EXEC(\"rem inert regsv;r32 x.ocx\")"));
    EXPECT_THAT(opened.text("xlm:SYLK"), HasSubstr("A101: =HALT()\n"));
}

TEST(Sylk, EscapesHideNothing) {
    std::string hidden(macro);
    const std::size_t at = hidden.find("EXEC(\"rem");
    hidden.replace(at, 1, "\x1B\x24\x35");  // E
    EXPECT_THAT(Opened(hidden).ids(), IsSupersetOf({"office.xlm.exec"}));
}

TEST(Sylk, DdeInACell) {
    const std::string file = "ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K0;Ecmd|'/c rem inert'!A0\nE\n";
    EXPECT_THAT(Opened(file).ids(), testing::ElementsAre("office.dde.exec"));
}

TEST(Sylk, TablesAreClean) {
    const std::string file =
        "ID;PWXL;N;E\nP;PGeneral\nB;Y2;X2;D0 0 1 1\nC;Y1;X1;K\"price\"\nC;Y2;K12\nC;Y2;X2;K24;E2*R2C1\nE\n";
    EXPECT_THAT(Opened(file).ids(), IsEmpty());
    EXPECT_FALSE(Opened("ID;PRICE;NAME\n1;2;three\n").known);
    EXPECT_FALSE(Opened("ID;P").known);
}

TEST(Sylk, EveryCut) {
    for (std::size_t size = 0; size < macro.size(); ++size)
        EXPECT_LE(Opened(macro.substr(0, size)).extraction.children.size(), 2U) << size;
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm
