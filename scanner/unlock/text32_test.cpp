#include "scanner/unlock/text32.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/charset.h"

namespace sekisho::scanner::unlock {
namespace {

constexpr char32_t last_looked_at = 0x2FFFF;

bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// By the library alone: a character of which it makes more than one form is in the text, so that readable()
// goes that way.
std::u32string by_library(std::u32string_view text) {
    std::u32string out = readable("\xE3\x8E\x8F\n" + to_utf8(text));  // U+338F, "kg"
    EXPECT_TRUE(out.starts_with(U"kg\n"));
    return out.substr(3);
}

TEST(Readable, EachCharacterIsAsTheLibraryHasIt) {
    for (char32_t c = 1; c <= last_looked_at; ++c) {
        if (is_surrogate(c)) continue;
        const std::u32string text{U'a', c, U'b'};
        ASSERT_EQ(readable(to_utf8(text)), by_library(text)) << std::hex << static_cast<std::uint32_t>(c);
    }
}

TEST(Readable, AnyNeighboursAreAsTheLibraryHasThem) {
    constexpr char32_t few[] = {U'e',   U'A',   0xA0,   0x301,  0x3000, 0x304B, 0x3099, 0xFF76,
                                0xFF9E, 0xFF21, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x200B, 0x2028,
                                0x2026, 0x41F,  0x3B1,  0x345,  U'\r',  0xE9};
    std::mt19937 random(3);
    for (int round = 0; round < 20'000; ++round) {
        std::u32string text;
        for (auto count = random() % 6; count > 0; --count) {
            const auto any = static_cast<char32_t>(random() % last_looked_at);
            text.push_back(random() % 4 != 0 || is_surrogate(any) ? few[random() % std::size(few)] : any);
        }
        ASSERT_EQ(readable(to_utf8(text)), by_library(text));
    }
}

TEST(Readable, WhatIsIllFormedIsDropped) {
    EXPECT_EQ(readable("a\x80"
                       "b\xC3"),
              U"ab");
    EXPECT_EQ(readable("\xE3\x81x\xFFy"), U"xy");
    EXPECT_EQ(readable(""), U"");
}

TEST(Readable, HeadAndTailOfLongTexts) {
    const std::string text = "head" + std::string(2u << 20, 'x') + "tail";
    const std::u32string out = readable(text);
    EXPECT_LT(out.size(), 1'400'000u);
    EXPECT_TRUE(out.starts_with(U"head"));
    EXPECT_TRUE(out.ends_with(U"tail"));
}

}  // namespace
}  // namespace sekisho::scanner::unlock
