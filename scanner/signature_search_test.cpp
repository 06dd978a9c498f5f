#include "scanner/signature_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace sekisho::scanner {
namespace {

using namespace std::string_view_literals;

std::size_t plain_find(const std::vector<std::string_view>& words, std::string_view text, std::size_t from) {
    std::size_t nearest = text.npos;
    for (const std::string_view word : words)
        nearest = std::min(nearest, text.find(word, from));
    return nearest;
}

std::vector<std::size_t> all_in(const SignatureSearch& search, std::string_view text) {
    std::vector<std::size_t> out;
    for (std::size_t at = search.find(text, 0); at != text.npos; at = search.find(text, at + 1))
        out.push_back(at);
    return out;
}

TEST(SignatureSearch, FindsEachWordAtEachPlace) {
    const std::vector<std::string_view> words{"MZ",       "PK\3\4",   "PK\5\6",  "Rar!",
                                              "\x60\xEA", "\0\0\1"sv, "abcdefgh"};
    const SignatureSearch search(words);
    for (const std::string_view word : words) {
        for (std::size_t before = 0; before < 70; ++before) {
            for (const std::size_t behind : {0u, 1u, 2u, 3u, 40u}) {
                const std::string text =
                    std::string(before, '-') + std::string(word) + std::string(behind, '-');
                EXPECT_EQ(all_in(search, text), std::vector<std::size_t>{before}) << word << behind;
                EXPECT_TRUE(
                    all_in(search, std::string_view(text).substr(0, before + word.size() - 1)).empty());
            }
        }
    }
    EXPECT_TRUE(all_in(search, {}).empty());
    EXPECT_TRUE(all_in(SignatureSearch({}), "any text that is longer than sixteen bytes").empty());
}

// Words and texts of few letters, so that almost everything is half a word.
TEST(SignatureSearch, AgreesWithAPlainSearch) {
    std::mt19937 random(11);  // NOLINT: the same bytes each time
    const auto letters = [&random](std::size_t size, unsigned kinds) {
        std::string out(size, '\0');
        for (char& c : out)
            c = static_cast<char>(0x11 * (random() % kinds) + (random() % 4 == 0 ? 0x10 : 0));
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> kept;
        for (std::size_t left = 1 + random() % 20; left > 0; --left)
            kept.push_back(letters(2 + random() % 5, 15));
        const std::vector<std::string_view> words(kept.begin(), kept.end());
        const SignatureSearch search(words);
        const std::string text = letters(random() % 600, static_cast<unsigned>(2 + random() % 14));
        for (std::size_t from = 0; from <= text.size(); from += 1 + random() % 9)
            ASSERT_EQ(search.find(text, from), plain_find(words, text, from)) << round << " from " << from;
        for (std::size_t at = search.find(text, 0); at != text.npos; at = search.find(text, at + 1))
            ASSERT_EQ(search.find_possible(text, at), at) << round << ": passed over";
    }
}

}  // namespace
}  // namespace sekisho::scanner
