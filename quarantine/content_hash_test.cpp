#include "quarantine/content_hash.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sekisho::quarantine {
namespace {

const std::string original =
    "Received: from a by b\r\n"
    "From: Eve <eve@example.net>\r\n"
    "Subject: one\r\n two\r\n"
    "Content-Type: text/plain\r\n"
    "\r\n"
    "line 1\r\nline 2\r\n";

std::string hash(const std::string& text, std::uint8_t mask) {
    return base::hex(content_hash(base::as_bytes(text), mask));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

struct Case {
    const char* name;
    std::string text;
    bool same;
};

TEST(ContentHash, KnowsWhatCounts) {
    const std::uint8_t mask = present_fields(base::as_bytes(original));
    EXPECT_EQ(mask, 2);  // From alone
    const Case cases[] = {
        {"as it is", original, true},
        {"another Received", "Received: from c\r\n\tby d\r\n" + original, true},
        {"token and results of ours", "X-Sekisho-Release: abc\r\nX-Sekisho-Verdict: clean\r\n" + original,
         true},
        {"DKIM and authentication results",
         "DKIM-Signature: x\r\nAuthentication-Results: y\r\nARC-Seal: z\r\n" + original, true},
        {"added Date, Message-ID and To",
         replaced(original, "\r\n\r\n", "\r\nDate: now\r\nMessage-Id: <1@x>\r\nTo: all:;\r\n\r\n"), true},
        {"folded elsewhere", replaced(original, "one\r\n two", "one two"), true},
        {"field name in capitals", replaced(original, "Subject", "SUBJECT"), true},
        {"fields in another order",
         replaced(replaced(original, "Content-Type: text/plain\r\n", ""),
                  "From:", "Content-Type: text/plain\r\nFrom:"),
         true},
        {"LF for CRLF",
         "From: Eve <eve@example.net>\nSubject: one two\nContent-Type: text/plain\n\nline 1\nline 2\n", true},
        {"no line end at the end", replaced(original, "line 2\r\n", "line 2"), true},
        {"empty lines at the end", original + "\r\n\r\n", true},
        {"edited body", replaced(original, "line 2", "line 3"), false},
        {"longer body", original + "more\r\n", false},
        {"empty line within", replaced(original, "line 1\r\n", "line 1\r\n\r\n"), false},
        {"blank within the body", replaced(original, "line 1", "line  1"), false},
        {"edited subject", replaced(original, "one", "two"), false},
        {"another subject more", replaced(original, "Content", "Subject: three\r\nContent"), false},
        {"edited From", replaced(original, "eve@", "eva@"), false},
        {"no From", replaced(original, "From: Eve <eve@example.net>\r\n", ""), false},
        {"another type", replaced(original, "text/plain", "text/html"), false},
        {"a type before the type", replaced(original, "From", "Content-Type: text/html\r\nFrom"), false},
        {"added Reply-To", "Reply-To: x@example.org\r\n" + original, false},
        {"header moved into the body", replaced(original, "Content-Type", "\r\nContent-Type"), false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(hash(c.text, mask) == hash(original, mask), c.same) << c.name;
    }
}

TEST(ContentHash, OrderOfFieldsOfOneNameCounts) {
    EXPECT_NE(hash("Content-Type: a\r\nContent-Type: b\r\n\r\n", 0),
              hash("Content-Type: b\r\nContent-Type: a\r\n\r\n", 0));
}

TEST(ContentHash, TakesAnyBytes) {
    std::mt19937 random(11);
    for (int round = 0; round < 2'000; ++round) {
        std::string text =
            original.substr(0, std::uniform_int_distribution<std::size_t>(0, original.size())(random));
        for (int flips = 0; flips < 3 && !text.empty(); ++flips) {
            const auto at = std::uniform_int_distribution<std::size_t>(0, text.size() - 1)(random);
            text[at] = static_cast<char>(random());
        }
        const auto mask = present_fields(base::as_bytes(text));
        const std::string wire = for_the_wire(base::as_bytes(text), "X-Sekisho-Release");
        EXPECT_EQ(hash(wire, mask), hash(text, mask)) << round;
        // No bare CR or LF is left.
        for (std::size_t i = 0; i < wire.size(); ++i) {
            ASSERT_TRUE(wire[i] != '\n' || (i > 0 && wire[i - 1] == '\r'));
            ASSERT_TRUE(wire[i] != '\r' || (i + 1 < wire.size() && wire[i + 1] == '\n'));
        }
    }
}

TEST(ForTheWire, KeepsWellFormedMailByteForByte) {
    const std::string bodies[] = {original, "A: b\r\n\r\n", "A: b\r\n\r\n.\r\n..\r\n", "A: b\r\n\r\nno end",
                                  "\r\nonly body\r\n"};
    for (const std::string& text : bodies)
        EXPECT_EQ(for_the_wire(base::as_bytes(text), "X-Sekisho-Release"), text);
}

TEST(ForTheWire, TakesTheFieldOutWhereverItStands) {
    const std::string text =
        "x-sekisho-release: a\r\n b\r\nA: b\r\nX-Sekisho-Release : c\r\n\r\nX-Sekisho-Release: body\r\n";
    EXPECT_EQ(for_the_wire(base::as_bytes(text), "X-Sekisho-Release"),
              "A: b\r\n\r\nX-Sekisho-Release: body\r\n");
}

TEST(ForTheWire, MakesBareLineEndsWhole) {
    EXPECT_EQ(for_the_wire(base::as_bytes(std::string_view("A: b\n\nx\n.\ny\rz")), "Q"),
              "A: b\r\n\r\nx\r\n.\r\ny\r\nz");
}

}  // namespace
}  // namespace sekisho::quarantine
