#include "scanner/mime/type_tricks.h"

#include <gtest/gtest.h>

#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

// UTF-16 or UTF-32 of ASCII: `before` and `behind` NULs around each letter.
std::string wide(std::string_view text, std::size_t before, std::size_t behind) {
    std::string out;
    for (const char c : text)
        out.append(before, '\0').append(1, c).append(behind, '\0');
    return out;
}

// "charset | classes" of a part of that type ("" for none declared), charset and name.
std::string judged(std::string_view type, std::string_view charset, std::string_view bytes,
                   std::string_view name = {}) {
    Content content;
    content.type_declared = !type.empty();
    content.type = type.empty() ? "text/plain" : type;
    content.charset = charset;
    content.name = name;
    Ambiguities met;
    const std::string answer = judge_type(content, base::as_bytes(bytes), met);
    return answer + " | " + classes_of(met);
}

struct Case {
    const char* name;
    std::string type;
    std::string charset;
    std::string bytes;
    std::string want = " | ";
    std::string file = {};
};

class TypeTricks : public testing::TestWithParam<Case> {};
TEST_P(TypeTricks, AreTold) {
    const Case& row = GetParam();
    EXPECT_EQ(judged(row.type, row.charset, row.bytes, row.file), row.want);
}

constexpr const char* html = "text/html";
constexpr const char* plain = "text/plain";
constexpr const char* octet = "application/octet-stream";
const std::string japanese = "\x1B$B@A5a=q\x1B(B";

