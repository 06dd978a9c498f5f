// LHA. Debian has no program that writes it, so headers are written here and packed bytes come from arj,
// whose stream is that of -lh7-; lha, which reads only, says whether the result is LHA.
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "scanner/containers/arj_headers.h"
#include "scanner/containers/crc16.h"
#include "scanner/containers/lha_headers.h"
#include "scanner/containers/lha_open.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}
std::uint16_t crc16(std::string_view bytes) { return crc16_of(base::as_bytes(bytes)); }

struct Member {
    std::string method = "-lh0-";
    std::string name;
    std::string plain;
    std::string packed;
};

Member stored(std::string name, const std::string& plain) {
    return {.name = std::move(name), .plain = plain, .packed = plain};
}

// Type and data, without the sizes that stand between them.
struct Extensions {
    explicit Extensions(int size_bytes) : size_bytes_(size_bytes) {}
    void add(std::uint8_t type, std::string_view data) {
        put(bytes_, 1 + data.size() + static_cast<std::size_t>(size_bytes_), size_bytes_);
        put(bytes_, type, 1);
        bytes_ += data;
    }
    std::string finish() {
        put(bytes_, 0, size_bytes_);
        return bytes_;
    }

private:
    int size_bytes_;
    std::string bytes_;
};

std::string sizes(std::uint64_t packed, std::uint64_t size) {
    std::string out;
    put(out, packed, 4);
    put(out, size, 4);
    put(out, 0x5A215A21, 4);
    return out;
}

std::string with_sum(const std::string& header) {
    unsigned sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    std::string out;
    put(out, header.size(), 1);
    put(out, sum & 0xFFu, 1);
    return out + header;
}

std::string level0(const Member& member) {
    std::string header =
        member.method + sizes(member.packed.size(), member.plain.size()) + std::string("\x20\0", 2);
    put(header, member.name.size(), 1);
    header += member.name;
    put(header, crc16(member.plain), 2);
    return with_sum(header) + member.packed;
}

std::string level1(const Member& member) {
    Extensions extensions(2);
    extensions.add(0x01, member.name);
    const std::string tail = extensions.finish();  // begins with the size that ends the header
    std::string header = member.method + sizes(member.packed.size() + tail.size() - 2, member.plain.size()) +
                         std::string("\x20\1\0", 3);
    put(header, crc16(member.plain), 2);
    header += 'M' + tail.substr(0, 2);
    return with_sum(header) + tail.substr(2) + member.packed;
}

// The directory in an extension of its own, and a checksum of the whole header.
std::string level2(const Member& member, std::string_view directory = {}, std::string_view unicode = {}) {
    Extensions extensions(2);
    extensions.add(0x00, std::string_view("\0\0", 2));
    extensions.add(0x01, member.name);
    if (!directory.empty()) extensions.add(0x02, directory);
    if (!unicode.empty()) extensions.add(0x44, unicode);
    const std::string tail = extensions.finish();
    std::string header =
        member.method + sizes(member.packed.size(), member.plain.size()) + std::string("\x20\2", 2);
    put(header, crc16(member.plain), 2);
    header += 'M' + tail;
    std::string whole;
    put(whole, header.size() + 2, 2);
    whole += header;
    const std::uint16_t crc = crc16(whole);
    const std::size_t at = 2 + header.size() - tail.size() + 3;
    whole[at] = static_cast<char>(crc & 0xFFu);
    whole[at + 1] = static_cast<char>(crc >> 8);
    return whole + member.packed;
}

std::string level3(const Member& member) {
    Extensions extensions(4);
    extensions.add(0x01, member.name);
    const std::string tail = extensions.finish();
    std::string header =
        member.method + sizes(member.packed.size(), member.plain.size()) + std::string("\x20\3", 2);
    put(header, crc16(member.plain), 2);
    header += 'M';
    std::string whole;
    put(whole, 4, 2);
    whole += header;
    put(whole, whole.size() + 4 + tail.size(), 4);
    return whole + tail + member.packed;
}

