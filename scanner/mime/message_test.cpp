#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "base/base64.h"
#include "scanner/mime/formats.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One line per child: "label|name|claimed type|opened by|text", line ends as \n.
std::string line_of(const TestChild& child) {
    std::string text;
    for (const char c : child.text()) {
        if (c != '\r') text += c;
    }
    return child.spec.label + "|" + child.spec.name + "|" + child.spec.claimed_type + "|" +
           child.spec.opened_by + "|" + text;
}

struct Opened {
    std::vector<std::string> children;
    std::vector<std::string> findings;
    std::vector<std::string> limits;
    model::MessageFacts facts;
};

Opened open(const Format& format, std::string_view input, const model::ScanLimits& limits = {}) {
    TestExtraction extraction(limits);
    const Part part = test_part(base::as_bytes(input));
    format.open(part, extraction);
    Opened out{.limits = extraction.budget().reached(), .facts = extraction.message()};
    for (const TestChild& child : extraction.children)
        out.children.push_back(line_of(child));
    for (const model::Finding& finding : extraction.findings().all())
        out.findings.push_back(finding.id);
    return out;
}

struct Case {
    const char* name;
    std::string input;
    std::vector<std::string> children;
    std::vector<std::string> findings = {};
};

std::string crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

class Message : public testing::TestWithParam<Case> {};

TEST_P(Message, IsOpened) {
    for (const std::string& input : {GetParam().input, crlf(GetParam().input)}) {
        const Opened opened = open(message_format, input);
        EXPECT_EQ(opened.children, GetParam().children);
        EXPECT_EQ(opened.findings, GetParam().findings);
        EXPECT_THAT(opened.limits, IsEmpty());
    }
}

constexpr const char* mixed = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=foo\n\n";

