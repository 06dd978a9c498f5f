#include "scanner/containers/gzip.h"

#include <gmock/gmock.h>

#include "scanner/containers/packed_file_testing.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

constexpr char magic[] = "\x1F\x8B\x08";

void put_le(std::string& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>(value >> shift & 0xFFu));
}

std::string member(const std::string& text, char flags = 0, const std::string& fields = {}) {
    std::string out = magic + std::string(1, flags) + std::string(6, '\0') + fields + deflated(text);
    put_le(out, crc_of(text));
    put_le(out, static_cast<std::uint32_t>(text.size()));
    return out;
}

struct Opened : OpenedPacked {
    explicit Opened(std::string file, const model::ScanLimits& limits = {})
        : OpenedPacked(open_gzip, std::move(file), limits) {}
};

const std::string text = "some text that is packed, some text that is packed again";

TEST(Gzip, ReadsEveryField) {
    using std::string_literals::operator""s;
    const std::pair<char, std::string> rows[] = {
        {0, ""},
        {1, ""},
        {4, "\x03\x00"s + "abc"},
        {8, "name.txt\0"s},
        {16, "a comment\0"s},
        {2, "\x12\x34"},
        {0x1F, "\x02\x00"s + "xx" + "name\0comment\0"s + "\x12\x34"},
    };
    for (const auto& [flags, fields] : rows) {
        Opened opened(member(text, flags, fields));
        ASSERT_EQ(opened.extraction.children.size(), 1u) << int{flags};
        EXPECT_EQ(opened.extraction.children[0].text(), text);
        EXPECT_TRUE(opened.extraction.findings().all().empty());
    }
}

TEST(Gzip, MembersAreOneFile) {
    Opened opened(member(text) + member("") + member("more") + std::string(512, '\0'));
    ASSERT_EQ(opened.extraction.children.size(), 1u);
    EXPECT_EQ(opened.extraction.children[0].text(), text + "more");
    EXPECT_TRUE(opened.extraction.findings().all().empty());
}

TEST(Gzip, WhatStandsBehindItIsLookedAt) {
    Opened opened(member(text) + "MZ and more");
    ASSERT_EQ(opened.extraction.children.size(), 2u);
    EXPECT_EQ(opened.extraction.children[1].text(), "MZ and more");
    EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
}

TEST(Gzip, ChecksumAndSizeAreHeldTo) {
    const std::string whole = member(text);
    for (std::size_t at = whole.size() - 8; at < whole.size(); ++at) {
        std::string bent = whole;
        bent[at] = static_cast<char>(bent[at] ^ 1);
        Opened opened(bent);
        ASSERT_EQ(opened.extraction.children.size(), 1u);
        EXPECT_TRUE(opened.extraction.children[0].spec.flags.has(PartFlag::damaged));
        EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
        EXPECT_EQ(opened.extraction.children[0].text(), text);
    }
}

// Nothing that is missing or changed in the data passes for whole.
TEST(Gzip, EveryCutAndEveryBitIsTold) {
    const std::string whole = member(text, 8, std::string("name\0", 5));
    EXPECT_THAT(untold_damage(open_gzip, whole, 15, text).bits, testing::IsEmpty());
    for (std::size_t size = 1; size < whole.size(); ++size) {
        Opened opened(whole.substr(0, size));
        EXPECT_TRUE(has(opened.extraction, "archive.damaged")) << size;
    }
}

TEST(Gzip, ManyMembersCostTheBudget) {
    std::string many;
    for (int i = 0; i < 1'000; ++i)
        many += member("");
    model::ScanLimits limits;
    limits.max_steps = 50'000'000;
    Opened opened(many, limits);
    EXPECT_FALSE(opened.extraction.budget().reached().empty());
}

TEST(Gzip, OutputIsBounded) {
    model::ScanLimits limits;
    limits.max_bytes_out = 10'000;
    Opened opened(member(std::string(100'000, 'x')), limits);
    ASSERT_LE(opened.extraction.children.size(), 1u);
    EXPECT_FALSE(opened.extraction.budget().reached().empty());
}

TEST(Gzip, ReadsWhatGzipWrites) {
    const Scratch scratch;
    for (const char* how : {"gzip -1", "gzip -9n", "7zz a -tgzip -si -so -an"}) {
        scratch.run("seq 30000 >in && " + std::string(how) + " <in >out.gz");
        Opened opened(scratch.read("out.gz"));
        ASSERT_EQ(opened.extraction.children.size(), 1u) << how;
        EXPECT_TRUE(opened.extraction.children[0].text() == scratch.read("in")) << how;
        EXPECT_TRUE(opened.extraction.findings().all().empty()) << how;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
