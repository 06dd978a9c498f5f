#include "scanner/mime/dashed_lines.h"

#include <gtest/gtest.h>

#include <random>

#include "scanner/mime/boundaries.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

struct Case {
    const char* name;
    std::string message;
    std::string boundary;
    bool used;
};

class DashedLinesOf : public testing::TestWithParam<Case> {};
TEST_P(DashedLinesOf, AreKnown) {
    const DashedLines lines(GetParam().message);
    EXPECT_EQ(lines.use(GetParam().boundary), GetParam().used);
    EXPECT_EQ(lines.use(GetParam().boundary), GetParam().used) << "when asked again";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, DashedLinesOf,
    testing::Values(
        Case{"empty", "", "foo", false}, Case{"empty_boundary_in_nothing", "", "", false},
        Case{"opens", "a\n--foo\nb", "foo", true}, Case{"first_line", "--foo\nb", "foo", true},
        Case{"last_line", "a\n--foo", "foo", true}, Case{"crlf", "a\r\n--foo\r\nb", "foo", true},
        Case{"cr", "a\r--foo\rb", "foo", true}, Case{"closes", "a\n--foo--\nb", "foo", true},
        Case{"blank_behind", "a\n--foo \nb", "foo", true},
        Case{"text_behind", "a\n--foo bar\nb", "foo", true}, Case{"indented", "a\n  --foo\nb", "foo", true},
        Case{"in_a_line", "a --foo\nb", "foo", false}, Case{"one_dash", "-foo\n", "foo", false},
        Case{"three_dashes", "---foo\n", "foo", false}, Case{"dashes_of_its_own", "---foo\n", "-foo", true},
        Case{"prefix", "--foobar\n", "foo", false}, Case{"longer", "--foo\n", "foobar", false},
        Case{"other_case", "--Foo\n", "foo", false}, Case{"end_of_a_longer", "--foo--bar\n", "foo", false},
        Case{"empty_boundary", "a\n--\nb", "", true}, Case{"empty_boundary_closes", "a\n----\nb", "", true},
        Case{"empty_boundary_and_signature", "a\n-- \nb", "", true},
        Case{"empty_boundary_and_another", "a\n--foo\nb", "", false},
        Case{"second_of_two", "--foo\n--bar\n", "bar", true}),
    [](const auto& info) { return info.param.name; });

TEST(DashedLinesLimit, BehindTwoThousandThatDifferAnyBoundaryMayBeInUse) {
    std::string message;
    for (int i = 0; i < 3'000; ++i)
        message += "--foo\n--line" + std::to_string(i) + "\n";
    const DashedLines lines(message);
    EXPECT_TRUE(lines.use("foo"));
    EXPECT_TRUE(lines.use("line1000"));
    EXPECT_TRUE(lines.use("line2500"));
    EXPECT_TRUE(lines.use("another"));
}

// As one line after the other of a message that has no odd line ends.
TEST(DashedLinesProperty, AreWhatTheDelimitersOfALevelAre) {
    const std::vector<std::string> words{"--a", "--ab", "--", "-", "a", "b", " ", "--a--"};
    std::mt19937 random(29);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        std::string message;
        bool used = false;
        Boundaries level;
        level.push("a", 0, false);
        for (unsigned n = random() % 4; n > 0; --n) {
            const std::string line = words[random() % words.size()] + words[random() % words.size()];
            used = used || (line.starts_with("--") && level.match(line));
            used = used || (line.starts_with(" --") && level.match(line.substr(1)));
            message += line + "\n";
        }
        ASSERT_EQ(DashedLines(message).use("a"), used) << message;
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
