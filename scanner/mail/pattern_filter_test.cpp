#include "scanner/mail/pattern_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scanner/mail/regex.h"

namespace sekisho::scanner::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::size_t> possible(const std::vector<std::string>& patterns, std::string_view text) {
    return PatternFilter(patterns).possible_in(text);
}

TEST(PatternFilter, LeavesThosePatternsWhoseWordsStandThere) {
    const std::vector<std::string> patterns{R"(\binvoice\b.{0,60}\b(?:attached|enclosed)\b)", "請求書.*添付",
                                            R"(\burgent)"};
    EXPECT_THAT(possible(patterns, "Lunch on Friday"), IsEmpty());
    EXPECT_THAT(possible(patterns, "The invoice follows"), IsEmpty());
    EXPECT_THAT(possible(patterns, "URGENT: the INVOICE is Attached"), ElementsAre(0, 2));
    EXPECT_THAT(possible(patterns, "請求書を添付します"), ElementsAre(1));
    EXPECT_THAT(possible(patterns, ""), IsEmpty());
    EXPECT_THAT(possible({}, "anything"), IsEmpty());
}

TEST(PatternFilter, WhatNeedsNoWordMayAlwaysMatch) {
    const std::vector<std::string> patterns{"(a+)+$", "[0-9]{3}", "x?", "word"};
    EXPECT_THAT(possible(patterns, "-"), ElementsAre(0, 1, 2));
}

TEST(PatternFilter, WhatRe2DoesNotKnowMayAlwaysMatch) {
    const std::vector<std::string> patterns{"(?=ahead)ahead", "(word)\\1", "(*UCP)word", "\\vword",
                                            "broken("};
    EXPECT_THAT(possible(patterns, "-"), ElementsAre(0, 1, 2, 3, 4));
}

// One form of a letter stands for all that a caseless pattern takes for it.
TEST(PatternFilter, KnowsTheCasesOfAllAlphabets) {
    const std::vector<std::string> patterns{"kasse", "süß", "ЗАКАЗ", "τιμολόγιος"};
    EXPECT_THAT(possible(patterns, "\u212AA\u017FSE"), ElementsAre(0));  // Kelvin sign, long s
    EXPECT_THAT(possible(patterns, "SÜ\u1E9E"), ElementsAre(1));
    EXPECT_THAT(possible(patterns, "заказ"), ElementsAre(2));
    EXPECT_THAT(possible(patterns, "ΤΙΜΟΛΌΓΙΟΣ"), ElementsAre(3));
    for (const auto& [pattern, text] : {std::pair{"kasse", "\u212AA\u017FSE"}, {"süß", "SÜ\u1E9E"}}) {
        const auto regex = Regex::compile(pattern);
        ASSERT_TRUE(regex);
        EXPECT_EQ(regex->search(text), Found::yes) << pattern;  // as PCRE2 sees it
    }
}

TEST(PatternFilter, ReadsWhatIsNoUtf8) {
    EXPECT_THAT(possible({"invoice"}, "\xFF\xE3invoice\xE3\x81"), ElementsAre(0));
    EXPECT_THAT(possible({"請求"}, "\xE8\xAB請求\xE3"), ElementsAre(0));
}

// Whatever a pattern finds, the filter lets through: texts of the patterns' own pieces, so that they match
// often.
TEST(PatternFilter, LosesNothing) {
    const std::vector<std::string> pieces{"invoice", "attached", "請求書",       "添付",   "ß",    "ſ", "K",
                                          "\\b",     ".{0,5}",   "(?:a|bc|def)", "[k-s]+", "\\s*", "?", "|",
                                          "\xFF",    " ",        "\n",           "é"};
    std::mt19937 random(1);
    const auto joined = [&](std::size_t most) {
        std::string out;
        for (std::size_t i = random() % most + 1; i > 0; --i)
            out += pieces[random() % pieces.size()];
        return out;
    };
    int found = 0;
    for (int round = 0; round < 3'000; ++round) {
        const std::string pattern = joined(5);
        const auto regex = Regex::compile(pattern);
        if (!regex) continue;
        const PatternFilter filter(std::vector{pattern});
        for (int i = 0; i < 4; ++i) {
            const std::string text = joined(8);
            if (regex->search(text) != Found::yes) continue;
            ++found;
            EXPECT_THAT(filter.possible_in(text), ElementsAre(0)) << pattern << " in " << text;
        }
    }
    EXPECT_GT(found, 500);
}

}  // namespace
}  // namespace sekisho::scanner::mail
