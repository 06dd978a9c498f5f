// Messages in which only some clients see the payload: it is among the children, and the class is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "scanner/mime/formats.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Disguise {
    const char* name;
    std::string message;
    std::string payload;  // the text of a child
    std::string finding;
};

// Long enough to be told from a word, and no text.
const std::string file = std::string("PK\3\4").append(200, '\1').append("PK\5\6");

std::string base64(const std::string& data) {
    std::string out = base::base64_encode(base::as_bytes(data));
    for (std::size_t at = 76; at < out.size(); at += 77)
        out.insert(at, 1, '\n');
    return out + "\n";
}

std::string quoted(const std::string& data) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto byte = static_cast<unsigned char>(data[i]);
        out += {'=', digits[byte >> 4U], digits[byte & 15U]};
        if (i % 20 == 19) out += "=\n";
    }
    return out + "=\n";
}

// ASCII as UTF-16LE.
std::string wide(std::string_view ascii) {
    std::string out;
    for (const char c : ascii)
        out += {c, '\0'};
    return out;
}

class Disguised : public testing::TestWithParam<Disguise> {};
TEST_P(Disguised, IsSeenAndNamed) {
    const auto& [name, message, payload, finding] = GetParam();
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(message));
    message_format.open(part, extraction);
    std::vector<std::string> texts;
    for (const TestChild& child : extraction.children)
        texts.emplace_back(child.text());
    EXPECT_THAT(texts, testing::Contains(payload));
    std::vector<std::string> found;
    for (const model::Finding& each : extraction.findings().all())
        found.push_back(each.id);
    EXPECT_THAT(found, testing::Contains(finding));
}

const std::string late = "mime.ambiguous.header.late";
const std::string type = "MIME-Version: 1.0\nContent-Type: application/x-a\n";
const std::string encoding = "Content-Transfer-Encoding: base64\n\n";
const std::string mail = "Content-Type: message/x-a\n\nContent-Transfer-Encoding: base64\n\n";
const std::string encoded_multipart =
    "Content-Type: multipart/mixed; boundary=\"\n\n--\nContent-Type: multipart/mixed; boundary=b\n"
    "Content-Transfer-Encoding: quoted-printable\n\n";
const std::string mail_in = "Content-Type: message/rfc822\nContent-Transfer-Encoding: ";
const std::string plain_mail = "From: a\nSubject: b\nContent-Type: text/plain\n" +
                               ("Content-Transfer-Encoding: quoted-printable\n\na=3Db\n"s);
