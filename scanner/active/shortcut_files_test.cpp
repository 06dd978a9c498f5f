#include "scanner/active/shortcut_files.h"

#include <gtest/gtest.h>

#include "scanner/active/active_test_tools.h"
#include "scanner/active/shortcut_text.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::active {
namespace {

std::string url_file(std::string_view lines) {
    return "[InternetShortcut]\r\n" + std::string(lines) + "\r\n";
}
std::string library(std::string_view url) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<libraryDescription "
           "xmlns=\"x\"><searchConnectorDescriptionList>"
           "<searchConnectorDescription><simpleLocation><url>" +
           std::string(url) +
           "</url></simpleLocation></searchConnectorDescription></searchConnectorDescriptionList>"
           "</libraryDescription>";
}
std::string rdp(std::string_view lines) {
    return "screen mode id:i:2\r\n" + std::string(lines) + "\r\nuse multimon:i:0\r\n";
}
std::string setting(std::string_view link) {
    return "<?xml version=\"1.0\"?><PCSettings><SearchableContent><ApplicationInformation><DeepLink>" +
           std::string(link) + "</DeepLink></ApplicationInformation></SearchableContent></PCSettings>";
}

struct Case {
    std::string name;
    std::string bytes;
    std::string file_name;
    std::string ids;
    std::string target;  // text of the child
};
class Shortcuts : public testing::TestWithParam<Case> {};
TEST_P(Shortcuts, Judged) {
    const Opened opened = open_file(GetParam().bytes, GetParam().file_name);
    EXPECT_EQ(joined(opened.ids), GetParam().ids) << opened.format << "\n" << opened.evidence;
    EXPECT_EQ(opened.child("target"), GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(
    Honest, Shortcuts,
    testing::Values(
        Case{"bookmark", url_file("URL=https://portal.example.com/"), "a.url", "",
             "https://portal.example.com/\n"},
        Case{"bookmark_local_icon", url_file("URL=https://example.com/\r\nIconFile=C:\\x.ico"), "a.url", "",
             "https://example.com/\n"},
        Case{"favicon", url_file("URL=https://example.com/\r\nIconFile=https://example.com/favicon.ico"),
             "a.url", "", "https://example.com/\nhttps://example.com/favicon.ico\n"},
        Case{"website",
             "[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\nURL=https://"
             "example.com/\r\n",
             "a.website", "", "https://example.com/\n"},
        Case{"folder_url", url_file("URL=file://fileserver/sales/2026"), "a.url", "",
             "file://fileserver/sales/2026\n"},
        Case{"local_library", library("knownfolder:{FDD39AD0-238F-46AF-ADB4-6C85480369C7}"), "a.library-ms",
             "shortcut.library", "(none)"},
        Case{"library_of_the_house", library("\\\\fileserver\\sales"), "a.library-ms", "shortcut.library",
             "\\\\fileserver\\sales\n"},
        Case{"setting", setting("ms-settings:display"), "a.settingcontent-ms", "file.shortcut",
             "ms-settings:display\n"},
        Case{"rdp_of_the_house", rdp("full address:s:ts01\r\nredirectclipboard:i:1\r\ndrivestoredirect:s:*"),
             "a.rdp", "shortcut.rdp", "ts01\n"},
        Case{"rdp_by_private_address", rdp("full address:s:192.168.1.5:3389\r\ndrivestoredirect:s:*"),
             "a.rdp", "shortcut.rdp", "192.168.1.5:3389\n"},
        Case{"console", "<?xml version=\"1.0\"?><MMC_ConsoleFile><x>Services</x></MMC_ConsoleFile>", "a.msc",
             "file.shortcut", "(none)"},
        Case{"jnlp", "<?xml version='1.0'?><jnlp spec=\"1.0+\" codebase=\"https://example.com/app\"></jnlp>",
             "a.jnlp", "shortcut.java", "https://example.com/app\n"},
        Case{"xml_named_xml", library("\\\\192.0.2.1\\x"), "a.xml", "", "(none)"},
        Case{"text_about_rdp", "full address:s: is a line of RDP files, mode:i:1 another", "a.txt", "",
             "(none)"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Hostile, Shortcuts,
    testing::Values(
        Case{"url_address", url_file("URL=file://192.0.2.1/share/x.url"), "a.url",
             "file.shortcut shortcut.remote", "file://192.0.2.1/share/x.url\n"},
        Case{"url_webdav", url_file("url = \\\\host.example.com@80\\x"), "a.url",
             "file.shortcut shortcut.remote", "\\\\host.example.com@80\\x\n"},
        Case{"url_mhtml", url_file("URL=mhtml:http://example.invalid/x!x-usc:http://example.invalid/x"),
             "a.url", "file.shortcut shortcut.remote",
             "mhtml:http://example.invalid/x!x-usc:http://example.invalid/x\n"},
        Case{"url_local_program", url_file("URL=file:///C:/Windows/System32/calc.exe"), "a.url",
             "file.shortcut", "file:///C:/Windows/System32/calc.exe\n"},
        Case{"url_working_directory",
             url_file("URL=C:\\Program Files\\Internet "
                      "Explorer\\iediagcmd.exe\r\nWorkingDirectory=\\\\192.0.2.1@80\\x"),
             "a.url", "file.shortcut shortcut.remote",
             "C:\\Program Files\\Internet Explorer\\iediagcmd.exe\n\\\\192.0.2.1@80\\x\n"},
        Case{"url_behind_64_kilobytes",
             [] {
                 std::string keys;
                 for (int i = 0; i < 5'000; ++i)
                     keys += "IconIndex=0\r\n";
                 return "[Other]\r\n" + keys + url_file("URL=file://192.0.2.1/a.js");
             }(),
             "a.url", "file.shortcut shortcut.remote", "file://192.0.2.1/a.js\n"},
        Case{"url_icon", url_file("URL=https://example.com/\r\nIconFile=\\\\192.0.2.1\\a.ico"), "a.url",
             "shortcut.remote-icon", "https://example.com/\n\\\\192.0.2.1\\a.ico\n"},
        Case{"url_wide", "\xFF\xFE" + fixtures::utf16le(url_file("URL=file://192.0.2.1/a.js")), "a.url",
             "file.shortcut shortcut.remote", "file://192.0.2.1/a.js\n"},
        Case{"scf",
             "[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.1\\share\\a.ico\r\n[Taskbar]\r\nCommand="
             "ToggleDesktop\r\n",
             "@a.scf", "file.shortcut shortcut.remote", "\\\\192.0.2.1\\share\\a.ico\n"},
        Case{"library_webdav", library("http://192.0.2.1/x"), "a.library-ms",
             "file.shortcut shortcut.library shortcut.remote", "http://192.0.2.1/x\n"},
        Case{"library_prefixed",
             "<x:libraryDescription "
             "xmlns:x='y'><x:url>\\\\host.example.com@SSL\\a&amp;b</x:url></x:libraryDescription>",
             "a.library-ms", "file.shortcut shortcut.library shortcut.remote",
             "\\\\host.example.com@SSL\\a&b\n"},
        Case{"search_connector",
             "<searchConnectorDescription><simpleLocation><url>https://example.invalid/x</url></"
             "simpleLocation>"
             "</searchConnectorDescription>",
             "", "file.shortcut shortcut.library shortcut.remote", "https://example.invalid/x\n"},
        Case{"console",
             "<?xml version=\"1.0\"?><MMC_ConsoleFile ConsoleVersion=\"3.0\"><StringTables><Strings><String>"
             "res://apds.dll/redirect.html?target=javascript:INERT</String></Strings></StringTables></"
             "MMC_ConsoleFile>",
             "a.msc", "file.shortcut shortcut.command shortcut.console.script", "(none)"},
        Case{"deep_link", setting("%windir%\\system32\\cmd.exe /c INERT"), "a.settingcontent-ms",
             "shortcut.command shortcut.deep-link", "%windir%\\system32\\cmd.exe /c INERT\n"},
        Case{"iqy", "WEB\r\n1\r\nhttps://example.invalid/x.php\r\n", "a.iqy", "shortcut.web-query",
             "https://example.invalid/x.php\n"},
        Case{"iqy_plain_http", "WEB\r\n1\r\nhttp://example.invalid/x.dat\r\n", "a.iqy",
             "shortcut.web-query shortcut.web-query.payload shortcut.web-query.remote",
             "http://example.invalid/x.dat\n"},
        Case{"iqy_of_the_house", "WEB\r\n1\r\nhttp://intranet/x.htm\r\n", "a.iqy", "shortcut.web-query",
             "http://intranet/x.htm\n"},
        Case{"iqy_unnamed", "WEB\n1\nhttps://example.invalid/\n", "", "shortcut.web-query",
             "https://example.invalid/\n"},
        Case{"iqy_command", "WEB\r\n1\r\nhttps://example.invalid/\r\n=cmd|' /c INERT'!A0\r\n", "a.iqy",
             "shortcut.command shortcut.web-query", "https://example.invalid/\n"},
        Case{
            "rdp",
            rdp("full "
                "address:s:zone.example.invalid\r\ndrivestoredirect:s:*\r\nremoteapplicationprogram:s:||x\r\n"
                "signature:s:AAAA"),
            "a.rdp", "shortcut.rdp shortcut.rdp.redirects shortcut.rdp.takes-all",
            "zone.example.invalid\n||x\n"},
        Case{"rdp_public", rdp("full address:s:192.0.2.1\r\ndrivestoredirect:s:*"), "",
             "shortcut.rdp shortcut.rdp.address shortcut.rdp.redirects", "192.0.2.1\n"},
        Case{"click_once",
             "<?xml version=\"1.0\"?><asmv1:assembly xmlns:asmv1='a'><deployment><deploymentProvider "
             "codebase=\"http://example.invalid/x.application\"/></deployment></asmv1:assembly>",
             "a.application", "shortcut.installer", "http://example.invalid/x.application\n"},
        Case{"appref",
             "\xFF\xFE" +
                 fixtures::utf16le("http://example.invalid/x.application#x.application, Culture=neutral\r\n"),
             "a.appref-ms", "shortcut.installer", "http://example.invalid/x.application\n"},
        Case{"app_installer",
             "<AppInstaller Uri=\"https://example.invalid/a.appinstaller\"><MainPackage "
             "Uri='https://example.invalid/a.msix'/>"
             "</AppInstaller>",
             "a.appinstaller", "shortcut.installer",
             "https://example.invalid/a.appinstaller\nhttps://example.invalid/a.msix\n"}),
    [](const auto& info) { return info.param.name; });

TEST(ShortcutText, NoEntityIsResolvedAndCommentsAreNone) {
    const std::string xml =
        "<!DOCTYPE a [<!ENTITY x \"boom\">]><a><!-- <url>no</url> --><url>&x;&#x41;&#66;&lt;</url>"
        "<url><![CDATA[a&b]]></url><url/></a>";
    EXPECT_EQ(xml_texts(xml, "url"), (std::vector<std::string>{"&x;AB<", "a&b"}));
    EXPECT_EQ(xml_root("<?xml version='1.0'?><!-- c --><A:Root x='1'>"), "root");
    EXPECT_EQ(xml_root("text <a>"), "");
}

TEST(ShortcutsProperty, CutsAndDamageEnd) {
    expect_cuts_and_damage_end({{url_file("URL=file://192.0.2.1/x\r\nIconFile=\\\\x\\y"), "a.url"},
                                {library("http://192.0.2.1/x"), "a.library-ms"},
                                {rdp("full address:s:zone.example.invalid\r\ndrivestoredirect:s:*"), "a.rdp"},
                                {"WEB\r\n1\r\nhttps://example.invalid/\r\n", "a.iqy"},
                                {"<AppInstaller Uri=\"https://example.invalid/a\"/>", "a.appinstaller"}});
}

}  // namespace
}  // namespace sekisho::scanner::active
