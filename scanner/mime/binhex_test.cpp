#include <gtest/gtest.h>

#include "scanner/mime/testing_binhex.h"
#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Forks {
    bool found = false;
    std::string name;
    std::string data;
    std::string resource;
    Decoded decoded;
};

Forks decode(std::string_view encoded, const model::ScanLimits& limits = {}) {
    const std::string copy(encoded);
    Budget budget(limits, copy.size());
    Output data(budget);
    Output resource(budget);
    BinHexHeader header;
    const Decoded decoded = decode_binhex(base::as_bytes(copy), data, resource, header);
    return {true, header.name, std::string(base::as_text(data.view())),
            std::string(base::as_text(resource.view())), decoded};
}

Forks first_in(std::string_view text) {
    BinHexBlock block;
    if (!find_binhex(base::as_bytes(text), 0, block)) return {};
    return decode(base::as_text(block.data));
}

TEST(BinHexTest, KnowsItsCrc) { EXPECT_EQ(crc_of("123456789"), 0x31C3); }

struct Case {
    const char* name;
    std::string encoded;
    std::string data;
    std::string resource;
    bool damaged = false;
    const char* file = "a b.doc";
};

std::string cut_by(std::string text, std::size_t n) {
    text.resize(text.size() - n);
    return text;
}

