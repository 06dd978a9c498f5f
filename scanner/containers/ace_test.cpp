// ACE by our own writer, which Debian's unace (of Marcel Lemke, who made the format) reads back.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "scanner/containers/ace_open.h"
#include "scanner/containers/ace_writer.h"
#include "scanner/containers/embedded_kinds.h"
#include "scanner/containers/test_tools.h"
#include "scanner/embedded.h"

namespace sekisho::scanner::containers {
namespace {

std::string noise(std::size_t bytes) {
    std::mt19937 random(11);  // NOLINT: the same bytes each time
    std::string out(bytes, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

// Text, noise, long runs, repeats far away, nothing, one byte.
std::map<std::string, std::string> files() {
    const std::string page = noise(30'000);
    return {{"text.txt", sample_text(120'000)},
            {"noise.bin", noise(50'000)},
            {"zeros.bin", std::string(70'000, '\0')},
            {"far.bin", page + sample_text(200'000) + page + page.substr(100, 26'000)},
            {"empty", ""},
            {"one", "x"},
            {"two", "xx"}};
}

std::string archive_of(const std::map<std::string, std::string>& all, std::uint8_t method, bool solid) {
    std::string out = ace_main(solid ? 0x9000 : 0x1000);
    AcePacker goes_on;
    for (const auto& [name, bytes] : all) {
        AcePacker anew;
        const std::string packed = method == 0 ? bytes : (solid ? goes_on : anew).pack(bytes);
        const std::uint16_t flags = solid ? 0x8001 : 0x0001;
        out += ace_member({.name = name, .method = method, .flags = flags}, bytes, packed);
    }
    return out;
}

void open(std::string_view archive, TestExtraction& extraction) {
    open_ace(test_part(base::as_bytes(archive), "a.ace"), extraction);
}

std::string seed(const std::string& name) {
    std::ifstream in(SEKISHO_SOURCE_DIR "/tests/fuzz/ace_fuzz/" + name + ".ace", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_quiet(TestExtraction& extraction) {
    const auto& all = extraction.findings().all();
    return all.size() == 1 && has(extraction, "archive.ace") && extraction.budget().reached().empty();
}

TEST(Ace, WhatUnaceReadsComesOutByteExact) {
    for (const auto method : {std::uint8_t{0}, std::uint8_t{1}}) {
        for (const bool solid : {false, true}) {
            SCOPED_TRACE(testing::Message() << "method " << int{method} << (solid ? ", solid" : ""));
            const std::string archive = archive_of(files(), method, solid);
            const Scratch scratch;
            scratch.write("a.ace", archive);
            scratch.run("mkdir out && cd out && unace x -y ../a.ace >../log 2>&1 || { cat ../log; false; }");
            TestExtraction extraction({}, 1u << 20);
            open(archive, extraction);
            EXPECT_TRUE(is_quiet(extraction));
            EXPECT_EQ(extraction.children.size(), files().size());
            for (const auto& [name, bytes] : files()) {
                EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
                if (bytes.empty()) continue;  // unace writes no empty files
                EXPECT_EQ(sha256_of(scratch.read("out/" + name)), sha256_of(bytes)) << name;
            }
            ASSERT_EQ(extraction.covered.size(), 1u);
            EXPECT_EQ(extraction.covered[0].size(), archive.size());
        }
    }
}

// Modes for sound and pictures: archives of random differences. Their checksums are those of what another
// program made of them, written from the public description of acefile.
TEST(Ace, SoundAndPicturesComeOut) {
    for (const char* name : {"sound-8", "sound-16", "sound-32a", "sound-32b", "picture-1", "picture-3"}) {
        SCOPED_TRACE(name);
        const std::string archive = seed(name);
        TestExtraction extraction;
        open(archive, extraction);
        EXPECT_TRUE(is_quiet(extraction));
        ASSERT_EQ(extraction.children.size(), 1u);
        EXPECT_GT(extraction.children[0].bytes.size(), 700u);
        EXPECT_TRUE(extraction.children[0].text().starts_with("inert text"));
    }
}

TEST(Ace, SoundAndPicturesThatAreWrongAreTold) {
    std::mt19937 random(3);  // NOLINT: the same bytes each time
    for (const char* name : {"sound-32a", "picture-3"}) {
        const std::string archive = seed(name);
        for (int round = 0; round < 300; ++round) {
            std::string wrong = archive;
            wrong[100 + random() % (wrong.size() - 100)] ^= static_cast<char>(1 << random() % 8);
            TestExtraction extraction;
            open(round % 2 == 0
                     ? std::string_view(wrong)
                     : std::string_view(archive).substr(0, 100 + random() % (archive.size() - 104)),
                 extraction);
            if (!is_quiet(extraction)) continue;
            // Bits behind the last one that is read.
            TestExtraction right;
            open(archive, right);
            EXPECT_EQ(extraction.children.at(0).text(), right.children.at(0).text()) << name;
        }
    }
}

TEST(Ace, FoldersAreNoFilesAndNamesAreBytes) {
    const std::string archive =
        ace_main() + ace_member({.name = "dir", .attributes = 0x10}, "", "") +
        ace_member({.name = "dir\\\x90\xBF\x8B\x81\x8F\x91.txt"}, "in code page 932", "in code page 932");
    TestExtraction extraction;
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].spec.name, "dir\\\x90\xBF\x8B\x81\x8F\x91.txt");
    EXPECT_EQ(extraction.children[0].spec.opened_by, "ace");
    EXPECT_TRUE(is_quiet(extraction));
}

// ACE 2.0's headers for files beyond 4 GB, and records that nobody needs to read the files.
TEST(Ace, WideHeadersAndRecoveryRecords) {
    const std::string text = sample_text(500);
    std::string record;
    put_ace(record, 40, 4);
    const std::string archive = ace_main() + ace_header(2, 0x01, record) + std::string(40, 'r') +
                                ace_member({.name = "a", .flags = 0x8005, .type = 3}, text, text) +
                                ace_header(9, 0, "of tomorrow");
    TestExtraction extraction;
    open(archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a"), sha256_of(text));
    EXPECT_TRUE(is_quiet(extraction));
}

TEST(Ace, LockedMembersAreTold) {
    const std::string archive =
        ace_main(0x1000) +
        ace_member({.name = "invoice.exe", .flags = 0x4001}, sample_text(500), "locked!!") +
        ace_member({.name = "a.txt", .flags = 0x0001}, "open", "open");
    TestExtraction extraction;
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 2u);
    EXPECT_TRUE(extraction.children[0].skipped);
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::encrypted));
    EXPECT_EQ(extraction.children[1].text(), "open");
    for (const char* id : {"archive.encrypted", "archive.encrypted.unopened", "archive.encrypted.executable"})
        EXPECT_TRUE(has(extraction, id)) << id;
    EXPECT_FALSE(has(extraction, "archive.damaged"));
}

// Locked by a program in Python, with the key that acefile's description makes of the password and
// libcrypto's Blowfish. The second member goes on with the first.
TEST(Ace, LockedMembersOpenWithTheirPassword) {
    const std::string archive = seed("locked");
    const std::string text = "inert text in a locked archive\n";
    EXPECT_EQ(turn_of_ace(test_part(base::as_bytes(archive))), Turn::locked);
    TestExtraction extraction;
    extraction.harvest().add({std::string(100, 'x'), PasswordSource::configured, {}});
    extraction.harvest().add({"wrong", PasswordSource::configured, {}});
    extraction.harvest().add({"secret", PasswordSource::configured, {}});
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_EQ(extraction.children[0].text(), text);
    EXPECT_EQ(extraction.children[1].text(), text + "!");
    EXPECT_EQ(extraction.children[2].text(), text);
    for (const TestChild& child : extraction.children) {
        EXPECT_EQ(child.spec.password, "secret");
        EXPECT_TRUE(child.spec.flags.has(PartFlag::unlocked));
    }
    EXPECT_TRUE(has(extraction, "archive.encrypted.unlocked"));
    EXPECT_FALSE(has(extraction, "archive.encrypted.unopened"));
    EXPECT_FALSE(has(extraction, "archive.damaged"));

    TestExtraction shut;
    shut.harvest().add({"wrong", PasswordSource::configured, {}});
    open(archive, shut);
    ASSERT_EQ(shut.children.size(), 3u);
    for (const TestChild& child : shut.children)
        EXPECT_TRUE(child.skipped) << child.spec.name;
    EXPECT_TRUE(has(shut, "archive.encrypted.unopened"));
}

// With the right password, a byte that is wrong keeps a member shut.
TEST(Ace, LockedMembersThatAreWrongAreTold) {
    const std::string archive = seed("locked");
    for (std::size_t at = 60; at < archive.size(); at += 3) {
        std::string wrong = archive;
        wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
        TestExtraction extraction;
        extraction.harvest().add({"secret", PasswordSource::configured, {}});
        open(wrong, extraction);
        for (const TestChild& child : extraction.children) {
            const bool sound = !child.skipped && !child.spec.flags.has(PartFlag::damaged);
            EXPECT_EQ(child.text().starts_with("inert text in a locked archive\n"), sound) << at;
        }
    }
}

TEST(Ace, OpenArchivesAreNotLeftForLast) {
    const std::string archive = seed("solid");
    EXPECT_EQ(turn_of_ace(test_part(base::as_bytes(archive))), Turn::heavy);
    std::string many = ace_main();
    for (int i = 0; i < 5'000; ++i)
        many += ace_member({.name = "a"}, "", "");
    EXPECT_EQ(turn_of_ace(test_part(base::as_bytes(many))), Turn::locked);
}

// The beginning that this volume has comes out; what began in another one does not, unless it is stored.
TEST(Ace, OneVolumeOfSeveralIsTold) {
    const std::string text = sample_text(3'000);
    const std::string packed = AcePacker().pack(text);
    const std::size_t part = packed.size() * 3 / 4;
    const std::string begun =
        ace_member({.name = "first.txt", .method = 1, .flags = 0x2001}, text, packed.substr(0, part));
    const std::string stored =
        ace_member({.name = "last.txt", .flags = 0x1001}, "the end of it", "the end of it");
    const std::string gone_on =
        ace_member({.name = "other.txt", .method = 1, .flags = 0x1001}, text, packed.substr(part));
    TestExtraction extraction;
    const std::string archive = ace_main(0x0800) + begun + stored + gone_on;
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    for (const TestChild& child : extraction.children)
        EXPECT_TRUE(child.spec.flags.has(PartFlag::truncated)) << child.spec.name;
    const std::string_view kept = extraction.children[0].text();
    EXPECT_GT(kept.size(), 100u);
    EXPECT_EQ(kept, text.substr(0, kept.size()));
    EXPECT_EQ(extraction.children[1].text(), "the end of it");
    EXPECT_TRUE(extraction.children[2].skipped);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));
}

TEST(Ace, SelfExtractingOnesBeginBehindAProgram) {
    const std::string archive = archive_of({{"a.txt", sample_text(500)}}, 1, true);
    const std::string program = "MZ" + noise(40'000) + "..**ACE** is what it looks for" + archive;
    const base::Bytes bytes = base::as_bytes(program);
    Covered covered(bytes);
    Budget budget({}, program.size());
    const auto found = find_embedded(bytes, {}, embedded_kinds(), covered, budget, 8);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].offset, program.size() - archive.size());
    TestExtraction extraction;
    open(std::string_view(program).substr(found[0].offset), extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(sample_text(500)));
    EXPECT_TRUE(is_quiet(extraction));
}

TEST(Ace, NotAce) {
    EXPECT_EQ(is_ace(base::as_bytes(ace_main()), {}), sure_match);
    EXPECT_EQ(is_ace({}, {}), no_match);
    EXPECT_EQ(is_ace(base::as_bytes("1234567"), {}), no_match);
    EXPECT_EQ(is_ace(base::as_bytes("1234567**ACE*"), {}), no_match);
    EXPECT_EQ(is_ace(base::as_bytes("123456**ACE** a byte too early"), {}), no_match);
}

// What a member goes on with may be out of reach: it is told, and the next one is read.
TEST(Ace, SolidMembersBehindALockedOneAreTold) {
    const std::string text = sample_text(2'000);
    AcePacker packer;
    const std::string first = packer.pack(text);
    const std::string second = packer.pack(text + "!");
    TestExtraction extraction;
    const std::string archive =
        ace_main() + ace_member({.name = "a", .method = 1, .flags = 0xC001}, text, first) +
        ace_member({.name = "b", .method = 1}, text + "!", second) + ace_member({.name = "c"}, "c", "c");
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_TRUE(extraction.children[0].skipped);
    EXPECT_TRUE(extraction.children[1].spec.flags.has(PartFlag::damaged));
    EXPECT_EQ(extraction.children[2].text(), "c");
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
}

// Whatever is missing or wrong: what comes out without a word is what went in.
void expect_told(std::string_view archive, const std::map<std::string, std::string>& originals) {
    TestExtraction extraction({}, 1u << 20);
    open(archive, extraction);
    if (!is_quiet(extraction)) return;
    EXPECT_EQ(extraction.children.size(), originals.size());
    for (const TestChild& child : extraction.children) {
        const auto original = originals.find(child.spec.name);
        ASSERT_NE(original, originals.end()) << child.spec.name;
        EXPECT_EQ(child.text(), original->second);
    }
}

class HostileAce : public testing::TestWithParam<std::uint8_t> {
protected:
    const std::map<std::string, std::string> originals{{"one.txt", sample_text(700)},
                                                       {"two.txt", "two two two two"}};
    const std::string archive = archive_of(originals, GetParam(), true);
};

// No mark ends an archive: one that is cut where a header would begin is whole.
TEST_P(HostileAce, CutAnywhere) {
    const std::size_t between = archive.find("two.txt") - 35;
    for (std::size_t size = 0; size < archive.size(); ++size) {
        TestExtraction extraction;
        open(std::string_view(archive).substr(0, size), extraction);
        EXPECT_EQ(is_quiet(extraction), size == between) << size;
    }
}

TEST_P(HostileAce, EveryByteWrong) {
    for (std::size_t at = 0; at < archive.size(); ++at) {
        for (const int mask : {0xFF, 1 << (at % 8)}) {
            std::string wrong = archive;
            wrong[at] = static_cast<char>(wrong[at] ^ mask);
            expect_told(wrong, originals);
        }
    }
}

TEST_P(HostileAce, BytesOfAnyKindInItsData) {
    std::mt19937 random(23);  // NOLINT: the same bytes each time
    for (int round = 0; round < 500; ++round) {
        std::string wrong = archive;
        for (int i = 0; i < 8; ++i)
            wrong[100 + random() % (wrong.size() - 100)] = static_cast<char>(random());
        expect_told(wrong, originals);
    }
}

INSTANTIATE_TEST_SUITE_P(Methods, HostileAce, testing::Values(0, 1, 2));

}  // namespace
}  // namespace sekisho::scanner::containers
