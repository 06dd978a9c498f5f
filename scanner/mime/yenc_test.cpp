#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

// Bit by bit, so that a fault of the decoder's table shows.
std::uint32_t crc32_of(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    }
    return ~crc;
}

std::string encode_lines(std::string_view bytes, std::size_t line) {
    std::string out;
    std::size_t length = 0;
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>((static_cast<unsigned char>(byte) + 42u) & 0xFFu);
        if (c == 0 || c == '\n' || c == '\r' || c == '=') {
            out += '=';
            out += static_cast<char>((c + 64u) & 0xFFu);
            length += 2;
        } else {
            out += static_cast<char>(c);
            ++length;
        }
        if (length < line) continue;
        out += "\r\n";
        length = 0;
    }
    return length > 0 ? out + "\r\n" : out;
}

std::string encode(std::string_view bytes, std::size_t line = 128, std::string_view name = "a b.zip") {
    return fmt::format("=ybegin line={} size={} name={}\r\n{}=yend size={} crc32={:08x}\r\n", line,
                       bytes.size(), name, encode_lines(bytes, line), bytes.size(), crc32_of(bytes));
}

// The first block of a text, decoded.
struct Found {
    bool found = false;
    std::string name;
    std::string text;
    bool damaged = false;
    std::size_t next = 0;
};

Found first_in(std::string_view text, std::size_t from = 0) {
    YencBlock block;
    if (!find_yenc(base::as_bytes(text), from, block)) return {};
    const Outcome outcome =
        decode_with("", [&](base::Bytes, Output& output) { return decode_yenc(block, output); });
    return {true, std::string(block.name), outcome.text, outcome.decoded.damaged, block.next};
}

TEST(YencTest, KnowsItsCrc) { EXPECT_EQ(crc32_of("123456789"), 0xCBF43926u); }

struct Case {
    const char* name;
    std::string input;
    std::string want;
    bool damaged = false;
    const char* file = "x";
};

class Yenc : public testing::TestWithParam<Case> {};
TEST_P(Yenc, IsDecoded) {
    const Found found = first_in(GetParam().input);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.text, GetParam().want);
    EXPECT_EQ(found.damaged, GetParam().damaged);
    EXPECT_EQ(found.name, GetParam().file);
}

constexpr const char* cat = "\x6D\x8B\x9E";  // "Cat"

INSTANTIATE_TEST_SUITE_P(
    Cases, Yenc,
    testing::Values(
        Case{"whole", encode("Hello\0\xD6\xE3\xE0\x13!"s), "Hello\0\xD6\xE3\xE0\x13!"s, false, "a b.zip"},
        Case{"no_checks", "=ybegin line=128 name=x\n"s + cat + "\n=yend\n", "Cat"},
        Case{"bare_cr", "=ybegin line=128 size=3 name=x\r"s + cat + "\r=yend size=3\r", "Cat"},
        Case{"behind_text", "hi\r\n\r\n=ybegin line=128 size=3 name=x\r\n"s + cat + "\r\n=yend size=3\r\nbye",
             "Cat"},
        Case{"name_with_items", "=ybegin size=3 name=a size=9 name=b.exe \r\n"s + cat + "\r\n=yend size=3",
             "Cat", false, "a size=9 name=b.exe"},
        Case{"quoted_name", "=ybegin size=3 name=\"x\"\r\n"s + cat + "\r\n=yend size=3", "Cat"},
        Case{"empty", "=ybegin line=128 size=0 name=x\r\n=yend size=0\r\n", ""},
        Case{"escapes", "=ybegin size=4 name=x\n=@=J=M=}\n=yend size=4\n", "\xD6\xE0\xE3\x13"},
        Case{"escaped_escape_and_dots", "=ybegin size=3 name=x\n==..\n=yend size=3\n", "\xD3\x04\x04"},
        Case{"escape_at_line_end", "=ybegin name=x\n"s + cat + "=\n" + cat + "\n=yend\n", "CatCat", true},
        Case{"escape_at_the_end", "=ybegin name=x\n"s + cat + "=", "Cat", true},
        Case{"y_of_no_meaning", "=ybegin name=x\n=yes\n=yend\n", "\x0F\x3B\x49"},
        Case{"wrong_size", "=ybegin size=4 name=x\n"s + cat + "\n=yend size=3\n", "Cat", true},
        Case{"wrong_end_size", "=ybegin size=3 name=x\n"s + cat + "\n=yend size=4\n", "Cat", true},
        Case{"right_crc", "=ybegin size=3 name=x\n"s + cat + "\n=yend size=3 crc32=A6130548\n", "Cat"},
        Case{"wrong_crc", "=ybegin size=3 name=x\n"s + cat + "\n=yend size=3 crc32=00000001\n", "Cat", true},
        Case{"size_of_no_sense",
             "=ybegin size=99999999999999999999999 name=x\n"s + cat + "\n=yend size=-1 crc32=zz\n", "Cat"},
        Case{"no_end", "=ybegin size=3 name=x\n"s + cat + "\n", "Cat", true},
        Case{"next_begin_ends_it", "=ybegin size=3 name=x\n"s + cat + "\n=ybegin size=3 name=y\n" + cat,
             "Cat", true},
        Case{"part",
             "=ybegin part=2 line=128 size=9 name=x\r\n=ypart begin=4 end=6\r\n"s + cat +
                 "\r\n=yend size=3 part=2 crc32=11111111\r\n",
             "Cat"},
        Case{"part_of_wrong_size",
             "=ybegin part=2 line=128 size=9 name=x\r\n=ypart begin=4 end=7\r\n"s + cat +
                 "\r\n=yend size=3 part=2\r\n",
             "Cat", true},
        Case{"part_of_no_sense",
             "=ybegin part=2 size=9 name=x\n=ypart begin=4 end=1\n"s + cat + "\n=yend size=3\n", "Cat"},
        Case{"part_of_wrong_crc",
             "=ybegin part=2 size=9 name=x\n=ypart begin=4 end=6\n"s + cat +
                 "\n=yend size=3 pcrc32=1 crc32=11111111\n",
             "Cat", true}),
    [](const auto& info) { return info.param.name; });

