#include "scanner/mime/boundary_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scanner/mime/header.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Values {
    std::vector<std::string> values;
    std::string classes;
    bool operator==(const Values&) const = default;
};

// As content.cpp asks for them.
Values values_of(std::string_view raw) {
    Ambiguities met;
    std::vector<std::string> values = boundaries_of(raw, parse_structured(unfold(raw)), met);
    return {std::move(values), classes_of(met)};
}

struct Ordinary {
    const char* name;
    std::string raw;
    std::string value;
};

class OrdinaryBoundary : public testing::TestWithParam<Ordinary> {};
TEST_P(OrdinaryBoundary, IsOneValueAndRaisesNothing) {
    EXPECT_EQ(values_of(GetParam().raw), (Values{{GetParam().value}, ""}));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, OrdinaryBoundary,
    testing::Values(
        Ordinary{"bare", " multipart/mixed; boundary=foo", "foo"},
        Ordinary{"quoted", " multipart/mixed; boundary=\"foo\"", "foo"},
        Ordinary{"no_blank", "multipart/mixed;boundary=foo", "foo"},
        Ordinary{"capitals", " MULTIPART/MIXED; BOUNDARY=Foo", "Foo"},
        Ordinary{"first_capital", " multipart/mixed; Boundary=\"Foo\"", "Foo"},
        Ordinary{"folded", " multipart/mixed;\r\n boundary=\"foo\"", "foo"},
        Ordinary{"folded_with_lf", " multipart/mixed;\n\tboundary=\"foo\"", "foo"},
        Ordinary{"line_end_behind", " multipart/mixed; boundary=foo\r\n", "foo"},
        Ordinary{"semicolon_behind", " multipart/mixed; boundary=\"foo\";", "foo"},
        Ordinary{"blanks_behind", " multipart/mixed; boundary=foo \t", "foo"},
        Ordinary{"parameter_before", " multipart/related; type=\"text/html\"; boundary=foo", "foo"},
        Ordinary{"parameter_behind", " multipart/mixed; boundary=\"foo\"; charset=utf-8", "foo"},
        Ordinary{"parameter_behind_bare", " multipart/mixed; boundary=foo; charset=\"utf-8\"", "foo"},
        Ordinary{"folded_parameter_behind", " multipart/mixed; boundary=foo;\r\n charset=utf-8", "foo"},
        Ordinary{"outlook", " multipart/mixed;\r\n\tboundary=\"----=_NextPart_000_0001_01DA.4E5C0D60\"",
                 "----=_NextPart_000_0001_01DA.4E5C0D60"},
        Ordinary{"exchange", " multipart/mixed;\r\n\tboundary=\"_004_OSAPR01MB0000_\"",
                 "_004_OSAPR01MB0000_"},
        Ordinary{"java_mail", " multipart/mixed; \r\n\tboundary=\"----=_Part_1_2.3\"", "----=_Part_1_2.3"},
        Ordinary{"apple_mail", " multipart/mixed;\r\n\tboundary=\"Apple-Mail=_5EC8\"", "Apple-Mail=_5EC8"},
        Ordinary{"thunderbird", " multipart/mixed;\r\n boundary=\"------------090807\"",
                 "------------090807"},
        Ordinary{"python", " multipart/mixed; boundary=\"===============1234==\"", "===============1234=="},
        Ordinary{"sun_with_parentheses", " multipart/mixed; boundary=\"Boundary_(ID_abc)\"",
                 "Boundary_(ID_abc)"},
        Ordinary{"blank_within_quotes", " multipart/mixed; boundary=\"foo bar\"", "foo bar"},
        Ordinary{"all_bchars", " multipart/mixed; boundary=\"a'()+_-./:=?b\"", "a'()+_-./:=?b"},
        Ordinary{"bare_marks", " multipart/mixed; boundary=a+_-./:=?b", "a+_-./:=?b"},
        Ordinary{"seventy", " multipart/mixed; boundary=" + std::string(70, 'x'), std::string(70, 'x')},
        Ordinary{"signed",
                 " multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha1;"
                 "\r\n boundary=\"foo\"",
                 "foo"},
        Ordinary{"comment_behind_semicolon", " multipart/report; report-type=delivery-status; boundary=foo",
                 "foo"}),
    [](const auto& info) { return info.param.name; });

struct None {
    const char* name;
    std::string raw;
};

class NoBoundary : public testing::TestWithParam<None> {};
TEST_P(NoBoundary, IsNoValueAndRaisesNothing) { EXPECT_EQ(values_of(GetParam().raw), (Values{{}, ""})); }