using Level = std::string (*)(const Member&);
std::string level2_plain(const Member& member) { return level2(member); }
constexpr Level levels[] = {level0, level1, level2_plain, level3};

// Packed by arj in one of its methods that are -lh7-; an empty one where it stored the bytes instead.
Member packed_by_arj(const Scratch& scratch, const std::string& plain, char method) {
    scratch.write("p", plain);
    scratch.run(std::string("rm -f p.arj; arj a -m") + method + " p.arj p");
    const std::string archive = scratch.read("p.arj");
    Budget budget({}, archive.size());
    const ArjArchive read = read_arj(base::as_bytes(archive), budget);
    EXPECT_EQ(read.members.size(), 1u);
    EXPECT_EQ(read.members.at(0).header.method, method - '0');
    return {.method = "-lh7-",
            .name = "packed.txt",
            .plain = plain,
            .packed = std::string(base::as_text(read.members.at(0).data))};
}

// Children are views into the archive, which is kept until the program ends.
void open(std::string_view archive, TestExtraction& extraction) {
    static std::deque<std::string> kept;
    kept.emplace_back(archive);
    open_lha(test_part(base::as_bytes(kept.back()), "a.lzh"), extraction);
}
bool is_quiet(TestExtraction& extraction) {
    return extraction.findings().all().empty() && extraction.budget().reached().empty();
}

TEST(Lha, EveryLevelOfHeader) {
    for (const Level level : levels) {
        const Scratch scratch;
        Member four = stored("four.txt", sample_text(77));
        four.method = "-lz4-";
        const std::string archive = level(stored("one.txt", sample_text(900))) + level(stored("empty", "")) +
                                    level(four) + '\0' + "behind";
        scratch.write("a.lzh", archive);
        scratch.run("lha t a.lzh && lha pq a.lzh one.txt >one && lha pq a.lzh four.txt >four");
        EXPECT_EQ(scratch.read("one"), sample_text(900));
        EXPECT_EQ(scratch.read("four"), sample_text(77));
        TestExtraction extraction;
        open(archive, extraction);
        EXPECT_TRUE(is_quiet(extraction));
        ASSERT_EQ(extraction.children.size(), 3u);
        EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(sample_text(900)));
        EXPECT_EQ(hash_of_child(extraction, "empty"), sha256_of(""));
        EXPECT_EQ(hash_of_child(extraction, "four.txt"), sha256_of(sample_text(77)));
        EXPECT_EQ(extraction.covered.at(0).size(), archive.size() - 6);
    }
}

TEST(Lha, PackedMembersComeOutByteExact) {
    const Scratch scratch;
    std::mt19937 random(17);  // NOLINT: the same bytes each time
    std::string mixed;
    while (mixed.size() < 200'000)
        mixed += random() % 3 == 0 ? std::string(random() % 300, static_cast<char>(random()))
                                   : sample_text(random() % 99);
    for (const char method : {'1', '2', '3'}) {
        for (const std::string& plain : {sample_text(90'000), std::string(70'000, '\0'), mixed}) {
            const Member member = packed_by_arj(scratch, plain, method);
            const std::string archive = level1(member) + '\0';
            scratch.write("a.lzh", archive);
            scratch.run("lha pq a.lzh >plain");
            EXPECT_EQ(sha256_of(scratch.read("plain")), sha256_of(plain));
            TestExtraction extraction({}, 1u << 20);
            open(archive, extraction);
            EXPECT_TRUE(is_quiet(extraction));
            EXPECT_EQ(hash_of_child(extraction, "packed.txt"), sha256_of(plain));
        }
    }
}

// In code page 932 the second byte of a letter may be a backslash; 0xFF parts directories and begins no
// letter.
TEST(Lha, NamesAreBytesOfTheirCodePage) {
    const std::string name = "\x83\x5C\x81\x5B\x83\x58\x95\x5C.txt";
    for (const Level level : levels) {
        TestExtraction extraction;
        open(level(stored(name, "inert")) + level(stored("two.txt", "two")) + '\0', extraction);
        EXPECT_TRUE(is_quiet(extraction));
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of("inert"));
        EXPECT_EQ(hash_of_child(extraction, "two.txt"), sha256_of("two"));
    }
    TestExtraction extraction;
    open(level2(stored("a.txt", "inert"), "\x95\x5C\xFFsub\xFF") + '\0', extraction);
    EXPECT_EQ(hash_of_child(extraction, "\x95\x5C/sub/a.txt"), sha256_of("inert"));
    TestExtraction old;
    open(level0(stored("dir\xFF"
                       "a.txt",
                       "inert")) +
             '\0',
         old);
    EXPECT_NE(child_named(old, "dir/a.txt"), nullptr);
}

