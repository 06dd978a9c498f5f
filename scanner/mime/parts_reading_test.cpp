#include "scanner/mime/parts_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Parts {
    std::vector<std::string> leaves;  // "type|text", line ends as \n
    std::vector<std::string> limits;
};

Parts parts_of(std::string_view message, const std::vector<std::string>& boundaries = {},
               const ReadingOptions& options = {}) {
    const DashedLines dashed(message);
    Budget budget({}, message.size());
    const Reading reading = read_parts(base::as_bytes(message), boundaries, options, dashed, budget);
    Parts out{.limits = budget.reached()};
    const char* last = message.data();
    for (const Leaf& leaf : reading.leaves) {
        const std::string_view raw = base::as_text(leaf.raw);
        EXPECT_TRUE(is_within(raw, message));
        EXPECT_GE(raw.data(), last) << "in order, and none within another";
        last = raw.data() + raw.size();
        std::string text = leaf.content.type + "|";
        std::ranges::copy_if(raw, std::back_inserter(text), [](char c) { return c != '\r'; });
        out.leaves.push_back(std::move(text));
    }
    return out;
}

std::string crlf(std::string_view text) {
    std::string out;
    for (const char c : text)
        out.append(c == '\n' ? "\r\n" : std::string(1, c));
    return out;
}

struct Case {
    const char* name;
    std::string message;
    std::vector<std::string> leaves;
    std::vector<std::string> boundaries = {};
};

class PartsReading : public testing::TestWithParam<Case> {};
TEST_P(PartsReading, SeesWhateverHasAHeader) {
    EXPECT_EQ(parts_of(GetParam().message, GetParam().boundaries).leaves, GetParam().leaves);
    EXPECT_EQ(parts_of(crlf(GetParam().message), GetParam().boundaries).leaves, GetParam().leaves) << "CRLF";
}

const std::string mixed = "From: a\nContent-Type: multipart/mixed; boundary=foo\n\n";

