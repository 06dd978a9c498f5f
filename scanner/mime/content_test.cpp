#include "scanner/mime/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

Content content_of(std::string_view header, std::string& classes, std::string_view in_use = "foo") {
    const HeaderBlock block = parse_header(base::as_bytes(header));
    Ambiguities met;
    Content content = read_content(
        block, "text/plain", [in_use](std::string_view boundary) { return boundary == in_use; }, met);
    classes = classes_of(met);
    return content;
}

// "type" or "type:boundary" of each shape, "?" behind one that nothing declares.
std::vector<std::string> shapes_of(const Content& content) {
    std::vector<std::string> out;
    for (const Shape& shape : content.shapes) {
        out.push_back(shape.type + (shape.boundary.empty() ? "" : ":") + shape.boundary +
                      (shape.declared ? "" : "?"));
    }
    return out;
}

struct Case {
    const char* name;
    std::string type;  // behind "Content-Type:"
    std::vector<std::string> shapes;
    std::string classes = {};
};

class ContentShapes : public testing::TestWithParam<Case> {};
TEST_P(ContentShapes, AreRead) {
    std::string classes;
    const Content content = content_of("Content-Type:" + GetParam().type + "\n\n", classes);
    EXPECT_EQ(shapes_of(content), GetParam().shapes);
    EXPECT_EQ(classes, GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(
    Ordinary, ContentShapes,
    testing::Values(
        Case{"text", " text/plain; charset=utf-8", {"text/plain"}},
        Case{"capitals", " TEXT/PLAIN; CHARSET=utf-8", {"text/plain"}},
        Case{"first_capitals", " Text/Plain", {"text/plain"}}, Case{"no_blank", "text/html", {"text/html"}},
        Case{"folded", " text/html;\r\n charset=utf-8", {"text/html"}},
        Case{"multipart", " multipart/mixed; boundary=\"foo\"", {"multipart/mixed:foo"}},
        Case{"multipart_without_boundary", " multipart/mixed", {"multipart/mixed", "text/plain?"}},
        Case{"boundary_that_is_not_in_use", " multipart/mixed; boundary=bar", {"multipart/mixed:bar"}},
        Case{"signed",
             " multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"foo\"",
             {"multipart/signed:foo"}},
        Case{"related",
             " multipart/related; type=\"multipart/alternative\"; boundary=\"foo\"",
             {"multipart/related:foo"}},
        Case{"related_bare",
             " multipart/related; type=text/html; boundary=\"foo\"",
             {"multipart/related:foo"}},
        Case{"mail", " message/rfc822", {"message/rfc822"}},
        Case{"name_with_parentheses", " application/pdf; name=report(1).pdf", {"application/pdf"}},
        Case{"name_in_quotes_with_parentheses",
             " application/pdf; name=\"report (1).pdf\"",
             {"application/pdf"}},
        Case{"semicolon", " text/plain;", {"text/plain"}}, Case{"no_slash", " text", {"text"}},
        Case{"empty", "", {"text/plain?"}}, Case{"semicolon_alone", " ;", {"text/plain?"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Bent, ContentShapes,
    testing::Values(
        Case{"case", " mUltIpARt/mIxeD; boundary=foo", {"multipart/mixed:foo"}, "header.case"},
        Case{"case_of_subtype", " multipart/miXed; boundary=foo", {"multipart/mixed:foo"}, "header.case"},
        Case{"blanks_in_type",
             " multipart / mixed; boundary=foo",
             {"multipart/mixed:foo", "text/plain?"},
             "header.space"},
        Case{"comment", " multipart/mixed (x); boundary=foo", {"multipart/mixed:foo"}, "header.comment"},
        Case{"comment_before", " (x) text/html", {"text/html"}, "header.comment"},
        Case{"encoded_word", " =?utf-8?Q?text/html?=", {"=?utf-8?q?text/html?="}, "header.encoded-word"},
        Case{"nul", " text/html\0x"s, {"text/html"}, "header.nul"},
        Case{"fold_in_type",
             " multipart/\r\n mixed; boundary=foo",
             {"multipart/mixed:foo", "text/plain?"},
             "header.folding header.space"},
        Case{"two_types", " text/plain, text/html", {"text/plain"}, "header.values"},
        Case{"multipart_second",
             " text/plain, multipart/mixed; boundary=foo",
             {"text/plain", "multipart/mixed:foo"},
             "boundary.foreign header.values"},
        Case{"application_second",
             " text/plain, application/zip",
             {"text/plain", "application/zip"},
             "header.values"},
        Case{"message_second",
             " text/plain; message/rfc822",
             {"text/plain", "message/rfc822"},
             "header.values"},
        Case{"no_subtype",
             " multipart; boundary=foo",
             {"multipart/mixed:foo", "text/plain?"},
             "type.multipart"},
        Case{"empty_subtype", " multipart/; boundary=foo", {"multipart/mixed:foo"}, "type.multipart"},
        Case{"quoted",
             " \"multipart/mixed\"; boundary=foo",
             {"multipart/mixed:foo", "text/plain?"},
             "type.quoted"},
        Case{"no_type_but_a_boundary",
             " ; boundary=foo",
             {"multipart/mixed:foo", "text/plain?"},
             "boundary.foreign"},
        Case{"boundary_of_a_text",
             " text/plain; boundary=foo",
             {"text/plain", "multipart/mixed:foo"},
             "boundary.foreign"},
        Case{"boundary_of_a_text_not_in_use", " text/plain; boundary=bar", {"text/plain"}},
        Case{"two_boundaries",
             " multipart/mixed; boundary=bar; boundary=foo",
             {"multipart/mixed:foo"},
             "boundary.duplicate"},
        Case{"two_boundaries_none_in_use",
             " multipart/mixed; boundary=bar; boundary=baz",
             {"multipart/mixed:bar"},
             "boundary.duplicate"}),
    [](const auto& info) { return info.param.name; });

struct Fields {
    const char* name;
    std::string header;
    std::vector<std::string> shapes;
    std::vector<Encoding> encodings;
    std::string classes = {};
};

class ContentFields : public testing::TestWithParam<Fields> {};
TEST_P(ContentFields, AreJoined) {
    std::string classes;
    const Content content = content_of(GetParam().header + "\n", classes);
    EXPECT_EQ(shapes_of(content), GetParam().shapes);
    EXPECT_EQ(content.encodings, GetParam().encodings);
    EXPECT_EQ(classes, GetParam().classes);
}

constexpr Encoding identity = Encoding::identity;
INSTANTIATE_TEST_SUITE_P(
    Cases, ContentFields,
    testing::Values(
        Fields{"none", "From: a\n", {"text/plain?"}, {identity}},
        Fields{
            "usual", "Content-Type: a/b\nContent-Transfer-Encoding: base64\n", {"a/b"}, {Encoding::base64}},
        Fields{"two_types",
               "Content-Type: a/b\nContent-Type: multipart/mixed; boundary=foo\n",
               {"a/b", "multipart/mixed:foo"},
               {identity},
               "header.duplicate"},
        Fields{"the_same_type_twice", "Content-Type: a/b\nContent-Type: a/b\n", {"a/b"}, {identity}},
        Fields{"type_misspelt",
               "Content_Type: multipart/mixed; boundary=foo\n",
               {"multipart/mixed:foo", "text/plain?"},
               {identity},
               "header.name"},
        Fields{"type_in_type",
               "Content-Type: Content-Type: multipart/mixed; boundary=foo\n",
               {"content-type:multipart/mixed", "multipart/mixed:foo", "text/plain?"},
               {identity},
               "boundary.foreign header.name header.space header.values"},
        Fields{"two_encodings",
               "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n",
               {"text/plain?"},
               {Encoding::base64, Encoding::quoted_printable},
               "encoding.several header.duplicate"},
        Fields{"boundary_in_disposition",
               "Content-Disposition: inline; boundary=foo\n",
               {"text/plain?"},
               {identity},
               "boundary.foreign"}),
    [](const auto& info) { return info.param.name; });

TEST(Content, HasCharsetNameAndDisposition) {
    std::string classes;
    const Content content = content_of(
        "Content-Type: text/plain; charset=\"Shift_JIS\"; name=a.txt\nContent-Disposition: Attachment; "
        "filename=a.txt\n"
        "Content-Transfer-Encoding: 8BIT\n\n",
        classes);
    EXPECT_EQ(content.charset, "Shift_JIS");
    EXPECT_EQ(content.name, "a.txt");
    EXPECT_EQ(content.disposition, "attachment");
    EXPECT_EQ(content.encoding_token, "8bit");
    EXPECT_EQ(classes, "");
}

TEST(Content, TheDefaultIsTheCallers) {
    Ambiguities met;
    const Content content = read_content({}, "message/rfc822", [](std::string_view) { return true; }, met);
    EXPECT_TRUE(content.is_message());
    EXPECT_FALSE(content.type_declared);
}

TEST(Content, ChoosesAShapeOrTheLast) {
    std::string classes;
    Content content =
        content_of("Content-Type: a/b\nContent-Type: multipart/mixed; boundary=foo\n\n", classes);
    EXPECT_EQ(content.type, "a/b");
    for (const std::size_t shape : {1U, 2U, 100U}) {
        content.choose(shape);
        EXPECT_TRUE(content.is_multipart());
        EXPECT_EQ(content.boundary, "foo");
    }
    content.choose(0);
    EXPECT_EQ(content.boundary, "");
}

TEST(Content, ABoundaryIsAskedForOnlyWhereItIsOdd) {
    const std::string header = "Content-Type: multipart/mixed; boundary=foo\n\n";
    const HeaderBlock block = parse_header(base::as_bytes(header));
    Ambiguities met;
    int asked = 0;
    (void)read_content(block, "text/plain", [&asked](std::string_view) { return ++asked > 0; }, met);
    EXPECT_EQ(asked, 0);
}

TEST(ContentProperty, OneShapeAtLeastAndNoneTwice) {
    const std::vector<std::string> pieces{"Content-Type:",
                                          "Content_Type:",
                                          "Content-Disposition:",
                                          " multipart/mixed",
                                          " text/plain",
                                          "; boundary=foo",
                                          "; boundary=\"bar",
                                          "; name=a",
                                          ", ",
                                          "application/x",
                                          "\n",
                                          "\r\n ",
                                          "Content-Transfer-Encoding:",
                                          " base64",
                                          "(x)",
                                          "\0"s,
                                          "message/rfc822",
                                          "=",
                                          "\""};
    std::mt19937 random(38);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string header = random_pieces(random, pieces, 20);
        std::string classes, again;
        Content content = content_of(header, classes);
        ASSERT_EQ(shapes_of(content_of(header, again)), shapes_of(content));
        ASSERT_EQ(again, classes);
        ASSERT_FALSE(content.shapes.empty());
        ASSERT_LE(content.shapes.size(), 16U);
        ASSERT_FALSE(content.encodings.empty());
        std::vector<std::string> sorted = shapes_of(content);
        std::ranges::sort(sorted);
        ASSERT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << testing::PrintToString(header);
        // More than one way to see it, and something says why; of a multipart without a boundary the reading
        // does.
        const bool bounded = std::ranges::any_of(content.shapes, [](const Shape& shape) {
            return !shape.type.starts_with("multipart/") || !shape.boundary.empty();
        });
        if (content.shapes.size() > 1 && bounded && content.shapes.back().type != "text/plain") {
            ASSERT_NE(classes, "") << testing::PrintToString(header);
        }
    }
}

// Whichever field a client takes: the name that runs is seen.
TEST(ContentNames, AreThoseOfAllFields) {
    const std::string plain = "Content-Type: a/b; name=a.txt\nContent-Disposition: inline; filename=a.txt\n";
    for (const std::string later :
         {"Content-Type: a/b; name=x.vbs\n", "Content-Disposition: attachment; filename=x.vbs\n"}) {
        std::string classes;
        EXPECT_EQ(content_of(plain + later + "\n", classes).name, "x.vbs") << later;
        EXPECT_EQ(classes, "header.duplicate name.conflict name.extension-conflict");
        EXPECT_EQ(content_of(later + plain + "\n", classes).name, "x.vbs") << later;
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