class BinHex : public testing::TestWithParam<Case> {};
TEST_P(BinHex, IsDecoded) {
    const Forks forks = decode(GetParam().encoded);
    EXPECT_EQ(forks.name, GetParam().file);
    EXPECT_EQ(forks.data, GetParam().data);
    EXPECT_EQ(forks.resource, GetParam().resource);
    EXPECT_EQ(forks.decoded.damaged, GetParam().damaged);
    EXPECT_TRUE(forks.decoded.whole);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, BinHex,
    testing::Values(
        Case{"data", encode("a b.doc", "Hello", ""), "Hello", ""},
        Case{"both", encode("a b.doc", "Hello", "icons"), "Hello", "icons"},
        Case{"resource", encode("a b.doc", "", "icons"), "", "icons"},
        Case{"neither", encode("a b.doc", "", ""), "", ""},
        Case{"no_name", encode("", "Hello", ""), "Hello", "", false, ""},
        Case{"run", encode("a b.doc", std::string(1'000, 'x'), ""), std::string(1'000, 'x'), ""},
        Case{"runs_of_two", encode("a b.doc", "aabbccdd", "", 2), "aabbccdd", ""},
        Case{"runs_of_one", encode("a b.doc", "abcd", "", 1), "abcd", ""},
        Case{"marks", encode("a b.doc", "\x90\x90 \x90\x90\x90\x90\x90", ""), "\x90\x90 \x90\x90\x90\x90\x90",
             ""},
        Case{"run_over_the_forks", encode("a b.doc", "x" + std::string(40, '\0'), std::string(40, '\0')),
             "x" + std::string(40, '\0'), std::string(40, '\0')},
        Case{"garbage", "~" + encode("a b.doc", "Hello", "") + "7", "Hello", "", true},
        Case{"filled_up", six_bits(file_of("a b.doc", "Hello", "") + "\0\0"s), "Hello", ""},
        Case{"more_behind", six_bits(file_of("a b.doc", "Hello", "") + "hidden"), "Hello", "", true},
        Case{"wrong_header_crc",
             six_bits(header_of("a b.doc", 5, 0).substr(0, 27) + "??" + with_crc("Hello") + "\0\0"s), "Hello",
             "", true},
        Case{"wrong_data_crc", six_bits(header_of("a b.doc", 5, 0) + "Hello??\0\0"s), "Hello", "", true},
        Case{"wrong_resource_crc", six_bits(header_of("a b.doc", 0, 5) + "\0\0Hello??"s), "", "Hello", true},
        Case{"size_of_4_gb", six_bits(header_of("a b.doc", 0xFFFFFFFF, 0xFFFFFFFF) + "Hello"), "Hello", "",
             true},
        Case{"ends_in_a_mark", six_bits(header_of("a b.doc", 9, 0) + "Hello\x90"), "Hello", "", true},
        Case{"begins_with_a_run", six_bits("\x90\x05" + file_of("a b.doc", "Hello", "")), "Hello", "", true},
        Case{"no_resource_crc", six_bits(cut_by(file_of("a b.doc", "Hello", ""), 2)), "Hello", "", true},
        Case{"header_cut", six_bits("\7a b.d"s), "", "", true, "a b.d"}, Case{"empty", "", "", "", true, ""}),
    [](const auto& info) { return info.param.name; });

TEST(BinHexFind, TheTextAroundIsSkipped) {
    const std::string encoded = encode("x", "Hello", "");
    for (const char* line_end : {"\n", "\r\n", "\r"}) {
        for (const std::size_t line : {1u, 64u, 1'000u}) {
            const Forks forks = first_in("hi:\n" + in_text(encoded, line, line_end) + "bye: ~\n");
            EXPECT_EQ(forks.data, "Hello") << line;
            EXPECT_FALSE(forks.decoded.damaged);
        }
    }
    EXPECT_EQ(first_in(std::string(banner) + "\nwith love\n\n  :" + encoded + ":").data, "Hello");
    EXPECT_EQ(first_in("(This file must be converted with BinHex)\n:" + encoded).data, "Hello");
    EXPECT_FALSE(first_in("").found);
    EXPECT_FALSE(first_in(std::string(banner)).found);
    EXPECT_FALSE(first_in(std::string(banner) + "\nwhat it says: much\n").found);
    EXPECT_FALSE(first_in(std::string(banner) + std::string(2'000, '\n') + ":" + encoded).found);
    EXPECT_FALSE(first_in(":" + encoded + ":").found);
}

TEST(BinHexFind, GoesFromBlockToBlock) {
    const std::string text =
        in_text(encode("a", "one", "")) + std::string(banner) + "\n" + in_text(encode("b", "two", ""));
    BinHexBlock block;
    std::string all;
    for (std::size_t at = 0; find_binhex(base::as_bytes(text), at, block); at = block.next)
        all += decode(base::as_text(block.data)).data + " ";
    EXPECT_EQ(all, "one two ");
}

TEST(BinHexFind, ManyBannersAreLinear) {
    for (const char* behind : {"", "\n", "\n:", "\n::", " : : : :", "\n\n\n\n x"}) {
        std::string text;
        while (text.size() < (4u << 20))
            text += std::string(banner) + behind;
        BinHexBlock block;
        for (std::size_t at = 0; find_binhex(base::as_bytes(text), at, block); at = block.next)
            ASSERT_GT(block.next, at);
    }
}

TEST(BinHexProperty, EncodedComesBack) {
    std::mt19937 random(8);  // NOLINT(*-msc51-cpp): the same every time
    for (std::size_t size = 0; size < 400; ++size) {
        const std::string data =
            random() % 2 ? random_bytes(random, size) : random_of(random, "\x90\x90\x90 a", size);
        const std::string resource = random_of(random, "\x90x", random() % 20);
        const std::string name = random_of(random, "abc.\xF0", random() % 64);
        const Forks forks =
            first_in(in_text(encode(name, data, resource, 1 + random() % 6), 1 + random() % 99));
        ASSERT_EQ(forks.name, name);
        ASSERT_EQ(forks.data, data);
        ASSERT_EQ(forks.resource, resource);
        ASSERT_FALSE(forks.decoded.damaged);
    }
}

TEST(BinHexProperty, HarmedNeverCrashes) {
    std::mt19937 random(9);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i)
        (void)first_in(
            harmed(random, in_text(encode("name", random_bytes(random, random() % 100), "resource"))));
}

TEST(BinHexProperty, EachCutIsSeen) {
    const std::string encoded = encode("name", "some data", "some more");
    for (std::size_t size = 0; size < encoded.size(); ++size)
        EXPECT_TRUE(decode(encoded.substr(0, size)).decoded.damaged) << size;
}

TEST(BinHexLimit, EndsWithTheBudget) {
    model::ScanLimits limits;
    limits.max_bytes_out = 100'000;
    std::string runs = header_of("bomb", 0x40000000, 0) + "x";
    for (int i = 0; i < 100'000; ++i)
        runs += "\x90\xFF";
    const Forks forks = decode(six_bits(runs), limits);
    EXPECT_FALSE(forks.decoded.whole);
    EXPECT_FALSE(forks.decoded.damaged);
    EXPECT_LE(forks.data.size(), 100'000u);
}

}  // namespace
}  // namespace sekisho::scanner::mime
