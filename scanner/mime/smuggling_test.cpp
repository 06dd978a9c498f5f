#include "scanner/mime/smuggling.h"

#include <gtest/gtest.h>

#include "scanner/mime/testing_ambiguities.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

const std::string first = "Subject: x\r\n\r\nfirst";
const std::string commands = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n";
const std::string second = "From: a\r\nSubject: y\r\n\r\nsecond\r\n";

struct Dot {
    const char* name;
    std::string dot;  // with the line breaks around it
};

class OddDot : public testing::TestWithParam<Dot> {};
TEST_P(OddDot, IsAnEndOfDataInCrlfMail) {
    for (const std::string& between : {commands, ""s}) {
        const std::string message = first + GetParam().dot + between + second;
        const auto found = find_smuggling(message);
        ASSERT_TRUE(found) << "commands: " << between;
        EXPECT_EQ(message.substr(found->mail), second);
        EXPECT_TRUE(found->place.starts_with(GetParam().dot)) << testing::PrintToString(found->place);
        EXPECT_TRUE(is_within(found->place, message));
    }
}
INSTANTIATE_TEST_SUITE_P(Cases, OddDot,
                         testing::Values(Dot{"lf_lf", "\n.\n"}, Dot{"lf_crlf", "\n.\r\n"},
                                         Dot{"crlf_lf", "\r\n.\n"}, Dot{"cr_cr", "\r.\r"},
                                         Dot{"cr_crlf", "\r.\r\n"}, Dot{"crlf_cr", "\r\n.\r"},
                                         Dot{"lf_cr", "\n.\r"}, Dot{"cr_lf", "\r.\n"},
                                         Dot{"nul_before", "\r\n\0.\r\n"s}, Dot{"nul_behind", "\r\n.\0\r\n"s},
                                         Dot{"crcrlf", "\r\r\n.\r\r\n"}, Dot{"lfcr", "\n\r.\n\r"}),
                         [](const auto& info) { return info.param.name; });

struct Case {
    const char* name;
    std::string message;
    std::string mail;  // behind it; "<none>" where nothing is smuggled
};

class Smuggled : public testing::TestWithParam<Case> {};
TEST_P(Smuggled, IsFound) {
    const auto found = find_smuggling(GetParam().message);
    EXPECT_EQ(found ? GetParam().message.substr(found->mail) : "<none>", GetParam().mail);
}

