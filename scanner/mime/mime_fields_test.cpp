#include "scanner/mime/mime_fields.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

std::string joined(const std::vector<std::string_view>& values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i)
        out.append(i == 0 ? "" : " & ").append(base::trim(values[i]));
    return out;
}

// "types | encodings | dispositions".
std::string fields_of(std::string_view header, std::string& classes) {
    const HeaderBlock block = parse_header(base::as_bytes(header));
    Ambiguities met;
    const MimeFields fields = mime_fields(block, met);
    classes = classes_of(met);
    for (const auto* values : {&fields.types, &fields.encodings, &fields.dispositions}) {
        for (const std::string_view value : *values)
            EXPECT_TRUE(is_within(value, header));
    }
    return joined(fields.types) + " | " + joined(fields.encodings) + " | " + joined(fields.dispositions);
}

struct Case {
    const char* name;
    std::string header;
    std::string want;
    std::string classes = {};
};

class MimeFieldsOf : public testing::TestWithParam<Case> {};
TEST_P(MimeFieldsOf, AreFound) {
    std::string classes;
    EXPECT_EQ(fields_of(GetParam().header, classes), GetParam().want);
    EXPECT_EQ(classes, GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(
    Ordinary, MimeFieldsOf,
    testing::Values(
        Case{"none", "From: a\nTo: b\n\n", " |  | "}, Case{"empty", "", " |  | "},
        Case{"all",
             "MIME-Version: 1.0\nContent-Type: a/b\nContent-Transfer-Encoding: base64\n"
             "Content-Disposition: inline\n\n",
             "a/b | base64 | inline"},
        Case{"case", "content-type: a/b\nCONTENT-TRANSFER-ENCODING: 7bit\nContent-disposition: inline\n\n",
             "a/b | 7bit | inline"},
        Case{"folded", "Content-Type: a/b;\n c=d\n\n", "a/b;\n c=d |  | "},
        Case{"the_same_twice", "Content-Type: a/b\nContent-Type:  a/b \n\n", "a/b & a/b |  | "},
        Case{"version_twice_the_same", "MIME-Version: 1.0\nMime-Version: 1.0\n\n", " |  | "},
        Case{"other_content_fields",
             "Content-ID: <x>\nContent-Language: ja\nContent-Location: x\nContent-Description: y\n"
             "Content-Length: 3\nContent-MD5: z\nContent-Base: u\nContent-Class: v\nContent-Duration: 3\n"
             "Content-Features: x\n\n",
             " |  | "},
        Case{"other_mail_fields",
             "Comments: text\nContact: a\nMessage-ID: <x>\nX-MimeOLE: y\nX-MIME-Autoconverted: z\n"
             "X-Content-Type-Message-Body: 1\nX-MS-Has-Attach: yes\nCc: b\n\n",
             " |  | "}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Doubled, MimeFieldsOf,
    testing::Values(
        Case{"types", "Content-Type: a/b\nContent-Type: c/d\n\n", "a/b & c/d |  | ", "header.duplicate"},
        Case{"types_far_apart", "Content-Type: a/b\nFrom: x\nSubject: y\ncontent-type: c/d\n\n",
             "a/b & c/d |  | ", "header.duplicate"},
        Case{"types_parameter", "Content-Type: a/b\nContent-Type: a/b; c=d\n\n", "a/b & a/b; c=d |  | ",
             "header.duplicate"},
        Case{"types_case_of_value", "Content-Type: a/b\nContent-Type: A/B\n\n", "a/b & A/B |  | ",
             "header.duplicate"},
        Case{"three", "Content-Type: a/b\nContent-Type: a/b\nContent-Type: c/d\n\n", "a/b & a/b & c/d |  | ",
             "header.duplicate"},
        Case{"encodings", "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n",
             " | 7bit & base64 | ", "header.duplicate"},
        Case{"dispositions", "Content-Disposition: inline\nContent-Disposition: attachment; filename=x\n\n",
             " |  | inline & attachment; filename=x", "header.duplicate"},
        Case{"versions", "MIME-Version: 1.0\nMIME-Version: 2.0\n\n", " |  | ", "header.duplicate"},
        Case{"empty_and_not", "Content-Type:\nContent-Type: a/b\n\n", " & a/b |  | ", "header.duplicate"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Misspelt, MimeFieldsOf,
    testing::Values(
        Case{"underscore", "Content_Type: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"no_dashes", "ContentTransferEncoding: base64\n\n", " | base64 | ", "header.name"},
        Case{"plural", "Content-Types: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"swapped", "Contnet-Type: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"letter_lost", "Content-Transfer-Encodin: base64\n\n", " | base64 | ", "header.name"},
        Case{"letter_more", "Content-Transfert-Encoding: base64\n\n", " | base64 | ", "header.name"},
        Case{"dash_behind", "Content-Disposition-: inline\n\n", " |  | inline", "header.name"},
        Case{"quoted", "\"Content-Type\": a/b\n\n", "a/b |  | ", "header.name"},
        Case{"dot", "Content-Type.: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"blanks_within", "Content Type: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"nul_within", "Content-\0Type: a/b\n\n"s, "a/b |  | ", "header.name"},
        Case{"control_within", "Content-\x01Type: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"eight_bit_before",
             "\xEF\xBB\xBF"
             "Content-Type: a/b\n\n",
             "a/b |  | ", "header.name"},
        Case{"eight_bit_behind", "Content-Type\xC2\xA0: a/b\n\n", "a/b |  | ", "header.name"},
        Case{"split_name", "Content-\n Type: a/b\n\n", "a/b |  | ", "header.name"},
        // The parser of headers has taken these off the name, and has said so.
        Case{"blank_before_colon", "Content-Type : a/b\n\n", "a/b |  | "},
        Case{"nul_before_colon", "Content-Type\0: a/b\n\n"s, "a/b |  | "},
        Case{"comment_behind", "Content-Type (x): a/b\n\n", "a/b |  | "},
        Case{"comment_open", "Content-Transfe(r-Encoding: base64\n\n", " | base64 | ", "header.name"},
        Case{"right_before_misspelt", "Content_Type: a/b\nContent-Type: c/d\n\n", "c/d & a/b |  | ",
             "header.duplicate header.name"},
        Case{"the_same_misspelt", "Content_Type: a/b\nContent-Type: a/b\n\n", "a/b & a/b |  | ",
             "header.name"},
        Case{"version", "Mime_Version: 1.0\n\n", " |  | ", "header.name"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    NameInValue, MimeFieldsOf,
    testing::Values(
        Case{"type", "Content-Type: Content-Type: a/b\n\n", "Content-Type: a/b & a/b |  | ", "header.name"},
        Case{"type_no_blank", "Content-Type:content-type:a/b\n\n", "content-type:a/b & a/b |  | ",
             "header.name"},
        Case{"encoding", "Content-Transfer-Encoding: Content-Transfer-Encoding: base64\n\n",
             " | Content-Transfer-Encoding: base64 & base64 | ", "header.name"},
        Case{"another_name", "Content-Type: Content-ID: a/b\n\n", "Content-ID: a/b |  | "},
        Case{"colon_in_a_parameter", "Content-Type: a/b; name=\"c: d\"\n\n", "a/b; name=\"c: d\" |  | "}),
    [](const auto& info) { return info.param.name; });

TEST(MimeFields, AreNoMoreThanTheLimit) {
    std::string header;
    for (int i = 0; i < 5'000; ++i)
        header += "Content-Type: a/b" + std::to_string(i) + "\n";
    const HeaderBlock block = parse_header(base::as_bytes(header));
    Ambiguities met;
    const std::vector<std::string_view> types = mime_fields(block, met).types;
    ASSERT_EQ(types.size(), 16U);
    EXPECT_EQ(base::trim(types.front()), "a/b0");
    EXPECT_EQ(base::trim(types.back()), "a/b4999") << "for those who take the last one";
    EXPECT_EQ(classes_of(met), "header.duplicate");
}

struct NameCase {
    const char* name;
    std::string raw_name;
    bool want;
};

class Resembles : public testing::TestWithParam<NameCase> {};
TEST_P(Resembles, AMimeField) { EXPECT_EQ(resembles_mime_field(GetParam().raw_name), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Cases, Resembles,
    testing::Values(NameCase{"exact", "Content-Type", true}, NameCase{"version", "MIME-Version", true},
                    NameCase{"blank", "Content -Type", true},
                    NameCase{"two_letters_lost", "Conten-Typ", true},
                    NameCase{"three_letters_lost", "Conte-Typ", false},
                    NameCase{"two_letters_more", "Content-Typess", true},
                    NameCase{"three_letters_more", "Content-Typesss", false},
                    NameCase{"other_first_letter", "Xontent-Type", false},
                    NameCase{"x_before", "X-Content-Type", false}, NameCase{"empty", "", false},
                    NameCase{"no_letters", "-- --", false}, NameCase{"long", std::string(61, 'c'), false},
                    NameCase{"blanks_behind", "Content-Type" + std::string(49, ' '), true},
                    NameCase{"long_with_blanks", "Content-Type" + std::string(189, ' '), false},
                    NameCase{"id", "Content-ID", false}, NameCase{"length", "Content-Length", false},
                    NameCase{"http", "Content-Encoding", false}, NameCase{"from", "From", false},
                    NameCase{"comment_open", "Content-Type(x", true},
                    NameCase{"longer_without_comment", "Content-Type-Extended", false}),
    [](const auto& info) { return info.param.name; });

TEST(MimeFieldsProperty, NeverGiveWhatIsNotThere) {
    const std::vector<std::string> pieces{
        "Content", "-",   "Type", "Transfer", "Encoding", "Disposition", ": ", ":",    "\n",          "\r\n",
        " ",       "\0"s, "(",    ")",        "a/b",      "base64",      "_",  "\xE9", "MIME-Version"};
    std::mt19937 random(24);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string header = random_pieces(random, pieces, 24);
        std::string classes, again;
        const std::string found = fields_of(header, classes);
        ASSERT_EQ(fields_of(header, again), found);
        ASSERT_EQ(classes, again);
    }
}

TEST(MimeFieldsProperty, ATypeOfOneLetterChangedIsStillSeen) {
    constexpr std::string_view name = "Content-Transfer-Encoding";
    for (std::size_t at = 1; at < name.size(); ++at) {
        std::string changed(name);
        changed[at] = changed[at] == 'q' ? 'z' : 'q';
        EXPECT_TRUE(resembles_mime_field(changed)) << changed;
        changed.erase(at, 1);
        EXPECT_TRUE(resembles_mime_field(changed)) << changed;
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
