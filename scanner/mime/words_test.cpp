#include "scanner/mime/words.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::mime {
namespace {

struct Case {
    const char* name;
    std::string input;
    std::string want;
};

class Words : public testing::TestWithParam<Case> {};
TEST_P(Words, AreDecoded) { EXPECT_EQ(decode_words(GetParam().input), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Cases, Words,
    testing::Values(Case{"empty", "", ""}, Case{"plain", "Hello world", "Hello world"},
                    Case{"utf8_b", "=?UTF-8?B?6KuL5rGC5pu4?=", "請求書"},
                    Case{"utf8_q", "=?utf-8?q?caf=C3=A9_x?=", "café x"},
                    Case{"iso_2022_jp", "=?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=", "請求書"},
                    Case{"shift_jis", "=?Shift_JIS?B?kL+LgY+R?=", "請求書"},
                    Case{"euc_jp", "=?EUC-JP?B?wMG14b3x?=", "請求書"},
                    Case{"half_width_kana", "=?Shift_JIS?B?tsXa?=", "ｶﾅﾚ"},
                    Case{"language_suffix", "=?utf-8*ja?B?6KuL5rGC5pu4?=", "請求書"},
                    Case{"blanks_between_words_go", "=?utf-8?Q?a?= \t =?utf-8?Q?b?=", "ab"},
                    Case{"blanks_before_text_stay", "=?utf-8?Q?a?= b", "a b"},
                    Case{"trailing_blanks_stay", "=?utf-8?Q?a?=  ", "a  "},
                    Case{"within_text", "x=?utf-8?Q?a?=y", "xay"},
                    Case{"two_charsets", "=?utf-8?Q?a=C3=A9?= =?iso-8859-1?Q?=E9?=", "aéé"},
                    Case{"utf8_character_split", "=?utf-8?B?6Ks=?= =?utf-8?B?i+axguabuA==?=", "請求書"},
                    // ESC $ B stands in the first word alone, the return to ASCII in the second.
                    Case{"iso_2022_jp_state_split",
                         "=?ISO-2022-JP?B?GyRCQEE=?= =?ISO-2022-JP?B?NWE9cRsoQg==?=", "請求書"},
                    Case{"blank_in_q_text", "=?utf-8?Q?hello world?=", "hello world"},
                    Case{"lower_case_hex", "=?utf-8?q?=e8=ab=8b?=", "請"},
                    Case{"broken_q_escape", "=?utf-8?Q?a=ZZ?=", "a=ZZ"},
                    Case{"unknown_charset", "=?x-none?B?6KuL?=", "請"},
                    Case{"unknown_encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
                    Case{"no_end", "=?utf-8?Q?abc", "=?utf-8?Q?abc"}, Case{"only_start", "=?", "=?"},
                    Case{"missing_padding", "=?utf-8?B?6KuL5rGC5pu4YQ?=", "請求書a"},
                    Case{"raw_utf8", "請求書", "請求書"},
                    Case{"raw_shift_jis", "\x90\xBF\x8B\x81\x8F\x91", "請求書"},
                    Case{"raw_euc_jp", "\xC0\xC1\xB5\xE1\xBD\xF1", "請求書"},
                    Case{"raw_iso_2022_jp", "\x1B$B@A5a=q\x1B(B", "請求書"}),
    [](const auto& info) { return info.param.name; });

TEST(WordsLinear, ManyStartsWithoutAnEnd) {
    std::string input;
    for (int i = 0; i < 200'000; ++i)
        input += "=?a?q?x";
    EXPECT_EQ(decode_words(input), input);
}

}  // namespace
}  // namespace sekisho::scanner::mime