INSTANTIATE_TEST_SUITE_P(
    Ordinary, Smuggled,
    testing::Values(Case{"empty", "", "<none>"}, Case{"dot", ".", "<none>"},
                    Case{"dot_first", ".\r\nx", "<none>"}, Case{"no_dot", first + "\r\nbye\r\n", "<none>"},
                    Case{"sentence", first + ". Second.\r\nThird.\r\n.fourth\r\n", "<none>"},
                    Case{"dots", first + "\r\n...\r\n..\r\n", "<none>"},
                    Case{"dot_and_blank", first + "\r\n. \r\n", "<none>"},
                    Case{"dot_alone", first + "\r\n.\r\nbye\r\n", "<none>"},
                    Case{"dot_alone_at_the_end", first + "\r\n.", "<none>"},
                    Case{"dot_between_blank_lines", first + "\r\n\r\n.\r\n\r\nbye\r\n", "<none>"},
                    Case{"dot_alone_in_a_file", "Subject: x\n\nfirst\n.\nbye\n", "<none>"},
                    Case{"dots_in_a_file", "Subject: x\n\nfirst\n\n.\n\n.\n.\nbye\n", "<none>"},
                    Case{"quoted_printable_dot", first + "=\r\n.\r\nbye\r\n", "<none>"},
                    Case{"bare_lf_without_a_dot", first + "\nFrom: x\n", "<none>"},
                    Case{"nul_without_a_dot", first + "\r\n\0\r\n"s, "<none>"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    WholeLines, Smuggled,
    testing::Values(
        Case{"commands", first + "\r\n.\r\n" + commands + second, second},
        Case{"header", first + "\r\n.\r\n" + second, second},
        Case{"received", first + "\r\n.\r\nReceived: from x\r\n" + second, "Received: from x\r\n" + second},
        Case{"mime_version", first + "\r\n.\r\nmime-version: 1.0\r\n\r\nx", "mime-version: 1.0\r\n\r\nx"},
        Case{"file_commands", "Subject: x\n\nfirst\n.\nMAIL FROM:<>\nDATA\nSubject: y\n\nz",
             "Subject: y\n\nz"},
        Case{"file_header", "Subject: x\n\nfirst\n.\nSubject: y\n\nz", "Subject: y\n\nz"},
        Case{"behind_blank_lines", first + "\r\n.\r\n\r\n" + second, second},
        Case{"behind_a_harmless_one", first + "\r\n.\r\nbye\r\n.\r\n" + second, second}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Commands, Smuggled,
    testing::Values(Case{"small_letters", first + "\n.\nmail from:<a>\r\nrcpt to:<b>\r\ndata\r\nx", "x"},
                    Case{"greeting", first + "\n.\nEHLO a\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nx", "x"},
                    Case{"reset", first + "\n.\nRSET\r\nMAIL FROM:<a> BODY=8BITMIME\r\nDATA\r\nx", "x"},
                    Case{"chunks", first + "\n.\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 100 LAST\r\nx", "x"},
                    Case{"bare_line_ends", first + "\n.\nMAIL FROM:<a>\nRCPT TO:<b>\nDATA\nx", "x"},
                    Case{"other_commands", first + "\n.\nNOOP\r\nHELO a\r\nMAIL FROM:<a>\r\nx", "x"},
                    Case{"nothing_behind_them", first + "\n.\nQUIT\r\n", ""},
                    Case{"nothing_at_all", first + "\n.\n", ""},
                    Case{"no_command", first + "\n.\nbye\r\n", "bye\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST(Smuggling, ShowsNoMoreThanAHundredBytes) {
    const std::string message = first + "\n.\n" + std::string(1'000, 'x');
    const auto found = find_smuggling(message);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->place.size(), 100U);
    EXPECT_EQ(found->place.data(), std::string_view(message).substr(first.size()).data());
}

TEST(Smuggling, GivesTheFirst) {
    const std::string message = first + "\n.\nfirst\r\n" + "x\n.\nsecond";
    const auto found = find_smuggling(message);
    ASSERT_TRUE(found);
    EXPECT_EQ(message.substr(found->mail), "first\r\nx\n.\nsecond");
}

// A million dots, and a million commands: neither is looked at again and again.
TEST(SmugglingLinear, Dots) {
    std::string message = first;
    for (int i = 0; i < 1'000'000; ++i)
        message += "\r\n.";
    EXPECT_FALSE(find_smuggling(message));
    message += "\n" + commands;
    for (int i = 0; i < 200'000; ++i)
        message += "NOOP\r\n";
    const auto found = find_smuggling(message);
    ASSERT_TRUE(found);
    EXPECT_LT(found->mail, message.size());
}

TEST(SmugglingProperty, WhatIsFoundLiesWithin) {
    const std::vector<std::string> pieces{"\r",   "\n",         "\r\n",    ".", "\0"s,
                                          "DATA", "MAIL FROM:", "From: a", "x", " "};
    std::mt19937 random(28);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 50'000; ++i) {
        const std::string message = random_pieces(random, pieces, 20);
        const auto found = find_smuggling(message);
        const auto again = find_smuggling(message);
        ASSERT_EQ(found.has_value(), again.has_value());
        if (!found) continue;
        ASSERT_EQ(found->mail, again->mail);
        ASSERT_LE(found->mail, message.size());
        ASSERT_TRUE(is_within(found->place, message));
        ASSERT_LE(found->place.size(), 100U);
        ASSERT_NE(found->place.find('.'), std::string_view::npos);
        ASSERT_LE(found->place.data(), std::string_view(message).substr(found->mail).data());
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
