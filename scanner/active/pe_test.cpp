#include "scanner/active/pe.h"

#include <gtest/gtest.h>

#include "scanner/active/active_test_tools.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/pe_writer.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::active {
namespace {

using fixtures::PeFile;
using fixtures::PeSectionSpec;

std::string noise(std::size_t size) {
    std::string out;
    std::uint32_t state = 12345;
    while (out.size() < size) {
        state = state * 1664525u + 1013904223u;
        out.push_back(static_cast<char>(state >> 24));
    }
    return out;
}
std::string code(std::size_t size) {
    std::string out;
    while (out.size() < size)
        out += "\xCC\x90\x55\x8B";
    return out;
}

struct Case {
    std::string name;
    PeFile file;
    std::string file_name;
    std::string ids;
    std::string said;  // in the evidence of file.executable
};
class Programs : public testing::TestWithParam<Case> {};
TEST_P(Programs, Told) {
    const Opened opened = open_file(fixtures::pe_file(GetParam().file), GetParam().file_name);
    EXPECT_EQ(opened.format, "pe");
    EXPECT_EQ(joined(opened.ids), GetParam().ids) << opened.evidence;
    EXPECT_NE(opened.evidence.find(GetParam().said), std::string::npos) << opened.evidence;
}

PeFile library(std::vector<std::string> exports) {
    PeFile file;
    file.library = true;
    file.exports = std::move(exports);
    return file;
}
PeFile by(std::string company, bool is_signed) {
    PeFile file;
    file.version = {
        {"CompanyName", std::move(company)}, {"ProductName", "INERT"}, {"OriginalFilename", "inert.exe"}};
    if (is_signed) file.certificate = "INERT, no certificate";
    return file;
}
PeFile of_sections(std::vector<PeSectionSpec> sections, std::size_t entry, std::vector<std::string> imports) {
    PeFile file;
    file.sections = std::move(sections);
    file.entry_section = entry;
    file.imports = std::move(imports);
    return file;
}
PeFile with(PeFile file, void (*change)(PeFile&)) {
    change(file);
    return file;
}
const std::vector<std::string> many{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10"};

INSTANTIATE_TEST_SUITE_P(
    Table, Programs,
    testing::Values(
        Case{"plain", PeFile{}, "a.exe", "exe.anonymous exe.unsigned file.executable",
             "Windows program, x64, unsigned: a.exe"},
        Case{"x86", with({}, [](PeFile& f) { f.machine = 0x14C; }), "a.exe",
             "exe.anonymous exe.unsigned file.executable", "Windows program, x86"},
        Case{"signed", by("Example GmbH", true), "a.exe", "file.executable", "signed: a.exe by Example GmbH"},
        Case{"dll", library({"DllMain"}), "a.dll", "exe.anonymous exe.unsigned file.executable",
             "Windows DLL"},
        Case{"xll", library({"zz", "xlAutoOpen"}), "a.xll",
             "exe.addin exe.anonymous exe.unsigned file.executable", "Excel add-in (XLL)"},
        Case{"xll_decorated", library({"_xlAutoOpen@0"}), "a.dll",
             "exe.addin exe.anonymous exe.unsigned file.executable", "XLL"},
        Case{"cpl", library({"CPlApplet"}), "a.cpl", "exe.addin exe.anonymous exe.unsigned file.executable",
             "Control Panel"},
        Case{"driver", with({}, [](PeFile& f) { f.subsystem = 1; }), "a.sys",
             "exe.anonymous exe.unsigned file.executable", "driver"},
        Case{"dotnet", with({}, [](PeFile& f) { f.dotnet = true; }), "a.exe",
             "exe.anonymous exe.unsigned file.executable", "(.NET)"},
        Case{"screen_saver", PeFile{}, "a.scr", "exe.anonymous exe.unsigned file.executable", "screen saver"},
        Case{"forged", by("Microsoft Corporation", false), "a.exe",
             "exe.forged-version exe.unsigned file.executable", "by Microsoft Corporation"},
        Case{"with_a_maker", by("Example GmbH", false), "a.exe", "exe.unsigned file.executable",
             "by Example"},
        Case{"not_forged", by("Microsoft Corporation", true), "a.exe", "file.executable", "signed"},
        Case{"upx", of_sections({{"UPX0", code(600)}, {"UPX1", code(600)}}, 1, {}), "a.exe",
             "exe.anonymous exe.packed exe.unsigned file.executable", "packed"},
        Case{"dense_code", of_sections({{".text", noise(20'000)}, {".data", code(600), 0xC0000040}}, 0, many),
             "a.exe", "exe.anonymous exe.packed exe.unsigned file.executable", "packed"},
        Case{"dense_data",
             of_sections({{".text", code(20'000)}, {".data", noise(20'000), 0xC0000040}}, 0, many), "a.exe",
             "exe.anonymous exe.unsigned file.executable", "unsigned"},
        Case{"odd_entry",
             of_sections({{".text", code(600)}, {".x", code(600), 0xE0000020}}, 1, {"LoadLibraryA"}), "a.exe",
             "exe.anonymous exe.packed exe.unsigned file.executable", "packed"},
        Case{"many_imports", of_sections({{".text", code(600)}, {".x", code(600), 0xE0000020}}, 1, many),
             "a.exe", "exe.anonymous exe.unsigned file.executable", "unsigned"},
        Case{"nsis",
             with({},
                  [](PeFile& f) {
                      f.overlay = std::string("\x01\x00\x00\x00\xEF\xBE\xAD\xDENullsoftInst", 20) +
                                  std::string(50, 'x');
                  }),
             "setup.exe", "exe.anonymous exe.unsigned file.executable", "NSIS installer"}),
    [](const auto& info) { return info.param.name; });

TEST(Pe, NamesOfExportsAreNotTakenFromText) {
    PeFile file = library({"DllMain"});
    file.sections[0].data += "xlAutoOpen";
    EXPECT_FALSE(open_file(fixtures::pe_file(file), "a.dll").has("exe.addin"));
}

TEST(PeProperty, CutsAndDamageEnd) {
    PeFile file = by("Example", true);
    file.library = true;
    file.exports = {"one", "xlAutoOpen"};
    file.imports = many;
    const std::string whole = fixtures::pe_file(file);
    for (std::size_t size = 0; size < 0x400; ++size) {
        const Opened opened = open_file(whole.substr(0, size), "a.exe");
        EXPECT_TRUE(opened.ids.empty() || opened.has("file.executable")) << size;
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0xFF);
        model::ScanLimits limits;
        Budget budget(limits, whole.size());
        const auto pe = read_pe(base::as_bytes(flipped));
        if (!pe) continue;
        EXPECT_LE(pe_exports(*pe, base::as_bytes(flipped), budget).size(), 4'096u);
        EXPECT_LE(count_pe_imports(*pe, base::as_bytes(flipped), budget), 4'096u);
    }
    for (std::uint32_t seed = 1; seed <= 500; ++seed)
        (void)open_file(fixtures::mutate(whole, seed), "a.exe");
}

// pefile is another reader of the same specification.
TEST(Pe, PefileReadsTheSame) {
    const fixtures::Scratch scratch;
    if (!scratch.run("/usr/bin/python3 -c 'import pefile'").empty())
        GTEST_SKIP() << "python3-pefile is not installed";
    PeFile file = by("Example GmbH", true);
    file.library = true;
    file.exports = {"CPlApplet", "xlAutoOpen"};
    file.imports = many;
    scratch.write("a.dll", fixtures::pe_file(file));
    scratch.write(
        "read.py",
        "import pefile\n"
        "pe = pefile.PE('a.dll')\n"
        "print(hex(pe.FILE_HEADER.Machine), pe.is_dll())\n"
        "print([e.name.decode() for e in pe.DIRECTORY_ENTRY_EXPORT.symbols])\n"
        "print(sum(len(d.imports) for d in pe.DIRECTORY_ENTRY_IMPORT))\n"
        "print({k: v for t in pe.FileInfo[0] for s in t.StringTable for k, v in s.entries.items()})\n"
        "print(pe.OPTIONAL_HEADER.DATA_DIRECTORY[4].Size > 0)\n");
    ASSERT_EQ(scratch.run("/usr/bin/python3 read.py > told 2>&1 || (cat told; false)"), "");
    EXPECT_EQ(scratch.read("told"),
              "0x8664 True\n['CPlApplet', 'xlAutoOpen']\n10\n"
              "{b'CompanyName': b'Example GmbH', b'ProductName': b'INERT', b'OriginalFilename': "
              "b'inert.exe'}\nTrue\n");
    const std::string bytes = scratch.read("a.dll");
    model::ScanLimits limits;
    Budget budget(limits, bytes.size());
    const auto pe = read_pe(base::as_bytes(bytes));
    ASSERT_TRUE(pe);
    EXPECT_EQ(pe_exports(*pe, base::as_bytes(bytes), budget),
              (std::vector<std::string_view>{"CPlApplet", "xlAutoOpen"}));
    EXPECT_EQ(count_pe_imports(*pe, base::as_bytes(bytes), budget), 10u);
    const PeVersion version = pe_version(*pe, base::as_bytes(bytes), budget);
    EXPECT_EQ(version.company, "Example GmbH");
    EXPECT_EQ(version.product, "INERT");
    EXPECT_EQ(version.original_name, "inert.exe");
}

}  // namespace
}  // namespace sekisho::scanner::active
