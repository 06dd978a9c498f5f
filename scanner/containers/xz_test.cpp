#include "scanner/containers/xz.h"

#include <gmock/gmock.h>

#include "scanner/containers/packed_file_testing.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

const std::string text = sample_text(3'000);

std::string packed(const std::string& what, const std::string& options = "") {
    const Scratch scratch;
    scratch.write("a", what);
    scratch.run("xz -c " + options + " a >x");
    return scratch.read("x");
}

struct Opened : OpenedPacked {
    explicit Opened(std::string file, const model::ScanLimits& limits = {})
        : OpenedPacked(open_xz, std::move(file), limits) {}
};

TEST(Xz, ReadsWhatXzWrites) {
    for (const char* options :
         {"", "-0", "-9e", "--check=none", "--check=crc32", "--check=sha256", "--block-size=1000",
          "--x86 --lzma2", "--delta=dist=4 --arm --lzma2=dict=4KiB"}) {
        Opened opened(packed(text, options));
        EXPECT_EQ(opened.extraction.children.size(), 1u) << options;
        EXPECT_TRUE(opened.content() == text) << options;
        EXPECT_TRUE(opened.is_quiet()) << options;
    }
}

TEST(Xz, StreamsAreOneFile) {
    Opened opened(packed(text) + std::string(8, '\0') + packed("") + packed("more") + std::string(512, '\0'));
    EXPECT_EQ(opened.extraction.children.size(), 1u);
    EXPECT_TRUE(opened.content() == text + "more");
    EXPECT_TRUE(opened.is_quiet());
}

// Where the data ends is what its decoder says, whatever footers stand behind.
TEST(Xz, WhatStandsBehindItIsLookedAt) {
    const std::string other = packed("other");
    for (const std::string& behind :
         {std::string("MZ and more"), "junk" + packed(""), "junk" + other.substr(6)}) {
        Opened opened(packed(text) + behind);
        ASSERT_EQ(opened.extraction.children.size(), 2u);
        EXPECT_TRUE(opened.content() == text);
        EXPECT_EQ(opened.extraction.children[1].text(), behind);
        EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
    }
}

TEST(Xz, EveryCutAndEveryBitIsTold) {
    const std::string content = text.substr(0, 300);
    const Untold untold = untold_damage(open_xz, packed(content), 6, {});
    EXPECT_THAT(untold.cuts, testing::IsEmpty());
    EXPECT_THAT(untold.bits, testing::IsEmpty());
    for (const std::size_t size : {6u, 40u, 100u}) {
        Opened opened(packed(content).substr(0, size));
        EXPECT_TRUE(has(opened.extraction, "archive.damaged")) << size;
    }
}

TEST(Xz, WhatWasUnpackedIsKept) {
    const std::string whole = packed(text, "--block-size=1000");
    std::string bent = whole;
    bent[bent.size() / 2] = static_cast<char>(~bent[bent.size() / 2]);
    for (const std::string& broken : {bent, whole.substr(0, whole.size() / 2)}) {
        Opened opened(broken);
        ASSERT_EQ(opened.extraction.children.size(), 1u);
        EXPECT_GE(opened.content().size(), 1'000u);
        EXPECT_TRUE(text.starts_with(opened.content().substr(0, 1'000)));
    }
}

// The first block of the second stream asks for more than there is: what came before is kept.
TEST(Xz, WindowsAreChargedAsTheyAreAskedFor) {
    const std::string huge = packed("much", "--lzma2=dict=512MiB");
    Opened alone(huge);
    EXPECT_TRUE(alone.extraction.children.at(0).skipped);
    EXPECT_EQ(alone.extraction.budget().reached(), std::vector<std::string>{"limit.memory"});
    Opened second(packed(text) + huge);
    EXPECT_TRUE(second.content() == text);
    EXPECT_TRUE(second.extraction.children.at(0).spec.flags.has(PartFlag::truncated));
    EXPECT_EQ(second.extraction.budget().reached(), std::vector<std::string>{"limit.memory"});
    // It is given back with its stream.
    const std::string large = packed("large", "--lzma2=dict=32MiB");
    std::string many;
    for (int i = 0; i < 20; ++i)
        many += large;
    EXPECT_TRUE(Opened(many).is_quiet());
}

TEST(Xz, ManyStreamsCostTheBudget) {
    const std::string empty = packed("");
    std::string many;
    for (int i = 0; i < 1'000; ++i)
        many += empty;
    Opened opened(many, {.max_steps = 50'000'000});
    EXPECT_FALSE(opened.extraction.budget().reached().empty());
}

TEST(Xz, OutputIsBounded) {
    Opened opened(packed(std::string(100'000, 'x')), {.max_bytes_out = 10'000});
    EXPECT_LE(opened.content().size(), 10'000u);
    EXPECT_FALSE(opened.extraction.budget().reached().empty());
}

TEST(Xz, HeadersThatBreakOff) {
    Opened opened(std::string("\xFD\x37\x7A\x58\x5A\0", 6));
    EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
}

}  // namespace
}  // namespace sekisho::scanner::containers
