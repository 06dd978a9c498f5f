#include "scanner/active/places.h"

#include <gtest/gtest.h>

#include "scanner/active/command_words.h"

namespace sekisho::scanner::active {
namespace {

struct Case {
    std::string name;
    std::string text;
    std::string why;
};
class Places : public testing::TestWithParam<Case> {};
TEST_P(Places, Judged) { EXPECT_EQ(why_remote(GetParam().text), GetParam().why) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    Table, Places,
    testing::Values(
        Case{"empty", "", ""}, Case{"local", "C:\\a\\b.exe", ""}, Case{"relative", "..\\a.js", ""},
        Case{"server", "\\\\server\\share\\setup.exe", ""}, Case{"server_url", "file://server/share/", ""},
        Case{"server_five_slashes", "file://///server/share/a.docx", ""},
        Case{"local_url", "file:///C:/a/b.exe", ""}, Case{"localhost", "file://localhost/c:/x.exe", ""},
        Case{"private_address", "\\\\10.1.2.3\\x\\a.exe", ""},
        Case{"public_address", "\\\\192.0.2.1\\x", "share at an address of the Internet"},
        Case{"public_url", "file://192.0.2.1/x/a.url", "share at an address of the Internet"},
        Case{"dword", "\\\\3221225985\\x", "share at an address of the Internet"},
        Case{"hex", "\\\\0xC0000201\\x", "share at an address of the Internet"},
        Case{"long_form", "\\\\?\\UNC\\192.0.2.1\\x", "share at an address of the Internet"},
        Case{"webdav_port", "\\\\host.example.com@8080\\x", "WebDAV share"},
        Case{"webdav_ssl", "file:\\\\host@SSL\\DavWWWRoot\\x", "WebDAV share"},
        Case{"webdav_root", "\\\\host.example.com\\DavWWWRoot\\x", "WebDAV share"},
        Case{"sharepoint", "\\\\x.sharepoint.com@SSL\\DavWWWRoot\\x", ""},
        Case{"program_outside", "\\\\host.example.com\\x\\a.hta", "program on a server"},
        Case{"document_outside", "\\\\host.example.com\\x\\a.docx", ""},
        Case{"page", "https://example.com/", ""}, Case{"page_com", "https://example.com", ""},
        Case{"query_only", "https://example.com/?f=a.exe", ""},
        Case{"web_program", "\"http://example.com/a.js?x=1\"", "program on a web server"},
        Case{"web_library", "https://example.com/x.dll", "program on a web server"},
        Case{"sharepoint_list", "https://host.example.com/sites/a/_vti_bin/owssvr.dll?XMLDATA=1&List=A", ""},
        Case{"mhtml", "mhtml:http://example.com/x!x-usc:http://example.com/x",
             "scheme that runs what follows"},
        Case{"script_scheme", "JavaScript:alert(1)", "scheme that runs what follows"},
        Case{"search", "search-ms:query=x&crumb=location:\\\\192.0.2.1\\x", "scheme that runs what follows"},
        Case{"mailto", "mailto:a@example.com", ""}, Case{"known_folder", "knownfolder:{x}", ""}),
    [](const auto& info) { return info.param.name; });

struct Command {
    std::string name;
    std::string text;
    std::string starter;
    std::string fetch;
};
class CommandWords : public testing::TestWithParam<Command> {};
TEST_P(CommandWords, Found) {
    const std::string plain = plain_command(GetParam().text);
    EXPECT_EQ(starter_in(plain), GetParam().starter) << plain;
    EXPECT_EQ(fetch_in(plain, "report.pdf.lnk"), GetParam().fetch) << plain;
}
INSTANTIATE_TEST_SUITE_P(
    Table, CommandWords,
    testing::Values(Command{"nothing", "C:\\docs\\cmd.txt", "", ""},
                    Command{"word_cmd", "open cmd window", "", ""},
                    Command{"cmd_switch", "cmd /c dir", "cmd", ""},
                    Command{"cmd_exe", "\"C:\\Windows\\cmd.exe\"", "cmd", ""},
                    Command{"comspec", "%COMSPEC% /c dir", "comspec", ""},
                    Command{"quotes_within", "c\"m\"d /c w\"scr\"ipt x.js", "cmd", ""},
                    Command{"backticks", "p`ower`shell -File x.ps1", "powershell", ""},
                    Command{"putty", "-ssh user@host", "", ""},
                    Command{"web_path", "https://example.com/curl", "", "https://"},
                    Command{"address_ftp", "ftp://example.com/", "", "ftp://"},
                    Command{"encoded", "powershell -e SQBOAEUAUgBUAA==", "powershell", "-encodedcommand"},
                    Command{"execution_policy",
                            "powershell -ExecutionPolicy Bypass -File \"c:\\some\\long\\path\\script.ps1\"",
                            "powershell", ""},
                    Command{"jscript_engine", "cscript //e:jscript somelongfilename", "cscript", ""},
                    Command{"itself", "cmd /c copy Report.pdf.lnk x", "cmd", "its own name"},
                    Command{"find_itself", "findstr \"x\" a.lnk", "", "findstr"}),
    [](const auto& info) { return info.param.name; });

TEST(CommandWords, TargetsAreNamedByTheirLastPart) {
    EXPECT_EQ(starter_of_target("C:\\Windows\\System32\\CMD.EXE"), "cmd");
    EXPECT_EQ(starter_of_target("\"%windir%\\..\\x/mshta.exe\""), "mshta");
    EXPECT_EQ(starter_of_target("%ComSpec%"), "comspec");
    EXPECT_EQ(starter_of_target("powershell"), "powershell");
    EXPECT_EQ(starter_of_target("C:\\cmd\\notepad.exe"), "");
    EXPECT_EQ(starter_of_target(""), "");
}

TEST(CommandWords, GapsOfAnyBlankAreLong) {
    EXPECT_FALSE(has_long_gap("a" + std::string(20, ' ') + "b"));
    EXPECT_TRUE(has_long_gap("a" + std::string(40, ' ') + "b"));
    EXPECT_TRUE(has_long_gap(std::string(20, '\r') + std::string(20, '\n')));
    std::string wide;
    for (int i = 0; i < 40; ++i)
        wide += "\xE3\x80\x80";
    EXPECT_TRUE(has_long_gap(wide));
    EXPECT_FALSE(has_long_gap(std::string(100, 'x')));
}

}  // namespace
}  // namespace sekisho::scanner::active
