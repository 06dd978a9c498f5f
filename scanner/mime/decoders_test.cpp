#include "scanner/mime/decoders.h"
#include "scanner/mime/testing_decoders.h"

#include <gtest/gtest.h>

#include <random>

#include "base/base64.h"
#include "scanner/mime/base64_blocks.h"

namespace sekisho::scanner::mime {
namespace {

struct Result {
    std::string text;
    Decoded decoded;
};

Result run(Decoded (*decode)(base::Bytes, Output&), std::string_view input,
           const model::ScanLimits& limits = {}) {
    Budget budget(limits, input.size());
    Output output(budget);
    const Decoded decoded = decode(base::as_bytes(input), output);
    return {std::string(base::as_text(output.view())), decoded};
}

struct Case {
    const char* name;
    std::string input;
    std::string want;
    bool damaged = false;
};

using namespace std::string_literals;

class Base64 : public testing::TestWithParam<Case> {};
TEST_P(Base64, IsDecoded) {
    const Result result = run(decode_base64, GetParam().input);
    EXPECT_EQ(result.text, GetParam().want);
    EXPECT_EQ(result.decoded.damaged, GetParam().damaged);
    EXPECT_TRUE(result.decoded.whole);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Base64,
    testing::Values(Case{"empty", "", ""}, Case{"one", "YQ==", "a"}, Case{"two", "YWI=", "ab"},
                    Case{"three", "YWJj", "abc"}, Case{"line_ends", "YW\r\nJj\nZG\rVm\r\n", "abcdef"},
                    Case{"blanks", " Y W\tJ j ", "abc"}, Case{"no_padding", "YWJjZA", "abcd"},
                    Case{"no_padding_two", "YWJjZGU", "abcde"}, Case{"lone_character", "YWJjZ", "abc", true},
                    Case{"padding_in_the_middle", "YQ==YWJj", "aabc", true},
                    Case{"several_padded_runs", "YQ==\r\nYg==\r\nYw==\r\n", "abc", true},
                    Case{"padding_alone", "====", ""}, Case{"too_much_padding", "YQ=====", "a"},
                    Case{"garbage", "Y*W!J~j", "abc", true}, Case{"garbage_high", "YW\xFFJj", "abc", true},
                    Case{"nul", "YW\0Jj"s, "abc", true}, Case{"one_per_line", "Y\nW\nJ\nj\n", "abc"},
                    Case{"url_safe_is_garbage", "YW-Jj", "abc", true},
                    Case{"footer_behind", "YWJj\r\n\r\n--\r\n", "abc", true},
                    Case{"long_then_garbage", "YWJjYWJjYWJjYWJjYWJjYWJjYWJj!YWJj", "abcabcabcabcabcabcabcabc",
                         true}),
    [](const auto& info) { return info.param.name; });

std::string random_text(std::mt19937& random, std::size_t size) {
    std::string out(size, '\0');
    for (char& c : out)
        c = static_cast<char>(random() & 0xFFu);
    return out;
}

// The quick path against the strict decoder of base/, for all sizes and line lengths.
TEST(Base64Property, EqualsTheStrictDecoder) {
    std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the same every time
    for (std::size_t size = 0; size < 400; ++size) {
        const std::string data = random_text(random, size);
        const std::string encoded = base::base64_encode(base::as_bytes(data));
        for (const std::size_t line : {1u, 4u, 7u, 60u, 64u, 76u, 100'000u}) {
            std::string lines;
            for (std::size_t at = 0; at < encoded.size(); at += line)
                lines += encoded.substr(at, line) + (random() % 2 ? "\r\n" : "\n");
            const Result result = run(decode_base64, lines);
            ASSERT_EQ(result.text, data) << size << " in lines of " << line;
            ASSERT_FALSE(result.decoded.damaged);
        }
    }
}

// Skipping garbage: whatever stands between the characters, the same bytes come out.
TEST(Base64Blocks, TakeTheAlphabetAndNothingElse) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string filled = "QUJDREVGR0hJSktM";
    std::array<std::byte, base64_block> out{};
    const bool has_blocks = decode_base64_blocks(base::as_bytes(filled), out) == 1;
    if (!has_blocks) GTEST_SKIP() << "this processor decodes no blocks";
    for (std::size_t place = 0; place < base64_block; ++place) {
        for (unsigned value = 0; value < 256; ++value) {
            std::string block = filled;
            block[place] = static_cast<char>(value);
            const bool good = alphabet.find(block[place]) != alphabet.npos;
            ASSERT_EQ(decode_base64_blocks(base::as_bytes(block), out), good ? 1U : 0U)
                << place << " " << value;
            if (!good) continue;
            const std::string_view decoded = base::as_text(base::Bytes(out).first(base64_block_out));
            EXPECT_EQ(base::base64_encode(base::as_bytes(decoded)), block);
        }
    }
    EXPECT_EQ(decode_base64_blocks(base::as_bytes(filled), std::span(out).first(15)), 0U);
    EXPECT_EQ(decode_base64_blocks(base::as_bytes(filled).first(15), out), 0U);
}

TEST(Base64Property, GarbageChangesNothing) {
    std::mt19937 random(2);  // NOLINT(*-msc51-cpp): the same every time
    const std::string data = random_text(random, 10'000);
    const std::string encoded = base::base64_encode(base::as_bytes(data));
    for (const unsigned every : {2u, 17u, 100u, 3'000u}) {
        std::string dirty;
        for (const char c : encoded) {
            dirty += c;
            if (random() % every == 0) dirty += "!*\x80\n "[random() % 5];
        }
        EXPECT_EQ(run(decode_base64, dirty).text, data);
    }
}

TEST(Base64Limit, EndsWithTheBudget) {
    model::ScanLimits limits;
    limits.max_bytes_out = 100'000;
    const Result result = run(decode_base64, std::string(1u << 20, 'A'), limits);
    EXPECT_FALSE(result.decoded.whole);
    EXPECT_LE(result.text.size(), 100'000u);
}

TEST(Base64Look, TellsBase64FromText) {
    EXPECT_TRUE(looks_like_base64(base::as_bytes(std::string(76, 'A') + "\r\n" + std::string(76, 'B'))));
    EXPECT_FALSE(
        looks_like_base64(base::as_bytes("hello world, this is a text of some length that is no base64")));
    EXPECT_FALSE(looks_like_base64(base::as_bytes("YWJj")));
}

class QuotedPrintable : public testing::TestWithParam<Case> {};
TEST_P(QuotedPrintable, IsDecoded) {
    const Result result = run(decode_quoted_printable, GetParam().input);
    EXPECT_EQ(result.text, GetParam().want);
    EXPECT_EQ(result.decoded.damaged, GetParam().damaged);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, QuotedPrintable,
    testing::Values(Case{"empty", "", ""}, Case{"plain", "abc\r\ndef\r\n", "abc\r\ndef\r\n"},
                    Case{"escape", "a=3Db", "a=b"}, Case{"lower_case", "=e9=E9", "\xE9\xE9"},
                    Case{"soft_break", "ab=\r\ncd", "abcd"}, Case{"soft_break_lf", "ab=\ncd", "abcd"},
                    Case{"soft_break_with_blanks", "ab= \t\r\ncd", "abcd"},
                    Case{"trailing_blanks_go", "ab \t\r\ncd", "ab\r\ncd"},
                    Case{"encoded_blank_stays", "ab=20\r\n", "ab \r\n"}, Case{"end", "ab=", "ab"},
                    Case{"broken_escape", "a=ZZb", "a=ZZb", true}, Case{"half_escape", "a=4", "a=4", true},
                    Case{"double", "a==41", "a=A", true}, Case{"nul", "=00\0"s, "\0\0"s},
                    Case{"bare_cr_stays", "a\rb", "a\rb"}, Case{"blank_lines", "\r\n\r\na", "\r\n\r\na"}),
    [](const auto& info) { return info.param.name; });

TEST(QuotedPrintableLimit, LongLines) {
    const std::string line(3u << 20, 'x');
    EXPECT_EQ(run(decode_quoted_printable, line).text, line);
    std::string escapes;
    for (int i = 0; i < 500'000; ++i)
        escapes += "=41";
    EXPECT_EQ(run(decode_quoted_printable, escapes).text, std::string(500'000, 'A'));
}

class Uu : public testing::TestWithParam<Case> {};
TEST_P(Uu, IsDecoded) {
    const Result result = run(decode_uuencode, GetParam().input);
    EXPECT_EQ(result.text, GetParam().want);
    EXPECT_EQ(result.decoded.damaged, GetParam().damaged);
}
INSTANTIATE_TEST_SUITE_P(Cases, Uu,
                         testing::Values(Case{"empty", "", ""}, Case{"cat", "#0V%T\r\n`\r\n", "Cat"},
                                         Case{"blank_for_zero", "!  \n", "\0"s},
                                         Case{"backtick_for_zero", "!``\n", "\0"s},
                                         Case{"two_lines", "#0V%T\n#0V%T\n", "CatCat"},
                                         Case{"checksum_behind", "#0V%TX\n", "Cat"},
                                         Case{"short_line", "#0V\n", "C`\0"s, true},
                                         Case{"junk_line", "#0V%T\nhello there\n#0V%T\n", "CatCat", true},
                                         Case{"xx", "1Eq3o\n1Eq3o\n+\n", "CatCat"},
                                         Case{"xx_with_junk", "1Eq3o\nhello there\n1Eq3o\n", "CatCat", true},
                                         Case{"xx_short_line", "1Eq3o\n1Eq\n", "CatC`\0"s, true},
                                         Case{"junk_first", "hello there\n#0V%T\n", "Cat", true}),
                         [](const auto& info) { return info.param.name; });

struct UuLines {
    const char* name;
    std::string input;
    bool uneven;
    std::string counted;
    std::string stream;
};
const std::string full = "M0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T0V%T\n";
const std::string cats = "CatCatCatCatCatCatCatCatCatCatCatCatCatCatCat";

class UuWays : public testing::TestWithParam<UuLines> {};
TEST_P(UuWays, Differ) {
    const auto in = [](UuWay way) {
        return decode_with(GetParam().input,
                           [way](base::Bytes bytes, Output& out) { return decode_uuencode(bytes, out, way); })
            .text;
    };
    EXPECT_EQ(run(decode_uuencode, GetParam().input).decoded.uneven, GetParam().uneven);
    EXPECT_EQ(in(UuWay::counted), GetParam().counted);
    EXPECT_EQ(in(UuWay::stream), GetParam().stream);
}
INSTANTIATE_TEST_SUITE_P(Cases, UuWays,
                         testing::Values(UuLines{"even", full + full + "#0V%T\n`\n", false,
                                                 cats + cats + "Cat", cats + cats + "Cat"},
                                         UuLines{"junk_behind", "#0V%T=xyzw\n#0V%T\n", true, "CatCat",
                                                 "Cata\x96\x97"
                                                 "Cat"},
                                         UuLines{"short", "#0V\n#0V%T\n", true, "C`\0Cat"s, "Cd6"}),
                         [](const auto& info) { return info.param.name; });

TEST(UuWaysThatEnd, BehindLinesOfLess) {
    const auto in = [](const std::string& lines, UuWay way) {
        return decode_with(
            lines, [way](base::Bytes bytes, Output& out) { return decode_uuencode(bytes, out, way); });
    };
    EXPECT_EQ(in(full + "`\n" + full, UuWay::to_zero).text, cats);
    EXPECT_EQ(in(full + "#0V%T\n" + full, UuWay::to_zero).text, cats + "Cat" + cats);
    EXPECT_EQ(in(full + "#0V%T\n" + full, UuWay::to_short).text, cats + "Cat");
    EXPECT_EQ(in(full + "PAGE 1\n" + full, UuWay::fitting).text, cats + cats);
    EXPECT_TRUE(run(decode_uuencode, full + "`\n" + full).decoded.uneven);
    EXPECT_TRUE(run(decode_uuencode, full + "#0V%T\n" + full).decoded.uneven);
}

TEST(UuFind, LooseBeginLines) {
    const auto data_of = [](const std::string& text) {
        UuBlock block;
        const bool found = find_uuencoded(base::as_bytes(text), 0, block);
        return found ? std::string(base::as_text(block.data)) : "none";
    };
    for (const std::string begin : {"begin 644", "begin  cat.txt", "begin rw- cat.txt", " begin 644 cat.txt",
                                    "see begin 644 cat.txt"}) {
        EXPECT_EQ(data_of(begin + "\n" + full + "end\n"), full) << begin;
        EXPECT_EQ(data_of(begin + "\n#0V%T\nend\n"), "none") << begin;
    }
    EXPECT_EQ(data_of("beginning\n" + full), "none");
    EXPECT_EQ(data_of("begin 644 cat.txt\r#0V%T\r`\rend\rmore\r\n"), "#0V%T\r`\r");
}

TEST(UuFind, Blocks) {
    const std::string text =
        "Hello\r\nbegin with this\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nbye\r\n"
        "begin 0755 a b.exe\r\n#0V%T\r\nbegin 600 c\n#0V%T\n";
    UuBlock block;
    ASSERT_TRUE(find_uuencoded(base::as_bytes(text), 0, block));
    EXPECT_EQ(block.name, "cat.txt");
    EXPECT_EQ(base::as_text(block.data), "#0V%T\r\n`\r\n");
    ASSERT_TRUE(find_uuencoded(base::as_bytes(text), block.next, block));
    EXPECT_EQ(block.name, "a b.exe");
    ASSERT_TRUE(find_uuencoded(base::as_bytes(text), block.next, block));
    EXPECT_EQ(block.name, "c");
    EXPECT_FALSE(find_uuencoded(base::as_bytes(text), block.next, block));
    EXPECT_FALSE(find_uuencoded(base::as_bytes("begin 644 x\nno data here at all\n"), 0, block));
    EXPECT_FALSE(find_uuencoded(base::as_bytes("begin 644"), 0, block));
}

bool find_uuencoded_in(std::string_view text) {
    UuBlock block;
    return find_uuencoded(base::as_bytes(text), 0, block);
}

// A line as POSIX has it, in either alphabet; uuencode writes zero as '`'.
std::string encode_line(std::string_view bytes, std::string_view alphabet) {
    std::string out(1, alphabet[bytes.size()]);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (at + k < bytes.size() ? static_cast<unsigned char>(bytes[at + k]) : 0u);
        for (unsigned k = 0; k < 4; ++k)
            out += alphabet[group >> (18 - 6 * k) & 63u];
    }
    return out + "\n";
}

TEST(UuProperty, EncodedComesBack) {
    constexpr std::string_view uu = "`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
    constexpr std::string_view xx = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::mt19937 random(10);  // NOLINT(*-msc51-cpp): the same every time
    for (std::size_t size = 1; size < 300; ++size) {
        for (const std::string_view alphabet : {uu, xx}) {
            const std::string data = random_text(random, size);
            std::string lines;
            for (std::size_t at = 0; at < data.size(); at += 45)
                lines += encode_line(std::string_view(data).substr(at, 45), alphabet);
            const std::string text = "begin 644 x\n" + lines + encode_line("", alphabet) + "end\n";
            UuBlock block;
            ASSERT_TRUE(find_uuencoded(base::as_bytes(text), 0, block)) << text;
            const Result result = run(decode_uuencode, base::as_text(block.data));
            ASSERT_EQ(result.text, data) << text;
            ASSERT_FALSE(result.decoded.damaged);
        }
    }
}

TEST(UuFind, AWordIsNoXxencode) {
    EXPECT_FALSE(find_uuencoded_in("begin 644 x\nhello\n"));
    EXPECT_TRUE(find_uuencoded_in("begin 644 x\n1Eq3o\n"));
}

TEST(UuFind, ManyBeginsAreLinear) {
    std::string text;
    for (int i = 0; i < 200'000; ++i)
        text += "\rbegin 644 x";
    UuBlock block;
    EXPECT_FALSE(find_uuencoded(base::as_bytes(text), 0, block));
}

}  // namespace
}  // namespace sekisho::scanner::mime
