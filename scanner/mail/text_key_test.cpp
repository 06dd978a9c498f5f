#include "scanner/mail/text_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/mail/thread.h"

namespace sekisho::scanner::mail {
namespace {

using model::near_same;
using model::TextKey;

TextKey key_of(std::string_view text) { return text_key(split_thread(text).fresh); }

constexpr auto letter =
    "please find attached the statement of your account for the past month. We ask you to settle the open "
    "amount "
    "within the next ten days by bank transfer, and to quote the reference given in the document. If you "
    "have paid "
    "already, kindly disregard this message. Our accounting department will answer any question by "
    "telephone.\n";
constexpr auto letter_ja =
    "先日ご依頼いただきました見積書を添付にてお送りいたします。内容をご確認のうえ、ご不明な点がございましたら"
    "担当までお申し付"
    "けください。なお、お見積りの有効期限は発行日より一か月とさせていただいております。納期につきましては別途"
    "ご相談させていただ"
    "きたく存じます。\n";

// A mail merge: the same letter to everybody, with what a bot or an office fills in.
struct Pair {
    const char* name;
    std::string a, b;
    bool same;
};
class TextKeys : public testing::TestWithParam<Pair> {};

TEST_P(TextKeys, AreNearSameOrNot) {
    const TextKey a = key_of(GetParam().a);
    const TextKey b = key_of(GetParam().b);
    ASSERT_NE(a, 0u);
    ASSERT_NE(b, 0u);
    EXPECT_LE(a, model::text_key_max);
    EXPECT_EQ(a & 1, 1u);
    EXPECT_EQ(near_same(a, b), GetParam().same);
}

const std::string signature =
    "\nBest regards,\nAnna Example\nExample Trading Ltd.\nTel. +81 3 0000 0000\nanna@example.com\n";
const std::string disclaimer =
    "\nThis message is confidential and intended solely for the addressee. If you are not the intended "
    "recipient, you "
    "must not copy it, and we ask you to delete it and to tell the sender that it went astray.\n";

INSTANTIATE_TEST_SUITE_P(
    Texts, TextKeys,
    testing::Values(
        Pair{"Greeting", std::string("Dear Mr Tanaka,\n") + letter, std::string("Hi Beate,\n\n") + letter,
             true},
        Pair{"Numbers", letter + std::string("Invoice 4711 of 2026-03-02, EUR 12,400.00\n"),
             letter + std::string("Invoice 90210 of 2026-04-17, EUR 99.10\n"), true},
        Pair{"Links", letter + std::string("https://example.com/a?token=af81\n"),
             letter + std::string("https://example.org/qq/17\n"), true},
        Pair{"Signature", letter + signature, letter + std::string("\n-- \nBen Sample\nSales\n"), true},
        Pair{"Disclaimer", letter + disclaimer, letter, true},
        Pair{
            "Quote", letter + std::string("\nOn Mon, 2 Mar 2026, Ann wrote:\n> what about lunch\n"),
            letter + std::string("\n-----Original Message-----\nFrom: b@example.net\nthe roof leaks again\n"),
            true},
        Pair{"Japanese", std::string("株式会社例\n田中様\n") + letter_ja, std::string("佐藤様\n") + letter_ja,
             true},
        Pair{"FullWidth", "請求書（１２）を添付いたします。" + std::string(letter_ja),
             "請求書(12)を添付いたします。" + std::string(letter_ja), true},
        Pair{"OtherMatter",
             "the meeting of next week is moved to Thursday, since the large room is taken by the auditors "
             "all day\n" +
                 signature + disclaimer,
             "thank you for the drawings, we are going to check the measures of the flange and call you back "
             "soon\n" +
                 signature + disclaimer,
             false},
        Pair{"OtherMatterInJapanese",
             "お世話になっております。\n来週の会議は木曜日に変更となりましたのでご都合をお知らせください。\n"
             "よろしくお願いいたしま"
             "す。\n山田\n",
             "お世話になっております。\n図面を拝受しました。フランジの寸法を確認のうえ改めてご連絡いたします"
             "。\nよろしくお願いいた"
             "します。\n山田\n",
             false}),
    [](const auto& info) { return info.param.name; });

TEST(TextKey, ShortTextsSayNothing) {
    for (const char* text : {"", "\n", "Thanks!", "Hi,\nsee attached\nAnna\n", "了解しました。",
                             "1234 5678 91011", "https://example.com/", "\xff\xfe\xff"})
        EXPECT_EQ(key_of(text), 0u) << text;
}

TEST(TextKey, EveryTruncationAndAnyBytes) {
    const std::string text = std::string(letter) + letter_ja + signature;
    for (std::size_t i = 0; i < text.size(); ++i)
        EXPECT_LE(text_key(std::string_view(text).substr(0, i)), model::text_key_max);
    std::mt19937 random(5);  // NOLINT(*-msc51-cpp): the same each time
    for (int round = 0; round < 300; ++round) {
        std::string bytes(random() % 400, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        EXPECT_LE(text_key(bytes), model::text_key_max);
    }
    EXPECT_EQ(text_key(std::string(1 << 20, 'a')), 0u);
}

// Words of the kind that letters are made of, from a list of made-up ones: what is measured is how keys
// behave when a known share of a text changes.
std::string letter_of(std::mt19937& random, std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
        std::string word;
        for (std::size_t j = 0, n = 1 + random() % 3; j < n; ++j)
            word += {"bcdfghklmnprstvw"[random() % 16], "aeiou"[random() % 5]};
        out += word + (i % 20 == 19 ? "\n" : " ");
    }
    return out;
}
// One word in `one_in` is another.
std::string changed(const std::string& text, std::mt19937& random, unsigned one_in) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" \n", at), text.size() - 1);
        out += random() % one_in == 0 ? letter_of(random, 1) : text.substr(at, end - at + 1);
        at = end + 1;
    }
    return out;
}

TEST(TextKey, AMergeIsFoundAndDifferentTextsAreNot) {
    std::mt19937 random(7);  // NOLINT(*-msc51-cpp)
    int found = 0;
    int mistaken = 0;
    constexpr int rounds = 500;
    for (int i = 0; i < rounds; ++i) {
        const std::string text = letter_of(random, 80);
        const TextKey key = text_key(text);
        found += near_same(key, text_key(changed(text, random, 50))) ? 1 : 0;
        mistaken += near_same(key, text_key(letter_of(random, 80))) ? 1 : 0;
    }
    EXPECT_GE(found, rounds * 9 / 10);
    EXPECT_LE(mistaken, 2);
}

}  // namespace
}  // namespace sekisho::scanner::mail
