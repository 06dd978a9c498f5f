#include "scanner/mime/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

Reading reading_of(std::string_view message, const Style& style = {}) {
    const DashedLines dashed(message);
    Budget budget({}, message.size());
    return read_message(base::as_bytes(message), style, {}, dashed, budget);
}

constexpr std::string_view mixed = "Content-Type: multipart/mixed; boundary=foobar\n\n";

struct Case {
    const char* name;
    std::string body;
    std::string classes;
};

class GluedDelimiter : public testing::TestWithParam<Case> {};
TEST_P(GluedDelimiter, IsAnOddLineEndWithinItsOwnMultipart) {
    const std::string message = std::string(mixed) + GetParam().body;
    EXPECT_EQ(classes_of(reading_of(message).ambiguities), GetParam().classes);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, GluedDelimiter,
    testing::Values(
        Case{"none", "--foobar\n\none\n--foobar--\n", ""},
        Case{"in_a_part", "--foobar\n\none --foobar\n\ntwo\n--foobar--\n", "boundary.line-end"},
        Case{"in_the_preamble", "text --foobar\n\n--foobar\n\none\n--foobar--\n", "boundary.line-end"},
        Case{"at_the_end", "--foobar\n\none--foobar--", "boundary.line-end boundary.unterminated"},
        Case{"quoted", "--foobar\n\nit is \"--foobar\" or =--foobar\n--foobar--\n", ""},
        Case{"of_the_inner_one",
             "--foobar\nContent-Type: multipart/mixed; boundary=inner\n\n--inner\n\nx "
             "--inner\n\ny\n--inner--\n"
             "--foobar--\n",
             "boundary.line-end"},
        Case{"of_the_inner_one_outside",
             "--foobar\nContent-Type: multipart/mixed; boundary=inner\n\n--inner\n\nx\n--inner--\n"
             "--foobar\n\nsome --inner text\n--foobar--\n",
             ""}),
    [](const auto& info) { return info.param.name; });

// Ten thousand multiparts, and a long text that each of them would be looked for in.
TEST(ReadingLinear, ManyMultiparts) {
    std::string message(mixed);
    for (int i = 0; i < 5'000; ++i) {
        const std::string inner = "inner" + std::to_string(i);
        message += "--foobar\nContent-Type: multipart/mixed; boundary=" + inner;
        message.append("\n\n--").append(inner).append("\n\nx\n--").append(inner).append("--\n");
    }
    message += "--foobar\n\n" + std::string(8u << 20, 'y') + "\n--foobar--\n";
    const Reading reading = reading_of(message);
    EXPECT_EQ(reading.leaves.size(), 5'001U);
    EXPECT_EQ(classes_of(reading.ambiguities), "");
}

// Delimiters that nothing declares, each of which might be the quoted source of another mail.
TEST(ReadingLinear, ManyUndeclaredDelimiters) {
    std::string message = "Content-Type: text/plain\n\nhello\n";
    for (int i = 0; i < 100'000; ++i)
        message += "--" + std::to_string(i) + "\nContent-A: b\n";
    const Reading reading = reading_of(message);
    EXPECT_EQ(reading.leaves.size(), 1U);
    EXPECT_EQ(classes_of(reading.ambiguities), "boundary.undeclared");
}

TEST(ReadingQuotedSource, IsNoUndeclaredDelimiter) {
    const std::string source =
        "Your mail was:\n\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
        "a/b\n\none\n--x--\n";
    EXPECT_EQ(classes_of(reading_of("Content-Type: text/plain\n\n" + source).ambiguities), "header.late");
    EXPECT_EQ(
        classes_of(reading_of("Content-Type: text/plain\n\nhi\n--x\nContent-Type: a/b\n\none\n").ambiguities),
        "boundary.undeclared");
}

}  // namespace
}  // namespace sekisho::scanner::mime