INSTANTIATE_TEST_SUITE_P(
    Usual, PartsReading,
    testing::Values(
        Case{"empty", "", {}}, Case{"header_alone", "From: a\n\n", {}},
        Case{"text", "From: a\n\nhello\n", {"text/plain|hello\n"}},
        Case{"two",
             mixed + "--foo\nContent-Type: a/b\n\none\n--foo\nContent-Type: c/d\n\ntwo\n--foo--\n",
             {"a/b|one", "c/d|two"}},
        Case{"preamble_and_epilogue",
             mixed + "pre\n--foo\nContent-Type: a/b\n\none\n--foo--\npost\n",
             {"a/b|one"}},
        Case{"nested_is_flat",
             mixed + "--foo\nContent-Type: multipart/mixed; boundary=bar\n\n--bar\nContent-Type: a/b\n\none\n"
                     "--bar--\n--foo\nContent-Type: c/d\n\ntwo\n--foo--\n",
             {"a/b|one", "c/d|two"}},
        Case{"empty_part",
             mixed + "--foo\nContent-Type: a/b\n\n \n--foo\nContent-Type: c/d\n\ntwo\n--foo--\n",
             {"c/d|two"}},
        Case{"signature_is_no_delimiter",
             mixed + "--foo\nContent-Type: a/b\n\none\n-- \nme\n--foo--\n",
             {"a/b|one\n-- \nme"}},
        Case{"other_dashes",
             mixed + "--foo\nContent-Type: a/b\n\none\n--bar\ntwo\n--foo--\n",
             {"a/b|one\n--bar\ntwo"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Undeclared, PartsReading,
    testing::Values(
        Case{"no_type", "From: a\n\n--x\nContent-Type: a/b\n\none\n--x--\n", {"a/b|one"}},
        Case{"another_boundary", mixed + "--x\nContent-Type: a/b\n\none\n--x--\n", {"a/b|one"}},
        Case{"each_its_own",
             mixed + "--x\nContent-Type: a/b\n\none\n--y\nContent-Type: c/d\n\ntwo\n",
             {"a/b|one", "c/d|two\n"}},
        Case{"learnt_from_a_later_line",
             "From: a\n\nhi\n--x\n\none\n--x\nContent-Type: a/b\n\ntwo\n",
             {"text/plain|hi", "text/plain|one", "a/b|two\n"}},
        Case{"no_delimiter_at_all",
             mixed + "hello\n\nContent-Type: a/b\n\none\n\nContent-Type: c/d\n\ntwo\n",
             {"a/b|one\n", "c/d|two\n"}},
        Case{"behind_the_end",
             mixed + "--foo\nContent-Type: a/b\n\none\n--foo--\n\nContent-Type: c/d\n\ntwo\n",
             {"a/b|one", "c/d|two\n"}},
        Case{"late_fields",
             "From: a\nContent-Type: a/b\n\nContent-Transfer-Encoding: base64\n\none\n",
             {"a/b|one\n"}},
        Case{"field_in_a_paragraph",
             "From: a\n\nhello\nContent-Type: a/b\n\none\n",
             {"text/plain|hello\nContent-Type: a/b\n\none\n"}},
        Case{"word_without_colon",
             "From: a\n\nhello\n\nContent-Type is a field\n",
             {"text/plain|hello\n\nContent-Type is a field\n"}},
        Case{"small_letters", "From: a\n\n--x\ncontent-type: a/b\n\none\n", {"a/b|one\n"}},
        Case{"indented_delimiter", "From: a\n\n  --x\nContent-Type: a/b\n\none\n  --x--\n", {"a/b|one"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Told, PartsReading,
                         testing::Values(Case{"no_header",
                                              mixed + "--foo\n\none\n--foo\n\ntwo\n--foo--\n",
                                              {"text/plain|one", "text/plain|two"},
                                              {"foo"}},
                                         Case{"no_header_and_nobody_knows",
                                              "From: a\n\n--foo\n\none\n--foo\n\ntwo\n",
                                              {"text/plain|--foo\n\none\n--foo\n\ntwo\n"}},
                                         Case{"beginning_is_enough",
                                              mixed + "--foobar1\n\none\n--foobarxyz\n\ntwo\n--foobar--\n",
                                              {"text/plain|one", "text/plain|two"},
                                              {"foobar"}},
                                         Case{"short_beginning_is_not",
                                              "From: a\n\n--foobar\n\none\n",
                                              {"text/plain|--foobar\n\none\n"},
                                              {"foo"}},
                                         Case{"glued",
                                              mixed + "hello --foobar\nContent-Type: a/b\n\none --foobar--\n",
                                              {"a/b|one "},
                                              {"foobar"}},
                                         Case{"glued_and_nobody_knows",
                                              "From: a\n\nhello --foobar\nContent-Type: a/b\n\none\n",
                                              {"text/plain|hello --foobar\nContent-Type: a/b\n\none\n"}}),
                         [](const auto& info) { return info.param.name; });

TEST(PartsReading, LateFieldsAddToThoseBefore) {
    const std::string message =
        "Content-Type: a/b; name=c\n\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n";
    const DashedLines dashed(message);
    Budget budget({}, message.size());
    const Reading reading = read_parts(base::as_bytes(message), {}, {}, dashed, budget);
    ASSERT_EQ(reading.leaves.size(), 1U);
    EXPECT_EQ(reading.leaves[0].content.name, "c");
    EXPECT_THAT(reading.leaves[0].content.encodings, testing::ElementsAre(Encoding::base64));
}

TEST(PartsReading, ABodyWithoutItsHeader) {
    const Parts parts = parts_of("--x\nContent-Type: a/b\n\none\n--x--\n", {}, {.has_header = false});
    EXPECT_THAT(parts.leaves, testing::ElementsAre("a/b|one"));
}

TEST(PartsReadingLimit, OfLeaves) {
    std::string message = mixed;
    for (int i = 0; i < 100; ++i)
        message += "--foo\nContent-Type: a/b\n\nx\n";
    const Parts parts = parts_of(message, {}, {.max_leaves = 10});
    EXPECT_EQ(parts.leaves.size(), 10U);
    EXPECT_THAT(parts.limits, testing::ElementsAre("limit.parts"));
}

class PartsReadingLinear : public testing::TestWithParam<const char*> {};

// Whatever makes the search go back to where it was, or on to the end for nothing, shows in these.
TEST_P(PartsReadingLinear, ManyMarks) {
    std::string message = mixed + "--x\nContent-Type: a/b\n\n";
    while (message.size() < 1'000'000)
        message += GetParam();
    EXPECT_LE(parts_of(message, {"foobar", "foobaz"}).leaves.size(), 10'000U);
}
INSTANTIATE_TEST_SUITE_P(Cases, PartsReadingLinear,
                         testing::Values("--x\n", "--foobar\n", "--foobar--\n", "\nContent-\n",
                                         "\nContent-Type: a/b\n", "a --foobar\n", "a --foobar--\n", "--x--\n",
                                         "a --foobaz\n--foobar\n", " --y\n"));

TEST(PartsReadingProperty, LeavesLieWithinAndInOrder) {
    const std::vector<std::string> pieces{"--foo",
                                          "--foo--",
                                          "--",
                                          "\n",
                                          "\r\n",
                                          "\r",
                                          "\n\n",
                                          "Content-Type: a/b",
                                          "Content-Type: multipart/mixed; boundary=foo",
                                          "Content-",
                                          "From: a",
                                          "x",
                                          " ",
                                          "a --foobar",
                                          "--foobar",
                                          "\0"s};
    std::mt19937 random(34);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 10'000; ++i) {
        const std::string message = random_pieces(random, pieces, 30);
        const Parts parts = parts_of(message, {"foo", "foobar"}, {.has_header = i % 2 == 0});
        ASSERT_EQ(parts_of(message, {"foo", "foobar"}, {.has_header = i % 2 == 0}).leaves, parts.leaves);
        ASSERT_THAT(parts.limits, testing::IsEmpty());
    }
}

TEST(PartsReadingProperty, AMessageCutAnywhereKeepsThePartsBefore) {
    const std::string message =
        mixed + "--foo\nContent-Type: a/b\n\none\n--foo\nContent-Type: c/d\n\ntwo\n--foo--\n";
    for (std::size_t end = 0; end <= message.size(); ++end) {
        const std::vector<std::string> leaves = parts_of(message.substr(0, end), {"foo"}).leaves;
        if (end >= message.find("\n--foo\nContent-Type: c/d") + 6) {
            ASSERT_THAT(leaves, testing::Contains("a/b|one")) << end;
        }
        if (end >= message.find("--foo--") + 7) {
            ASSERT_THAT(leaves, testing::Contains("c/d|two")) << end;
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
