// 7z archives that 7-Zip wrote, then changed, cut, or made to be too much.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/containers/seven_zip_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using std::string_literals::operator""s;

TEST(SevenZipHostile, TellsStartHeaders) {
    Scratch scratch;
    scratch.write("one.txt", sample_text(3'000));
    scratch.run("7zz a a.7z one.txt");
    const std::string good = scratch.read("a.7z");
    std::string own_crc = good;
    own_crc[9] = static_cast<char>(own_crc[9] ^ 1);
    std::string lost = good;
    lost.replace(8, 24, 24, '\0');
    std::string header_crc = good;
    header_crc.replace(0, 32, start_header(good.size() - 32, 0, 7));
    struct Case {
        const char* name;
        std::string archive;
        const char* evidence;
        bool opens = true;
    };
    const Case cases[] = {
        {"as it was", good, "(none)"},
        {"bytes behind", good + std::string("MZ and more"), "11 bytes behind it"},
        {"bytes before", std::string(1'000, 'x') + good, "1000 bytes before it"},
        {"two archives", good + good, nullptr},
        {"own checksum", own_crc, "the checksum of its start header does not hold"},
        {"never written", lost, "its start header was never written"},
        {"without a header", header_crc, "the checksum of its header does not hold", false},
        {"behind the end", start_header(1u << 20, 100, 7) + good.substr(32), "its header lies behind its end",
         false},
        {"sum beyond 64 bits", start_header(~std::uint64_t{0} - 10, 100, 7) + good.substr(32),
         "its header lies behind its end", false},
        {"blank and nothing to find", start_header(0, 0, 0) + std::string(600, 'x'), "no header", false},
    };
    for (const Case& row : cases) {
        SCOPED_TRACE(row.name);
        Opened opened(row.archive);
        if (row.evidence != nullptr) {
            EXPECT_EQ(opened.evidence("archive.damaged"), row.evidence);
        }
        EXPECT_EQ(hash_of_child(opened.extraction, "one.txt") == sha256_of(sample_text(3'000)), row.opens);
        EXPECT_EQ(opened.is_told(), row.archive != good);
    }
    Opened behind(good + "MZ and more");
    EXPECT_EQ(behind.extraction.children.front().text(), "MZ and more");
}

// The derivation is priced before it is made: 7-Zip itself writes 19.
TEST(SevenZipHostile, DearDerivationsAreNotTried) {
    Scratch scratch;
    scratch.write("one.txt", sample_text(3'000));
    scratch.run("7zz a -mhc=off -psecret a.7z one.txt");
    const std::string good = scratch.read("a.7z");
    const std::size_t header = good.rfind("\x01\x04\x06"s);
    const std::size_t coder = good.find("\x06\xF1\x07\x01"s, header);
    ASSERT_NE(coder, std::string::npos);
    for (const auto& [power, evidence] :
         {std::pair{19, "(none)"}, std::pair{24, "2^24 rounds"}, std::pair{40, "2^40 rounds"},
          std::pair{62, "2^62 rounds"}, std::pair{63, "(none)"}}) {
        SCOPED_TRACE(power);
        std::string archive = good;
        // Behind the id: the size of the properties, then salt and IV flags above the power.
        archive[coder + 5] = static_cast<char>((archive[coder + 5] & 0xC0) | power);
        archive.replace(0, 32,
                        start_header(header - 32, archive.size() - header,
                                     crc32_of(base::as_bytes(archive).subspan(header))));
        Opened opened(archive, {"secret"});
        EXPECT_EQ(opened.evidence("archive.encrypted.kdf-cost"), evidence);
        EXPECT_EQ(has(opened.extraction, "archive.encrypted.unopened"), power != 19);
        EXPECT_EQ(child_named(opened.extraction, "one.txt")->skipped, power != 19);
        EXPECT_TRUE(opened.extraction.budget().reached().empty());
    }
}

// A flipped bit in the ciphertext: the key is right all the same, and what comes out is flagged.
TEST(SevenZipHostile, DamagedLockedMembersComeOut) {
    Scratch scratch;
    std::string text;
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same each time
    for (int i = 0; i < 30'000; ++i)
        text += static_cast<char>('a' + random() % 20);
    scratch.write("one.txt", text);
    scratch.run("7zz a -psecret a.7z one.txt");
    std::string archive = scratch.read("a.7z");
    archive[15'000] = static_cast<char>(archive[15'000] ^ 4);
    Opened opened(archive, {"wrong", "secret"});
    EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
    EXPECT_FALSE(has(opened.extraction, "archive.encrypted.unopened"));
    ASSERT_EQ(opened.extraction.children.size(), 1u);
    const TestChild& child = opened.extraction.children[0];
    EXPECT_TRUE(child.spec.flags.has(PartFlag::damaged));
    EXPECT_EQ(child.text().substr(0, 8'000), text.substr(0, 8'000));
}

// One broken folder costs no other.
TEST(SevenZipHostile, BrokenFoldersCostThemselves) {
    Scratch scratch;
    scratch.write("a.txt", sample_text(50'000));
    scratch.write("b.txt", sample_text(60'000));
    scratch.run("7zz a -ms=off -mhc=off a.7z a.txt b.txt");
    std::string archive = scratch.read("a.7z");
    archive.replace(2'000, 4, "\xFF\xFF\xFF\xFF");
    Opened opened(archive);
    EXPECT_TRUE(has(opened.extraction, "archive.damaged"));
    EXPECT_EQ(opened.extraction.children.size(), 2u);
    EXPECT_TRUE(child_named(opened.extraction, "a.txt")->spec.flags.has(PartFlag::damaged));
    EXPECT_EQ(hash_of_child(opened.extraction, "b.txt"), sha256_of(sample_text(60'000)));
}

// The decoder has no more to say once all members are whole, and says that it lacks something all the same.
TEST(SevenZipHostile, WhatIsLackedBehindTheLastMember) {
    std::string archive;
    const std::string_view hex =
        "377abcaf271c00043cf4f56e1400000000000000520000000000000084f2318ae00817000c5d0034"
        "e7b61172e9560ac121b000000104060001091400070b010001212100080a010088590b0000050119"
        "0c000000000000000000000000000000000000000001190c00000000000000000000000000000098"
        "d9940084f2318ae00601002080a4810000";
    for (std::size_t i = 0; i < hex.size(); i += 2)
        archive.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    Opened opened(archive);
    EXPECT_TRUE(has(opened.extraction, "archive.unsupported"));
}

TEST(SevenZipHostile, BombsReachTheirLimit) {
    Scratch scratch;
    // A longer period than that of padding, which counts for no ratio.
    scratch.run("yes \"$(seq 2000)\" | head -c 120000000 >a; echo small >b; 7zz a -mx=1 a.7z a b");
    Opened opened(scratch.read("a.7z"));
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.ratio"});
    EXPECT_TRUE(has(opened.extraction, "archive.member-skipped"));
    ASSERT_EQ(opened.extraction.children.size(), 2u);
    EXPECT_TRUE(child_named(opened.extraction, "a")->truncated);
    EXPECT_TRUE(child_named(opened.extraction, "b")->skipped);
}

// A cut archive is never quietly whole, wherever it is cut.
TEST(SevenZipHostile, CutsAreTold) {
    Scratch scratch;
    scratch.write("one.txt", sample_text(300));
    scratch.write("two.txt", "2");
    for (const char* options : {"", "-psecret", "-psecret -mhe=on", "-m0=ppmd", "-mhc=off -m0=copy"}) {
        SCOPED_TRACE(options);
        scratch.run(std::string("rm -f a.7z; 7zz a ") + options + " a.7z one.txt two.txt");
        const std::string archive = scratch.read("a.7z");
        for (std::size_t size = 6; size < archive.size(); ++size) {
            Opened opened(archive.substr(0, size), {"secret"});
            ASSERT_TRUE(opened.is_told()) << size;
        }
    }
}

// A changed byte is told, or changes nothing of what comes out.
TEST(SevenZipHostile, ChangedBytesAreToldOrHarmless) {
    Scratch scratch;
    const std::string one = sample_text(300);
    scratch.write("one.txt", one);
    scratch.write("two.txt", "2");
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
    for (const char* options :
         {"", "-psecret", "-psecret -mhe=on", "-m0=ppmd", "-m0=bzip2 -ms=off", "-mhc=off -m0=copy"}) {
        SCOPED_TRACE(options);
        scratch.run(std::string("rm -f a.7z; 7zz a ") + options + " a.7z one.txt two.txt");
        const std::string archive = scratch.read("a.7z");
        const bool is_dear = std::string_view(options).find('p') == 1;
        for (std::size_t at = 0; at < archive.size(); at += is_dear ? 11 : 1) {
            std::string changed = archive;
            changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
            Opened opened(changed, {"secret"});
            if (opened.is_told()) continue;
            EXPECT_EQ(hash_of_child(opened.extraction, "one.txt"), sha256_of(one)) << at;
            EXPECT_EQ(hash_of_child(opened.extraction, "two.txt"), sha256_of("2")) << at;
        }
    }
}

// The same in a header whose checksum is made right again, so that every field is believed.
TEST(SevenZipHostile, ChangedHeadersNeverCrash) {
    Scratch scratch;
    scratch.write("one.txt", sample_text(300));
    scratch.write("empty.txt", "");
    scratch.run(
        "7zz a -mhc=off -m0=BCJ2 -m1=lzma -m2=lzma -m3=lzma -mb0:1 -mb0s1:2 -mb0s2:3 a.7z one.txt "
        "empty.txt; 7zz a -mhc=off -m0=ppmd a.7z empty.txt");
    const std::string archive = scratch.read("a.7z");
    const std::size_t header = archive.rfind("\x01\x04\x06"s);
    ASSERT_NE(header, std::string::npos);
    std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same each time
    for (std::size_t at = header; at < archive.size(); ++at) {
        for (const int value : {0, 1, 0x7F, 0x80, 0xFF, static_cast<int>(random() % 256)}) {
            std::string changed = archive;
            changed[at] = static_cast<char>(value);
            changed.replace(0, 32,
                            start_header(header - 32, changed.size() - header,
                                         crc32_of(base::as_bytes(changed).subspan(header))));
            Opened opened(changed);
            for (const TestChild& child : opened.extraction.children)
                ASSERT_LE(child.bytes.size(), 1u << 20);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