const std::string html = "Content-Type: text/html\n";
const std::string late_qp = "Content-Transfer-Encoding: quoted-printable\n\na=3Db\n";
const std::string crlf_type = "MIME-Version: 1.0\r\nContent-Type: application/x-a\r\n";
const std::string long_text(2'000, 'x');
const std::string parts = "Content-Type: multipart/mixed; boundary=foobar\n\n";

INSTANTIATE_TEST_SUITE_P(
    LateFields, Disguised,
    testing::Values(
        Disguise{
            "behind_a_line_of_junk",
            "Content-Type: text/html\n\nX \xE9: x\nContent-Transfer-Encoding: quoted-printable\n\na=3Db\n",
            "a=b\n", late},
        Disguise{
            "behind_two",
            "Content-Type: text/html\n\njunk\nmore\nContent-Transfer-Encoding: quoted-printable\n\na=3Db\n",
            "a=b\n", late},
        Disguise{"of_names_with_comments",
                 "Content-Type: text/html\n\nContent-Transfer-Encoding (x): quoted-printable\n\na=3Db\n",
                 "a=b\n", late}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Encodings, Disguised,
    testing::Values(
        Disguise{"quoted_printable_that_nobody_declares", type + "\n" + quoted(file), file,
                 "mime.ambiguous.encoding.absent"},
        Disguise{"base64_behind_junk",
                 type + "Content-Transfer-Encoding: base64\n\nthis line is junk\n\n" + base64(file), file,
                 "mime.ambiguous.base64.garbage"},
        Disguise{"late_body_by_pairs",
                 type + "Content-Transfer-Encoding: quoted-printable\n \njunk\n" + quoted(file + "=") +
                     "==\n" + quoted(file),
                 file + "==\n" + file, "mime.ambiguous.qp.escape"},
        Disguise{"an_encoding_behind_a_mail_of_no_known_kind", mail + base64(file), encoding + base64(file),
                 "mime.ambiguous.type.message"},
        Disguise{"a_multipart_in_an_encoding", encoded_multipart + quoted(file), file,
                 "mime.ambiguous.boundary.undeclared"},
        Disguise{"what_one_client_takes_for_a_preamble",
                 "Content-Type: multipart/mixed; boundary=b\nContent-Type: application/x-a\n"
                 "Content-Transfer-Encoding: quoted-printable\n\n" +
                     quoted(file) + "--b\n\nhi\n--b--\n",
                 file, "mime.ambiguous.header.duplicate"},
        Disguise{"a_mail_without_its_encoding", mail_in + "base64\n\n" + plain_mail, plain_mail,
                 "mime.ambiguous.encoding.composite"},
        Disguise{"a_mail_without_its_other_encoding", mail_in + "quoted-printable\n\n" + plain_mail,
                 plain_mail, "mime.ambiguous.encoding.composite"},
        Disguise{"blanks_in_what_begins_as_text",
                 type + "Content-Transfer-Encoding: quoted-printable\n\n" + long_text + "\n" + quoted(file) +
                     "  \n" + quoted(file),
                 long_text + "\n" + file + "  \n" + file, "mime.ambiguous.qp.blanks"},
        Disguise{"a_body_behind_a_bare_cr",
                 type + "Content-Transfer-Encoding: quoted-printable\n\n\r" + quoted(file), file,
                 "mime.ambiguous.header.line-end"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    FarLateFields, Disguised,
    testing::Values(
        Disguise{"behind_many_blank_lines", html + std::string(30, '\n') + late_qp, "a=b\n", late},
        Disguise{"behind_a_long_field", html + "\nX-Long: " + std::string(3'000, 'x') + "\n" + late_qp,
                 "a=b\n", late},
        Disguise{"behind_a_nul", html + "\n\0"s + late_qp, "a=b\n", late},
        Disguise{"behind_an_mbox_line", html + "\nFrom a@example.net\n" + late_qp, "a=b\n", late}),
    [](const auto& info) { return info.param.name; });

// What stricter clients see where a lenient one undoes an encoding or finds parts.
INSTANTIATE_TEST_SUITE_P(
    AsItStands, Disguised,
    testing::Values(Disguise{"an_encoding_with_a_comment_in_its_name",
                             type + "Content-Transfer-Encoding (x): base64\n\nQ2F0\n", "Q2F0\n",
                             "mime.ambiguous.header.comment"},
                    Disguise{"an_encoding_without_a_colon",
                             type + "Content-Transfer-Encoding base64\n\nQ2F0\n", "Q2F0\n",
                             "mime.ambiguous.header.no-colon"},
                    Disguise{"a_body_that_begins_at_it", type + "Content-Transfer-Encoding base64\n\nQ2F0\n",
                             "Content-Transfer-Encoding base64\n\nQ2F0\n", "mime.ambiguous.header.no-colon"},
                    Disguise{"a_body_that_begins_in_a_split_name",
                             type + "Content-\n Transfer-Encoding: base64\n\nQ2F0\n",
                             "Content-\n Transfer-Encoding: base64\n\nQ2F0\n",
                             "mime.ambiguous.header.folding"},
                    Disguise{"a_multipart_with_a_comment_in_its_name",
                             "Content-Type (x): multipart/mixed; boundary=b\n\n--b\n\nhi\n--b--\n",
                             "--b\n\nhi\n--b--\n", "mime.ambiguous.header.comment"},
                    Disguise{"a_mail_that_is_none_and_in_no_base64", mail_in + "base64\n\nWScript.Echo(1)\n",
                             "WScript.Echo(1)\n", "mime.ambiguous.encoding.composite"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LineEnds, Disguised,
    testing::Values(
        Disguise{"lf_for_crlf", crlf_type + "Content-Transfer-Encoding: 8bit\r\n\r\nPK\3\4\r\nPK\r\n",
                 "PK\3\4\nPK\n", "mime.ambiguous.encoding.line-ends"},
        Disguise{"lf_for_a_hard_break",
                 crlf_type + "Content-Transfer-Encoding: quoted-printable\r\n\r\nPK=03=04\r\nPK=0D=0A=e9\r\n",
                 "PK\3\4\nPK\r\n\xE9\n", "mime.ambiguous.encoding.line-ends"},
        Disguise{"a_cr_that_ends_a_line_of_a_text",
                 html + "Content-Transfer-Encoding: quoted-printable\n\nWS=\rcript\n", "WScript\n",
                 "mime.ambiguous.qp.escape"},
        Disguise{"blanks_behind_a_mark_in_a_text",
                 html + "Content-Transfer-Encoding: quoted-printable\n\n// x =\t\ncode\n", "// x =\t\ncode\n",
                 "mime.ambiguous.qp.blanks"},
        Disguise{"a_control_character_behind_a_name",
                 type + "Content-Transfer-Encoding\v: base64\n\n" + base64(file), file,
                 "mime.ambiguous.header.space"},
        Disguise{"base64_behind_padding", type + encoding + "hello=\n" + base64(file), file,
                 "mime.ambiguous.base64.padding"},
        Disguise{"uuencode_in_utf_16",
                 "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n" +
                     base64(wide("begin 644 a\n#0V%T\n`\nend\n")),
                 "Cat", "mime.ambiguous.text.uuencode"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Structure, Disguised,
    testing::Values(
        Disguise{"a_body_that_begins_with_a_comment", "Content-Type: text/html\n*Pass (B: hello\n",
                 "*Pass (B: hello\n", "mime.ambiguous.header.comment"},
        Disguise{
            "a_part_whose_header_begins_with_other_fields",
            parts + "--foobar\n\nhi\n--x\nX-Other: a\nContent-Type: text/html\n\nhello\n--x--\n--foobar--\n",
            "hello", "mime.ambiguous.boundary.undeclared"},
        Disguise{"a_mail_behind_the_second_dot",
                 "From: a\r\n\r\nhi\n.\r\nmore\r\nhi\n.\r\nFrom: b\r\nSubject: c\r\nContent-Type: "
                 "text/html\r\n\r\n"
                 "hello\r\n",
                 "From: b\r\nSubject: c\r\nContent-Type: text/html\r\n\r\nhello\r\n", "mime.smuggling"}),
    [](const auto& info) { return info.param.name; });

struct Plain {
    const char* name;
    std::string message;
};

class Undisguised : public testing::TestWithParam<Plain> {};
TEST_P(Undisguised, HasOnePart) {
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(GetParam().message));
    message_format.open(part, extraction);
    EXPECT_EQ(extraction.children.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Undisguised,
    testing::Values(
        Plain{"text_with_blanks_at_line_ends",
              html + "Content-Transfer-Encoding: quoted-printable\n\nDear Sir, \ngood bye \n"},
        Plain{"a_patch_in_a_text",
              html + "\nFrom 0123 Mon Sep 17\nFrom: A <a@example.net>\nContent-Type: text/plain\n\npatch\n"},
        Plain{"base64_that_is_no_file", parts + "--foobar\n\nhi\n\n" + base64(std::string(90, '\1'))},
        Plain{"binary_with_line_feeds",
              crlf_type + "Content-Transfer-Encoding: binary\r\n\r\nPK\3\4\r\nPK\n"}),
    [](const auto& info) { return info.param.name; });

TEST(DisguisesLimit, AThousandRunsAndSomethingSaysSo) {
    std::string message = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n";
    for (int i = 0; i < 1'100; ++i)
        message += std::string(64, 'A') + "\n!\n";
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(message));
    message_format.open(part, extraction);
    EXPECT_THAT(extraction.budget().reached(), testing::Contains("mime.readings.limit"));
}

}  // namespace
}  // namespace sekisho::scanner::mime
