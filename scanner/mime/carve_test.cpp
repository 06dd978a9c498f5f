#include "scanner/mime/carve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/text.h"
#include "scanner/mime/testing_ambiguities.h"
#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

std::vector<std::string> runs_in(std::string_view text, std::size_t least = 64) {
    std::vector<std::string> out;
    for (const base::Bytes run : find_base64_runs(base::as_bytes(text), least)) {
        EXPECT_TRUE(is_within(base::as_text(run), text));
        out.emplace_back(base::as_text(run));
    }
    return out;
}

// Lines of `width`, the last one without its end.
std::string lines_of(std::string_view data, std::size_t width = 76, std::string_view end = "\r\n") {
    const std::string all = base::base64_encode(base::as_bytes(data));
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += width)
        out.append(out.empty() ? "" : end).append(all, at, width);
    return out;
}

const std::string zip = "PK\x03\x04" + std::string(297, 'z');  // 3n + 1: it ends in "=="
const std::string data = lines_of(zip);

struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> runs;
};

class Carved : public testing::TestWithParam<Case> {};
TEST_P(Carved, RunsAreFound) { EXPECT_EQ(runs_in(GetParam().text), GetParam().runs); }

INSTANTIATE_TEST_SUITE_P(
    None, Carved,
    testing::Values(
        Case{"empty", "", {}}, Case{"text", "Dear Sir,\r\n\r\nplease find it attached.\r\n", {}},
        Case{"line_ends_alone", "\r\n\r\n\n\r", {}}, Case{"blanks_alone", "   \r\n \t\r\n", {}},
        Case{"short", "UEsDBAAA\r\n", {}}, Case{"sixty_three", std::string(63, 'A'), {}},
        Case{"html", "<p>" + std::string(100, 'x') + "</p>", {}},
        Case{"quoted_printable", "caf=C3=A9=\r\n" + std::string(100, 'x') + "\r\n", {}},
        Case{"padding_alone", std::string(100, '='), {}},
        Case{"not_the_alphabet_of_urls", std::string(100, '-') + "\n" + std::string(100, '_'), {}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Found, Carved,
    testing::Values(Case{"all", data, {data}},
                    Case{"sixty_four", std::string(64, 'A'), {std::string(64, 'A')}},
                    Case{"line_end_behind", data + "\r\n", {data}},
                    Case{"between_texts", "Dear Sir,\r\n" + data + "\r\nBye!\r\n", {data}},
                    Case{"lf", lines_of(zip, 76, "\n"), {lines_of(zip, 76, "\n")}},
                    Case{"cr", lines_of(zip, 76, "\r"), {lines_of(zip, 76, "\r")}},
                    Case{"blank_lines", lines_of(zip, 76, "\r\n\r\n"), {lines_of(zip, 76, "\r\n\r\n")}},
                    Case{"lines_of_blanks", lines_of(zip, 76, "\n \t\n"), {lines_of(zip, 76, "\n \t\n")}},
                    Case{"blanks_within", lines_of(zip, 76, " \n "), {lines_of(zip, 76, " \n ")}},
                    Case{"one_line", lines_of(zip, 10'000), {lines_of(zip, 10'000)}},
                    Case{"short_lines", lines_of(zip, 4), {lines_of(zip, 4)}},
                    Case{"two", data + "\r\n--x\r\n" + data, {data, data}},
                    Case{"cut_by_a_dash", data + "\r\n-\r\n" + data, {data, data}}),
    [](const auto& info) { return info.param.name; });

TEST(Carve, AWordInFrontOfTheDataIsNoneOfIt) {
    const std::string text = "Attachment\r\n\r\n" + data;
    EXPECT_THAT(runs_in(text), ElementsAre(text, data));
    EXPECT_THAT(runs_in("Attachment\r\nhello\r\n" + data), testing::Contains(data));
}

TEST(Carve, AWordBehindTheDataIsNoneOfIt) {
    EXPECT_THAT(runs_in(data + "\r\nBye\r\n"), ElementsAre(data, data + "\r\nBye"));
}

TEST(Carve, TheFirstEightLinesMayBeginIt) {
    for (const int words : {1, 7, 8, 50}) {
        std::string text;
        for (int i = 0; i < words; ++i)
            text += "word\r\n";
        EXPECT_EQ(testing::Value(runs_in(text + data), testing::Contains(data)), words < 8) << words;
    }
}

TEST(Carve, TheLeastIsTheCallers) {
    EXPECT_THAT(runs_in("UEsDBAAA", 8), ElementsAre("UEsDBAAA"));
    EXPECT_THAT(runs_in("UEsDBAAA", 9), testing::IsEmpty());
}

TEST(CarveLimit, AThousandRuns) {
    std::string text;
    for (int i = 0; i < 3'000; ++i)
        text += std::string(64, 'A') + "\n!\n";
    EXPECT_EQ(runs_in(text).size(), max_runs);
}

struct Start {
    const char* name;
    std::string bytes;
    bool want;
};

class BeginsAsFile : public testing::TestWithParam<Start> {};
TEST_P(BeginsAsFile, IsTold) { EXPECT_EQ(begins_as_file(base::as_bytes(GetParam().bytes)), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(
    Cases, BeginsAsFile,
    testing::Values(Start{"zip", "PK\x03\x04...", true}, Start{"compound", "\xD0\xCF\x11\xE0\xA1", true},
                    Start{"program", "MZ\x90", true}, Start{"pdf", "%PDF-1.4", true},
                    Start{"rtf", "{\\rtf1", true}, Start{"rar", "Rar!\x1A", true},
                    Start{"seven_zip", "7z\xBC\xAF\x27\x1C", true}, Start{"gzip", "\x1F\x8B\x08", true},
                    Start{"onenote", "\xE4\x52\x5C\x7B\x8C", true},
                    Start{"active_mime", "ActiveMime\0"s, true}, Start{"cabinet", "MSCF\0"s, true},
                    Start{"shortcut", "L\0\0\0\x01"s, true}, Start{"empty", "", false},
                    Start{"half", "PK\x03", false}, Start{"text", "Hello", false},
                    Start{"letter_l", "Lorem", false}, Start{"html", "<html>", false},
                    Start{"image", "\x89PNG", false}),
    [](const auto& info) { return info.param.name; });

TEST(CarveProperty, WhateverIsEncodedIsFoundBetweenTexts) {
    std::mt19937 random(32);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 2'000; ++i) {
        const std::string bytes = random_bytes(random, 60 + random() % 400);
        const std::string encoded = lines_of(bytes, 4 + random() % 100, random() % 2 == 0 ? "\r\n" : "\n");
        const std::string text = "Dear Sir,\r\n" + encoded + "\r\n-- \r\nA signature\r\n";
        ASSERT_THAT(runs_in(text), testing::Contains(encoded)) << text;
    }
}

TEST(CarveProperty, RunsHoldTheAlphabetAloneInOrder) {
    std::mt19937 random(33);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 5'000; ++i) {
        const std::string text = random_of(random, "AAAAAAAAz0+/= \t\r\n\r\n!", random() % 300);
        const char* last = text.data();
        for (const base::Bytes run : find_base64_runs(base::as_bytes(text), 8)) {
            const std::string_view view = base::as_text(run);
            ASSERT_TRUE(is_within(view, text));
            ASSERT_EQ(view.find('!'), view.npos);
            ASSERT_GE(view.size(), 8U);
            ASSERT_GE(view.data(), last);
            last = view.data();
        }
        ASSERT_EQ(runs_in(text, 8), runs_in(text, 8));
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