INSTANTIATE_TEST_SUITE_P(
    Ordinary, TypeTricks,
    testing::Values(
        Case{"empty", plain, "utf-8", ""}, Case{"nothing_declared", "", "", "Hello\r\n"},
        Case{"text", plain, "us-ascii", "Hello\r\nWorld\f\b\r\n"}, Case{"utf8", plain, "utf-8", "請求書"},
        Case{"shift_jis", plain, "shift_jis", "\x90\xBF\x8B\x81\x8F\x91"},
        Case{"iso_2022_jp", plain, "iso-2022-jp", "Dear " + japanese + ",\r\n" + japanese + " " + japanese},
        Case{"iso_2022_jp_back_at_line_end", plain, "iso-2022-jp", japanese + "\r\n" + japanese + "\r\n"},
        Case{"meta_agrees", html, "utf-8", "<meta charset=utf-8>請"},
        Case{"meta_agrees_in_capitals", html, "UTF-8", "<META CHARSET=\"utf-8\">請"},
        Case{"meta_agrees_without_dash", html, "utf8", "<meta charset=\"utf-8\">請"},
        Case{"meta_http_equiv", html, "shift_jis",
             "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=Shift_JIS\">\x90\xBF"},
        Case{"meta_of_another_kind", html, "utf-8", "<meta name=viewport content=x>請"},
        Case{"ascii_alone_under_another_name", html, "us-ascii", "<meta charset=utf-8>hello"},
        Case{"meta_ascii", html, "iso-2022-jp", "<meta charset=us-ascii>hello"},
        Case{"meta_and_none_declared", html, "", "<meta charset=shift_jis>\x90\xBF"},
        Case{"meta_in_a_plain_text", plain, "utf-8", "<meta charset=shift_jis>"},
        Case{"mark_agrees", plain, "utf-8", "\xEF\xBB\xBFhello"},
        Case{"xml_agrees", "text/xml", "utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>"},
        Case{"xml_without_encoding", "text/xml", "utf-8", "<?xml version=\"1.0\"?><a encoding=\"x\"/>"},
        Case{"sums", plain, "utf-8", "a+b-c and C++ and +ABC and A+AD"},
        Case{"one_run", plain, "", "+ADw- x"},
        Case{"binary_of_its_own_type", "application/zip", "", "PK\x03\x04\0\0"s},
        Case{"wide_of_its_own_type", octet, "", "\xFF\xFE" + wide("hello, wide world", 0, 1)},
        Case{"mail_in_a_mail", "message/rfc822", "", "Received: x\nFrom: a\nTo: b\n\nc"},
        Case{"header_of_a_bounce", "text/rfc822-headers", "", "Received: x\nFrom: a\nTo: b\n\n"},
        Case{"quoted_reply", plain, "", "From: a\nSent: b\nTo: c\nSubject: d\n\nhello"},
        Case{"mail_that_nothing_declares", "", "", "Received: x\nFrom: a\nTo: b\n\nc"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Types, TypeTricks,
    testing::Values(Case{"zip_as_text", plain, "", "PK\x03\x04\x14\0\0\0"s, " | type.text"},
                    Case{"program_as_html", html, "utf-8", "MZ\x90\0\x03\0\0\0"s, " | type.text"},
                    Case{"control_in_csv", "text/csv", "", "a,b\x01", " | type.text"},
                    Case{"nul_in_text", plain, "", "hello\0world"s, " | type.text"},
                    Case{"nul_where_nothing_is_declared", "", "", "hello\0world"s, " | type.text"},
                    Case{"mail_as_octets", octet, "", "Received: x\nFrom: a\nTo: b\n\nc", " | type.message"},
                    Case{"mail_as_text", plain, "", "Received: x\nFrom: a\nTo: b\n\nc", " | type.message"},
                    Case{"mail_as_image", "image/png", "", "MIME-Version: 1.0\nContent-Type: a/b\n\nc",
                         " | type.message"},
                    Case{"eml_by_name", octet, "", "hello", " | type.message", "a.eml"},
                    Case{"eml_by_name_capitals", "image/png", "", "hello", " | type.message", "A.EML"},
                    Case{"eml_where_nothing_is_declared", "", "", "hello", " | type.message", "a.eml"},
                    Case{"eml_as_message", "message/rfc822", "", "hello", " | ", "a.eml"},
                    Case{"apple_file", "application/applefile", "", "\0\x05\x16\x07"s,
                         " | type.appledouble"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Charsets, TypeTricks,
    testing::Values(
        Case{"meta", html, "utf-8", "<meta charset=\"shift_jis\">\x90\xBF", " | type.charset"},
        Case{"meta_bare", html, "iso-8859-1", "<META CHARSET=Shift_JIS>\x90\xBF", " | type.charset"},
        Case{"meta_single_quotes", html, "utf-8", "<meta charset='euc-jp'>x", " | type.charset"},
        Case{"meta_wide_in_ascii", html, "utf-8", "<meta charset=utf-16>x", " | type.charset"},
        Case{"meta_http_equiv_differs", html, "us-ascii",
             "<meta http-equiv=Content-Type content=\"text/html; charset=euc-jp\">\xC0\xC1",
             " | type.charset"},
        Case{"meta_late", html, "utf-8", "<!-- " + std::string(900, 'x') + " --><meta charset=euc-jp>",
             " | type.charset"},
        Case{"mark", plain, "shift_jis", "\xEF\xBB\xBF\xE8\xAB\x8B", " | type.charset"},
        Case{"xml", "text/xml", "utf-8", "<?xml version=\"1.0\" encoding='shift_jis'?>\x90\xBF",
             " | type.charset"},
        Case{"xml_behind_blanks", "text/xml", "utf-8", "\r\n <?xml encoding=\"euc-jp\"?>", " | type.charset"},
        Case{"xml_cut", "text/xml", "utf-8", "<?xml encoding=", " | "}),
    [](const auto& info) { return info.param.name; });

constexpr const char* seven = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-";

INSTANTIATE_TEST_SUITE_P(
    Utf7, TypeTricks,
    testing::Values(Case{"declared", html, "utf-7", "hello", "utf-7 | type.utf7"},
                    Case{"declared_in_capitals", plain, "UTF-7", "hello", "utf-7 | type.utf7"},
                    Case{"declared_by_its_old_name", plain, "unicode-1-1-utf-7", "hello",
                         "utf-7 | type.utf7"},
                    Case{"declared_for_imap", plain, "x-utf-7-imap", "hello", "utf-7 | type.utf7"},
                    Case{"meta_utf7", html, "", "<meta charset=utf-7>hello", "utf-7 | type.utf7"},
                    Case{"meta_utf7_beside_another", html, "utf-8", "<meta charset=utf-7>hello",
                         "utf-7 | type.charset type.utf7"},
                    Case{"looks_like_it", html, "", seven, "utf-7 | type.utf7"},
                    Case{"looks_like_it_whatever_is_declared", html, "us-ascii", seven, "utf-7 | type.utf7"},
                    Case{"not_in_a_binary", octet, "", seven, " | "}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Iso2022, TypeTricks,
    testing::Values(
        Case{"to_ascii", plain, "iso-2022-jp", "Pass\x1B(Bword: se\x1B(Bcret", "iso-2022-jp | type.iso2022"},
        Case{"empty_shifts", plain, "iso-2022-jp", "Pass\x1B$B\x1B(Bword: se\x1B$B\x1B(Bcret",
             "iso-2022-jp | type.iso2022"},
        Case{"to_roman", plain, "iso-2022-jp", "Pass\x1B(Jword: se\x1B(Jcret", "iso-2022-jp | type.iso2022"},
        Case{"undeclared", plain, "us-ascii", "Pass\x1B(Bword: se\x1B(Bcret", "iso-2022-jp | type.iso2022"},
        Case{"once_is_a_slip", plain, "iso-2022-jp", "Pass\x1B(Bword", " | "},
        Case{"last_byte", plain, "iso-2022-jp", "a\x1B(B b\x1B(B c\x1B", "iso-2022-jp | type.iso2022"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Wide, TypeTricks,
    testing::Values(Case{"mark_16le", plain, "", "\xFF\xFE" + wide("hi", 0, 1), "utf-16le | type.utf16"},
                    Case{"mark_16be", plain, "utf-8", "\xFE\xFF" + wide("hi", 1, 0), "utf-16be | type.utf16"},
                    Case{"mark_32le", html, "", "\xFF\xFE\0\0"s + wide("hi", 0, 3), "utf-32le | type.utf16"},
                    Case{"mark_32be", html, "", "\0\0\xFE\xFF"s + wide("hi", 3, 0), "utf-32be | type.utf16"},
                    Case{"letters_16le", html, "utf-16", wide("<script>alert(1)</script>", 0, 1),
                         "utf-16le | type.utf16"},
                    Case{"letters_16be", html, "", wide("<script>alert(1)</script>", 1, 0),
                         "utf-16be | type.utf16"},
                    Case{"letters_32le", html, "", wide("<script>", 0, 3), "utf-32le | type.utf16"},
                    Case{"letters_32be", html, "", wide("<script>", 3, 0), "utf-32be | type.utf16"},
                    Case{"nothing_declared_but_wide", "", "", wide("<script>alert(1)</script>", 0, 1),
                         "utf-16le | type.utf16"},
                    Case{"too_short_to_tell", plain, "", wide("ab", 0, 1), " | type.text"}),
    [](const auto& info) { return info.param.name; });

TEST(TypeTricks, LookAtTheStartAlone) {
    const std::string padding(64u << 10, 'x');
    EXPECT_EQ(judged(plain, "", padding + seven), " | ");
    EXPECT_EQ(judged(plain, "", padding.substr(1'000) + seven), "utf-7 | type.utf7");
}

TEST(TypeTricksProperty, AreTheSameForTheSameAndForATextCutAnywhere) {
    const std::vector<std::string> pieces{"<meta",
                                          " charset=",
                                          "utf-7",
                                          "\"",
                                          "'",
                                          ">",
                                          "+ADw-",
                                          "+AD",
                                          "\x1B",
                                          "(B",
                                          "$B",
                                          "\0"s,
                                          "\xFF\xFE",
                                          "\xFE\xFF",
                                          "<?xml ",
                                          "encoding=",
                                          "Received: x\n",
                                          "From: a\n",
                                          "\n",
                                          " ",
                                          "\xEF\xBB\xBF",
                                          "\x01"};
    std::mt19937 random(27);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 5'000; ++i) {
        const std::string text = random_pieces(random, pieces, 12);
        for (const char* type : {"", html, plain, "text/xml", octet}) {
            const std::string want = judged(type, "utf-8", text);
            ASSERT_EQ(judged(type, "utf-8", std::string(text)), want);
            // A charset is answered only together with the reason.
            ASSERT_EQ(want.starts_with(" |"),
                      want.find("type.utf") == want.npos && want.find("type.iso2022") == want.npos)
                << testing::PrintToString(text);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
