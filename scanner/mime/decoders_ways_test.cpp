// What the transfer decoders tell of odd data, and the ways in which readers differ about it.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"
#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

constexpr std::array base64_ways{Base64Way::groups, Base64Way::skip_padding, Base64Way::stop_at_padding,
                                 Base64Way::stop_at_garbage};
constexpr std::array all_base64_ways{Base64Way::groups,           Base64Way::skip_padding,
                                     Base64Way::stop_at_padding,  Base64Way::stop_at_garbage,
                                     Base64Way::stop_when_padded, Base64Way::quads,
                                     Base64Way::seven_bits,       Base64Way::url_safe};
constexpr std::array qp_ways{QpWay::lenient, QpWay::drop_bad_escapes, QpWay::strict_blanks,
                             QpWay::bare_breaks};

std::string names(const Base64Facts& facts) {
    std::string out;
    if (facts.garbage) out += "garbage ";
    if (facts.inner_garbage) out += "inner_garbage ";
    if (facts.url_safe) out += "url_safe ";
    if (facts.inner_padding) out += "inner_padding ";
    if (facts.unpadded) out += "unpadded ";
    if (facts.odd_lines) out += "odd_lines ";
    return out;
}
std::string names(const QpFacts& facts) {
    std::string out;
    if (facts.bad_escape) out += "bad_escape ";
    if (facts.lower_hex) out += "lower_hex ";
    if (facts.soft_end) out += "soft_end ";
    if (facts.trailing_blanks) out += "trailing_blanks ";
    if (facts.bare_cr) out += "bare_cr ";
    return out;
}

struct Facts {
    const char* name;
    std::string input;
    std::string want;  // names, each with a blank behind it
};

std::string repeat(std::string_view what, std::size_t times) {
    std::string out;
    for (; times > 0; --times)
        out += what;
    return out;
}