TEST(Lha, UnicodeNamesAreShown) {
    const std::string unicode("\x68\x88.\0t\0x\0t\0", 10);
    TestExtraction extraction;
    open(level2(stored("\x95\x5C.txt", "inert"), {}, unicode) + '\0', extraction);
    EXPECT_NE(child_named(extraction, "表.txt"), nullptr);
    EXPECT_TRUE(is_quiet(extraction));
    TestExtraction two_faced;
    open(level2(stored("a.exe", "inert"), {}, unicode) + '\0', two_faced);
    EXPECT_TRUE(has(two_faced, "archive.header-mismatch"));
}

// Methods without a decoder: the name is there, and that nothing was read is said.
TEST(Lha, OtherMethodsAreTold) {
    for (const char* method : {"-lh1-", "-lh2-", "-lh3-", "-lzs-", "-lz5-", "-pm2-", "-lhx-", "-lh9-"}) {
        SCOPED_TRACE(method);
        Member member = stored("packed.exe", sample_text(300));
        member.method = method;
        TestExtraction extraction;
        open(level0(member) + level0(stored("two.txt", "two")) + '\0', extraction);
        EXPECT_TRUE(has(extraction, "archive.unsupported"));
        ASSERT_EQ(extraction.children.size(), 2u);
        EXPECT_TRUE(extraction.children[0].skipped);
        EXPECT_EQ(extraction.children[1].text(), "two");
    }
}

// A header of level 2 whose size is a multiple of 256 begins with the byte that ends an archive.
TEST(Lha, HeadersMayBeginWithZero) {
    const Scratch scratch;
    std::string name = "invoice.exe";
    while (level2(stored(name, ""))[0] != 0)
        name += 'x';
    for (const std::string& before : {std::string(), level2(stored("one.txt", "one"))}) {
        const std::string archive = before + level2(stored(name, "inert")) + '\0';
        scratch.write("a.lzh", archive);
        scratch.run("lha pq a.lzh '" + name + "' >plain");
        EXPECT_EQ(scratch.read("plain"), "inert");
        TestExtraction extraction;
        open(archive, extraction);
        EXPECT_TRUE(is_quiet(extraction));
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of("inert"));
    }
    TestExtraction nothing;
    open(std::string("\0\0-lh0-", 7) + std::string(13, '\0') + std::string("\2\0\0\0\0", 5), nothing);
    EXPECT_TRUE(has(nothing, "archive.damaged"));
}

TEST(Lha, OneDiskOfSeveralIsTold) {
    Extensions extensions(4);
    extensions.add(0x01, "a.txt");
    extensions.add(0x39, std::string(17, '\0'));
    Member member = stored("a.txt", "inert");
    std::string archive = level3(member);
    const std::string tail = extensions.finish();
    std::string whole = archive.substr(0, 24);
    put(whole, whole.size() + 4 + tail.size(), 4);
    whole += tail + "inert" + '\0';
    TestExtraction extraction;
    open(whole, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::truncated));
}