INSTANTIATE_TEST_SUITE_P(
    Cases, NoBoundary,
    testing::Values(None{"empty", ""}, None{"text", " text/plain; charset=utf-8"},
                    None{"multipart", " multipart/mixed"}, None{"semicolon", " multipart/mixed;"},
                    None{"word_in_a_name", " text/plain; name=\"rebound.txt\""},
                    None{"word_in_a_text", " text/plain; name=\"no boundary here\""},
                    None{"bound_alone", " text/plain; name=bound"}, None{"word_alone", " a/b; boundary"},
                    None{"other_parameter", " a/b; boundary-kind=foo"}, None{"colon", " a/b; boundary:foo"}),
    [](const auto& info) { return info.param.name; });

struct Odd {
    const char* name;
    std::string parameters;           // behind "multipart/mixed; "
    std::vector<std::string> values;  // all of these are there, the first of them first
    std::string classes;
};

class OddBoundary : public testing::TestWithParam<Odd> {};
TEST_P(OddBoundary, IsReadInAllWays) {
    const Values got = values_of(" multipart/mixed; " + GetParam().parameters);
    EXPECT_THAT(got.values, testing::IsSupersetOf(GetParam().values));
    ASSERT_FALSE(got.values.empty());
    EXPECT_EQ(got.values.front(), GetParam().values.front());
    EXPECT_EQ(got.classes, GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(
    Blanks, OddBoundary,
    testing::Values(Odd{"before_value", "boundary= foo", {"foo"}, "boundary.blanks"},
                    Odd{"tab_before_value", "boundary=\t\"foo\"", {"foo"}, "boundary.blanks"},
                    Odd{"before_equals", "boundary =foo", {"foo"}, "boundary.blanks"},
                    Odd{"around_equals", "boundary = foo", {"foo"}, "boundary.blanks"},
                    Odd{"in_quotes_first", "boundary=\" foo\"", {"foo", " foo"}, "boundary.blanks"},
                    Odd{"in_quotes_last", "boundary=\"foo \"", {"foo", "foo "}, "boundary.blanks"},
                    Odd{"in_quotes_alone", "boundary=\"  \"", {"", "  "}, "boundary.blanks"},
                    Odd{"fold_before_value", "boundary=\r\n foo", {"foo"}, "header.folding"},
                    Odd{"fold_before_quotes", "boundary=\n\t\"foo\"", {"foo"}, "header.folding"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Quotes, OddBoundary,
    testing::Values(Odd{"no_closing_quote", "boundary=\"foo", {"foo", "\"foo"}, "boundary.quoting"},
                    Odd{"no_closing_quote_and_semicolon",
                        "boundary=\"foo;bar",
                        {"foo;bar", "foo", "\"foo"},
                        "boundary.characters boundary.quoting"},
                    Odd{"no_opening_quote", "boundary=foo\"", {"foo\"", "foo"}, "boundary.quoting"},
                    Odd{"quote_within", "boundary=f\"o\"o", {"f\"o\"o", "foo", "f", "o"}, "boundary.quoting"},
                    Odd{"text_behind_quotes", "boundary=\"fo\"o", {"fo", "foo", "o"}, "boundary.quoting"},
                    Odd{"two_strings", "boundary=\"foo\"\"bar\"", {"foo", "foobar"}, "boundary.quoting"},
                    Odd{"single_quotes", "boundary='foo'", {"'foo'", "foo"}, "boundary.quoting"},
                    Odd{"curly_quotes",
                        "boundary=\xE2\x80\x9C"
                        "foo\xE2\x80\x9D",
                        {"\xE2\x80\x9C"
                         "foo\xE2\x80\x9D",
                         "foo"},
                        "boundary.quoting"},
                    Odd{"quoted_pair", "boundary=\"f\\oo\"", {"foo", "f\\oo"}, "boundary.quoting"},
                    Odd{"quoted_quote", "boundary=\"f\\\"oo\"", {"f\"oo"}, "boundary.quoting"},
                    Odd{"backslash_without_quotes", "boundary=f\\oo", {"f\\oo", "foo"}, "boundary.quoting"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Characters, OddBoundary,
    testing::Values(
        Odd{"comma", "boundary=foo,bar", {"foo,bar", "foo", "bar"}, "boundary.characters"},
        Odd{"comma_and_blank", "boundary=foo, bar", {"foo, bar", "foo", "bar"}, "boundary.characters"},
        Odd{"comma_in_quotes", "boundary=\"foo,bar\"", {"foo,bar", "foo", "bar"}, "boundary.characters"},
        Odd{"semicolon", "boundary=foo;bar", {"foo", "foo;bar", "bar"}, "boundary.characters"},
        Odd{"semicolon_in_quotes", "boundary=\"foo;bar\"", {"foo;bar", "foo", "bar"}, "boundary.characters"},
        Odd{"blank", "boundary=foo bar", {"foo bar", "foo", "bar"}, "boundary.characters"},
        Odd{"tab", "boundary=foo\tbar", {"foo\tbar", "foo", "bar", "foobar"}, "boundary.characters"},
        Odd{"no_semicolon", "charset=x boundary=foo", {"foo"}, "boundary.characters"},
        Odd{"comma_for_semicolon", "charset=x, boundary=foo", {"foo"}, "boundary.characters"},
        Odd{"nul", "boundary=foo\0bar"s, {"foo\0bar"s, "foo", "bar", "foobar"}, "header.nul"},
        Odd{"nul_in_quotes", "boundary=\"foo\0bar\""s, {"foo\0bar"s, "foo", "foobar"}, "header.nul"},
        Odd{"fold_within",
            "boundary=foo\r\n bar",
            {"foo bar", "foo", "bar", "foobar"},
            "boundary.characters header.folding"},
        Odd{"fold_in_quotes",
            "boundary=\"foo\r\n bar\"",
            {"foo bar", "foo", "bar", "foobar"},
            "boundary.characters header.folding"},
        Odd{"eight_bit", "boundary=f\xE9o", {"f\xE9o"}, ""},
        Odd{"comment_behind", "boundary=foo(bar)", {"foo(bar)", "foo"}, "header.comment"},
        Odd{"comment_before", "boundary=(bar)foo", {"foo", "(bar)foo"}, "header.comment"},
        Odd{"comment_within", "boundary=f(bar)oo", {"f(bar)oo", "foo", "f"}, "header.comment"},
        Odd{"comment_open", "boundary=foo(bar", {"foo(bar", "foo"}, "header.comment"},
        Odd{"encoded_word",
            "boundary=\"=?us-ascii?Q?foo?=\"",
            {"=?us-ascii?Q?foo?=", "foo"},
            "header.encoded-word"},
        Odd{"encoded_word_without_quotes",
            "boundary==?utf-8?B?Zm9v?=",
            {"=?utf-8?B?Zm9v?=", "foo"},
            "header.encoded-word"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Parameters, OddBoundary,
    testing::Values(
        Odd{"twice", "boundary=foo; boundary=bar", {"foo", "bar"}, "boundary.duplicate"},
        Odd{"twice_the_same", "boundary=foo; boundary=foo", {"foo"}, "boundary.duplicate"},
        Odd{"twice_in_quotes", "boundary=\"foo\"; BOUNDARY=\"bar\"", {"foo", "bar"}, "boundary.duplicate"},
        Odd{"twice_far_apart", "boundary=foo; charset=x; boundary=bar", {"foo", "bar"}, "boundary.duplicate"},
        Odd{"thrice", "boundary=a; boundary=b; boundary=c", {"a", "b", "c"}, "boundary.duplicate"},
        Odd{"empty", "boundary=", {""}, "boundary.empty"},
        Odd{"empty_semicolon", "boundary=; charset=x", {""}, "boundary.empty"},
        Odd{"empty_quotes", "boundary=\"\"", {""}, "boundary.empty"},
        Odd{"empty_and_another", "boundary=; boundary=foo", {"", "foo"}, "boundary.duplicate boundary.empty"},
        Odd{"foreign_before", "x-boundary=foo", {"foo"}, "boundary.characters boundary.foreign"},
        Odd{"foreign_underscore", "my_boundary=foo", {"foo"}, "boundary.characters boundary.foreign"},
        Odd{"foreign_longer", "boundarys=\"foo\"", {"foo"}, "boundary.foreign"},
        Odd{"foreign_shorter", "bounda=foo", {"foo"}, "boundary.foreign"},
        Odd{"foreign_beside_own",
            "boundary=foo; x-boundary=bar",
            {"foo", "bar"},
            "boundary.characters boundary.foreign"},
        Odd{"long", "boundary=" + std::string(71, 'x'), {std::string(71, 'x')}, "boundary.long"},
        Odd{"long_in_quotes",
            "boundary=\"" + std::string(200, 'x') + "\"",
            {std::string(200, 'x')},
            "boundary.long"},
        Odd{"extended", "boundary*=us-ascii''foo", {"foo", "us-ascii''foo"}, "boundary.rfc2231"},
        Odd{"extended_with_percent", "boundary*=us-ascii''f%6Fo", {"foo"}, "boundary.rfc2231"},
        Odd{"continued", "boundary*0=fo; boundary*1=o", {"foo", "fo", "o"}, "boundary.rfc2231"},
        Odd{"continued_in_quotes",
            "boundary*0=\"fo\"; boundary*1=\"o\"",
            {"foo", "fo", "o"},
            "boundary.rfc2231"},
        Odd{"extended_and_plain",
            "boundary=bar; boundary*=us-ascii''foo",
            {"bar", "foo"},
            "boundary.duplicate boundary.rfc2231"}),
    [](const auto& info) { return info.param.name; });

TEST(BoundaryValues, ALongerOneThanAnyClientTakesIsNone) {
    EXPECT_THAT(values_of(" a/b; boundary=" + std::string(2'048, 'x')).values, testing::SizeIs(1));
    const Values longer = values_of(" a/b; boundary=" + std::string(100'000, 'x'));
    for (const std::string& value : longer.values)
        EXPECT_LE(value.size(), 2'048U);
}

TEST(BoundaryValues, AreNoMoreThanTheLimit) {
    std::string raw = " multipart/mixed";
    for (int i = 0; i < 10'000; ++i)
        raw += "; boundary=\"a" + std::to_string(i) + ",b;c d\"";
    EXPECT_EQ(values_of(raw).values.size(), max_boundaries);
    EXPECT_THAT(values_of(raw + "; boundary=last").values, testing::Contains("last"));
}

// What all values have in common, whatever was read.
void check(std::string_view raw) {
    const Values got = values_of(raw);
    ASSERT_EQ(values_of(raw), got) << testing::PrintToString(raw);
    ASSERT_LE(got.values.size(), max_boundaries);
    std::vector<std::string> sorted = got.values;
    std::ranges::sort(sorted);
    ASSERT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << testing::PrintToString(raw);
    // Where more than the quotes around it differs, something says so.
    const auto bare = [](const std::string& value) { return !value.starts_with('"'); };
    if (std::ranges::count_if(got.values, bare) > 1) {
        ASSERT_NE(got.classes, "") << testing::PrintToString(raw);
    }
}

// All but the blanks of `value` stand in `raw`, in this order.
bool is_cut_out_of(std::string_view value, std::string_view raw) {
    std::size_t at = 0;
    for (const char c : value) {
        if (base::is_space(c)) continue;
        at = raw.find(c, at);
        if (at == raw.npos) return false;
        ++at;
    }
    return true;
}

const std::vector<std::string> pieces{"; ",  "boundary", "=",     "\"",   "'",           "\\",       ",", ";",
                                      " ",   "\t",       "\r\n ", "\n",   "\0"s,         "(",        ")", "a",
                                      "bar", "--",       "x-",    "\xE9", "boundary=\"", "boundary="};

TEST(BoundaryValuesProperty, ArePiecesOfTheField) {
    std::mt19937 random(21);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string raw = " multipart/mixed; boundary=" + random_pieces(random, pieces, 12);
        ASSERT_NO_FATAL_FAILURE(check(raw));
        for (const std::string& value : values_of(raw).values)
            ASSERT_TRUE(is_cut_out_of(value, raw)) << testing::PrintToString(raw) << " gave " << value;
    }
}

TEST(BoundaryValuesProperty, HoldWhereEncodingsComeIn) {
    std::vector<std::string> more = pieces;
    more.insert(more.end(), {"*", "*0", "*1*", "%41", "=?utf-8?B?", "?=", "us-ascii''"});
    std::mt19937 random(22);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i)
        ASSERT_NO_FATAL_FAILURE(check(random_pieces(random, more, 16)));
}

TEST(BoundaryValuesProperty, HoldForAFieldCutAnywhere) {
    const std::string raw =
        " multipart/mixed;\r\n boundary=\"f\\o,o;(x) =?utf-8?Q?a?=\0\"bar; boundary*0*=us-ascii''%41;"
        " boundary*1=b; x-boundary = 'q' ; boundary="s;
    for (std::size_t end = 0; end <= raw.size(); ++end)
        ASSERT_NO_FATAL_FAILURE(check(std::string(raw, 0, end)));
}

}  // namespace
}  // namespace sekisho::scanner::mime
