#include "scanner/active/formats.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scanner/active/active_test_tools.h"
#include "scanner/active/extensions.h"
#include "scanner/active/marks.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

struct Told {
    std::string format;
    std::string finding;
    bool operator==(const Told&) const = default;
    friend void PrintTo(const Told& told, std::ostream* out) { *out << told.format << " " << told.finding; }
};
Told tell(const std::string& bytes, std::string_view name = {}, std::string_view opened_by = "mime") {
    const Format* row = best_format(base::as_bytes(bytes), name);
    if (row == nullptr) return {};
    Told told{std::string(row->name), {}};
    Part part = test_part(base::as_bytes(bytes), std::string(name));
    part.opened_by = opened_by;
    part.type = row->type;
    TestExtraction extraction;
    if (row->open != nullptr && row->name != "pdf" && row->name != "rtf") row->open(part, extraction);
    if (row->inspect != nullptr) row->inspect(part, extraction.findings());
    for (const model::Finding& finding : extraction.findings().all()) {
        if (finding.id.starts_with("file.") || told.finding.empty()) told.finding = finding.id;
    }
    return told;
}

std::string pe_file(bool dll, std::string_view extra = {}) {
    std::string out = "MZ";
    out.resize(0x3C);
    fixtures::put_u32(out, 0x80);
    out.resize(0x80);
    out += std::string("PE\0\0", 4);
    fixtures::put_u16(out, 0x8664);
    out.resize(0x80 + 22);
    fixtures::put_u16(out, dll ? 0x2022 : 0x0022);
    out.append(512, '\0');
    return out + std::string(extra);
}
std::string with_zeros(std::string_view text, std::size_t size) {
    std::string out(text);
    out.resize(size);
    return out;
}

struct Case {
    std::string name;
    std::string bytes;
    std::string file_name;
    Told told;
};
class Recognise : public testing::TestWithParam<Case> {};
TEST_P(Recognise, Tells) { EXPECT_EQ(tell(GetParam().bytes, GetParam().file_name), GetParam().told); }

const std::string lnk("\x4C\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46", 20);

