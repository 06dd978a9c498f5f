#include "scanner/mime/mac_files.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/mime/testing_programs.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_literals;

std::string be(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i)
        out += static_cast<char>(value >> (8 * i) & 0xFFU);
    return out;
}

// "label|name|text" of each child.
std::vector<std::string> opened(const Format& format, const std::string& bytes, TestExtraction& extraction,
                                const std::string& opened_by = "zip") {
    Part part = test_part(base::as_bytes(bytes), "outer");
    part.opened_by = opened_by;
    format.open(part, extraction);
    std::vector<std::string> out;
    for (const TestChild& child : extraction.children)
        out.push_back(child.spec.label + "|" + child.spec.name + "|" + std::string(child.text()));
    return out;
}

bool knows(const Format& format, const std::string& bytes) {
    return format.recognise(base::as_bytes(bytes), {}) > no_match;
}

std::string mac_binary_of(const std::string& data, const std::string& resource) {
    std::string header = std::string(1, '\0') + "\x08" + "cat\x8F.txt";
    header.resize(83, '\0');
    header +=
        be(static_cast<std::uint32_t>(data.size()), 4) + be(static_cast<std::uint32_t>(resource.size()), 4);
    header.resize(128, '\0');
    std::string out = header + data;
    out.resize((out.size() + 127) / 128 * 128, '\0');
    out += resource;
    out.resize((out.size() + 127) / 128 * 128, '\0');
    return out;
}

TEST(MacBinary, OfOtherProgramsComesOutByteExact) {
    const Scratch scratch;
    std::string data;
    for (int i = 0; i < 5'000; ++i)
        data += static_cast<char>(i * 7);
    scratch.write("data.bin", data);
    scratch.run("macstream -d data.bin > d; macstream -r data.bin > r");
    for (const auto& [file, label] : {std::pair{"d", ""}, std::pair{"r", "resource-fork"}}) {
        const std::string bytes = scratch.read(file);
        ASSERT_TRUE(knows(mac_binary_format, bytes)) << file;
        TestExtraction extraction;
        const auto children = opened(mac_binary_format, bytes, extraction);
        ASSERT_FALSE(children.empty());
        EXPECT_EQ(children.back(), label + std::string("|data.bin|") + data);
        EXPECT_TRUE(extraction.findings().all().empty());
    }
}

TEST(MacBinary, GivesBothForks) {
    const std::string file = mac_binary_of("data", "resource");
    ASSERT_TRUE(knows(mac_binary_format, file));
    TestExtraction extraction;
    EXPECT_EQ(opened(mac_binary_format, file, extraction),
              (std::vector<std::string>{"|catè.txt|data", "resource-fork|catè.txt|resource"}));
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(MacBinary, TheFirstKindIsToldByAllItsFields) {
    const std::string file = mac_binary_of("data", "resource");
    for (const std::size_t at : {0u, 1u, 74u, 82u, 83u, 85u, 99u, 122u, 126u}) {
        std::string near = file;
        near[at] = static_cast<char>(near[at] ^ 0x41);
        EXPECT_FALSE(knows(mac_binary_format, near)) << at;
    }
    for (std::size_t cut = 0; cut < file.size() - 120; ++cut)
        EXPECT_FALSE(knows(mac_binary_format, file.substr(0, cut))) << cut;
    EXPECT_FALSE(knows(mac_binary_format, file + std::string(200, 'x')));
    EXPECT_FALSE(knows(mac_binary_format, std::string(1'024, '\0')));
}

TEST(MacBinary, CutsAndWrongCrcsAreTold) {
    const Scratch scratch;
    scratch.write("data.bin", std::string(1'000, 'x'));
    scratch.run("macstream -d data.bin > d");
    const std::string whole = scratch.read("d");
    for (std::size_t cut = 128; cut < 1'128; ++cut) {
        const std::string bytes = whole.substr(0, cut);
        TestExtraction extraction;
        (void)opened(mac_binary_format, bytes, extraction);
        EXPECT_TRUE(extraction.findings().has("archive.damaged")) << cut;
    }
    std::string marked = mac_binary_of("data", "");
    marked.replace(102, 4, "mBIN");
    ASSERT_TRUE(knows(mac_binary_format, marked));
    TestExtraction extraction;
    (void)opened(mac_binary_format, marked, extraction);
    EXPECT_TRUE(extraction.findings().has("archive.damaged"));
}

std::string apple(std::uint32_t magic, const std::vector<std::array<std::uint32_t, 3>>& entries,
                  const std::string& data) {
    std::string out = be(magic, 4) + be(0x0002'0000, 4) + std::string(16, '\0') +
                      be(static_cast<std::uint32_t>(entries.size()), 2);
    for (const auto& [id, offset, length] : entries)
        out += be(id, 4) + be(offset, 4) + be(length, 4);
    return out + data;
}

constexpr std::uint32_t single = 0x0005'1600;
constexpr std::uint32_t twofold = 0x0005'1607;

TEST(AppleSingle, GivesItsForksUnderTheirName) {
    const std::string file = apple(single, {{3, 62, 3}, {1, 65, 4}, {2, 69, 8}}, "catdataresource");
    ASSERT_TRUE(knows(apple_single_format, file));
    TestExtraction extraction;
    EXPECT_EQ(opened(apple_single_format, file, extraction),
              (std::vector<std::string>{"|cat|data", "resource-fork|cat|resource"}));
    TestExtraction of_mail;
    EXPECT_EQ(opened(apple_single_format, file, of_mail, "mime"),
              std::vector<std::string>{"resource-fork|cat|resource"})
        << "the mail's own reading has the data fork";
    TestExtraction of_double;
    EXPECT_EQ(opened(apple_single_format, apple(twofold, {{2, 38, 8}}, "resource"), of_double),
              std::vector<std::string>{"resource-fork|outer|resource"});
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(AppleSingle, WhatIsCutOrMissingIsTold) {
    for (const std::string& file :
         {apple(single, {{1, 38, 10}}, "data"), apple(single, {{9, 38, 4}}, "data"), apple(single, {}, ""),
          apple(single, {{1, 0xFFFF'FFFF, 0xFFFF'FFFF}}, "data"),
          apple(twofold, {{2, 38, 0xFFFF'FFFF}}, "data"),
          apple(single, {{1, 38, 4}}, "data").substr(0, 30)}) {
        TestExtraction extraction;
        (void)opened(apple_single_format, file, extraction);
        EXPECT_TRUE(extraction.findings().has("archive.damaged"));
    }
    std::string near = apple(single, {{1, 38, 4}}, "data");
    near[5] ^= 4;
    EXPECT_FALSE(knows(apple_single_format, near));
    EXPECT_FALSE(knows(apple_single_format, near.substr(0, 7)));
    EXPECT_FALSE(knows(apple_single_format, ""));
}

TEST(MacFilesProperty, FlipsNeverCrash) {
    const std::string files[] = {mac_binary_of("data", "resource"),
                                 apple(single, {{3, 62, 3}, {1, 65, 4}, {2, 69, 8}}, "catdataresource")};
    std::mt19937 random(9);  // NOLINT: the same each time
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = files[round % 2];
        for (int i = 0; i < 4; ++i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(random() % (bytes.size() + 1));
        for (const Format* format : {&mac_binary_format, &apple_single_format}) {
            TestExtraction extraction;
            (void)opened(*format, bytes, extraction);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
