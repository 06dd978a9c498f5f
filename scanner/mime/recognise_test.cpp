#include "scanner/mime/recognise.h"

#include <gtest/gtest.h>

#include "scanner/mime/formats.h"
#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

struct Case {
    const char* name;
    std::string bytes;
    bool message;
    bool multipart;
    std::string file = {};
};

class Recognised : public testing::TestWithParam<Case> {};
TEST_P(Recognised, AsWhatItIs) {
    const base::Bytes bytes = base::as_bytes(GetParam().bytes);
    EXPECT_EQ(recognise_message(bytes, GetParam().file) > no_match, GetParam().message);
    EXPECT_EQ(recognise_multipart(bytes, GetParam().file) > no_match, GetParam().multipart);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, Recognised,
    testing::Values(Case{"received", "Received: from a\n by b\nFrom: c\n\nd", true, false},
                    Case{"crlf", "Received: from a\r\n by b\r\nFrom: c\r\n\r\nd", true, false},
                    Case{"no_body", "Message-ID: <a>\nFrom: c\n", true, false},
                    Case{"two_machine_fields", "MIME-Version: 1.0\nContent-Type: a/b\n\n", true, false},
                    Case{"small_letters", "message-id: <a>\nfrom: c\n\n", true, false},
                    Case{"mbox", "From a@b Mon Jan  5\nReceived: x\nFrom: a\n\nb", true, false},
                    Case{"quoted_mbox", ">From a@b Mon Jan  5\nReceived: x\nFrom: a\n\nb", true, false},
                    Case{"blank_before_colon", "Received : x\nFrom : a\n\nb", true, false},
                    Case{"long_field_first",
                         "X-Long: " + std::string(4'000, 'x') + "\nReceived: x\nFrom: a\n\nb", true, false},
                    Case{"machine_field_twice", "Received: a\nReceived: b\n\n", false, false},
                    Case{"machine_field_too_far",
                         "X-Long: " + std::string(9'000, 'x') + "\nReceived: x\nFrom: a\n\nb", false, false},
                    Case{"quoted_reply", "From: a\nSent: b\nTo: c\nSubject: d\n\nhello", false, false},
                    Case{"blank_line_first", "\nReceived: x\nFrom: a\n\nb", false, false},
                    Case{"text_first", "Hello\nReceived: x\nFrom: a\n\nb", false, false},
                    Case{"http", "HTTP/1.1 200 OK\nContent-Type: a/b\nDate: c\n\n", false, false},
                    Case{"json", "{\"Received: \": 1}", false, false},
                    Case{"yaml", "version: 1\nfrom: a\nto: b\n", false, false},
                    Case{"empty", "", false, false}, Case{"colon", ":", false, false},
                    Case{"binary", "PK\x03\x04\0\0"s, false, false}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(ByName, Recognised,
                         testing::Values(Case{"eml", "Subject: x\n\ny", true, false, "a.eml"},
                                         Case{"capitals", "Subject: x\n\ny", true, false, "A.EML"},
                                         Case{"mht", "From: <Saved by Blink>\n\ny", true, false, "a.mht"},
                                         Case{"mhtml", "From: x\n\ny", true, false, "a.mhtml"},
                                         Case{"blank_lines_first", "\r\n\r\nSubject: x\n\ny", true, false,
                                              "a.eml"},
                                         Case{"text_alone", "Hello\n", false, false, "a.eml"},
                                         Case{"empty_file", "", false, false, "a.eml"},
                                         Case{"other_name", "Subject: x\n\ny", false, false, "a.txt"},
                                         Case{"eml_within", "Subject: x\n\ny", false, false, "a.eml.txt"}),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Multiparts, Recognised,
    testing::Values(
        Case{"usual", "--foo\nContent-Type: a/b\n\nx\n--foo--\n", false, true},
        Case{"crlf_lines", "--foo\r\nContent-Type: a/b\r\n\r\nx", false, true},
        Case{"small_field", "--foo\ncontent-type: a/b\n\nx", false, true},
        Case{"other_field", "--foo\nContent-Disposition: inline\n\nx", false, true},
        Case{"blank_line_before", "\r\n--foo\r\nContent-Type: a/b\r\n\r\nx", false, true},
        Case{"preamble", "This is a multi-part message in MIME format.\n\n--foo\nContent-Type: a/b\n\nx",
             false, true},
        Case{"dashes_of_outlook", "------=_NextPart_000\nContent-Type: a/b\n\nx", false, true},
        Case{"long_preamble", std::string(1'100, 'x') + "\n--foo\nContent-Type: a/b\n\nx", false, false},
        Case{"no_field", "--foo\nhello\n", false, false},
        Case{"other_fields", "--foo\nFrom: a\n\nx", false, false},
        Case{"field_without_colon", "--foo\nContent-Type a/b\n\nx", false, false},
        Case{"signature", "-- \nContent-Type: a/b\n", false, false},
        Case{"two_words", "--foo bar\nContent-Type: a/b\n", false, false},
        Case{"dashes_alone", "--\nContent-Type: a/b\n", false, false},
        Case{"nothing_behind", "--foo", false, false}, Case{"option", "--verbose\n", false, false}),
    [](const auto& info) { return info.param.name; });

TEST(RecognisedProperty, TheSameForTheSameAndNothingBeyondTheHead) {
    const std::vector<std::string> pieces{"--foo",       "\n",      "\r\n",  "Content-Type: a/b",
                                          "Received: x", "From: a", "From ", " ",
                                          ":",           "\0"s,     "-",     "\r"};
    std::mt19937 random(31);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string head = random_pieces(random, pieces, 12);
        const base::Bytes bytes = base::as_bytes(head);
        ASSERT_EQ(recognise_message(bytes, ""), recognise_message(bytes, ""));
        // What is undeclared and looks like a message is one where it is declared.
        if (looks_like_message(bytes, false)) {
            ASSERT_TRUE(looks_like_message(bytes, true)) << head;
        }
        const Confidence multipart = recognise_multipart(bytes, "");
        ASSERT_TRUE(multipart == no_match || head.find("--foo") != head.npos || head.find("--") != head.npos);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
