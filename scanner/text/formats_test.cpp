#include "scanner/text/formats.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::text {
namespace {

struct Case {
    const char* name;
    std::string input;
    bool plain;
    bool html;
};

class TextFormats : public testing::TestWithParam<Case> {};
TEST_P(TextFormats, AreTold) {
    const base::Bytes bytes = base::as_bytes(GetParam().input);
    EXPECT_EQ(plain_format.recognise(bytes, "") > no_match, GetParam().plain);
    EXPECT_EQ(html_format.recognise(bytes, "") > no_match, GetParam().html);
    if (GetParam().html) {
        EXPECT_GT(html_format.recognise(bytes, ""), plain_format.recognise(bytes, ""));
    }
}

using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(Cases, TextFormats,
                         testing::Values(Case{"empty", "", false, false},
                                         Case{"text", "Hello\r\nworld\f\n", true, false},
                                         Case{"utf8", "日本語", true, false},
                                         Case{"shift_jis", "\x83p\x83X\x83\x8F", true, false},
                                         Case{"iso_2022_jp", "\x1B$B%Q\x1B(B", true, false},
                                         Case{"utf16", "\xFF\xFEh\0i\0"s, true, false},
                                         Case{"utf16_without_mark", "h\0i\0 \0y\0o\0u\0"s, true, false},
                                         Case{"zip", "PK\x03\x04\x0A\0\0\0"s, false, false},
                                         Case{"nul", "abc\0def"s, false, false},
                                         Case{"document", "<!DOCTYPE html><html>x", true, true},
                                         Case{"upper_case", "<HTML><BODY>x", true, true},
                                         Case{"byte_order_mark", "\xEF\xBB\xBF<html>x", true, true},
                                         Case{"fragment", "<div>hello</div>", true, true},
                                         Case{"behind_text", "Hi<br>there <span>x</span><p>y", true, true},
                                         Case{"one_tag_in_text", "use the <br> tag", true, false},
                                         Case{"xml", "<?xml version=\"1.0\"?><a/>", true, false},
                                         Case{"less_than", "1 < 2", true, false}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sekisho::scanner::text
