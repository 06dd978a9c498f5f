#include "scanner/mime/lines.h"

#include <gtest/gtest.h>

#include "scanner/mime/dashed_lines.h"
#include "scanner/mime/testing_ambiguities.h"
#include "scanner/mime/testing_lines.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Dashed {
    const char* name;
    std::string input;
    std::string lenient;  // the lines that are found, each behind a '|'
    std::string strict;
};

std::string dashed_lines(std::string_view input, bool strict) {
    std::string out;
    for (Line line = find_dashed_line(input, 0, strict); !line.text.empty();
         line = find_dashed_line(input, line.next, strict))
        out.append("|").append(line.text);
    return out;
}

class DashedLine : public testing::TestWithParam<Dashed> {};
TEST_P(DashedLine, IsFound) {
    EXPECT_EQ(dashed_lines(GetParam().input, false), GetParam().lenient);
    EXPECT_EQ(dashed_lines(GetParam().input, true), GetParam().strict);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, DashedLine,
    testing::Values(
        Dashed{"empty", "", "", ""}, Dashed{"one_dash", "-a\n- b", "", ""},
        Dashed{"alone", "--", "|--", "|--"}, Dashed{"first", "--a\nb", "|--a", "|--a"},
        Dashed{"two", "--a\r\nb\r\n--c", "|--a|--c", "|--a|--c"},
        Dashed{"next_to_each_other", "--a\n--b\n", "|--a|--b", "|--a|--b"},
        Dashed{"within_a_line", "a --b\nc--d\n", "", ""},
        Dashed{"many_dashes", "-----a\n", "|-----a", "|-----a"}, Dashed{"behind_cr", "a\r--b\rc", "|--b", ""},
        Dashed{"cr_within", "--a\rb\n", "|--a", "|--a\rb"}, Dashed{"two_cr", "--a\r\r\n", "|--a", "|--a\r"},
        Dashed{"indented", "a\n  --b\n", "|--b", ""}, Dashed{"form_feed", "a\n\f\v\t--b\n", "|--b", ""},
        Dashed{"sixteen_blanks", "a\n" + std::string(16, ' ') + "--b\n", "|--b", ""},
        Dashed{"seventeen_blanks", "a\n" + std::string(17, ' ') + "--b\n", "", ""},
        Dashed{"nul_before", "a\n\0--b\n"s, "", ""}, Dashed{"blank_behind", "--a \n", "|--a ", "|--a "}),
    [](const auto& info) { return info.param.name; });

TEST(DashedLine, StartsNoSoonerThanAsked) {
    const std::string input = "--a\n  --b\n--c";
    EXPECT_EQ(find_dashed_line(input, 1).text, "--b");
    EXPECT_EQ(find_dashed_line(input, 1).offset, 4U);
    EXPECT_EQ(find_dashed_line(input, 5).text, "--c") << "the line of the second begins before";
    EXPECT_EQ(find_dashed_line(input, 11).offset, input.size());
    EXPECT_EQ(find_dashed_line(input, input.size()).text, "");
}

struct Break {
    const char* name;
    std::string before;
    std::size_t start;
    std::size_t want;
};

class BeforeLineBreak : public testing::TestWithParam<Break> {};
TEST_P(BeforeLineBreak, GoesBackOverOne) {
    const Break& row = GetParam();
    EXPECT_EQ(before_line_break(row.before, row.start, row.before.size()), row.want);
}
INSTANTIATE_TEST_SUITE_P(Cases, BeforeLineBreak,
                         testing::Values(Break{"none", "ab", 0, 2}, Break{"lf", "ab\n", 0, 2},
                                         Break{"crlf", "ab\r\n", 0, 2}, Break{"cr", "ab\r", 0, 2},
                                         Break{"two", "ab\n\n", 0, 3}, Break{"crcrlf", "ab\r\r\n", 0, 3},
                                         Break{"lfcr", "ab\n\r", 0, 3}, Break{"at_the_start", "ab\r\n", 4, 4},
                                         Break{"half", "ab\r\n", 3, 3}, Break{"empty", "", 0, 0}),
                         [](const auto& info) { return info.param.name; });

const std::vector<std::string> pieces{"--",   "-",  "\r", "\n",  "\r\n",
                                      " ",    "\f", "a",  "--a", "--a--",
                                      "A: b", "A",  ":",  "\0"s, "                "};

TEST(LinesProperty, TheQuickSearchFindsWhatAPlainLoopFinds) {
    std::mt19937 random(35);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 10'000; ++i) {
        const std::string input = random_pieces(random, pieces, 16);
        for (const bool strict : {false, true}) {
            for (std::size_t from = 0; from <= input.size(); ++from)
                ASSERT_TRUE(
                    same(find_dashed_line(input, from, strict), careful_dashed_line(input, from, strict)))
                    << testing::PrintToString(input) << " from " << from << " strict " << strict;
        }
        for (const char* boundary : {"", "a", "A", "--a", "-a"})
            ASSERT_EQ(DashedLines(input).use(boundary), careful_use(input, boundary))
                << testing::PrintToString(input);
    }
}

TEST(LinesProperty, AReaderSeesTheSameLinesWhereverItCameFrom) {
    std::mt19937 random(36);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 10'000; ++i) {
        const std::string input = random_pieces(random, pieces, 16);
        for (const bool strict : {false, true}) {
            LineReader walks(input, strict);
            while (!walks.at_end()) {
                ASSERT_TRUE(same(walks.peek(), careful_line(input, walks.offset(), strict)))
                    << testing::PrintToString(input) << " at " << walks.offset() << " strict " << strict;
                ASSERT_GT(walks.peek().next, walks.offset());
                walks.next();
            }
            LineReader jumps(input, strict);
            for (std::size_t at = 0; at <= input.size(); at += 1 + random() % 3) {
                jumps.seek(at);
                ASSERT_TRUE(same(jumps.peek(), careful_line(input, at, strict)))
                    << testing::PrintToString(input) << " at " << at << " strict " << strict;
            }
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
