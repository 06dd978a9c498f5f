// ZIPs that no program would make: readings that disagree, bombs, lies.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "scanner/containers/test_tools.h"
#include "scanner/containers/zip.h"
#include "scanner/containers/zip_directory.h"

namespace sekisho::scanner::containers {
namespace {

using Header = ZipWriter::Header;

Header header_of(const std::string& name, std::string_view packed, std::string_view plain,
                 std::uint16_t method) {
    return {.name = name,
            .flags = 0,
            .method = method,
            .crc = crc_of(plain),
            .packed = static_cast<std::uint32_t>(packed.size()),
            .size = static_cast<std::uint32_t>(plain.size()),
            .offset = 0,
            .extra = {}};
}

std::string one_member(const Header& local, std::string_view data, const Header& central) {
    ZipWriter writer;
    writer.local(local);
    writer.raw(data);
    writer.central(central);
    return writer.finish();
}

TEST(HostileZip, NamesThatDifferAreBothChildren) {
    const std::string archive =
        one_member(header_of("a.exe", "inert", "inert", 0), "inert", header_of("a.txt", "inert", "inert", 0));
    TestExtraction extraction;
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.exe"), sha256_of("inert"));
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of("inert"));
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, MethodsThatDifferAreBothRead) {
    const std::string plain = sample_text(1'000);
    const std::string packed = deflated(plain);
    const std::string archive =
        one_member(header_of("a", packed, plain, 8), packed, header_of("a", packed, packed, 0));
    TestExtraction extraction;
    open_with(zip_format, archive, extraction);
    ASSERT_EQ(extraction.children.size(), 2u);
    EXPECT_EQ(extraction.children[0].text(), packed);
    EXPECT_EQ(extraction.children[1].text(), plain);
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, MembersOnlyInLocalHeadersAreChildren) {
    ZipWriter writer;
    writer.local(header_of("hidden.js", "inert", "inert", 0));
    writer.raw("inert");
    writer.member("seen.txt", "seen");
    const std::string archive = writer.finish();
    TestExtraction extraction;
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "hidden.js"), sha256_of("inert"));
    EXPECT_EQ(hash_of_child(extraction, "seen.txt"), sha256_of("seen"));
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, ConcatenatedArchivesAreBothRead) {
    ZipWriter first;
    first.member("first.txt", sample_text(100));
    ZipWriter second;
    second.member("second.txt", sample_text(200));
    const std::string archive = first.finish() + second.finish();
    TestExtraction extraction;
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "first.txt"), sha256_of(sample_text(100)));
    EXPECT_EQ(hash_of_child(extraction, "second.txt"), sha256_of(sample_text(200)));
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, AStoredZipInsideIsNoSecondDirectory) {
    ZipWriter inner;
    inner.member("inner.txt", "x");
    const std::string nested = inner.finish();
    ZipWriter outer;
    outer.member("inner.zip", nested, false);
    const std::string archive = outer.finish();
    TestExtraction extraction;
    open_with(zip_format, archive, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].text(), nested);
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(HostileZip, WithoutACentralDirectoryMembersAreStillRead) {
    ZipWriter writer;
    writer.member("a.txt", sample_text(500));
    writer.member("b.txt", sample_text(600));
    const std::string archive = writer.finish();
    TestExtraction extraction;
    open_with(zip_format, std::string_view(archive).substr(0, archive.find("PK\1\2")), extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(sample_text(500)));
    EXPECT_EQ(hash_of_child(extraction, "b.txt"), sha256_of(sample_text(600)));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(HostileZip, StreamedMembersWithoutACentralDirectory) {
    const std::string plain = sample_text(500);
    const std::string packed = deflated(plain);
    ZipWriter writer;
    Header header{.name = "a.txt", .flags = 8, .method = 8, .extra = {}};
    writer.local(header);
    writer.raw(packed);
    std::string descriptor = "PK\7\x08";
    for (const std::size_t value : {std::size_t{crc_of(plain)}, packed.size(), plain.size()}) {
        for (int i = 0; i < 4; ++i)
            descriptor.push_back(static_cast<char>(value >> (8 * i)));
    }
    writer.raw(descriptor);
    writer.member("b.txt", "b");
    std::string archive = writer.finish();
    TestExtraction extraction;
    open_with(zip_format, std::string_view(archive).substr(0, archive.find("PK\1\2")), extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(plain));
    EXPECT_EQ(hash_of_child(extraction, "b.txt"), sha256_of("b"));
}

// Marked as stored with a deflate stream inside (CVE-2026-0866): some unpackers try inflate.
TEST(HostileZip, StoredThatIsDeflatedIsInflated) {
    const std::string plain = sample_text(5'000);
    const std::string packed = deflated(plain);
    const Header header = header_of("a.doc", packed, plain, 0);
    TestExtraction extraction;
    const std::string archive = one_member(header, packed, header);
    open_with(zip_format, archive, extraction);
    ASSERT_EQ(extraction.children.size(), 2u);
    EXPECT_EQ(extraction.children[0].text(), plain);
    EXPECT_EQ(extraction.children[1].text(), packed);
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, DeflatedThatIsStoredIsKept) {
    const std::string plain = "MZ these bytes are no deflate stream";
    const Header header = header_of("a.exe", plain, plain, 8);
    TestExtraction extraction;
    const std::string archive = one_member(header, plain, header);
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.exe"), sha256_of(plain));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(HostileZip, AWrongChecksumKeepsTheContent) {
    const std::string plain = sample_text(5'000);
    const std::string packed = deflated(plain);
    Header header = header_of("a.txt", packed, plain, 8);
    header.crc ^= 1;
    TestExtraction extraction;
    const std::string archive = one_member(header, packed, header);
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(plain));
    EXPECT_TRUE(extraction.children[0].spec.flags.has(PartFlag::damaged));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(HostileZip, ASizeThatLiesIsTold) {
    const std::string plain = sample_text(5'000);
    const std::string packed = deflated(plain);
    Header header = header_of("a.txt", packed, plain, 8);
    header.size = 10;
    TestExtraction extraction;
    const std::string archive = one_member(header, packed, header);
    open_with(zip_format, archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(plain));
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, UnknownMethodsAreTold) {
    const Header header = header_of("a.txt", "data", "data", 97);
    TestExtraction extraction;
    const std::string archive = one_member(header, "data", header);
    open_with(zip_format, archive, extraction);
    EXPECT_TRUE(has(extraction, "archive.unsupported"));
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].skipped);
}

TEST(HostileZip, UnicodeNameOfAnotherKindIsBoth) {
    Header header = header_of("a.txt", "inert", "inert", 0);
    const std::uint32_t crc = crc_of("a.txt");
    std::string field("\1", 1);
    for (int i = 0; i < 4; ++i)
        field.push_back(static_cast<char>(crc >> (8 * i)));
    field += "表.exe";
    header.extra = std::string("\x75\x70", 2) + static_cast<char>(field.size()) + '\0' + field;
    TestExtraction extraction;
    const std::string archive = one_member(header, "inert", header);
    open_with(zip_format, archive, extraction);
    EXPECT_NE(child_named(extraction, "a.txt"), nullptr);
    EXPECT_NE(child_named(extraction, "表.exe"), nullptr);
    EXPECT_TRUE(has(extraction, "archive.header-mismatch"));
}

TEST(HostileZip, NamesAreBytesAndNothingElse) {
    for (const std::string& name :
         {std::string("../../etc/passwd"), std::string("%s%n%x"), std::string(60'000, 'a'),
          std::string("\xFF\xFE\x80"), std::string("a\0b.exe", 7), std::string("C:\\x\\y.txt"),
          std::string("\x1B[2J\r\n")}) {
        ZipWriter writer;
        writer.member(name, "x");
        const std::string archive = writer.finish();
        TestExtraction extraction;
        open_with(zip_format, archive, extraction);
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of("x"));
    }
}

// Two central records, one local header: Fifield's full overlap.
std::string overlapping_bomb(std::size_t members, std::size_t plain) {
    const std::string zeros(plain, '\0');
    const std::string packed = deflated(zeros);
    ZipWriter writer;
    Header header = header_of("0", packed, zeros, 8);
    writer.local(header);
    writer.raw(packed);
    for (std::size_t i = 0; i < members; ++i) {
        header.name = std::to_string(i);
        writer.central(header);
    }
    return writer.finish();
}

// Each local header is quoted by a stored block of the one before it: Fifield's quoted overlap.
std::string quoted_bomb(std::size_t members, std::size_t plain) {
    const std::string zeros(plain, '\0');
    std::string tail = deflated(zeros);
    std::string content = zeros;
    ZipWriter outer;
    std::vector<std::pair<Header, std::string>> files;  // last first
    for (std::size_t i = members; i-- > 0;) {
        Header header = header_of(std::to_string(i), tail, content, 8);
        ZipWriter writer;
        writer.local(header);
        std::string record = writer.finish();
        record.resize(30 + header.name.size());
        files.emplace_back(header, record + tail);
        std::string quote("\0", 1);
        const auto size = static_cast<std::uint16_t>(record.size());
        for (const unsigned value : {unsigned{size}, ~unsigned{size} & 0xFFFFu}) {
            quote.push_back(static_cast<char>(value));
            quote.push_back(static_cast<char>(value >> 8));
        }
        tail = quote + record + tail;
        content = record + content;
    }
    ZipWriter writer;
    writer.raw(files.back().second);
    const std::size_t all = files.back().second.size();
    for (auto& [header, bytes] : files) {
        header.offset = static_cast<std::uint32_t>(all - bytes.size());
        writer.central(header);
    }
    return writer.finish();
}

TEST(HostileZip, OverlappingBombsEndByTheBudget) {
    for (const std::string& archive : {overlapping_bomb(5'000, 2'000'000), quoted_bomb(500, 2'000'000)}) {
        EXPECT_LT(archive.size(), 400'000u);
        TestExtraction extraction({}, archive.size());
        open_with(zip_format, archive, extraction);
        EXPECT_TRUE(has(extraction, "archive.bomb"));
        EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.bytes"});
        EXPECT_TRUE(has(extraction, "archive.member-skipped"));
    }
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

// A mail of 235 KB (172 KB before base64) that unfolds to 10 GB in members of their own.
TEST(HostileZip, TenGigabytesInDistinctMembersEndSoon) {
    std::string zeros;
    zeros.resize(64'000'000);
    const std::string packed =
        deflated(zeros);  // 62 KB: no room for 160 of them, so they are zipped once more
    ZipWriter inner;
    for (int i = 0; i < 160; ++i) {
        Header header = header_of(std::to_string(i) + ".doc", packed, zeros, 8);
        header.offset = inner.offset();
        inner.local(header);
        inner.raw(packed);
        inner.central(header);
    }
    const std::string nested = inner.finish();
    ZipWriter outer;
    outer.member("inner.zip", nested);
    const std::string archive = outer.finish();
    EXPECT_LT(archive.size(), 172'000u);
    TestExtraction extraction({}, 235'000);
    const double begin = cpu_seconds();
    open_with(zip_format, archive, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    const std::string copy(extraction.children[0].text());
    open_with(zip_format, copy, extraction);
    const double spent = cpu_seconds() - begin;
    EXPECT_FALSE(extraction.budget().reached().empty());
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));
    RecordProperty("cpu_seconds", std::to_string(spent));
    // Bounded by what is decoded, which the Budget counts: the clock is only looked at to be told.
    std::uint64_t decoded = 0;
    for (const TestChild& child : extraction.children)
        decoded += child.bytes.size();
    EXPECT_LE(decoded, model::ScanLimits{}.max_bytes_out);
}

TEST(HostileZip, TwentyLevelsDeep) {
    std::string archive = "inert";
    for (int level = 0; level < 20; ++level) {
        ZipWriter writer;
        writer.member(std::to_string(level) + ".zip", archive);
        archive = writer.finish();
    }
    for (int level = 20; level-- > 0;) {
        TestExtraction extraction;
        open_with(zip_format, archive, extraction);
        ASSERT_EQ(extraction.children.size(), 1u) << level;
        EXPECT_EQ(extraction.children[0].spec.name, std::to_string(level) + ".zip");
        archive = extraction.children[0].text();
    }
    EXPECT_EQ(archive, "inert");
}

TEST(HostileZip, TooManyMembersAreTold) {
    ZipWriter writer;
    for (int i = 0; i < 25'000; ++i)
        writer.member(std::to_string(i), "x", false);
    const std::string archive = writer.finish();
    TestExtraction extraction({}, archive.size());
    open_with(zip_format, archive, extraction);
    EXPECT_NE(std::ranges::find(extraction.budget().reached(), "limit.parts"),
              extraction.budget().reached().end());
    EXPECT_EQ(extraction.children.size(), model::ScanLimits{}.max_parts);
}

// Signatures at every fourth byte, extra fields of 64 KB that every member points to: linear all the same.
TEST(HostileZip, WalksStayLinear) {
    std::string signatures;
    while (signatures.size() < 3'000'000)
        signatures += "PK\3\4PK\5\6PK\1\2PK\7\x08";
    std::string fields;
    while (fields.size() < 65'000)
        fields += std::string("\x75\x70\x05\0\1xxxx", 9);
    ZipWriter writer;
    Header header{.name = std::string(60'000, 'n'), .flags = 8, .extra = fields};
    writer.local(header);
    header.name = "n";
    header.extra.clear();
    for (int i = 0; i < 15'000; ++i)
        writer.central(header);
    std::string streamed;
    for (int i = 0; i < 20'000; ++i) {
        ZipWriter one;
        one.local({.name = "s", .flags = 8, .method = 8, .extra = {}});
        one.raw("data");
        streamed += one.finish().substr(0, 35);
    }
    for (const std::string& archive : {"PK\3\4" + signatures, writer.finish(), streamed}) {
        const ZipDirectory directory = ZipDirectory::read(base::as_bytes(archive), 20'000);
        EXPECT_LE(directory.members.size(), 40'000u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
