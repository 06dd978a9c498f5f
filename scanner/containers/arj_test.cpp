// ARJ by the program of that name.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "scanner/containers/arj_headers.h"
#include "scanner/containers/arj_open.h"
#include "scanner/containers/arj_unpack.h"
#include "scanner/containers/crc32.h"
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

// What goes into each archive: text, noise, long runs, a period beyond the window, nothing, one byte.
std::map<std::string, std::string> files() {
    const std::string page = noise(30'000);
    return {{"text.txt", sample_text(120'000)},
            {"noise.bin", noise(50'000)},
            {"zeros.bin", std::string(70'000, '\0')},
            {"far.bin", page + page + page.substr(100, 26'000)},
            {"dir/empty", ""},
            {"dir/one", "x"}};
}

void write_files(const Scratch& scratch) {
    for (const auto& [name, bytes] : files())
        scratch.write("in/" + name, bytes);
}

void open(std::string_view archive, TestExtraction& extraction) {
    open_arj(test_part(base::as_bytes(archive), "a.arj"), extraction);
}

void add_password(TestExtraction& extraction, std::string password) {
    extraction.harvest().add({std::move(password), PasswordSource::configured, {}});
}

bool is_quiet(TestExtraction& extraction) {
    return extraction.findings().all().empty() && extraction.budget().reached().empty();
}

TEST(Arj, EveryMethodComesOutByteExact) {
    for (const char method : {'0', '1', '2', '3', '4'}) {
        const Scratch scratch;
        write_files(scratch);
        scratch.run(std::string("cd in && arj a -r -m") + method + " ../a.arj '*'");
        const std::string archive = scratch.read("a.arj");
        EXPECT_EQ(is_arj(base::as_bytes(archive), {}), sure_match);
        TestExtraction extraction({}, 1u << 20);
        open(archive, extraction);
        EXPECT_TRUE(is_quiet(extraction)) << method;
        EXPECT_EQ(extraction.children.size(), files().size()) << method;
        for (const auto& [name, bytes] : files())
            EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << method << " " << name;
        ASSERT_EQ(extraction.covered.size(), 1u);
        EXPECT_EQ(extraction.covered[0].size(), archive.size());
    }
}

TEST(Arj, WhatIsBehindIsNotCovered) {
    const Scratch scratch;
    scratch.write("a", "a");
    scratch.run("arj a a.arj a");
    const std::string archive = scratch.read("a.arj");
    TestExtraction extraction;
    open(archive + "behind", extraction);
    EXPECT_EQ(extraction.covered.at(0).size(), archive.size());
    EXPECT_TRUE(is_quiet(extraction));
}

TEST(Arj, NamesAreBytes) {
    const Scratch scratch;
    scratch.write("in/\x83\x5C\x81\x5C\x83\x58.txt", "in code page 932");
    scratch.run("cd in && arj a ../a.arj '*'");
    TestExtraction extraction;
    open(scratch.read("a.arj"), extraction);
    EXPECT_NE(child_named(extraction, "\x83\x5C\x81\x5C\x83\x58.txt"), nullptr);
}

TEST(Arj, GarbledOnesOpenWithTheirPassword) {
    const Scratch scratch;
    write_files(scratch);
    scratch.run("cd in && arj a -r -gs3cret ../a.arj '*'");
    const std::string archive = scratch.read("a.arj");
    Part part = test_part(base::as_bytes(archive));
    EXPECT_EQ(turn_of_arj(part), Turn::locked);
    TestExtraction extraction({}, 1u << 20);
    add_password(extraction, "wrong");
    add_password(extraction, "s3cret");
    open(archive, extraction);
    for (const auto& [name, bytes] : files()) {
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
        EXPECT_EQ(child_named(extraction, name)->spec.password, bytes.empty() ? "" : "s3cret") << name;
    }
    EXPECT_TRUE(has(extraction, "archive.encrypted.unlocked"));
    EXPECT_FALSE(has(extraction, "archive.encrypted.unopened"));
}

TEST(Arj, GarbledOnesWithoutTheirPasswordAreTold) {
    const Scratch scratch;
    scratch.write("invoice.exe", sample_text(500));
    scratch.run("arj a -gs3cret a.arj invoice.exe");
    TestExtraction extraction;
    add_password(extraction, "wrong");
    open(scratch.read("a.arj"), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].skipped);
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
    EXPECT_TRUE(has(extraction, "archive.encrypted.executable"));
}

TEST(Arj, ShortNumbersAreTriedOnSmallMembers) {
    const Scratch scratch;
    scratch.write("a.txt", sample_text(500));
    scratch.run("arj a -g0815 a.arj a.txt");
    TestExtraction extraction;
    open(scratch.read("a.arj"), extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(sample_text(500)));
}

// A cipher's version in the main header: no password of ours opens it, and none is tried.
TEST(Arj, CiphersAreTold) {
    const Scratch scratch;
    scratch.write("a.txt", sample_text(500));
    scratch.run("arj a -gs3cret a.arj a.txt");
    std::string archive = scratch.read("a.arj");
    archive[4 + 28] = 2;
    const std::size_t size = static_cast<unsigned char>(archive[2]);
    const std::uint32_t crc = crc32_of(base::as_bytes(std::string_view(archive).substr(4, size)));
    for (std::size_t i = 0; i < 4; ++i)
        archive[4 + size + i] = static_cast<char>(crc >> (8 * i));
    TestExtraction extraction;
    add_password(extraction, "s3cret");
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].skipped);
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
}

TEST(Arj, OneVolumeOfSeveralIsTold) {
    const Scratch scratch;
    scratch.write("a.bin", noise(30'000));
    scratch.run("arj a -m0 -v12k -y a.arj a.bin");
    TestExtraction extraction({}, 1u << 20);
    open(scratch.read("a.arj"), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::truncated));
    const std::string_view kept = extraction.children[0].text();
    EXPECT_FALSE(kept.empty());
    EXPECT_EQ(kept, noise(30'000).substr(0, kept.size()));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(Arj, SelfExtractingOnesBeginBehindAProgram) {
    const Scratch scratch;
    scratch.write("a.txt", sample_text(500));
    scratch.run("arj a -je1 -y a.exe a.txt");
    const std::string program = scratch.read("a.exe");
    const base::Bytes bytes = base::as_bytes(program);
    Covered covered(bytes);
    Budget budget({}, program.size());
    const auto files = find_embedded(bytes, {}, embedded_kinds(), covered, budget, 8);
    ASSERT_EQ(files.size(), 1u);
    TestExtraction extraction;
    open(std::string_view(program).substr(files[0].offset), extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(sample_text(500)));
    EXPECT_TRUE(is_quiet(extraction));
}

TEST(Arj, NotArj) {
    const Scratch scratch;
    scratch.write("a", "a");
    scratch.run("arj a a.arj a");
    const std::string archive = scratch.read("a.arj");
    EXPECT_EQ(is_arj({}, {}), no_match);
    EXPECT_EQ(is_arj(base::as_bytes("\x60\xEA"), {}), no_match);
    EXPECT_EQ(is_arj(base::as_bytes("`\xEA is how text may begin, with a size that is none"), {}), no_match);
    // A member's header, where the main one should stand.
    const std::size_t member = archive.find("\x60\xEA", 2);
    EXPECT_EQ(is_arj(base::as_bytes(std::string_view(archive).substr(member)), {}), no_match);
    std::string broken = archive;
    broken[20] = static_cast<char>(~broken[20]);
    EXPECT_EQ(is_arj(base::as_bytes(broken), {}), good_match);
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

class HostileArj : public testing::TestWithParam<char> {
protected:
    void SetUp() override {
        for (const auto& [name, bytes] : originals)
            scratch.write(name, bytes);
        scratch.run(std::string("arj a -m") + GetParam() + " a.arj one.txt two.txt");
        archive = scratch.read("a.arj");
    }
    const std::map<std::string, std::string> originals{{"one.txt", sample_text(700)},
                                                       {"two.txt", "two two two two"}};
    const Scratch scratch;
    std::string archive;
};

TEST_P(HostileArj, CutAnywhere) {
    for (std::size_t size = 0; size < archive.size(); ++size) {
        TestExtraction extraction;
        open(std::string_view(archive).substr(0, size), extraction);
        EXPECT_FALSE(is_quiet(extraction)) << size;
    }
}

TEST_P(HostileArj, EveryByteWrong) {
    for (std::size_t at = 0; at < archive.size(); ++at) {
        for (const int mask : {0xFF, 1 << (at % 8)}) {
            std::string wrong = archive;
            wrong[at] = static_cast<char>(wrong[at] ^ mask);
            expect_told(wrong, originals);
        }
    }
}

TEST_P(HostileArj, BytesOfAnyKindInItsData) {
    std::mt19937 random(23);  // NOLINT: the same bytes each time
    for (int round = 0; round < 500; ++round) {
        std::string wrong = archive;
        for (int i = 0; i < 8; ++i)
            wrong[100 + random() % (wrong.size() - 100)] = static_cast<char>(random());
        expect_told(wrong, originals);
    }
}

INSTANTIATE_TEST_SUITE_P(Methods, HostileArj, testing::Values('0', '1', '4'));

TEST(ArjUnpack, SizesThatLieEndWithTheData) {
    for (std::uint8_t method = 0; method <= 4; ++method) {
        const std::string data = noise(1'000);
        std::uint64_t out = 0;
        const ArjUnpacked plain =
            unpack_arj({.method = method, .size = UINT32_MAX, .data = base::as_bytes(data)}, {"", 0},
                       [&](base::Bytes bytes) {
                           out += bytes.size();
                           return true;
                       });
        EXPECT_EQ(plain.state, ArjUnpacked::State::damaged) << int{method};
        EXPECT_LT(out, 1u << 20) << int{method};
    }
    EXPECT_EQ(
        unpack_arj({.method = 5, .size = 1, .data = {}}, {"", 0}, [](base::Bytes) { return true; }).state,
        ArjUnpacked::State::unsupported);
}

// A sink that refuses ends the work: four bits of method 4 make up to 256 bytes each.
TEST(ArjUnpack, RefusalsEndIt) {
    const std::string data(1u << 20, '\xFF');
    const std::string first("\x00\x00", 2);
    const std::string packed = first + data;
    std::size_t pieces = 0;
    const ArjUnpacked plain = unpack_arj({.method = 4, .size = UINT32_MAX, .data = base::as_bytes(packed)},
                                         {"", 0}, [&](base::Bytes) {
                                             ++pieces;
                                             return false;
                                         });
    EXPECT_NE(plain.state, ArjUnpacked::State::whole);
    EXPECT_LE(pieces, 2u);
}

// Marks everywhere, chains of extended headers, thousands of members: linear, or charged.
TEST(ArjHeaders, WalksStayLinear) {
    std::string marks;
    while (marks.size() < 500'000)
        marks += "\x60\xEA\x28\x0A";
    Budget budget({}, marks.size());
    EXPECT_TRUE(read_arj(base::as_bytes(marks), budget).members.empty());

    const Scratch scratch;
    scratch.write("a", "");
    scratch.run("arj a a.arj a");
    const std::string archive = scratch.read("a.arj");
    const std::size_t member = archive.find("\x60\xEA", 2);
    const std::string header = archive.substr(member, archive.size() - 4 - member);
    std::string many = archive.substr(0, member);
    for (int i = 0; i < 30'000; ++i)
        many += header;
    TestExtraction extraction({}, many.size());
    open(many + std::string("\x60\xEA\0\0", 4), extraction);
    EXPECT_EQ(extraction.children.size(), model::ScanLimits{}.max_parts);
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));

    std::string chain = header.substr(0, header.size() - 2);
    for (int i = 0; i < 100; ++i)
        chain += std::string("\1\0x....", 7);
    EXPECT_FALSE(read_arj_record(base::as_bytes(chain + std::string(2, '\0'))));
}

}  // namespace
}  // namespace sekisho::scanner::containers
