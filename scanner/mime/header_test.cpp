#include "scanner/mime/header.h"

#include <gtest/gtest.h>

#include <random>

namespace sekisho::scanner::mime {
namespace {

struct Case {
    const char* name;
    std::string input;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    bool malformed;
};

class Header : public testing::TestWithParam<Case> {};

TEST_P(Header, IsRead) {
    const Case& row = GetParam();
    const HeaderBlock block = parse_header(base::as_bytes(row.input));
    std::vector<std::pair<std::string, std::string>> fields;
    for (const HeaderField& field : block.fields)
        fields.emplace_back(field.name, field.value());
    EXPECT_EQ(fields, row.fields);
    EXPECT_EQ(row.input.substr(block.body), row.body);
    EXPECT_EQ(block.malformed, row.malformed) << block.odd;
}

using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Cases, Header,
    testing::Values(
        Case{"empty", "", {}, "", false}, Case{"only_blank_line", "\r\nbody", {}, "body", false},
        Case{"crlf", "From: a\r\nTo: b\r\n\r\nbody", {{"From", "a"}, {"To", "b"}}, "body", false},
        Case{"lf", "From: a\nTo: b\n\nbody", {{"From", "a"}, {"To", "b"}}, "body", false},
        Case{"cr_only", "From: a\rTo: b\r\rbody", {{"From", "a"}, {"To", "b"}}, "body", false},
        Case{"crcrlf", "From: a\r\r\nTo: b\r\r\n\r\r\nbody", {{"From", "a"}, {"To", "b"}}, "body", false},
        Case{"lfcr", "From: a\n\rTo: b\n\r\n\rbody", {{"From", "a"}, {"To", "b"}}, "\rbody", false},
        Case{"bare_cr_before_field",
             "From: a\rTo: b\r\n\r\nbody",
             {{"From", "a"}, {"To", "b"}},
             "body",
             false},
        Case{"bare_cr_in_value", "From: a\rb\r\n\r\nbody", {{"From", "a b"}}, "body", false},
        Case{"double_cr_before_body", "From: a\r\rbody\n", {{"From", "a"}}, "body\n", false},
        Case{"folded", "Subject: a\r\n b\r\n\tc\r\n\r\n", {{"Subject", "a b\tc"}}, "", false},
        Case{"fold_of_blanks_alone", "Subject: a\r\n \r\n b\r\n\r\nx", {{"Subject", "a  b"}}, "x", false},
        Case{"duplicates_stay", "A: 1\r\na: 2\r\n\r\n", {{"A", "1"}, {"a", "2"}}, "", false},
        Case{"no_body", "From: a\r\n", {{"From", "a"}}, "", false},
        Case{"no_line_end", "From: a", {{"From", "a"}}, "", false},
        Case{"mbox_line", "From x@y Mon\nFrom: a\n\nb", {{"From", "a"}}, "b", false},
        Case{"blank_before_colon", "Subject : a\r\n\r\nb", {{"Subject", "a"}}, "b", true},
        Case{"nul_before_colon", "Subject\0: a\r\n\r\nb"s, {{"Subject", "a"}}, "b", true},
        Case{"nul_in_value", "Subject: a\0b\r\n\r\nc"s, {{"Subject", "a\0b"s}}, "c", true},
        Case{"comment_in_name", "Content-Type (x): a\r\n\r\nb", {{"Content-Type", "a"}}, "b", true},
        Case{"leading_blank_first", " From: a\r\nTo: b\r\n\r\nc", {{"From", "a"}, {"To", "b"}}, "c", true},
        Case{"junk_between_fields",
             "From: a\r\njunk\r\nTo: b\r\n\r\nc",
             {{"From", "a"}, {"To", "b"}},
             "c",
             true},
        Case{"junk_before_blank", "From: a\r\njunk\r\n\r\nc", {{"From", "a"}}, "c", true},
        Case{"missing_blank_line",
             "From: a\r\nhello\r\nworld\r\n",
             {{"From", "a"}},
             "hello\r\nworld\r\n",
             true},
        Case{"no_header_at_all", "hello\r\n\r\nworld", {}, "hello\r\n\r\nworld", true},
        Case{"last_line_is_body", "From: a\r\nhello", {{"From", "a"}}, "hello", true},
        Case{"eight_bit_name", "S\xFC: a\r\n\r\nb", {{"S\xFC", "a"}}, "b", true},
        Case{"empty_name", ": a\r\nTo: b\r\n\r\nc", {{"To", "b"}}, "c", true},
        Case{"empty_value", "Subject:\r\n\r\nb", {{"Subject", ""}}, "b", false}),
    [](const auto& info) { return info.param.name; });

TEST(HeaderLimit, FieldsBeyondTheLimitAreLeftOutAndTheBodyIsFound) {
    std::string input;
    for (int i = 0; i < 20; ++i)
        input += "X: y\r\n";
    input += "\r\nbody";
    const HeaderBlock block = parse_header(base::as_bytes(input), {.max_fields = 5});
    EXPECT_EQ(block.fields.size(), 5u);
    EXPECT_TRUE(block.over_limit);
    EXPECT_EQ(input.substr(block.body), "body");
    const HeaderBlock bytes = parse_header(base::as_bytes(input), {.max_bytes = 12});
    EXPECT_EQ(bytes.fields.size(), 2u);
    EXPECT_TRUE(bytes.over_limit);
    EXPECT_EQ(input.substr(bytes.body), "body");
}

TEST(HeaderLimit, LongLinesAreRead) {
    const std::string value(10u << 20, 'x');
    const std::string input = "Subject: " + value + "\r\n\r\nbody";
    const HeaderBlock block = parse_header(base::as_bytes(input), {.max_bytes = 20u << 20});
    ASSERT_EQ(block.fields.size(), 1u);
    EXPECT_EQ(block.fields[0].value(), value);
    EXPECT_TRUE(parse_header(base::as_bytes(input)).over_limit);
}

// Postfix counts an LF for each line end: folded and in one line, with CRLF and with LF.
TEST(HeaderLimit, AFieldThatAServerMayHaveCutIsNamed) {
    const auto folded = [](std::size_t lines, std::string_view end) {
        std::string field = "X-Long:";
        for (std::size_t i = 0; i < lines; ++i)
            (field += i == 0 ? " " : std::string(end) + " ") += std::string(98, 'x');
        return field + std::string(end) + std::string(end) + "body";
    };
    const auto named = [](const std::string& input) {
        return parse_header(base::as_bytes(input)).ambiguities.has(Ambiguity::header_truncated);
    };
    EXPECT_TRUE(named(folded(600, "\r\n")));
    EXPECT_TRUE(named(folded(600, "\n")));
    EXPECT_TRUE(named(folded(1'200, "\r\n")));
    EXPECT_FALSE(named(folded(570, "\r\n")));
    EXPECT_FALSE(named(folded(570, "\n")));
    EXPECT_TRUE(named("Content-Type: " + std::string(60'000 - 13, 'x') + "\r\n\r\nbody"));
    EXPECT_FALSE(named("Content-Type: " + std::string(50'000, 'x') + "\r\n\r\nbody"));
}

TEST(HeaderDelimiter, EndsTheHeader) {
    const std::string input = "From: a\r\n--x\r\nTo: b\r\n\r\n";
    LineReader lines(input);
    const HeaderBlock block =
        parse_header(lines, {}, [](std::string_view line) { return line.starts_with("--x"); });
    EXPECT_EQ(block.fields.size(), 1u);
    EXPECT_EQ(input.substr(block.body), "--x\r\nTo: b\r\n\r\n");
}

// Sub-lines that end in bare CRs, with one LF far behind: the reader must not look for it again and again.
TEST(HeaderLinear, ManyBareCrs) {
    std::string input;
    for (int i = 0; i < 300'000; ++i)
        input += "A: b\r";
    input += std::string(1u << 20, '\r') + "\n\r\nbody";
    const HeaderBlock block = parse_header(base::as_bytes(input));
    EXPECT_TRUE(block.over_limit);
    EXPECT_EQ(block.fields.size(), 10'000u);
}

}  // namespace
}  // namespace sekisho::scanner::mime
