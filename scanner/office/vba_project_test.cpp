#include "scanner/office/vba_project.h"

#include <gtest/gtest.h>

#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using namespace std::string_literals;

// The example of [MS-OVBA] 3.1.1: not protected, no password, visible.
constexpr std::string_view sound =
    "ID=\"{917DED54-440B-4FD1-A5C1-74ACF261E600}\"\r\n"
    "Document=ThisDocument/&H00000000\r\n"
    "Module=NewMacros\r\n"
    "Class=Class1\r\n"
    "Package={AC9F2F90-E877-11CE-9F68-00AA00574A4F}\r\n"
    "BaseClass=UserForm1\r\n"
    "DocClass=Form_Orders/&H00000000\r\n"  // of Access
    "Name=\"Project\"\r\n"
    "HelpContextID=\"0\"\r\n"
    "CMG=\"0705D8E3D8EDDBF1DBF1DBF1DBF1\"\r\n"
    "DPB=\"0E0CD1ECDFF4E7F5E7F5E7\"\r\n"
    "GC=\"1517CAF1D6F9D7F9D706\"\r\n"
    "\r\n[Host Extender Info]\r\nModule=NotThis\r\n";

TEST(VbaProjectText, DecodesTheFieldsOfTheSpecification) {
    EXPECT_EQ(decode_project_field("0705D8E3D8EDDBF1DBF1DBF1DBF1"), "\0\0\0\0"s);
    EXPECT_EQ(decode_project_field("0E0CD1ECDFF4E7F5E7F5E7"), "\0"s);
    EXPECT_EQ(decode_project_field("1517CAF1D6F9D7F9D706"), "\xFF"s);
}

TEST(VbaProjectText, ReadsWhatIsListedWithAnyLineEnds) {
    for (const std::string_view end : {"\r\n", "\n", "\r"}) {
        std::string text;
        for (const char c : sound) {
            if (c == '\n') continue;
            if (c == '\r') {
                text += end;
            } else {
                text.push_back(c);
            }
        }
        const VbaProjectText out = parse_vba_project_text(base::as_bytes(text));
        EXPECT_EQ(out.modules, (std::vector<std::string>{"ThisDocument", "NewMacros", "Class1", "UserForm1",
                                                         "Form_Orders"}));
        EXPECT_FALSE(out.locked);
        EXPECT_FALSE(out.invisible);
        EXPECT_FALSE(out.unreadable);
    }
}

struct Case {
    std::string_view name;
    std::string_view line;
    bool locked;
    bool invisible;
    bool unreadable;
};
class Protection : public testing::TestWithParam<Case> {};
TEST_P(Protection, IsTold) {
    const VbaProjectText out = parse_vba_project_text(base::as_bytes(GetParam().line));
    EXPECT_EQ(out.locked, GetParam().locked);
    EXPECT_EQ(out.invisible, GetParam().invisible);
    EXPECT_EQ(out.unreadable, GetParam().unreadable);
}
// The fields with a password are those of 47034.xls of Apache POI's test data.
INSTANTIATE_TEST_SUITE_P(
    All, Protection,
    testing::Values(Case{"none", "Name=\"x\"", false, false, false},
                    Case{"password",
                         "DPB=\"7270DE2E0D4B0D4BF2B50E4B5F3510FCAFF5605A7A719582CF985E5393C608B1F2A05BCFD5\"",
                         true, false, false},
                    Case{"empty", "CMG=\"\"", false, false, true},
                    Case{"no_hex", "DPB=\"XY\"", false, false, true},
                    Case{"wrong_version", "GC=\"1516CAF1D6F9D7F9D706\"", false, false, true},
                    Case{"cut", "GC=\"1517CAF1D6F9D7F9\"", false, false, true},
                    Case{"too_long", "GC=\"1517CAF1D6F9D7F9D70600\"", false, false, true},
                    Case{"invisible", "GC=\"1517CAF1D6F9D7F9D7F9\"", false, true, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(VbaProjectTextProperty, CutAndMutatedTextEnds) {
    const std::string text(sound);
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_LE(parse_vba_project_text(base::head(base::as_bytes(text), size)).modules.size(), 5U);
    }
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        const std::string bytes = fixtures::mutate(text, seed);
        EXPECT_LE(parse_vba_project_text(base::as_bytes(bytes)).modules.size(), bytes.size());
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
