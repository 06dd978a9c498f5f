// Windows Installer files: by msitools' wixl, and what msiinfo says of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "scanner/office/formats.h"
#include "scanner/office/msi_names.h"
#include "scanner/testing.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office {
namespace {

struct Name {
    const char* coded;
    const char* shown;
};
constexpr Name names[] = {
    {"", ""},
    {"plain", "plain"},
    {"\x05SummaryInformation", "\x05SummaryInformation"},
    {"\u3800", "00"},
    {"\u3FC0", "0V"},
    {"\u47FF", "__"},
    {"\u4800", "0"},
    {"\u483F", "_"},
    {"\u4840", "!"},
    {"\u4841", "\u4841"},
    {"\u37FF", "\u37FF"},
    {"\u4840\u3F3F\u4577\u446C\u3E6A\u44B2\u482F", "!_StringPool"},
    {"a\u3800b\u8868.exe", "a00b\u8868.exe"},
    {"\U0001F600\u4801",
     "\U0001F600"
     "1"},
};

TEST(InstallerNames, Cases) {
    for (const Name& row : names)
        EXPECT_EQ(installer_name(row.coded), row.shown) << row.shown;
}

// Any bytes: an answer in UTF-8, no longer than two characters for each of three bytes allow.
TEST(InstallerNames, AnyBytes) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            const std::string name{static_cast<char>(a), static_cast<char>(b), '\xA0', '\x80'};
            EXPECT_LE(installer_name(name).size(), 16u);
        }
    }
}

constexpr std::string_view source = R"(<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="*" UpgradeCode="11111111-2222-3333-4444-555555555555" Name="Sample" Version="1.0.0"
  Manufacturer="Test" Language="1033">
  <Package InstallerVersion="200" Compressed="yes"/>
  <Media Id="1" Cabinet="media1.cab" EmbedCab="yes"/>
  <Binary Id="helper.dll" SourceFile="helper.txt"/>
  <Directory Id="TARGETDIR" Name="SourceDir">
   <Component Id="Main" Guid="12345678-1234-1234-1234-222222222222">
    <File Id="file1.txt" Name="file1.txt" Source="file1.txt"/>
   </Component>
  </Directory>
  <Feature Id="F" Level="1"><ComponentRef Id="Main"/></Feature>
 </Product>
</Wix>
)";

std::string text_of_lines(int lines) {
    std::string out;
    for (int i = 0; i < lines; ++i)
        out += "line " + std::to_string(i * i) + "\n";
    return out;
}

class Installer : public testing::Test {
protected:
    void SetUp() override {
        scratch.write("a.wxs", source);
        scratch.write("helper.txt", text_of_lines(900));
        scratch.write("file1.txt", text_of_lines(3'000));
        ASSERT_EQ(
            scratch.run(
                "wixl -o a.msi a.wxs && msiinfo streams a.msi >streams && msiinfo tables a.msi >tables"),
            "");
        bytes = scratch.read("a.msi");
        TestExtraction extraction({}, bytes.size());
        open(bytes, extraction);
        for (const TestChild& child : extraction.children) {
            if (child.spec.name == "media1.cab") cabinet_size = child.text().size();
        }
        ASSERT_GT(cabinet_size, 0u);
    }
    void open(std::string_view file, TestExtraction& extraction) const {
        const Part part = test_part(base::as_bytes(file), "a.msi");
        for (const Format& row : formats()) {
            if (row.recognise(part.bytes, part.name) == sure_match) row.open(part, extraction);
        }
    }

    bool holds_both_files(const TestExtraction& extraction) const {
        const auto whole = [&](std::string_view name, std::size_t size) {
            return std::ranges::any_of(extraction.children, [&](const TestChild& child) {
                return child.spec.name == name && child.text().size() == size;
            });
        };
        return whole("Binary.helper.dll", scratch.read("helper.txt").size()) &&
               whole("media1.cab", cabinet_size);
    }

    fixtures::Scratch scratch;
    std::string bytes;
    std::size_t cabinet_size = 0;
};

TEST_F(Installer, StreamsComeOutUnderTheirNames) {
    TestExtraction extraction({}, bytes.size());
    open(bytes, extraction);
    std::set<std::string> children;
    for (const TestChild& child : extraction.children) {
        children.insert(child.spec.name);
        if (child.spec.name == "Binary.helper.dll") {
            EXPECT_EQ(child.text(), scratch.read("helper.txt"));
        } else if (child.spec.name == "media1.cab") {
            EXPECT_TRUE(child.text().starts_with("MSCF"));
            EXPECT_EQ(child.spec.label, "ole:media1.cab");
        }
    }
    const std::string streams = scratch.read("streams");
    for (const std::string_view name : base::split(base::trim(streams), '\n')) {
        const std::string coded = name == "SummaryInformation" ? "\x05SummaryInformation" : std::string(name);
        EXPECT_TRUE(children.contains(coded)) << name;
    }
    for (const std::string_view table : {"!_StringData", "!File", "!Property", "!Feature"})
        EXPECT_TRUE(children.contains(std::string(table))) << table;
    ASSERT_EQ(extraction.findings().all().size(), 1u);
    EXPECT_EQ(extraction.findings().all()[0].id, "exe.unsigned");
}

// What hangs behind the last sector in use is none of the installer's (a signature covers no such bytes
// either).
TEST_F(Installer, CoversItsSectorsAndNothingBehind) {
    for (const std::size_t behind : {0u, 1u, 511u, 512u, 5'000u}) {
        const std::string file = bytes + std::string(behind, 'x');
        TestExtraction extraction({}, file.size());
        open(file, extraction);
        ASSERT_FALSE(extraction.covered.empty());
        EXPECT_EQ(extraction.covered[0].size(), bytes.size()) << behind;
    }
}

TEST_F(Installer, CutAnywhere) {
    for (std::size_t size = 0; size < bytes.size(); size += 97) {
        TestExtraction extraction({}, bytes.size());
        open(std::string_view(bytes).substr(0, size), extraction);
        // What holds nothing of its own is not read (small tables), so nobody misses it.
        if (extraction.children.empty() || holds_both_files(extraction)) continue;
        EXPECT_TRUE(extraction.findings().has("document.damaged")) << size;
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
