#include "base/charset.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

constexpr std::string_view password_ja =
    "\xE3\x83\x91\xE3\x82\xB9\xE3\x83\xAF\xE3\x83\xBC\xE3\x83\x89";  // パスワード

struct Case {
    const char* name;
    std::string_view label;
    std::string_view bytes;
};
class Japanese : public testing::TestWithParam<Case> {};
TEST_P(Japanese, DecodesAndIsRecognised) {
    const Bytes bytes = as_bytes(GetParam().bytes);
    EXPECT_EQ(to_utf8(bytes, GetParam().label), password_ja);
    EXPECT_EQ(to_utf8(bytes, guess_charset(bytes)), password_ja);
}
// The byte forms of the word stand in published notes on Japanese mail.
INSTANTIATE_TEST_SUITE_P(
    Charsets, Japanese,
    testing::Values(Case{"utf8", "utf-8", password_ja},
                    Case{"sjis", "Shift_JIS", "\x83\x70\x83\x58\x83\x8F\x81\x5B\x83\x68"},
                    Case{"cp932", "cp932", "\x83\x70\x83\x58\x83\x8F\x81\x5B\x83\x68"},
                    Case{"euc", "EUC-JP", "\xA5\xD1\xA5\xB9\xA5\xEF\xA1\xBC\xA5\xC9"},
                    Case{"iso2022", "ISO-2022-JP", "\x1B$B\x25\x51\x25\x39\x25\x6F\x21\x3C\x25\x49\x1B(B"}),
    [](const auto& info) { return info.param.name; });

TEST(FoldCharacters, FoldsEachByItself) {
    EXPECT_EQ(fold_characters(""), "");
    EXPECT_EQ(fold_characters("Invoice 4"), "invoice 4");
    EXPECT_EQ(fold_characters("\u212A\u017F"), "ks");      // Kelvin sign, long s
    EXPECT_EQ(fold_characters("S\u1E9E ß"), "s\u00DF ß");  // stays one character
    EXPECT_EQ(fold_characters("ΣΑΣ ς"), "σασ σ");          // the one at the end as the others
    EXPECT_EQ(fold_characters("ＰＡＳＳ請求書\U00010400"), "ｐａｓｓ請求書\U00010428");
    EXPECT_EQ(fold_characters("A\xFF"
                              "B\xE3"),
              "a\uFFFDb\uFFFD");
}

TEST(IsAscii, LooksAtEveryByte) {
    EXPECT_TRUE(is_ascii(""));
    std::string text(200, '\x7F');
    EXPECT_TRUE(is_ascii(text));
    for (char& c : text) {
        c = '\x80';
        EXPECT_FALSE(is_ascii(text)) << &c - text.data();
        c = '\0';
    }
}

TEST(Charset, UnknownLabelsNeverFail) {
    EXPECT_EQ(to_utf8(as_bytes("abc"), "x-no-such"), "abc");
    EXPECT_EQ(to_utf8(as_bytes("\xE9"), "x-no-such"), "\xC3\xA9");
    EXPECT_EQ(to_utf8(as_bytes("\xE9"), "../../etc/passwd"), "\xC3\xA9");
    EXPECT_EQ(to_utf8(as_bytes("a\xFF"), "utf-8"), "a\xEF\xBF\xBD");
    EXPECT_FALSE(is_known_charset(std::string(1'000, 'a')));
    EXPECT_TRUE(is_known_charset("Windows-31J"));
}

TEST(Charset, NamesCodePages) {
    EXPECT_EQ(charset_of_code_page(932), "cp932");
    EXPECT_EQ(charset_of_code_page(1252), "windows-1252");
    EXPECT_EQ(charset_of_code_page(1251), "windows-1251");
    EXPECT_EQ(charset_of_code_page(28'605), "iso-8859-15");
    EXPECT_EQ(charset_of_code_page(65'001), "utf-8");
    EXPECT_EQ(charset_of_code_page(7), "windows-1252");
    EXPECT_EQ(charset_of_code_page(0xFFFF'FFFF), "windows-1252");
    for (const std::uint32_t known : {866u, 932u, 936u, 949u, 950u, 1'200u, 10'000u, 20'866u, 28'603u,
                                      50'222u, 51'932u, 52'936u, 54'936u, 65'000u})
        EXPECT_TRUE(is_known_charset(charset_of_code_page(known))) << known;
}

TEST(Charset, EncodesWhatHasAPlace) {
    EXPECT_EQ(from_utf8(password_ja, "cp932").value(), "\x83\x70\x83\x58\x83\x8F\x81\x5B\x83\x68");
    EXPECT_FALSE(from_utf8("\xF0\x9F\x98\x80", "cp932"));  // an emoji has no place in CP932
    EXPECT_FALSE(from_utf8("a", "x-no-such"));
}

TEST(Nfkc, FoldsWidths) {
    EXPECT_EQ(nfkc("\xEF\xBC\xB0\xEF\xBC\xB7"), "PW");  // ＰＷ
    EXPECT_EQ(nfkc("\xEF\xBE\x8A\xEF\xBE\x9F\xEF\xBD\xBD\xEF\xBE\x9C\xEF\xBD\xB0\xEF\xBE\x84\xEF\xBE\x9E"),
              password_ja);  // half-width kana
}

TEST(GuessCharset, KnowsPlainAndWide) {
    EXPECT_EQ(guess_charset(as_bytes("plain")), "utf-8");
    EXPECT_EQ(guess_charset(as_bytes(std::string_view("v\0a\0r\0 \0a\0", 10))), "utf-16le");
    EXPECT_EQ(guess_charset(as_bytes("\xFF\xFE"
                                     "a")),
              "utf-16le");
    EXPECT_EQ(guess_charset(as_bytes("caf\xE9 ")), "windows-1252");
}

}  // namespace
}  // namespace sekisho::base