INSTANTIATE_TEST_SUITE_P(
    Executables, Recognise,
    testing::Values(
        Case{"pe", pe_file(false), "a.txt", {"pe", "file.executable"}},
        Case{"dll", pe_file(true), "", {"pe", "file.executable"}},
        Case{"pe_cut", pe_file(false).substr(0, 0x70), "a.exe", {"dos-program", "file.executable"}},
        Case{"dos_stub",
             "MZ" + std::string(60, '\x01') + "This program cannot be run in DOS mode.",
             "",
             {"dos-program", "file.executable"}},
        Case{"compressed_stream",
             "MZ" + std::string("\xD9\x04\x11\xCA\x46\x59\x50\xD8\0\0\0\x01", 12) + std::string(80, '\x9F'),
             "",
             {"", ""}},
        Case{"text_with_mz", "MZ is how some texts begin, and they are no programs.", "", {"", ""}},
        Case{"elf",
             with_zeros("\x7F"
                        "ELF\x02",
                        64),
             "",
             {"elf", "file.executable"}},
        Case{"lnk", lnk + "x", "invoice.doc", {"lnk", "file.shortcut"}},
        Case{"java_class",
             std::string("\xCA\xFE\xBA\xBE\0\0", 6),
             "A.class",
             {"java-class", "file.executable"}},
        Case{"pe_offset_beyond_end",
             "MZ" + std::string(58, '\0') + "\xFF\xFF\xFF\xFF",
             "x.exe",
             {"dos-program", "file.executable"}},
        Case{"lnk_cut", lnk.substr(0, 19), "", {"", ""}},
        Case{"url_web", "[InternetShortcut]\r\nURL=https://example.com/\r\n", "a.url", {"url", ""}},
        Case{"url_share",
             "[InternetShortcut]\r\nURL=file://192.0.2.1/x.js\r\n",
             "a.url",
             {"url", "file.shortcut"}},
        Case{"library",
             "<?xml version=\"1.0\"?><libraryDescription/>",
             "a.library-ms",
             {"windows-link-file", "shortcut.library"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Scripts, Recognise,
    testing::Values(
        Case{"js_2019", fixtures::js_dropper_utf16(), "", {"javascript", ""}},
        Case{"js_2019_named_txt", fixtures::js_dropper_utf16(), "a.txt", {"javascript", "script.renamed"}},
        Case{"js_by_extension", "anything", "8019.js", {"javascript", "file.script"}},
        Case{"js_trailing_dot", "anything", "8019.JS. ", {"javascript", "file.script"}},
        Case{"js_by_content",
             "var s = new ActiveXObject('WScript.Shell'); s.Run('x');",
             "a.dat",
             {"javascript", "file.script"}},
        Case{"vbs_by_content",
             "On Error Resume Next\r\nSet s = CreateObject(\"WScript.Shell\")\r\n",
             "a.dat",
             {"vbscript", "file.script"}},
        Case{"code_in_a_body",
             "On Error Resume Next\r\nSet s = CreateObject(\"x\")\r\n",
             "",
             {"vbscript", ""}},
        Case{"prose_about_scripts", "Please run Invoke-WebRequest as the manual says.", "a.txt", {"", ""}},
        Case{"source_code", "var x = 1;\nfunction f() { return x; }\n", "a.txt", {"", ""}},
        Case{"letter",
             "Dear all,\r\nplease run CreateObject(\"WScript.Shell\") on error resume next\r\n",
             "",
             {"", ""}},
        Case{"vbs", "x", "a.vbs", {"vbscript", "file.script"}},
        Case{"encoded", "#@~^XAAAAA==v,xx", "a.dat", {"encoded-script", "file.script"}},
        Case{"vbe", "x", "a.vbe", {"encoded-script", "file.script"}},
        Case{"wsf", "<job><script language=\"VBScript\">' INERT</script></job>", "", {"wsf", ""}},
        Case{"wsf_in_junk",
             "%PDF-1.4\r\n{\"a\":1}\r\n" + std::string(3'000, ' ') +
                 "<job id=\"x\"><script language=\"JScript\">",
             "click.wsf",
             {"wsf", "file.script"}},
        Case{"hta", "<html><head><HTA:APPLICATION id=\"x\"></head>", "a.dat", {"hta", "file.script"}},
        Case{"hta_by_extension", "<html></html>", "a.hta", {"hta", "file.script"}},
        Case{"batch", "@ECHO OFF\r\nrem inert\r\n", "a.dat", {"batch", "file.script"}},
        Case{"cmd", "rem inert\r\n", "a.cmd", {"batch", "file.script"}},
        Case{"powershell",
             "$c = New-Object Net.WebClient; Invoke-Expression $x",
             "a.dat",
             {"powershell", "file.script"}},
        Case{"ps1", "Get-Date", "a.ps1", {"powershell", "file.script"}},
        Case{"registry", "Windows Registry Editor Version 5.00\r\n", "a.reg", {"registry", "file.script"}},
        Case{"binary_under_js",
             std::string("\x01\x02\x03\x00\x05\x06\x07\x08\x09", 9),
             "a.js",
             {"javascript", "file.script"}},
        Case{"picture_under_js", std::string("\x89PNG\r\n\x1A\n\0\0", 10), "a.js", {"png", ""}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Documents, Recognise,
    testing::Values(
        Case{"pdf", "%PDF-1.7\n", "a.pdf", {"pdf-plain", ""}},
        Case{"pdf_late", "junk\n%PDF-1.7\n", "", {"pdf-plain", ""}},
        Case{"pdf_too_late", std::string(2'000, 'x') + "%PDF-1.4", "a", {"", ""}},
        Case{"xml", "<?xml version=\"1.0\"?><a/>", "", {"xml", ""}},
        Case{"svg", "<?xml version=\"1.0\"?><svg xmlns=\"x\"/>", "", {"svg", ""}},
        Case{"svg_prefixed", "<?xml version=\"1.0\"?><ns0:svg xmlns:ns0=\"x\"/>", "", {"svg", ""}},
        Case{
            "batch_behind_a_picture", "GIF89a\x01;@echo off\r\nrem x\r\n", "a.cmd", {"batch", "file.script"}},
        Case{"script_behind_a_picture", "GIF89a/*\x01*/=1;var a=2;", "a.js", {"javascript", "file.script"}},
        Case{"batch_behind_an_archive", "PK\3\4\r\n@echo off\r\n", "a.bat", {"batch", "file.script"}},
        Case{"picture_of_another_name", "GIF89a\x01;@echo off\r\nrem x\r\n", "a.gif", {"gif", ""}},
        Case{"html_with_svg_prefix", "<html xmlns:svg=\"x\"><body><svg:svg /></body>", "", {"", ""}},
        Case{"html_with_svg", "<!doctype html><html><body><svg/></body>", "", {"", ""}},
        Case{"gif", "GIF89a....", "", {"gif", ""}}, Case{"jpeg", "\xFF\xD8\xFF\xE0....", "", {"jpeg", ""}},
        Case{"webp", "RIFF....WEBPVP8 ", "", {"webp", ""}},
        Case{"tiff", std::string("II*\0....", 8), "", {"tiff", ""}},
        Case{"bm_text", "BMW and others", "", {"", ""}},
        Case{"bmp", std::string("BM\x10\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 18), "", {"bmp", ""}},
        Case{"empty", "", "", {"", ""}}, Case{"text", "hello", "", {"", ""}}),
    [](const auto& info) { return info.param.name; });

TEST(ActiveFormats, TagsAreFoundInEitherCaseAndWidth) {
    const auto holds = [](std::string_view text) { return holds_tag(base::as_bytes(text), "<job"); };
    EXPECT_TRUE(holds("<job"));
    EXPECT_TRUE(holds("%PDF-1.5 <<JoB id=1>"));
    EXPECT_TRUE(holds(std::string_view("\0<\0j\0O\0b", 8)));
    EXPECT_TRUE(holds(std::string_view("<\0J\0o\0b\0", 8)));
    EXPECT_FALSE(holds("<jo"));
    EXPECT_FALSE(holds(std::string_view("<\0j\0o\0", 6)));
    EXPECT_FALSE(holds(std::string_view("<\0j\1o\0b\0", 8)));
    EXPECT_FALSE(holds("< job <"));
    EXPECT_FALSE(holds(""));
}

TEST(ActiveFormats, ScriptAndProgramExtensionsAreDangerous) {
    for (const auto rows : {executable_formats(), script_formats()}) {
        for (const Format& row : rows) {
            // Windows starts no .class file by itself.
            if (row.extensions.empty() || row.name == "java-class") continue;
            EXPECT_TRUE(is_dangerous_extension(base::split(row.extensions, ',')[0])) << row.name;
        }
    }
    EXPECT_FALSE(is_dangerous_extension("pdf"));
    EXPECT_FALSE(is_dangerous_extension(""));
    EXPECT_EQ(risk_of_extension("xlsm"), NameRisk::document_with_macros);
    EXPECT_EQ(risk_of_extension("iso"), NameRisk::disk_image);
}

TEST(ActiveFormatsProperty, MutatedHeadsNeverCrash) {
    const std::vector<std::string> seeds{pe_file(true, "xlAutoOpen"), lnk, fixtures::js_dropper_utf16(),
                                         "<job><script>CreateObject(WScript.)", "%PDF-1.4"};
    for (const std::string& seed_bytes : seeds) {
        for (std::uint32_t seed = 1; seed <= 500; ++seed) {
            const std::string bytes = fixtures::mutate(seed_bytes, seed);
            for (const std::string_view name : {"", "a.js", "a.exe.", "."})
                (void)tell(bytes, name, "zip");
        }
    }
}

TEST(ActiveFormats, OrdinaryDocumentsAreNoScripts) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    for (const auto& file :
         fixtures::corpus_files(directory, {"office-clean", "mail-attachments", "mail-multipart", "msg"})) {
        const Told told = tell(fixtures::read_whole_file(file.path));
        EXPECT_EQ(told.finding, "") << file.path << " " << told.format;
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
