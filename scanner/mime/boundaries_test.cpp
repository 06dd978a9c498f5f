#include "scanner/mime/boundaries.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::mime {
namespace {

using enum DelimiterKind;

struct Kind {
    const char* name;
    std::string text;  // behind the dashes
    DelimiterKind want;
};

class KindOf : public testing::TestWithParam<Kind> {};
TEST_P(KindOf, ALineToTheBoundaryFoo) { EXPECT_EQ(kind_of(GetParam().text, "foo"), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Cases, KindOf,
    testing::Values(Kind{"empty", "", none}, Kind{"itself", "foo", opens}, Kind{"end", "foo--", closes},
                    Kind{"prefix", "fo", none}, Kind{"case", "Foo", none}, Kind{"longer", "foobar", none},
                    Kind{"digit", "foo1", none}, Kind{"one_dash", "foo-", none},
                    Kind{"dash_word", "foo-bar", none}, Kind{"end_word", "foo--bar", none},
                    Kind{"end_dash", "foo---", none}, Kind{"equals", "foo=", none},
                    Kind{"eight_bit", "foo\xE9", none}, Kind{"blank", "foo ", opens},
                    Kind{"tab", "foo\t", opens}, Kind{"blank_word", "foo bar", opens},
                    Kind{"blank_end", "foo --", opens}, Kind{"semicolon", "foo;", opens},
                    Kind{"quote", "foo\"", opens}, Kind{"nul", std::string("foo\0", 4), opens},
                    Kind{"end_blank", "foo-- ", closes}, Kind{"end_semicolon", "foo--;x", closes},
                    Kind{"blank_before", " foo", none}, Kind{"dashes_before", "--foo", none}),
    [](const auto& info) { return info.param.name; });

// "level closes trailing", or "none".
std::string matched(const Boundaries& levels, std::string_view line) {
    const auto match = levels.match(line);
    if (!match) return "none";
    return std::to_string(match->level) + (match->closes ? " closes" : "") +
           (match->trailing ? " trailing" : "");
}

TEST(BoundariesMatch, TheInnermostOpenLevel) {
    Boundaries levels;
    EXPECT_EQ(matched(levels, "--foo"), "none");
    levels.push("foo", 0, false);
    levels.push("bar", 10, true);
    levels.push("foo", 20, false);
    EXPECT_EQ(matched(levels, "--foo"), "2");
    EXPECT_EQ(matched(levels, "--bar--"), "1 closes");
    EXPECT_EQ(matched(levels, "--bar-- x"), "1 closes trailing");
    EXPECT_EQ(matched(levels, "--bar \t"), "1");
    EXPECT_EQ(matched(levels, "--bar;"), "1 trailing");
    EXPECT_EQ(matched(levels, "--baz"), "none");
    EXPECT_EQ(matched(levels, "--"), "none");
    levels.at(2).closed = true;
    EXPECT_EQ(matched(levels, "--foo"), "0") << "an open one before a closed one";
    levels.at(0).closed = true;
    EXPECT_EQ(matched(levels, "--foo"), "2") << "all are closed: the innermost";
    levels.pop();
    EXPECT_EQ(matched(levels, "--foo--"), "0 closes");
    EXPECT_EQ(levels.top().start, 10U);
    EXPECT_TRUE(levels.top().digest);
}

struct Glued {
    const char* name;
    std::string text;
    std::size_t from;
    std::size_t want;
    std::string boundary = "foobar";
};

class FindGlued : public testing::TestWithParam<Glued> {};
TEST_P(FindGlued, ToTextInFrontOfIt) {
    EXPECT_EQ(find_glued(GetParam().text, GetParam().from, GetParam().boundary), GetParam().want);
}
constexpr std::size_t none_there = std::string_view::npos;
INSTANTIATE_TEST_SUITE_P(
    Cases, FindGlued,
    testing::Values(Glued{"empty", "", 0, none_there}, Glued{"own_line", "a\n--foobar\n", 0, none_there},
                    Glued{"first", "--foobar\n", 0, none_there},
                    Glued{"indented", "a\n  --foobar\n", 0, none_there}, Glued{"glued", "a--foobar\n", 0, 1},
                    Glued{"blank_between", "a --foobar\n", 0, 2},
                    Glued{"behind_from", "a--foobar\nb--foobar\n", 2, 11},
                    Glued{"at_from", "a--foobar\n", 1, 1}, Glued{"behind_cr", "a\r--foobar\n", 0, none_there},
                    Glued{"dash_before", "---foobar\n", 0, none_there},
                    Glued{"declared", "boundary=--foobar", 0, none_there},
                    Glued{"quoted", "\"--foobar\"", 0, none_there}, Glued{"end", "a--foobar--", 0, 1},
                    Glued{"short", "a--foo\n", 0, none_there, "foo"},
                    Glued{"no_letters", "a------\n", 0, none_there, "----"},
                    Glued{"far_behind_the_line_start", std::string(2'000, 'x') + "--foobar", 0, 2'000}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sekisho::scanner::mime