INSTANTIATE_TEST_SUITE_P(
    Simple, Message,
    testing::Values(
        Case{"empty", "", {"|||mime|"}}, Case{"plain", "From: a\nSubject: b\n\nHello\n", {"|||mime|Hello\n"}},
        Case{"base64",
             "Content-Type: application/zip; name=x.zip\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n",
             {"|x.zip|application/zip|mime|PK\x03\x04"}},
        Case{"quoted_printable",
             "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: "
             "Quoted-Printable\n\na=3D=\nb\n",
             {"||text/html|mime|a=b\n"}},
        Case{"uuencode_encoding",
             "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n",
             {"|cat.txt||mime|Cat", "|||mime|begin 644 cat.txt\n#0V%T\n`\nend\n"},
             {"mime.ambiguous.encoding.unknown"}},
        Case{"uuencode_without_begin",
             "Content-Type: a/b; name=c.txt\nContent-Transfer-Encoding: uuencode\n\n#0V%T\n",
             {"|c.txt|a/b|mime|Cat", "|c.txt|a/b|mime|#0V%T\n"},
             {"mime.ambiguous.encoding.unknown"}},
        Case{"uuencode_in_text",
             "Subject: x\n\nHi\nbegin 644 cat.txt\n#0V%T\n`\nend\n",
             {"|||mime|Hi\nbegin 644 cat.txt\n#0V%T\n`\nend\n", "|cat.txt||uuencode|Cat"},
             {"mime.ambiguous.text.uuencode"}},
        Case{"uuencode_in_quoted_printable",
             "Content-Transfer-Encoding: quoted-printable\n\nHi\nbegin 644 cat.txt\n#0V%T\n`\nend\n",
             {"|||mime|Hi\nbegin 644 cat.txt\n#0V%T\n`\nend\n", "|cat.txt||uuencode|Cat"},
             {"mime.ambiguous.text.uuencode"}},
        Case{"encoding_unknown",
             "Content-Transfer-Encoding: x-foo\n\nHello\n",
             {"|||mime|Hello\n"},
             {"mime.ambiguous.encoding.unknown"}},
        Case{"encoding_unknown_but_base64",
             "Content-Transfer-Encoding: basE46\n\n" + std::string(80, 'A') + "\n",
             {"|||mime|" + std::string(80, 'A') + "\n", "|||mime|" + std::string(60, '\0')},
             {"mime.ambiguous.encoding.unknown"}},
        Case{"encoding_commented",
             "Content-Transfer-Encoding: (x) base64\n\nSGk=\n",
             {"|||mime|Hi", "|||mime|SGk=\n"},
             {"mime.ambiguous.header.comment"}},
        Case{"base64_damaged",
             "Content-Transfer-Encoding: base64\n\nSG*k=\n",
             {"|||mime|Hi", "|||mime|H"},
             {"mime.ambiguous.base64.garbage"}},
        Case{"message_partial",
             "Content-Type: message/partial; id=x; number=1\n\nfragment\n",
             {"||message/partial|mime|fragment\n"},
             {"mime.partial"}},
        Case{"external_body",
             "Content-Type: message/external-body; access-type=URL\n\nContent-Type: a/b\n\n",
             {"||message/external-body|mime|Content-Type: a/b\n\n"},
             {"mime.external-body"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Multipart, Message,
    testing::Values(
        Case{"two_parts",
             std::string(mixed) + "--foo\n\none\n--foo\nContent-Type: a/b; name=c\n\ntwo\n--foo--\n",
             {"|||mime|one", "|c|a/b|mime|two"}},
        Case{"usual_preamble",
             std::string(mixed) + "This is a multi-part message in MIME format.\n--foo\n\none\n--foo--\n",
             {"|||mime|one"}},
        Case{"preamble_with_content",
             std::string(mixed) + "Content-Type: a/b\n\nx\n--foo\n\none\n--foo--\n",
             {"preamble|||mime|Content-Type: a/b\n\nx", "|||mime|one", "||a/b|mime|x"},
             {"mime.ambiguous.boundary.preamble"}},
        Case{"long_epilogue",
             std::string(mixed) + "--foo\n\none\n--foo--\n" + std::string(600, '.'),
             {"|||mime|one", "epilogue|||mime|" + std::string(600, '.')}},
        Case{"blank_epilogue", std::string(mixed) + "--foo\n\none\n--foo--\n\n \n", {"|||mime|one"}},
        Case{"part_behind_the_end",
             std::string(mixed) + "--foo\n\none\n--foo--\n--foo\nContent-Type: a/b\n\ntwo\n",
             {"|||mime|one", "||a/b|mime|two\n"},
             {"mime.ambiguous.boundary.epilogue", "mime.ambiguous.boundary.unterminated"}},
        Case{"nested",
             std::string(mixed) +
                 "--foo\nContent-Type: multipart/alternative; boundary=bar\n\n"
                 "--bar\n\none\n--bar\nContent-Type: text/html\n\ntwo\n--bar--\n\n--foo\n\nthree\n--foo--\n",
             {"|||mime|one", "||text/html|mime|two", "|||mime|three"}},
        Case{"inner_boundary_longer",
             std::string(mixed) + "--foo\nContent-Type: multipart/mixed; boundary=foobar\n\n"
                                  "--foobar\n\none\n--foobar--\n--foo\n\ntwo\n--foo--\n",
             {"|||mime|one", "|||mime|two"},
             {"mime.ambiguous.boundary.prefix"}},
        Case{"longer_boundary_of_a_nested_message",
             std::string(mixed) + "--foo\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; "
                                  "boundary=foobar\n\n--foobar\n\none\n--foobar--\n--foo--\n",
             {"||message/rfc822|mime|Content-Type: multipart/mixed; "
              "boundary=foobar\n\n--foobar\n\none\n--foobar--"}},
        Case{
            "inner_unterminated",
            std::string(mixed) +
                "--foo\nContent-Type: multipart/mixed; boundary=bar\n\n--bar\n\none\n--foo\n\ntwo\n--foo--\n",
            {"|||mime|one", "|||mime|two"},
            {"mime.ambiguous.boundary.unterminated"}},
        Case{"unterminated",
             std::string(mixed) + "--foo\n\none\n",
             {"|||mime|one\n"},
             {"mime.ambiguous.boundary.unterminated"}},
        Case{"same_boundary_inside",
             std::string(mixed) +
                 "--foo\nContent-Type: multipart/mixed; boundary=foo\n\n--foo\n\none\n--foo--\n--foo--\n",
             {"|||mime|one"},
             {"mime.ambiguous.boundary.shared"}},
        Case{"boundary_missing",
             "Content-Type: multipart/mixed\n\n--x\n\none\n--x--\n",
             {"|||mime|one", "|||mime|--x\n\none\n--x--\n"},
             {"mime.ambiguous.boundary.missing"}},
        Case{"boundary_missing_no_delimiter",
             "Content-Type: multipart/mixed\n\nhello\n",
             {"||text/plain|mime|hello\n"},
             {"mime.ambiguous.boundary.missing"}},
        Case{"boundary_never_used",
             std::string(mixed) + "hello\n",
             {"||text/plain|mime|hello\n"},
             {"mime.ambiguous.boundary.unused"}},
        Case{"blanks_behind_delimiter",
             std::string(mixed) + "--foo  \n\none\n--foo-- \t\n",
             {"|||mime|one"},
             {"mime.ambiguous.boundary.blanks", "mime.ambiguous.boundary.blanks"}},
        Case{"text_behind_delimiter",
             std::string(mixed) + "--foo x\n\none\n--foo--\n",
             {"|||mime|one"},
             {"mime.ambiguous.boundary.trailing"}},
        Case{"delimiter_in_header",
             std::string(mixed) + "--foo\nContent-Type: a/b\n--foo\n\none\n--foo--\n",
             {"||a/b|mime|", "|||mime|one"},
             {"mime.ambiguous.header.separator"}},
        Case{"part_without_blank_line",
             std::string(mixed) + "--foo\nhello world\n--foo--\n",
             {"|||mime|hello world"},
             {"mime.ambiguous.header.separator"}},
        Case{"digest",
             "Content-Type: multipart/digest; boundary=foo\n\n--foo\n\nSubject: x\n\none\n--foo--\n",
             {"||message/rfc822|mime|Subject: x\n\none"}},
        Case{"message_in_base64",
             std::string(mixed) + "--foo\nContent-Type: message/rfc822\nContent-Transfer-Encoding: "
                                  "base64\n\nU3ViamVjdDogeA==\n--foo--\n",
             {"||message/rfc822|mime|Subject: x", "||message/rfc822|mime|U3ViamVjdDogeA=="},
             {"mime.ambiguous.encoding.composite"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Japanese, Message,
    testing::Values(
        Case{"rfc2231_name",
             "Content-Type: a/b\nContent-Disposition: attachment;\n filename*0*=iso-2022-jp''%1B%24B%40A;\n "
             "filename*1*=5a%3Dq%1B%28B.doc\n\nx",
             {"|請求書.doc|a/b|mime|x"}},
        Case{"raw_shift_jis_name",
             "Content-Type: a/b; name=\"\x83\x5C\x90\xBF.doc\"\n\nx",
             {"|ソ請.doc|a/b|mime|x"},
             {"mime.ambiguous.name.8bit"}},
        Case{"disposition_before_type",
             "Content-Type: a/b; name=a.txt\nContent-Disposition: attachment; filename=b.exe\n\nx",
             {"|b.exe|a/b|mime|x"},
             {"mime.ambiguous.name.conflict", "mime.ambiguous.name.extension-conflict"}},
        Case{"words_in_quotes",
             "Content-Type: a/b;\n name=\"=?ISO-2022-JP?B?GyRCQEE=?=\n "
             "=?ISO-2022-JP?B?NWE9cRsoQg==?=.zip\"\n\nx",
             {"|請求書.zip|a/b|mime|x"},
             {"mime.ambiguous.name.encoded-word"}},
        Case{"iso_2022_jp_text_stays_bytes",
             "Content-Type: text/plain; charset=ISO-2022-JP\n\n\x1B$B@A\x1B(B",
             {"||text/plain|mime|\x1B$B@A\x1B(B"}}),
    [](const auto& info) { return info.param.name; });

TEST(MessageFacts, AreDecodedAndCut) {
    const Opened opened =
        open(message_format,
             "Subject: =?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=\r\nFrom: =?utf-8?Q?caf=C3=A9?= <a@b>\r\n"
             "Message-ID: <1@x>\r\n\r\n");
    EXPECT_EQ(opened.facts.subject, "請求書");
    EXPECT_EQ(opened.facts.from, "café <a@b>");
    EXPECT_EQ(opened.facts.message_id, "<1@x>");
    std::string subject = "x";
    for (int i = 0; i < 1'000; ++i)
        subject += "請";
    EXPECT_EQ(open(message_format, "Subject: " + subject + "\n\n").facts.subject.size(), 1'000u);
}

TEST(MessageFacts, AreThoseOfTheOutermostAlone) {
    TestExtraction extraction;
    extraction.outermost = false;
    const std::string input = "Subject: x\n\n";
    message_format.open(test_part(base::as_bytes(input)), extraction);
    EXPECT_EQ(extraction.message().subject, "");
}

TEST(MessageCharset, IsHandedOn) {
    TestExtraction extraction;
    const std::string input = "Content-Type: text/plain; charset=\"Shift_JIS\"\n\nx";
    message_format.open(test_part(base::as_bytes(input)), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].spec.charset, "Shift_JIS");
}

TEST(MessageFlags, SayWhatIsAmbiguousOrDamaged) {
    TestExtraction extraction;
    const std::string input = "Content-Transfer-Encoding: none\n\n" + std::string(80, 'A') + "!\n";
    message_format.open(test_part(base::as_bytes(input)), extraction);
    ASSERT_GE(extraction.children.size(), 2u);
    EXPECT_FALSE(extraction.children[0].spec.flags.has(PartFlag::hidden));
    EXPECT_THAT(extraction.children[1].spec.readings, ElementsAre("encoding base64"));
    EXPECT_TRUE(extraction.children[1].spec.flags.has(PartFlag::ambiguous));
    EXPECT_TRUE(extraction.children[1].spec.flags.has(PartFlag::hidden));
    EXPECT_TRUE(extraction.children[1].spec.flags.has(PartFlag::damaged));
}

TEST(MessageLimit, TenThousandParts) {
    std::string input = mixed;
    for (int i = 0; i < 12'000; ++i)
        input += "--foo\nContent-Type: a/b\n\nx\n";
    const Opened opened = open(message_format, input);
    EXPECT_EQ(opened.children.size(), 10'000u);
    EXPECT_THAT(opened.limits, ElementsAre("limit.parts"));
}

TEST(MessageLimit, NestingIsALimitAndWhatIsDeeperStaysAPart) {
    std::string input;
    for (int i = 0; i < 1'000; ++i) {
        const std::string boundary = "b" + std::to_string(i);
        input += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
    }
    input += "Content-Type: a/b\n\ndeep\n";
    const Opened opened = open(message_format, input);
    EXPECT_THAT(opened.limits, ElementsAre("limit.depth"));
    ASSERT_EQ(opened.children.size(), 2u);
    EXPECT_THAT(opened.children[0], testing::HasSubstr("multipart/mixed"));
    EXPECT_THAT(opened.children[0], testing::HasSubstr("deep"));
    EXPECT_EQ(opened.children[1], "||a/b|mime|deep\n") << "that reading knows no nesting";
}

TEST(MessageLimit, HeaderOfTenMegabytesAndTheBodyIsRead) {
    const Opened opened = open(message_format, "X: " + std::string(11u << 20, 'x') + "\n\nbody");
    EXPECT_THAT(opened.limits, ElementsAre("limit.header"));
    EXPECT_THAT(opened.children, ElementsAre("|||mime|body"));
}

TEST(MessageLimit, ATruncatedPartIsFlagged) {
    model::ScanLimits limits;
    limits.max_part_bytes = 1'000;
    TestExtraction extraction(limits);
    const std::string input = "Content-Transfer-Encoding: base64\n\n" + std::string(8'000, 'A');
    message_format.open(test_part(base::as_bytes(input)), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::truncated));
    EXPECT_THAT(extraction.budget().reached(), ElementsAre("limit.part-bytes"));
}

TEST(MessageZeroCopy, AnUnencodedPartIsAViewOfItsParent) {
    const std::string input = "Subject: x\n\nhello";
    TestExtraction extraction;
    message_format.open(test_part(base::as_bytes(input)), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].text().data(), std::string_view(input).substr(12).data());
}

TEST(MultipartFormat, OpensABodyWithoutItsHeader) {
    const std::string input =
        "--foo\nContent-Type: a/b; name=c\n\none\n--foo\nContent-Type: d/e\n\ntwo\n--foo--\n";
    EXPECT_GT(multipart_format.recognise(base::as_bytes(input), ""), no_match);
    const Opened opened = open(multipart_format, input);
    EXPECT_THAT(opened.children, ElementsAre("|c|a/b|mime|one", "||d/e|mime|two"));
    EXPECT_THAT(opened.findings, IsEmpty());
    EXPECT_EQ(multipart_format.recognise(base::as_bytes("--foo\nhello\n"), ""), no_match);
    EXPECT_EQ(multipart_format.recognise(base::as_bytes("-- \nA signature\n"), ""), no_match);
    EXPECT_EQ(multipart_format.recognise({}, ""), no_match);
}

struct LookCase {
    const char* name;
    std::string input;
    bool undeclared;
    bool declared;
};
class Look : public testing::TestWithParam<LookCase> {};
TEST_P(Look, TellsMessages) {
    EXPECT_EQ(looks_like_message(base::as_bytes(GetParam().input), false), GetParam().undeclared);
    EXPECT_EQ(looks_like_message(base::as_bytes(GetParam().input), true), GetParam().declared);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Look,
    testing::Values(LookCase{"empty", "", false, false},
                    LookCase{"usual", "Received: from x\n by y\nFrom: a\nTo: b\n\nc", true, true},
                    LookCase{"mbox", "From x Mon\nReceived: x\nFrom: a\n\n", true, true},
                    LookCase{"mht", "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n",
                             true, true},
                    LookCase{"quoted_reply", "From: a\nSent: b\nTo: c\nSubject: d\n\nhello", false, true},
                    LookCase{"one_field", "Subject: d\n\nhello", false, true},
                    LookCase{"text", "Hello world\nFrom: x\nReceived: y\n", false, false},
                    LookCase{"http", "HTTP/1.1 200 OK\nDate: x\nContent-Type: a/b\n\n", false, false},
                    LookCase{"binary", std::string("PK\x03\x04\0\0", 6), false, false}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sekisho::scanner::mime
