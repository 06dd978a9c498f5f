#include "scanner/mime/encoding_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

// "base64 identity | base64 | encoding.misspelt": the encodings, the token and the classes.
std::string outcome_of(const std::vector<std::string>& fields) {
    const std::vector<std::string_view> raw(fields.begin(), fields.end());
    Ambiguities met;
    const DeclaredEncodings declared = declared_encodings(raw, met);
    std::string out;
    for (const Encoding encoding : declared.encodings)
        out.append(to_string(encoding)).append(" ");
    out.append("| ").append(declared.token).append(" | ").append(classes_of(met));
    return out;
}

struct Case {
    const char* name;
    std::vector<std::string> fields;
    std::string want;
};

class EncodingNames : public testing::TestWithParam<Case> {};
TEST_P(EncodingNames, AreRead) { EXPECT_EQ(outcome_of(GetParam().fields), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Ordinary, EncodingNames,
    testing::Values(Case{"none", {}, "identity |  | "}, Case{"empty", {""}, "identity |  | "},
                    Case{"blanks", {" \t\r\n"}, "identity |  | "},
                    Case{"seven", {" 7bit"}, "identity | 7bit | "},
                    Case{"seven_capitals", {" 7BIT"}, "identity | 7bit | "},
                    Case{"seven_capital", {" 7Bit"}, "identity | 7bit | "},
                    Case{"seven_semicolon", {" 7bit;"}, "identity | 7bit | "},
                    Case{"seven_plural", {" 7bits"}, "identity | 7bits | "},
                    Case{"eight", {" 8bit"}, "identity | 8bit | "},
                    Case{"eight_with_dash", {" 8-bit"}, "identity | 8-bit | "},
                    Case{"eight_with_blank", {" 8 bit"}, "identity | 8 | "},
                    Case{"binary", {" binary"}, "identity | binary | "},
                    Case{"base64", {" base64"}, "base64 | base64 | "},
                    Case{"base64_no_blank", {"base64"}, "base64 | base64 | "},
                    Case{"base64_capitals", {" BASE64"}, "base64 | base64 | "},
                    Case{"base64_capital", {" Base64"}, "base64 | base64 | "},
                    Case{"base64_line_end", {" base64 \r\n"}, "base64 | base64 | "},
                    Case{"base64_folded", {"\r\n base64"}, "base64 | base64 | "},
                    Case{"base64_twice", {" base64", "base64 "}, "base64 | base64 | "},
                    Case{"qp", {" quoted-printable"}, "quoted-printable | quoted-printable | "},
                    Case{"qp_capitals", {" QUOTED-PRINTABLE"}, "quoted-printable | quoted-printable | "},
                    Case{"qp_capital", {" Quoted-printable"}, "quoted-printable | quoted-printable | "},
                    Case{"qp_two_capitals", {" Quoted-Printable"}, "quoted-printable | quoted-printable | "}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Spelling, EncodingNames,
    testing::Values(
        Case{"case", {"bASe64"}, "base64 | base64 | header.case"},
        Case{"case_last", {"basE64"}, "base64 | base64 | header.case"},
        Case{"case_qp", {"quoted-PRINTable"}, "quoted-printable | quoted-printable | header.case"},
        Case{"case_seven", {"7bIt"}, "identity | 7bit | header.case"},
        Case{"semicolon", {"base64;"}, "base64 identity | base64 | encoding.misspelt"},
        Case{"comma", {"base64,"}, "base64 identity | base64, | encoding.misspelt"},
        Case{"qp_semicolon",
             {"quoted-printable ;"},
             "quoted-printable identity | quoted-printable | encoding.misspelt"},
        Case{"dash", {"base-64"}, "unknown base64 | base-64 | encoding.misspelt"},
        Case{"digit_behind", {"base645"}, "unknown base64 | base645 | encoding.misspelt"},
        Case{"short", {"b64"}, "unknown base64 | b64 | encoding.misspelt"},
        Case{"letter_lost", {"bse64"}, "unknown base64 | bse64 | encoding.misspelt"},
        Case{"dot", {"base64."}, "unknown base64 | base64. | encoding.misspelt"},
        Case{"colon", {": base64"}, "unknown base64 | : | encoding.misspelt header.folding"},
        Case{"qp_no_dash",
             {"quotedprintable"},
             "unknown quoted-printable | quotedprintable | encoding.misspelt"},
        Case{"qp_underscore",
             {"quoted_printable"},
             "unknown quoted-printable | quoted_printable | encoding.misspelt"},
        Case{"qp_half", {"quoted"}, "unknown quoted-printable | quoted | encoding.misspelt"},
        Case{"uuencode_like", {"x-x-uuencode"}, "unknown uuencode | x-x-uuencode | encoding.misspelt"},
        Case{"yenc_like", {"x-yenc2"}, "unknown yenc | x-yenc2 | encoding.misspelt"},
        Case{"binhex_like", {"binhex40"}, "unknown binhex | binhex40 | encoding.misspelt"},
        Case{"blank_within", {"bas e64"}, "unknown base64 | bas | encoding.misspelt header.folding"},
        Case{"fold_within", {"bas\r\n e64"}, "unknown base64 | bas | encoding.misspelt header.folding"},
        Case{"nul_within", {"base64\0x"s}, "base64 identity | base64 | header.nul"},
        Case{"nul_first", {"\0base64"s}, "base64 identity | base64 | header.nul"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Marks, EncodingNames,
    testing::Values(
        Case{"quoted", {"\"base64\""}, "base64 identity | base64 | encoding.quoted"},
        Case{"quote_open", {"\"base64"}, "unknown base64 | \"base64 | encoding.misspelt encoding.quoted"},
        Case{"quoted_qp",
             {"\"quoted-printable\""},
             "quoted-printable identity | quoted-printable | encoding.quoted"},
        Case{"comment_behind", {"base64 (x)"}, "base64 identity | base64 | header.comment"},
        Case{"comment_before", {"(x) base64"}, "base64 identity | base64 | header.comment"},
        Case{"comment_within", {"bas(x)e64"}, "base64 identity | base64 | header.comment"},
        Case{"comment_of_another",
             {"(quoted-printable) base64"},
             "base64 quoted-printable identity | base64 | encoding.several header.comment"},
        Case{"comment_open", {"(base64"}, "unknown base64 |  | encoding.misspelt header.comment"},
        Case{"encoded_word",
             {"=?us-ascii?Q?base64?="},
             "unknown base64 | =?us-ascii?q?base64?= | encoding.misspelt header.encoded-word"},
        Case{"encoded_word_b",
             {"=?us-ascii?B?YmFzZTY0?="},
             "unknown base64 | =?us-ascii?b?ymfzzty0?= | encoding.unknown header.encoded-word"},
        Case{"two_words",
             {"base64 7bit"},
             "base64 identity | base64 | encoding.several header.folding header.values"},
        Case{"two_values", {"7bit, base64"}, "identity base64 | 7bit, | encoding.several header.values"},
        Case{"two_values_semicolon",
             {"base64; quoted-printable"},
             "base64 quoted-printable identity | base64 | encoding.several header.values"},
        Case{"parameter", {"base64; charset=utf-8"}, "base64 identity | base64 | header.values"},
        Case{"junk_then_value", {"foo, base64"}, "unknown base64 | foo, | encoding.misspelt header.values"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Others, EncodingNames,
    testing::Values(
        Case{"uuencode", {"x-uuencode"}, "uuencode | x-uuencode | encoding.unknown"},
        Case{"uue", {"uue"}, "uuencode | uue | encoding.unknown"},
        Case{"yenc", {"x-yenc"}, "yenc | x-yenc | encoding.unknown"},
        Case{"binhex", {"mac-binhex40"}, "binhex | mac-binhex40 | encoding.unknown"},
        Case{"unknown", {"x-foo"}, "unknown | x-foo | encoding.unknown"},
        Case{"charset", {"utf-8"}, "unknown | utf-8 | encoding.unknown"},
        Case{"none_as_a_word", {"none"}, "unknown | none | encoding.unknown"},
        Case{"eight_bit", {"\xE9\xE8"}, "unknown | \xE9\xE8 | encoding.unknown"},
        Case{"two_fields",
             {"base64", "quoted-printable"},
             "base64 quoted-printable | base64 | encoding.several"},
        Case{"two_fields_other_order",
             {"quoted-printable", "base64"},
             "quoted-printable base64 | quoted-printable | encoding.several"},
        Case{"identity_and_base64", {"7bit", "base64"}, "identity base64 | 7bit | encoding.several"},
        Case{"base64_and_identity", {"base64", "8bit"}, "base64 identity | base64 | encoding.several"},
        Case{"two_identities", {"7bit", "8bit"}, "identity | 7bit | "},
        Case{"empty_and_base64", {"", "base64"}, "base64 identity |  | "},
        Case{"unknown_and_base64", {"x-foo", "base64"}, "unknown base64 | x-foo | encoding.unknown"}),
    [](const auto& info) { return info.param.name; });

TEST(EncodingNamesProperty, WhateverIsDeclared) {
    const std::vector<std::string> pieces{"base64",
                                          "quoted-printable",
                                          "7bit",
                                          "8bit",
                                          "x-uue",
                                          "yenc",
                                          "binhex",
                                          "binary",
                                          "bas",
                                          "e64",
                                          " ",
                                          "\t",
                                          "\r\n ",
                                          ",",
                                          ";",
                                          "\"",
                                          "(",
                                          ")",
                                          "=?utf-8?B?YmFzZTY0?=",
                                          "\0"s,
                                          "\xE9",
                                          "x"};
    std::mt19937 random(23);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::string> fields;
        for (std::size_t n = random() % 3; n > 0; --n)
            fields.push_back(random_pieces(random, pieces, 5));
        const std::vector<std::string_view> raw(fields.begin(), fields.end());
        Ambiguities met;
        const DeclaredEncodings declared = declared_encodings(raw, met);
        std::vector<Encoding> sorted = declared.encodings;
        std::ranges::sort(sorted);
        ASSERT_FALSE(sorted.empty());
        ASSERT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << testing::PrintToString(fields);
        // Clients differ where there are several, and something must say so: of an empty field mime_fields()
        // does.
        const bool empty =
            std::ranges::any_of(raw, [](std::string_view field) { return base::trim(field).empty(); });
        if ((sorted.size() > 1 && !empty) || sorted.front() == Encoding::unknown) {
            ASSERT_FALSE(met.all().empty()) << testing::PrintToString(fields);
        }
        ASSERT_EQ(outcome_of(fields), outcome_of(fields));
    }
}

TEST(EncodingNamesProperty, ALongFieldIsCut) {
    EXPECT_EQ(outcome_of({"base64 (" + std::string(1u << 20, 'x') + ")"}),
              "base64 identity | base64 | header.comment");
    EXPECT_EQ(outcome_of({std::string(1u << 20, ' ') + "base64"}), "base64 | base64 | ");
}

TEST(UncleanName, MakesTheIdentityOneOfThem) {
    Ambiguities met;
    const std::vector<std::string_view> raw{"base64"};
    EXPECT_THAT(declared_encodings(raw, met, false).encodings,
                testing::ElementsAre(Encoding::base64, Encoding::identity));
    EXPECT_THAT(declared_encodings({}, met, false).encodings, testing::ElementsAre(Encoding::identity));
}

}  // namespace
}  // namespace sekisho::scanner::mime
