#include "scanner/text/formats.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::text {
namespace {

struct Case {
    const char* name;
    std::string input;
    bool plain;
};

class TextFormats : public testing::TestWithParam<Case> {};
TEST_P(TextFormats, AreTold) {
    const base::Bytes bytes = base::as_bytes(GetParam().input);
    EXPECT_EQ(plain_format.recognise(bytes, "") > no_match, GetParam().plain);
}

using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Cases, TextFormats,
    testing::Values(
        Case{"empty", "", false}, Case{"text", "Hello\r\nworld\f\n", true}, Case{"utf8", "日本語", true},
        Case{"shift_jis", "\x83p\x83X\x83\x8F", true}, Case{"iso_2022_jp", "\x1B$B%Q\x1B(B", true},
        Case{"utf16", "\xFF\xFEh\0i\0"s, true}, Case{"utf16_without_mark", "h\0i\0 \0y\0o\0u\0"s, true},
        Case{"zip", "PK\x03\x04\x0A\0\0\0"s, false}, Case{"nul", "abc\0def"s, false},
        Case{"document", "<!DOCTYPE html><html>x", true}, Case{"upper_case", "<HTML><BODY>x", true},
        Case{"byte_order_mark", "\xEF\xBB\xBF<html>x", true}, Case{"fragment", "<div>hello</div>", true},
        Case{"behind_text", "Hi<br>there <span>x</span><p>y", true},
        Case{"one_tag_in_text", "use the <br> tag", true}, Case{"xml", "<?xml version=\"1.0\"?><a/>", true},
        Case{"less_than", "1 < 2", true}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sekisho::scanner::text
