#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/active/formats.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"

namespace sekisho::scanner::active {
namespace {

using namespace std::string_literals;

// The row that wins, as scanner/identify.cpp chooses.
const Format* best(std::string_view bytes, std::string_view name = {}) {
    const Format* winner = nullptr;
    Confidence confidence = no_match;
    for (const Format& format : formats()) {
        const Confidence candidate = format.recognise(base::as_bytes(bytes), name);
        if (candidate > confidence) {
            winner = &format;
            confidence = candidate;
        }
    }
    return winner;
}

std::string pe_file() {
    std::string out = "MZ" + std::string(58, '\0') + "\x80\0\0\0"s;
    out.resize(0x80, '\0');
    return out + "PE\0\0"s + std::string(200, '\0');
}

struct Case {
    const char* name;
    std::string bytes;
    std::string file;
    std::string want;  // Format::name; empty: none
    std::string finding;
};
class Recognise : public testing::TestWithParam<Case> {};

TEST_P(Recognise, TellsTheFormat) {
    const Format* format = best(GetParam().bytes, GetParam().file);
    ASSERT_EQ(format != nullptr ? format->name : "", GetParam().want);
    if (format == nullptr || format->inspect == nullptr) {
        EXPECT_EQ(GetParam().finding, "");
        return;
    }
    Part part;
    part.bytes = base::as_bytes(GetParam().bytes);
    Findings findings(10);
    format->inspect(part, findings);
    ASSERT_EQ(findings.all().size(), 1U);
    EXPECT_EQ(findings.all()[0].id, GetParam().finding);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Recognise,
    testing::Values(
        Case{"pe", pe_file(), "x.bin", "pe", "file.executable"},
        Case{"pe_cut", pe_file().substr(0, 70), "x", "pe", "file.executable"},
        Case{"pe_offset_beyond_end", "MZ" + std::string(58, '\0') + "\xFF\xFF\xFF\xFF", "x", "pe",
             "file.executable"},
        Case{"text_that_begins_with_mz",
             "MZ is the initials of somebody, and this is a letter of more than 64 bytes.", "x", "", ""},
        Case{"elf",
             "\x7F"
             "ELF\2\1\1",
             "x", "elf", "file.executable"},
        Case{"java_class", "\xCA\xFE\xBA\xBE\0\0"s, "A.class", "class", "file.executable"},
        Case{"lnk", "\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46\0\0"s, "a.doc", "lnk",
             "file.shortcut"},
        Case{"lnk_cut", "\x4C\0\0\0\x01\x14"s, "a.lnk", "", ""},
        Case{"chm", "ITSF\3\0\0\0"s, "a", "chm", "file.script"},
        Case{"png", "\x89PNG\r\n\x1A\n....", "a.exe", "png", ""},
        Case{"jpeg", "\xFF\xD8\xFF\xE0", "a", "jpeg", ""},
        Case{"bmp", "BM" + std::string(12, '\1') + "\x28\0\0\0"s, "a", "bmp", ""},
        Case{"text_that_begins_with_bm", "BMW is a maker of cars in Munich", "a", "", ""},
        Case{"pdf", "%PDF-1.7\n", "a", "pdf", ""},
        Case{"pdf_behind_junk", std::string(500, 'x') + "%PDF-1.4", "a", "pdf", ""},
        Case{"pdf_too_late", std::string(2'000, 'x') + "%PDF-1.4", "a", "", ""},
        Case{"rtf_short_header", "{\\rt{}", "a.doc", "rtf", ""},
        Case{"onenote", "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", "a.one",
             "onenote", ""},
        Case{"js_by_name", "alert(1)", "a.js", "jscript", "file.script"},
        Case{"js_dropper_in_utf16", fixtures::js_dropper_utf16(), "a.js", "jscript", "file.script"},
        Case{"js_by_content", "var s = new ActiveXObject('WScript.Shell'); WScript.Quit();", "a.txt",
             "jscript", "file.script"},
        Case{"vbs_by_content",
             "On Error Resume Next\nDim a\nSet a = CreateObject(\"WScript.Shell\")\nWScript.Quit\n", "a.doc",
             "vbscript", "file.script"},
        Case{"encoded", "#@~^XgAAAA==", "a.txt", "script-encoded", "file.script"},
        Case{"wsf", "junk <job id=\"1\"><script language=\"VBScript\">' INERT</script></job>", "click.txt",
             "wsf", "file.script"},
        Case{"hta", "<html><HTA:APPLICATION id=x></html>", "a.html", "hta", "file.script"},
        Case{"batch", "@echo off\r\nrem INERT", "a.txt", "batch", "file.script"},
        Case{"powershell", "$a = New-Object Net.WebClient; $a.DownloadString('x')", "a.txt", "powershell",
             "file.script"},
        Case{"registry", "Windows Registry Editor Version 5.00\r\n", "a", "registry", "file.script"},
        Case{"url", "[InternetShortcut]\r\nURL=https://example.com/", "a.url", "url", "file.script"},
        Case{"svg", "<?xml version='1.0'?><svg></svg>", "a.svg", "svg", ""},
        Case{"xml", "<?xml version='1.0'?><a/>", "a", "xml", ""},
        Case{"prose", "Dear colleagues, the minutes are attached. We set the date to May 3.", "a.txt", "",
             ""},
        Case{"prose_about_scripts", "Please run Invoke-WebRequest as the manual says.", "a.txt", "", ""},
        Case{"source_code", "var x = 1;\nfunction f() { return x; }\n", "a.txt", "", ""},
        Case{"empty", "", "", "", ""}),
    [](const auto& info) { return info.param.name; });

TEST(Recognise, SurvivesEveryCutAndRandomBytes) {
    const std::string pe = pe_file();
    for (std::size_t n = 0; n < pe.size(); ++n) {
        best(pe.substr(0, n), "a.exe");
    }
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same bytes each time, on purpose
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes(random() % 300, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        best(bytes, "a.js");
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