TEST(YencFind, NeedsALineWithAName) {
    EXPECT_FALSE(first_in("").found);
    EXPECT_FALSE(first_in("=ybegin").found);
    EXPECT_FALSE(first_in("=ybegin line=128 size=3\r\n...").found);
    EXPECT_FALSE(first_in("say =ybegin line=128 size=3 name=x\r\n...").found);
    EXPECT_TRUE(first_in("=ybegin name=").found);
}

TEST(YencFind, GoesFromBlockToBlock) {
    const std::string text =
        "hi\n" + encode("one") + "text\n" + encode("two") + "=ybegin name=c\n" + encode("three");
    std::string all;
    Found found;
    for (std::size_t at = 0; (found = first_in(text, at)).found; at = found.next)
        all += found.text + (found.damaged ? "(damaged) " : " ");
    EXPECT_EQ(all, "one two (damaged) three ");
}

TEST(YencFind, ManyBeginsAreLinear) {
    for (const char* line : {"=ybegin name=x\n", "\r=ybegin ", "=ybegin \n", " =ybegin name=x", "=y", "\n=y",
                             "=ybegin name=x\n=yend\n"}) {
        std::string text;
        while (text.size() < (4u << 20))
            text += line;
        YencBlock block;
        for (std::size_t at = 0; find_yenc(base::as_bytes(text), at, block); at = block.next)
            ASSERT_GT(block.next, at);
    }
}

TEST(YencProperty, EncodedComesBack) {
    std::mt19937 random(6);  // NOLINT(*-msc51-cpp): the same every time
    for (std::size_t size = 0; size < 600; ++size) {
        const std::string data = random_bytes(random, size);
        const Found found = first_in("text\n" + encode(data, 1 + random() % 200) + "text");
        ASSERT_EQ(found.text, data);
        ASSERT_FALSE(found.damaged);
    }
}

TEST(YencProperty, HarmedNeverCrashes) {
    std::mt19937 random(7);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string data = random_bytes(random, random() % 200);
        const std::string text = harmed(random, encode(data, 1 + random() % 60));
        const Found found = first_in(text);
        ASSERT_LE(found.text.size(), text.size());
    }
}

TEST(YencProperty, EachChangedByteIsSeen) {
    const std::string text = encode(std::string(500, 'x'));
    for (std::size_t at = text.find('\n') + 1; at < text.find("=yend") - 2; ++at) {
        if (text[at] != static_cast<char>('x' + 42)) continue;
        std::string changed = text;
        changed[at] = 'Q';
        ASSERT_TRUE(first_in(changed).damaged);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