class Base64FactsOf : public testing::TestWithParam<Facts> {};
TEST_P(Base64FactsOf, AreTold) {
    const std::string& input = GetParam().input;
    EXPECT_EQ(names(in_way(input, Base64Way::groups).decoded.base64), GetParam().want);
    const Outcome careful = decode_with(input, [](base::Bytes in, Output& out) {
        return decode_base64_carefully(in, out, Base64Way::groups);
    });
    EXPECT_EQ(names(careful.decoded.base64), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Base64FactsOf,
    testing::Values(
        Facts{"empty", "", ""}, Facts{"clean", "YWJj\r\nYQ==\r\n", ""}, Facts{"blanks", " YW Jj\t\r\n", ""},
        Facts{"unpadded", "YWJjZA", "unpadded "}, Facts{"half_padded", "YWJjZA=", "unpadded "},
        Facts{"half_padded_line_end", "YWJjZA=\r\n=\r\n", ""}, Facts{"overpadded", "YQ=====", ""},
        Facts{"lone", "YWJjZ", "unpadded "}, Facts{"padding_alone", "====", ""},
        Facts{"inner_padding", "YQ==YWJj", "inner_padding "},
        Facts{"inner_padding_at_boundary", "YWJj=YWJj", "inner_padding "},
        Facts{"inner_padding_short", "YQ=YWJj", "inner_padding "},
        Facts{"padding_first", "=YWJj", "inner_padding "},
        Facts{"padding_far_before", "YQ==" + repeat("YWJj", 100), "inner_padding "},
        Facts{"garbage_behind", "YWJj\r\n\r\n--\r\n", "garbage url_safe "},
        Facts{"garbage_before", "--\r\nYWJj\r\n", "garbage inner_garbage url_safe odd_lines "},
        Facts{"garbage_inside", repeat("YWJj", 40) + "!" + repeat("YWJj", 40), "garbage inner_garbage "},
        Facts{"garbage_high", "YW\xFFJj", "garbage inner_garbage "},
        Facts{"nul_behind", "YWJj\0"s, "garbage "}, Facts{"garbage_in_padding", "YQ=!=", "garbage "},
        Facts{"one_per_line", "Y\nW\nJ\nj\n", "odd_lines "},
        Facts{"short_line", "YWJj\nYW\nJjYWJj\n", "odd_lines "},
        Facts{"short_last_line", "YWJj\r\nYW\r\n\r\n", "unpadded "},
        Facts{"short_only_line", "YWI\r\n", "unpadded "},
        Facts{"empty_lines", "YWJj\r\n\r\n\n\rYWJj\r\n", ""},
        Facts{"bare_cr_lines", "YW\rJj\r", "odd_lines "},
        Facts{"line_of_998", repeat("A", 998) + "\r\n" + repeat("A", 998), ""},
        Facts{"line_of_999", repeat("A", 999) + "\r\nA", "odd_lines "},
        Facts{"last_line_of_1000", "AAAA\r\n" + repeat("A", 1'000), "odd_lines "},
        Facts{"line_of_100000", repeat("A", 100'000) + "\r\n", "odd_lines "}),
    [](const auto& info) { return info.param.name; });

struct InWays {
    const char* name;
    std::string input;
    std::array<std::string, 4> want;  // in the order of the ways
};

class Base64Ways : public testing::TestWithParam<InWays> {};
TEST_P(Base64Ways, Differ) {
    for (std::size_t k = 0; k < base64_ways.size(); ++k)
        EXPECT_EQ(in_way(GetParam().input, base64_ways[k]).text, GetParam().want[k]) << "way " << k;
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Base64Ways,
    testing::Values(
        InWays{"clean", "YWJj\r\nYWJj", {"abcabc", "abcabc", "abcabc", "abcabc"}},
        InWays{"padded_groups", "YQ==Yg==", {"ab", "a\x06\x20"s, "a", "ab"}},
        InWays{"padded_lines", "YWI=\r\nY2Q=\r\nZQ==\r\n", {"abcde", "ab\x18\xD9\x06\x50"s, "ab", "abcde"}},
        InWays{"padding_inside_a_group", "YW=Jj", {"a&", "abc", "a", "a&"}},
        InWays{"padding_between_groups", "YWJj=YWJj", {"abcabc", "abcabc", "abc", "abcabc"}},
        InWays{"padding_first", "=YWJj", {"abc", "abc", "", "abc"}},
        InWays{"garbage_between_groups", "YWJj!YWJj", {"abcabc", "abcabc", "abcabc", "abc"}},
        InWays{"garbage_inside_a_group", "YW!Jj", {"abc", "abc", "abc", "a"}},
        InWays{"garbage_first", "-YWJj", {"abc", "abc", "abc", ""}},
        InWays{"garbage_and_padding", "YQ==-YWJj", {"aabc", "a\x06\x16\x26"s, "a", "a"}},
        InWays{"blanks_stop_nothing", "YQ \t==\r\n\r\n", {"a", "a", "a", "a"}},
        InWays{"far_in",
               repeat("YWJj", 20'000) + "=YWJj",
               {repeat("abc", 20'001), repeat("abc", 20'001), repeat("abc", 20'000), repeat("abc", 20'001)}}),
    [](const auto& info) { return info.param.name; });

// As binascii.a2b_base64 of Python has it.
TEST(Base64Ways, PaddingThatFillsNoGroupIsSkippedAndThatWhichDoesEndsTheData) {
    const auto text = [](const char* input) { return in_way(input, Base64Way::stop_when_padded).text; };
    EXPECT_EQ(text("=Y=WJj"), "abc");
    EXPECT_EQ(text("YW=Jj"), "abc");
    EXPECT_EQ(text("YWI=Jj"), "ab");
    EXPECT_EQ(text("Y=Q==YWJj"), "a");
    EXPECT_EQ(text("YQ=\n=YWJj"), "a");
}

TEST(Base64Ways, PaddingStandsForACharacterOfItsGroup) {
    const auto text = [](const char* input) { return in_way(input, Base64Way::quads).text; };
    EXPECT_EQ(text("YWJj"), "abc");
    EXPECT_EQ(text("YW=QYWJj"), "a`abc");
    EXPECT_EQ(text("YWI=YWJj"), "ababc");
    EXPECT_EQ(text("YQ==YWJj"), "aabc");
    EXPECT_EQ(text("YQ="), "a");
}

TEST(Base64Ways, SevenBitsDropTheHighOne) {
    EXPECT_EQ(in_way("Y\xD7Jj", Base64Way::seven_bits).text, "abc");
    EXPECT_TRUE(in_way("Y\xD7Jj", Base64Way::groups).decoded.base64.high_bit);
}

TEST(Base64Ways, UrlSafeHasItsOwnAlphabet) {
    EXPECT_EQ(in_way("-_-_", Base64Way::url_safe).text, "\xFB\xFF\xBF");
    EXPECT_EQ(in_way("+/+/", Base64Way::url_safe).text, "\xFB\xFF\xBF");
    EXPECT_EQ(in_way("-_-_YWJj", Base64Way::groups).text, "abc");
    EXPECT_TRUE(in_way("YWJj_", Base64Way::groups).decoded.base64.url_safe);
    EXPECT_FALSE(in_way("YWJj!", Base64Way::groups).decoded.base64.url_safe);
}

TEST(Base64Ways, AreWorthRunningWhereFactsSaySo) {
    EXPECT_TRUE(ways_for(Base64Facts{}).empty());
    EXPECT_TRUE(ways_for(Base64Facts{.garbage = true, .unpadded = true, .odd_lines = true}).empty());
    EXPECT_EQ(ways_for(Base64Facts{.inner_garbage = true}).size(), 1U);
    EXPECT_EQ(ways_for(Base64Facts{.inner_garbage = true})[0], Base64Way::stop_at_garbage);
    EXPECT_EQ(ways_for(Base64Facts{.inner_padding = true}).size(), 4U);
    EXPECT_EQ(ways_for(Base64Facts{.inner_garbage = true, .inner_padding = true}).size(), 5U);
    for (const Base64Facts& facts : {Base64Facts{.url_safe = true}, Base64Facts{.high_bit = true}}) {
        EXPECT_EQ(ways_for(facts).size(), 2U);
        EXPECT_EQ(ways_for(facts)[0], Base64Way::seven_bits);
        EXPECT_EQ(ways_for(facts)[1], Base64Way::url_safe);
    }
    EXPECT_EQ(ways_for(Base64Facts{.inner_garbage = true, .url_safe = true}).size(), 3U);
    EXPECT_EQ(ways_for(Base64Facts{.url_safe = true, .inner_padding = true}).size(), 7U);
}

// Texts in which everything odd comes close together, and texts with long clean runs.
std::string base64_like(std::mt19937& random) {
    std::string out = random_of(random, "AQgw/=-_\r\n !", random() % 40);
    for (unsigned n = random() % 4; n > 0; --n) {
        const std::string data = random_bytes(random, random() % 200);
        out += base::base64_encode(base::as_bytes(data));
        out += random_of(random, "AQgw/=-_\r\n !", random() % 5);
    }
    return out;
}

TEST(Base64WaysProperty, AgreeWhereFactsSaySo) {
    std::mt19937 random(3);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string input = base64_like(random);
        const Outcome groups = in_way(input, Base64Way::groups);
        const auto worth = ways_for(groups.decoded.base64);
        for (const Base64Way way : all_base64_ways) {
            if (std::ranges::find(worth, way) != worth.end()) continue;
            ASSERT_EQ(in_way(input, way).text, groups.text) << input;
        }
    }
}

TEST(Base64WaysProperty, QuickEqualsCareful) {
    std::mt19937 random(4);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 8'000; ++i) {
        const std::string input = base64_like(random);
        for (const Base64Way way : all_base64_ways) {
            const Outcome quick = in_way(input, way);
            const Outcome careful = decode_with(
                input, [way](base::Bytes in, Output& out) { return decode_base64_carefully(in, out, way); });
            ASSERT_EQ(quick.text, careful.text) << input;
            ASSERT_EQ(quick.decoded.damaged, careful.decoded.damaged) << input;
            ASSERT_EQ(names(quick.decoded.base64), names(careful.decoded.base64)) << input;
        }
    }
}

// `data`, each `chunk` bytes encoded and padded by themselves, `between` between them, in lines of `line`.
std::string encode_in_chunks(std::string_view data, std::size_t chunk, std::string_view between,
                             std::size_t line) {
    std::string all;
    for (std::size_t at = 0; at < data.size(); at += chunk) {
        all += base::base64_encode(base::as_bytes(data.substr(at, chunk)));
        all += between;
    }
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += line)
        out += all.substr(at, line) + "\r\n";
    return out;
}

TEST(Base64Encoders, GroupsReadsWhateverIsPaddedByItself) {
    std::mt19937 random(11);  // NOLINT(*-msc51-cpp): the same every time
    const std::string data = random_bytes(random, 3'000);
    for (const std::size_t chunk : {1u, 2u, 3u, 4u, 5u, 57u, 100u}) {
        for (const char* between : {"", "=", "\r\n", "!", " ~ "}) {
            for (const std::size_t line : {1u, 76u, 100'000u}) {
                const std::string input = encode_in_chunks(data, chunk, between, line);
                ASSERT_EQ(in_way(input, Base64Way::groups).text, data) << chunk << between << line;
                const std::string first = in_way(input, Base64Way::stop_at_padding).text;
                // Whole groups have no padding of their own.
                const bool padded = chunk % 3 != 0 || *between == '=';
                ASSERT_EQ(first, padded ? data.substr(0, chunk) : data) << chunk << between << line;
            }
        }
    }
}

TEST(Base64Encoders, SkipPaddingReadsWhatHasItStrewnIn) {
    std::mt19937 random(12);  // NOLINT(*-msc51-cpp): the same every time
    const std::string data = random_bytes(random, 3'000);
    for (const unsigned every : {2u, 5u, 50u}) {
        std::string input;
        for (const char c : base::base64_encode(base::as_bytes(data))) {
            input += c;
            if (random() % every == 0) input += '=';
        }
        EXPECT_EQ(in_way(input, Base64Way::skip_padding).text, data);
    }
}

class QpFactsOf : public testing::TestWithParam<Facts> {};
TEST_P(QpFactsOf, AreTold) {
    EXPECT_EQ(names(in_way(GetParam().input, QpWay::lenient).decoded.qp), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, QpFactsOf,
    testing::Values(Facts{"empty", "", ""}, Facts{"clean", "a=3Db=\r\ncd\r\n=\nx\n", ""},
                    Facts{"bad_escape", "a=ZZ", "bad_escape "},
                    Facts{"half_escape", "a=4\r\n", "bad_escape "}, Facts{"double", "a==41", "bad_escape "},
                    Facts{"lower_hex", "=e9", "lower_hex "}, Facts{"lower_hex_second", "=3d", "lower_hex "},
                    Facts{"soft_end", "ab=", "soft_end "},
                    Facts{"soft_end_with_blanks", "ab= ", "soft_end trailing_blanks "},
                    Facts{"soft_end_with_cr", "ab=\r", "soft_end bare_cr "},
                    Facts{"soft_line_end_is_no_soft_end", "ab=\r\n", ""},
                    Facts{"blanks_before_line_end", "ab \t\r\ncd", "trailing_blanks "},
                    Facts{"blanks_at_the_end", "ab ", "trailing_blanks "},
                    Facts{"blank_line_of_blanks", "ab\r\n \r\n", "trailing_blanks "},
                    Facts{"soft_break_with_blanks", "ab= \r\ncd", "trailing_blanks "},
                    Facts{"blanks_inside", "a b\tc\r\n", ""}, Facts{"bare_cr", "a\rb", ""},
                    Facts{"bare_cr_behind_escape", "a=\rb", "bad_escape bare_cr "},
                    Facts{"bare_cr_behind_blank", "a \rb", "bare_cr "},
                    Facts{"bare_cr_before_blank", "a\r \nb", "bare_cr "},
                    Facts{"two_cr", "a=\r\r\nb", "bare_cr "}, Facts{"two_cr_in_text", "a\r\r\nb", ""}),
    [](const auto& info) { return info.param.name; });

class QpWays : public testing::TestWithParam<InWays> {};
TEST_P(QpWays, Differ) {
    for (std::size_t k = 0; k < qp_ways.size(); ++k)
        EXPECT_EQ(in_way(GetParam().input, qp_ways[k]).text, GetParam().want[k]) << "way " << k;
}
INSTANTIATE_TEST_SUITE_P(
    Cases, QpWays,
    testing::Values(InWays{"clean", "a=3Db=\r\nc\r\n", {"a=bc\r\n", "a=bc\r\n", "a=bc\r\n", "a=bc\r\n"}},
                    InWays{"bad_escape", "a=ZZb==41", {"a=ZZb=A", "aZZbA", "a=ZZb=A", "a=ZZb=A"}},
                    InWays{"blanks", "a \r\nb\t", {"a\r\nb", "a\r\nb", "a \r\nb\t", "a\r\nb"}},
                    InWays{"soft_break_with_blanks", "a= \r\nb", {"ab", "ab", "a= \r\nb", "ab"}},
                    InWays{"soft_break_with_form_feed", "a=\f\r\nb", {"ab", "ab", "a=\f\r\nb", "ab"}},
                    InWays{"bare_cr_break", "a=\rb\rc", {"a=\rb\rc", "a\rb\rc", "a=\rb\rc", "ab\rc"}},
                    InWays{"bare_cr_blanks", "a \rb", {"a \rb", "a \rb", "a \rb", "a\rb"}},
                    InWays{"two_cr", "a=\r\r\nb", {"ab", "ab", "ab", "a\r\nb"}}),
    [](const auto& info) { return info.param.name; });

// What Python's and GMime's readers make of two '=' and of a CR.
struct Escapes {
    const char* name;
    std::string input;
    std::string pairs;
    std::string triples;
};
class QpEscapes : public testing::TestWithParam<Escapes> {};
TEST_P(QpEscapes, TakeWhatStandsBehindThem) {
    EXPECT_EQ(in_way(GetParam().input, QpWay::pairs).text, GetParam().pairs);
    EXPECT_EQ(in_way(GetParam().input, QpWay::triples).text, GetParam().triples);
}
INSTANTIATE_TEST_SUITE_P(Cases, QpEscapes,
                         testing::Values(Escapes{"soft_break", "a=\r\nb=\nc=", "abc", "abc"},
                                         Escapes{"pair", "a==41", "a=41", "a==41"},
                                         Escapes{"pair_at_line_end", "a==\r\nb", "a=\r\nb", "a==\r\nb"},
                                         Escapes{"three_at_line_end", "a===\r\nb", "a=b", "a===\r\nb"},
                                         Escapes{"bare_cr", "a=\rbc\nd", "ad", "a=\rbc\nd"},
                                         Escapes{"bad_escape", "a=Zb=41", "a=ZbA", "a=ZbA"},
                                         Escapes{"bad_escape_eats_one", "a=Z=41", "a=ZA", "a=Z=41"}),
                         [](const auto& info) { return info.param.name; });

TEST(QpWays, JoinLinesOrEndThemInLf) {
    EXPECT_EQ(in_way("a=4=\r\n1b", QpWay::joined_lines).text, "aAb");
    EXPECT_EQ(in_way("a=4= \n1b", QpWay::joined_lines).text, "aAb");
    EXPECT_EQ(in_way("a=41=", QpWay::joined_lines).text, "aA");
    EXPECT_EQ(in_way("a=0D=0A\r\nb=\r\nc\r\n", QpWay::lf_breaks).text, "a\r\n\nbc\n");
    EXPECT_EQ(in_way("", QpWay::joined_lines).text, "");
    EXPECT_EQ(in_way("a=4=\r\n=\r\n=\r\n1==\r\n4=\r\n1", QpWay::joined_lines).text, "aAA");
    for (std::size_t n = 4'090; n < 4'100; ++n) {
        const std::string before(n, 'x');
        EXPECT_EQ(in_way(before + "=41=4=\n1", QpWay::joined_lines).text, before + "AA");
        EXPECT_EQ(in_way(before + "=41", QpWay::joined_lines).text, before + "A");
    }
}

TEST(QpWays, AreWorthRunningWhereFactsSaySo) {
    EXPECT_TRUE(ways_for(QpFacts{}).empty());
    EXPECT_TRUE(ways_for(QpFacts{.lower_hex = true, .soft_end = true}).empty());
    EXPECT_EQ(ways_for(QpFacts{.bad_escape = true})[0], QpWay::drop_bad_escapes);
    EXPECT_EQ(ways_for(QpFacts{.trailing_blanks = true}).back(), QpWay::strict_blanks);
    EXPECT_EQ(ways_for(QpFacts{.bare_cr = true}).back(), QpWay::bare_breaks);
    EXPECT_EQ(ways_for(QpFacts{.bad_escape = true, .trailing_blanks = true, .bare_cr = true}).size(), 6U);
}

TEST(QpWaysProperty, AgreeWhereFactsSaySo) {
    std::mt19937 random(5);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 30'000; ++i) {
        const std::string input = random_of(random, "=4A z\t\r\n\r\n\f\v", random() % 24);
        const Outcome lenient = in_way(input, QpWay::lenient);
        const auto worth = ways_for(lenient.decoded.qp);
        for (const QpWay way : qp_ways) {
            if (std::ranges::find(worth, way) != worth.end()) continue;
            ASSERT_EQ(in_way(input, way).text, lenient.text) << testing::PrintToString(input);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