TEST(Lha, ABrokenHeaderCostsItsMemberAlone) {
    const std::string one = level0(stored("one.txt", "one one one"));
    std::string archive = one + level0(stored("two.txt", "two two two")) + '\0';
    archive[21] = '\xF0';  // the size of a name that does not fit
    TestExtraction extraction;
    open(archive, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_EQ(hash_of_child(extraction, "two.txt"), sha256_of("two two two"));
}

// Whatever is wrong: what comes out without a word is what went in, under whatever name.
void expect_told(std::string_view archive, const std::string& one, const std::string& two) {
    TestExtraction extraction({}, 1u << 20);
    open(archive, extraction);
    for (const TestChild& child : extraction.children) {
        if (child.skipped || child.spec.flags.bits != 0) continue;
        EXPECT_TRUE(child.text() == one || child.text() == two || !is_quiet(extraction)) << child.spec.name;
    }
}

class HostileLha : public testing::Test {
protected:
    void SetUp() override {
        const Scratch scratch;
        const Member member = packed_by_arj(scratch, one, '1');
        for (const Level level : levels)
            archives.push_back(level(member) + level(stored("two.txt", two)) + '\0');
    }
    const std::string one = sample_text(900);
    const std::string two = "two two two two";
    std::vector<std::string> archives;
};

TEST_F(HostileLha, CutAnywhere) {
    for (const std::string& archive : archives) {
        for (std::size_t size = 0; size + 1 < archive.size(); ++size) {
            TestExtraction extraction;
            open(std::string_view(archive).substr(0, size), extraction);
            // An archive may end without its last byte, so what is cut between two members cannot be known.
            const bool at_a_seam = extraction.children.size() == 1 && extraction.children[0].text() == one;
            EXPECT_TRUE(!is_quiet(extraction) || at_a_seam || size == 0) << size;
        }
    }
}

TEST_F(HostileLha, EveryByteWrong) {
    for (const std::string& archive : archives) {
        for (std::size_t at = 0; at < archive.size(); ++at) {
            for (const int mask : {0xFF, 1 << (at % 8)}) {
                std::string wrong = archive;
                wrong[at] = static_cast<char>(wrong[at] ^ mask);
                expect_told(wrong, one, two);
            }
        }
    }
}

// Headers of level 3 that reach to the end of the file, each with a checksum that does not hold.
TEST(LhaHeaders, ChecksumsAreCharged) {
    std::string one;
    put(one, 4, 2);
    one += "-lh0-" + sizes(0, 0) + std::string("\x20\3\0\0M", 5);
    put(one, 40'000, 4);
    put(one, 7, 4);
    one += std::string("\0\1\2", 3);
    put(one, 0, 4);
    std::string archive(30, 'x');
    while (archive.size() < 1u << 20)
        archive += one;
    Budget budget({.max_steps = 100'000'000}, archive.size());
    EXPECT_TRUE(read_lha(base::as_bytes(archive), budget).members.empty());
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.steps"});
}

TEST(LhaHeaders, WalksStayLinear) {
    std::string marks;
    while (marks.size() < 1'000'000)
        marks += "-lh0-";
    Budget budget({}, marks.size());
    EXPECT_TRUE(read_lha(base::as_bytes(marks), budget).members.empty());

    std::string many;
    for (int i = 0; i < 30'000; ++i)
        many += level0(stored("n", ""));
    TestExtraction extraction({}, many.size());
    open(many, extraction);
    EXPECT_EQ(extraction.children.size(), model::ScanLimits{}.max_parts);
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));

    Extensions chain(4);
    for (int i = 0; i < 1'000; ++i)
        chain.add(0x7F, {});
    const std::string header = level3(stored("n", "")).substr(0, 28);
    Budget other({}, header.size());
    EXPECT_FALSE(read_lha_record(base::as_bytes(header + chain.finish()), other));
}

}  // namespace
}  // namespace sekisho::scanner::containers
