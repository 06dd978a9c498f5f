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

}  // namespace
}  // namespace sekisho::scanner::mime
