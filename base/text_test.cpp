#include "base/text.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

TEST(Glob, MatchesAsPostmastersExpect) {
    EXPECT_TRUE(matches_glob("*", ""));
    EXPECT_TRUE(matches_glob("office.*", "office.vba.exec"));
    EXPECT_TRUE(matches_glob("*@example.com", "a@b@example.com"));
    EXPECT_TRUE(matches_glob("a?c", "abc"));
    EXPECT_TRUE(matches_glob("*.vba.*", "office.vba.exec"));
    EXPECT_FALSE(matches_glob("office.*", "xoffice.vba"));
    EXPECT_FALSE(matches_glob("a?c", "ac"));
    EXPECT_FALSE(matches_glob("", "a"));
    EXPECT_FALSE(matches_glob("*a", "ab"));
}

TEST(Glob, ManyStarsCostNoExponentialTime) {
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "*a";
    EXPECT_FALSE(matches_glob(pattern + "b", std::string(5'000, 'a')));
}

TEST(ExtensionOf, LooksAtTheLastSegmentAlone) {
    EXPECT_EQ(extension_of("a.b/Invoice.DOC"), "doc");
    EXPECT_EQ(extension_of("a.b\\noext"), "");
    EXPECT_EQ(extension_of("x.tar.GZ"), "gz");
    EXPECT_EQ(extension_of("trailing."), "");
    EXPECT_EQ(extension_of(""), "");
}

TEST(Split, KeepsEmptyFields) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(FindIgnoringCase, FindsFromAnOffset) {
    EXPECT_EQ(find_ignoring_case("abcABC", "ABC"), 0U);
    EXPECT_EQ(find_ignoring_case("abcABC", "abc", 1), 3U);
    EXPECT_EQ(find_ignoring_case("abc", "x"), std::string_view::npos);
    EXPECT_EQ(find_ignoring_case("abc", "c", 9), std::string_view::npos);
    EXPECT_EQ(find_ignoring_case("aAaBAb", "ab"), 2U);
    EXPECT_EQ(find_ignoring_case("xX-1 X-2", "x-2"), 5U);
    EXPECT_EQ(find_ignoring_case("\xC3\xA9<META", "<meta"), 2U);
    EXPECT_EQ(find_ignoring_case("ab", "abc"), std::string_view::npos);
    EXPECT_EQ(find_ignoring_case("ab", "", 2), 2U);
    for (std::size_t before = 0; before < 300; ++before) {
        EXPECT_EQ(find_ignoring_case(std::string(before, 'M') + "<mEtA", "<Meta"), before);
        EXPECT_EQ(find_ignoring_case(std::string(before, 'm') + "Meta", "meta"), before);
    }
}

TEST(Prefixes, IgnoreCase) {
    EXPECT_TRUE(starts_with_ignoring_case("Content-Type", "content-"));
    EXPECT_FALSE(starts_with_ignoring_case("con", "content-"));
    EXPECT_TRUE(ends_with_ignoring_case("x.EXE", ".exe"));
    EXPECT_EQ(trim(" \r\n a b \t"), "a b");
}

}  // namespace
}  // namespace sekisho::base
