#include "scanner/office/vba.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/ovba_decompress.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

constexpr std::size_t plenty = 1u << 20;

VbaProjects projects_of(const std::string& file) {
    auto cfb = Cfb::open(base::as_bytes(file)).value();
    Budget budget({}, 1u << 30);
    return read_vba(cfb, base::as_bytes(file), budget);
}

std::string long_text(std::size_t size) {
    std::string out;
    std::uint32_t state = 12345;
    while (out.size() < size) {
        state = state * 1'103'515'245U + 12'345U;
        out += (state >> 16) % 3 == 0 ? "Dim value As Long\r\n"
                                      : std::string(1, static_cast<char>(33 + (state >> 16) % 90));
    }
    out.resize(size);
    return out;
}

// The examples of [MS-OVBA] 3.2.
TEST(OvbaDecompress, ExamplesOfTheSpecification) {
    const std::string literals(
        "\x01\x19\xB0\x00"
        "abcdefgh\x00"
        "ijklmnop\x00"
        "qrstuv.",
        29);
    EXPECT_EQ(ovba_decompress(base::as_bytes(literals), plenty).bytes, "abcdefghijklmnopqrstuv.");
    constexpr unsigned char normal[] = {
        0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61,
        0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06,
        0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C};
    EXPECT_EQ(ovba_decompress(std::as_bytes(std::span(normal)), plenty).bytes,
              "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
    const std::string most(
        "\x01\x03\xB0\x02"
        "a\x45\x00",
        7);
    EXPECT_EQ(ovba_decompress(base::as_bytes(most), plenty).bytes, std::string(73, 'a'));
}

TEST(OvbaDecompress, RoundTrips) {
    for (const std::size_t size : {1U, 2U, 15U, 16U, 17U, 100U, 4'095U, 4'096U, 4'097U, 9'000U, 50'000U}) {
        const std::string text = long_text(size);
        const OvbaText back = ovba_decompress(base::as_bytes(fixtures::ovba_compress(text)), plenty);
        EXPECT_EQ(back.bytes.substr(0, size), text) << size;
        EXPECT_FALSE(back.damaged);
    }
}

TEST(OvbaDecompress, DamageCostsOneChunk) {
    const std::string text = long_text(12'000);
    std::string packed = fixtures::ovba_compress(text);
    packed[2] = static_cast<char>(packed[2] & 0x8F);  // the signature bits of the first chunk
    OvbaText back = ovba_decompress(base::as_bytes(packed), plenty);
    EXPECT_TRUE(back.damaged);
    EXPECT_EQ(back.bytes.substr(0, 12'000), text);

    packed = fixtures::ovba_compress(text);
    packed[3] = '\xFF';  // eight copy tokens where nothing is to be copied from
    back = ovba_decompress(base::as_bytes(packed), plenty);
    EXPECT_TRUE(back.damaged);
    EXPECT_TRUE(back.bytes.ends_with(text.substr(4'096)));
}

TEST(OvbaDecompress, EmptyTruncatedAndLimited) {
    EXPECT_TRUE(ovba_decompress({}, plenty).damaged);
    EXPECT_TRUE(ovba_decompress(base::as_bytes("\x02"), plenty).damaged);
    EXPECT_FALSE(ovba_decompress(base::as_bytes("\x01"), plenty).damaged);
    const std::string packed = fixtures::ovba_compress(long_text(9'000));
    for (std::size_t size = 0; size < packed.size(); ++size) {
        const OvbaText back = ovba_decompress(base::head(base::as_bytes(packed), size), plenty);
        EXPECT_LE(back.bytes.size(), 3 * 4'096U);
    }
    const OvbaText limited = ovba_decompress(base::as_bytes(packed), 5'000);
    EXPECT_TRUE(limited.cut);
    EXPECT_LE(limited.bytes.size(), 5'000U);
}

TEST(OvbaDecompress, FindsSourceBySignature) {
    const std::string packed = fixtures::ovba_compress("Attribute VB_Name = \"X\"\r\n");
    const std::string inside = std::string(77, '\x16') + packed;
    EXPECT_EQ(find_module_source(base::as_bytes(inside)), 77U);
    EXPECT_EQ(find_module_source(base::as_bytes(inside), 78), std::string::npos);
    EXPECT_EQ(find_module_source(base::as_bytes("Attribut")), std::string::npos);
}

TEST(VbaDir, ReadsModulesAndCodePage) {
    fixtures::VbaProject project = fixtures::dropper_project("2019-09");
    project.code_page = 932;
    const std::string dir = fixtures::vba_dir_stream(project);
    const VbaDir out = parse_vba_dir(base::as_bytes(dir));
    EXPECT_FALSE(out.damaged);
    EXPECT_EQ(out.code_page, 932);
    ASSERT_EQ(out.modules.size(), 2U);
    EXPECT_EQ(out.modules[0].name, "Module1");
    EXPECT_EQ(out.modules[0].stream_name_unicode, "Module1");
    EXPECT_EQ(out.modules[0].offset, 64U);
    for (std::size_t size = 0; size < dir.size(); ++size) {
        EXPECT_TRUE(parse_vba_dir(base::head(base::as_bytes(dir), size)).damaged) << size;
    }
}

TEST(Vba, ReadsSourceWhereverTheProjectHangs) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    for (const std::string& file :
         {fixtures::doc_file("x", &macros), fixtures::xls_file("x", &macros),
          fixtures::vba_project_bin(macros),
          fixtures::doc_file("x", &macros, {.version4 = true, .fragmented = true})}) {
        const VbaProjects out = projects_of(file);
        ASSERT_EQ(out.projects.size(), 1U);
        EXPECT_FALSE(out.projects[0].damaged);
        ASSERT_EQ(out.projects[0].modules.size(), 2U);
        EXPECT_EQ(out.projects[0].modules[0].name, "Module1");
        EXPECT_EQ(out.projects[0].modules[0].source, fixtures::module_source(macros.modules[0]));
        EXPECT_TRUE(out.projects[0].modules[0].has_code);
        EXPECT_FALSE(out.projects[0].modules[1].has_code);
    }
}

TEST(Vba, DecodesJapaneseSource) {
    fixtures::VbaProject macros;
    macros.code_page = 932;
    macros.modules.push_back({"Module1", "Sub A()\r\nMsgBox \"\x8A\x4A\x82\xAD\"\r\nEnd Sub\r\n", false});
    const VbaProjects out = projects_of(fixtures::doc_file("x", &macros));
    EXPECT_THAT(out.projects.at(0).modules.at(0).source, testing::HasSubstr("MsgBox \"開く\""));
}

TEST(Vba, FindsModulesWhenTheDirStreamIsNoise) {
    fixtures::VbaProject macros = fixtures::dropper_project("2022-02");
    macros.broken_dir = true;
    const VbaProjects out = projects_of(fixtures::xls_file("x", &macros));
    ASSERT_EQ(out.projects.size(), 1U);
    EXPECT_TRUE(out.projects[0].damaged);
    ASSERT_EQ(out.projects[0].modules.size(), 2U);
    EXPECT_TRUE(out.projects[0].modules[0].carved);
}

TEST(Vba, CarvesModulesWhenTheDirectoryIsGone) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2023-03");
    std::string file = fixtures::doc_file("x", &macros);
    file.replace(0x30, 4, "\xFE\xFF\xFF\xFF");  // no directory
    const VbaProjects out = projects_of(file);
    ASSERT_EQ(out.projects.size(), 1U);
    EXPECT_TRUE(out.projects[0].damaged);
    EXPECT_THAT(out.projects[0].modules.at(0).source, testing::HasSubstr("URLDownloadToFileA"));
}

TEST(Vba, EmbeddedFilesAreNotCarved) {
    // A whole document with macros inside a stream of a sound file: that stream becomes a part of its own.
    const fixtures::VbaProject macros = fixtures::dropper_project("2023-03");
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("Package", fixtures::doc_file("x", &macros))};
    EXPECT_TRUE(projects_of(fixtures::write_cfb(root)).projects.empty());
}

TEST(Vba, TellsCodeFromStubs) {
    EXPECT_FALSE(has_vba_code(""));
    EXPECT_FALSE(has_vba_code("Attribute VB_Name = \"Sheet1\"\r\nAttribute VB_Base = \"0\"\r\n"));
    EXPECT_FALSE(has_vba_code(
        "Attribute VB_Name = \"Sheet1\"\r\nOption Explicit\r\n\r\n  ' nothing\r\nRem nothing\r\n"));
    EXPECT_TRUE(has_vba_code("Option Explicit\nSub A()\nEnd Sub"));
}

TEST(VbaProperty, MutatedProjectsNeverCrash) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2021-11");
    const std::string file = fixtures::vba_project_bin(macros);
    const std::string dir = fixtures::vba_dir_stream(macros);
    const std::string packed = fixtures::ovba_compress(long_text(9'000));
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
        const std::string bytes = fixtures::mutate(file, seed);
        if (auto cfb = Cfb::open(base::as_bytes(bytes))) {
            Budget budget({}, bytes.size());
            (void)read_vba(*cfb, base::as_bytes(bytes), budget);
        }
        (void)parse_vba_dir(base::as_bytes(fixtures::mutate(dir, seed)));
        (void)ovba_decompress(base::as_bytes(fixtures::mutate(packed, seed)), plenty);
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
