#include "base/escape.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

struct Case {
    const char* name;
    std::string_view in;
    std::string_view want;
};

class Escape : public testing::TestWithParam<Case> {};

TEST_P(Escape, MakesUntrustedTextSafe) { EXPECT_EQ(escape(GetParam().in), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Table, Escape,
    testing::Values(Case{"plain", "invoice.doc", "invoice.doc"}, Case{"empty", "", ""},
                    Case{"newline", "a\r\nb", "a\\x0D\\x0Ab"}, Case{"backslash", "a\\b", "a\\\\b"},
                    Case{"escape_sequence", "\x1B[2J", "\\x1B[2J"},
                    Case{"nul", std::string_view("a\0b", 3), "a\\x00b"},
                    Case{"japanese", "\xE8\xAB\x8B\xE6\xB1\x82", "\xE8\xAB\x8B\xE6\xB1\x82"},
                    Case{"right_to_left_override",
                         "a\xE2\x80\xAE"
                         "cod",
                         "a\\u{202E}cod"},
                    Case{"zero_width", "a\xE2\x80\x8B", "a\\u{200B}"}, Case{"raw_sjis", "\x83\x58", "\\x83X"},
                    Case{"overlong", "\xC0\xAF", "\\xC0\\xAF"},
                    Case{"surrogate", "\xED\xA0\x80", "\\xED\\xA0\\x80"},
                    Case{"cut_sequence", "\xE8\xAB", "\\xE8\\xAB"},
                    Case{"line_separator", "\xE2\x80\xA8", "\\u{2028}"}, Case{"percent", "%s%n", "%s%n"}),
    [](const auto& info) { return info.param.name; });

TEST(EscapeLength, IsBoundedAndMarked) {
    const std::string out = escape(std::string(1'000, 'x'), 20);
    EXPECT_EQ(out, std::string(17, 'x') + "...");
    EXPECT_EQ(escape(std::string(20, 'x'), 20), std::string(20, 'x'));
}

TEST(EscapeLength, NeverCutsACharacterInTwo) {
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += "\xE3\x81\x82";
    for (std::size_t most = 4; most < 40; ++most) {
        const std::string out = escape(text, most);
        EXPECT_LE(out.size(), most);
        EXPECT_TRUE(is_utf8(out)) << most;
    }
}

TEST(EscapeAscii, WritesNoEightBitCharacter) {
    EXPECT_EQ(escape_ascii("\xE8\xAB\x8B"), "\\u{8ACB}");
    EXPECT_EQ(escape_ascii("\xFF"), "\\xFF");
}

TEST(RepairUtf8, ReplacesOnlyWhatIsIllFormed) {
    EXPECT_EQ(repair_utf8("a\xFF\xE3\x81\x82"), "a\xEF\xBF\xBD\xE3\x81\x82");
    EXPECT_TRUE(is_utf8(repair_utf8("\xE3\x81\xE3\x81\x82\xC3")));
}

}  // namespace
}  // namespace sekisho::base
