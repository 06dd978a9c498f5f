// LHA: which members libarchive reads, and that the others are told. There is no writer in Debian; lha reads
// what is written here, so that it is LHA.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/archive_open.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

// CRC-16 of the polynomial 0xA001, as in ARC.
std::uint16_t crc16(std::string_view bytes) {
    unsigned crc = 0;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xA001u : crc >> 1;
    }
    return static_cast<std::uint16_t>(crc);
}

// A member with a header of level 0.
std::string member(std::string_view method, std::string_view name, std::string_view plain) {
    std::string header(method);
    put(header, plain.size(), 4);
    put(header, plain.size(), 4);
    put(header, 0x5A215A21, 4);
    header += std::string("\x20\0", 2);
    put(header, name.size(), 1);
    header += name;
    put(header, crc16(plain), 2);
    unsigned sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    std::string out;
    put(out, header.size(), 1);
    put(out, sum & 0xFFu, 1);
    return out + header + std::string(plain);
}

void open(std::string_view archive, TestExtraction& extraction) {
    open_archive(test_part(base::as_bytes(archive), "a.lzh"), extraction, ArchiveKind::lha);
}

TEST(Lha, StoredMembersComeOutByteExact) {
    const std::string archive =
        member("-lh0-", "one.txt", sample_text(900)) + member("-lz4-", "two.txt", sample_text(500)) + '\0';
    const Scratch scratch;
    scratch.write("a.lzh", archive);
    scratch.run("lha t a.lzh && lha p a.lzh one.txt | grep -q 'line 0'");
    TestExtraction extraction;
    open(archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(sample_text(900)));
    const TestChild* two = child_named(extraction, "two.txt");
    ASSERT_NE(two, nullptr);
    EXPECT_TRUE(two->text() == sample_text(500) || has(extraction, "archive.damaged"));
}

TEST(Lha, NamesAreBytesOfTheirCodePage) {
    const std::string name =
        "\x83\x5C\x81\x5C\x83\x58.txt";  // the second byte of the first letter is a backslash
    const std::string archive = member("-lh0-", name, "inert") + '\0';
    TestExtraction extraction;
    open(archive, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].text(), "inert");
    EXPECT_TRUE(extraction.children[0].spec.name.ends_with("\x81\x5C\x83\x58.txt"));
}

// Methods without a decoder: the name is there, and that nothing was read is said.
TEST(Lha, OtherMethodsAreTold) {
    for (const char* method :
         {"-lh1-", "-lh2-", "-lh3-", "-lh4-", "-lzs-", "-lz5-", "-pm2-", "-lhx-", "-lh9-"}) {
        SCOPED_TRACE(method);
        const std::string archive = member(method, "packed.exe", sample_text(300)) + '\0';
        TestExtraction extraction;
        open(archive, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged") || has(extraction, "archive.member-skipped"));
        for (const TestChild& child : extraction.children)
            EXPECT_TRUE(child.skipped || child.spec.flags.has(PartFlag::damaged));
    }
}

TEST(Lha, WrongChecksumsAreTold) {
    std::string archive = member("-lh0-", "one.txt", sample_text(900)) + '\0';
    archive[archive.size() - 10] ^= 1;
    TestExtraction extraction;
    open(archive, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::damaged));
}

TEST(Lha, CutAnywhere) {
    const std::string archive = member("-lh0-", "one.txt", "one") + member("-lh0-", "two.txt", "two") + '\0';
    for (std::size_t size = 1; size + 1 < archive.size(); ++size) {
        TestExtraction extraction;
        open(std::string_view(archive).substr(0, size), extraction);
        const bool at_a_seam = size == member("-lh0-", "one.txt", "one").size();
        EXPECT_TRUE(has(extraction, "archive.damaged") || at_a_seam) << size;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
