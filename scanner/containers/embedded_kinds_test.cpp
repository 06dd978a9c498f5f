// Archives by other people's programs, behind something else.
#include "scanner/containers/embedded_kinds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/containers/archive.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/zip.h"
#include "scanner/embedded.h"

namespace sekisho::scanner::containers {
namespace {

std::vector<EmbeddedFile> embedded_in(std::string_view part, std::size_t most = 32) {
    const base::Bytes bytes = base::as_bytes(part);
    Covered covered(bytes);
    Budget budget({}, part.size());
    return find_embedded(bytes, {}, embedded_kinds(), covered, budget, most);
}

struct Made {
    const char* command;
    const char* type;
    bool several = false;  // members with headers that are a beginning of their own
};
constexpr Made made[] = {
    {"zip -q x a.txt b/c.txt && mv x.zip x", "application/zip", true},
    {"zip -q -0 x a.txt && mv x.zip x", "application/zip"},
    {"zip -q -Pword x a.txt && mv x.zip x", "application/zip"},
    {"cat a.txt | zip -q >x", "application/zip"},
    {"7zz a x.7z a.txt b >/dev/null && mv x.7z x", "application/x-7z-compressed"},
    {"gcab -c x a.txt b/c.txt", "application/vnd.ms-cab-compressed"},
    {"gzip -c a.txt >x", "application/gzip"},
    {"gzip -nc a.txt >x", "application/gzip"},
    {"gzip -c1 <a.txt >x", "application/gzip"},
    {"bzip2 -c a.txt >x", "application/x-bzip2"},
    {"xz -c a.txt >x", "application/x-xz"},
    {"tar cf x a.txt b", "application/x-tar", true},
    {"bsdtar -cf x --format ustar a.txt b", "application/x-tar", true},
    {"arj a x.arj a.txt >/dev/null && mv x.arj x", "application/x-arj"},
    {"bsdtar -cf x --format xar a.txt", "application/x-xar"},
};

std::string noise(std::size_t bytes) {
    std::mt19937 random(7);  // NOLINT: the same bytes each time
    std::string out(bytes, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

TEST(EmbeddedArchives, AreFoundBehindAnything) {
    for (const Made& row : made) {
        const Scratch scratch;
        scratch.write("a.txt", sample_text(3'000));
        scratch.write("b/c.txt", sample_text(900));
        scratch.run(row.command);
        const std::string archive = scratch.read("x");
        for (const std::string& before : {std::string("\xFF\xD8\xFF\xE0 a picture"),
                                          std::string(70'000, '\0'), sample_text(1'000), noise(5'001)}) {
            const std::string part = before + archive;
            const auto files = embedded_in(part);
            ASSERT_EQ(files.size(), 1u) << row.command << " behind " << before.size();
            EXPECT_EQ(files[0].type, row.type) << row.command;
            EXPECT_EQ(files[0].offset, before.size()) << row.command;
            EXPECT_EQ(files[0].size, archive.size()) << row.command;
        }
        EXPECT_TRUE(embedded_in(archive).empty()) << row.command << ": found in itself";
    }
}

// Who reads a ZIP by its directory takes no notice of a local header that makes no sense.
TEST(EmbeddedArchives, ZipsAreKnownByTheirDirectoryToo) {
    const std::string picture = "\xFF\xD8\xFF\xE0 a picture";
    const Scratch scratch;
    scratch.write("a.txt", sample_text(3'000));
    scratch.run("zip -q x.zip a.txt");
    scratch.write("y.zip", picture + scratch.read("x.zip"));
    scratch.run("zip -qA y.zip");  // offsets from the beginning of the picture
    struct Bend {
        std::size_t at;  // of the local header
        char byte;
    };
    constexpr Bend bends[] = {{30, '\1'}, {8, '\x63'}, {21, '\x7F'}};
    for (const std::string& part : {picture + scratch.read("x.zip"), scratch.read("y.zip")}) {
        for (const Bend& bend : bends) {
            std::string bent = part;
            bent[picture.size() + bend.at] = bend.byte;
            const auto files = embedded_in(bent);
            ASSERT_EQ(files.size(), 1u) << bend.at;
            EXPECT_EQ(files[0].type, "application/zip");
            EXPECT_EQ(files[0].offset, picture.size());
            TestExtraction extraction({}, bent.size());
            open_with(zip_format, std::string_view(bent).substr(files[0].offset), extraction, "a.zip");
            EXPECT_TRUE(std::ranges::any_of(extraction.children, [](const TestChild& child) {
                return child.text() == sample_text(3'000);
            })) << bend.at;
        }
        // A directory that says nothing true is none.
        for (const std::size_t field : {12u, 16u}) {
            std::string bent = part;
            bent[picture.size() + 30] = '\1';
            bent[bent.size() - 22 + field + 2] = '\x7F';
            EXPECT_TRUE(embedded_in(bent).empty()) << field;
        }
    }
}

// A header that is cut or has a wrong byte may be found or not; nothing is ever found where none begins.
TEST(EmbeddedArchives, BrokenHeadersAreHarmless) {
    for (const Made& row : made) {
        if (row.several) continue;
        const Scratch scratch;
        scratch.write("a.txt", sample_text(300));
        scratch.write("b/c.txt", sample_text(90));
        scratch.run(row.command);
        const std::string part = "-----" + scratch.read("x");
        for (std::size_t cut = 0; cut < std::min<std::size_t>(part.size(), 600); ++cut) {
            for (const EmbeddedFile& file : embedded_in(std::string_view(part).substr(0, cut))) {
                EXPECT_EQ(file.offset, 5u) << row.command;
                EXPECT_LE(file.size, cut - 5) << row.command;
            }
            std::string wrong = part;
            wrong[cut] = static_cast<char>(~wrong[cut]);
            for (const EmbeddedFile& file : embedded_in(wrong))
                EXPECT_EQ(file.offset, 5u) << row.command;
        }
    }
}

TEST(EmbeddedArchives, OneBehindTheOther) {
    const Scratch scratch;
    scratch.write("a.txt", sample_text(3'000));
    scratch.run("7zz a x.7z a.txt >/dev/null; gcab -c x.cab a.txt; zip -q x a.txt");
    const std::string part =
        "GIF89a" + scratch.read("x.cab") + "--" + scratch.read("x.7z") + scratch.read("x.zip");
    const auto files = embedded_in(part);
    ASSERT_EQ(files.size(), 3u);
    EXPECT_EQ(files[0].type, "application/vnd.ms-cab-compressed");
    EXPECT_EQ(files[1].type, "application/x-7z-compressed");
    EXPECT_EQ(files[2].type, "application/zip");
    EXPECT_EQ(files[1].offset, 6 + scratch.read("x.cab").size() + 2);
}

// A checksum over 64 KB at each of thousands of marks would cost more than the search is charged.
TEST(EmbeddedArchives, RarHeadersAreSmall) {
    for (const std::size_t size : {1'000u, 2'000u}) {
        std::string header("\x73\0\0", 3);
        header += static_cast<char>(size & 0xFFu);
        header += static_cast<char>(size >> 8);
        header.resize(size - 2);
        const std::uint32_t crc = crc_of(header);
        const std::string archive = std::string("Rar!\x1A\x07\0", 7) + static_cast<char>(crc & 0xFFu) +
                                    static_cast<char>(crc >> 8) + header;
        EXPECT_EQ(embedded_in("MZ stub" + archive).size(), size == 1'000u ? 1u : 0u);
    }
}

TEST(EmbeddedArchives, RarOfBothKinds) {
    const std::string rar("Rar!\x1A\x07\x00\xCF\x90\x73\x00\x00\x0D\x00\x00\x00\x00\x00\x00\x00", 20);
    const std::string rar5("Rar!\x1A\x07\x01\x00\x33\x92\xB5\xE5\x0A\x01\x05\x06\x00\x05\x01\x01\x80\x80\x00",
                           23);
    for (const std::string& archive : {rar, rar5}) {
        EXPECT_EQ(embedded_in("MZ stub" + archive).size(), 1u);
        std::string wrong = archive;
        wrong[9] = 'x';
        EXPECT_TRUE(embedded_in("MZ stub" + wrong).empty());
    }
}

// What programs and texts say about formats is no file.
TEST(EmbeddedArchives, SignaturesAloneAreNone) {
    constexpr std::string_view mentions[] = {"PK\3\4 begins a ZIP",
                                             "7z\xBC\xAF\x27\x1C begins a 7z",
                                             "Rar!\x1A\x07 begins a RAR, as does Rar!\x1A\x07\x01",
                                             "MSCF begins a cabinet",
                                             "\x1F\x8B\x08 begins a gzip file",
                                             "BZh91AY&SY",
                                             "-lh5- is a method of LHA",
                                             "**ACE** stands at 7",
                                             "\x60\xEA begins an ARJ",
                                             "ustar  stands at 257",
                                             "xar! begins a XAR"};
    for (const std::string_view mention : mentions) {
        const std::string part =
            sample_text(500) + std::string(mention) + std::string(300, '\0') + noise(1'000);
        EXPECT_TRUE(embedded_in(part).empty()) << mention;
    }
    EXPECT_TRUE(embedded_in(noise(16u << 20)).empty());
    EXPECT_TRUE(embedded_in(sample_text(1u << 20)).empty());
}

// Its members are views or were decoded: the search leaves what the archive itself accounts for, and what is
// behind or before it is found.
TEST(EmbeddedArchives, AZipAccountsForItsMembers) {
    const Scratch scratch;
    scratch.write("a.txt", sample_text(3'000));
    scratch.run("zip -q in a.txt; 7zz a in.7z a.txt >/dev/null; zip -q -0 x in.zip in.7z a.txt");
    const std::string seven = scratch.read("in.7z");
    const std::string zip = scratch.read("x.zip");
    for (const std::string& part : {zip, zip + seven, "junk" + zip, seven + zip}) {
        TestExtraction extraction;
        const Part host = open_with(zip_format, part, extraction);
        ASSERT_EQ(extraction.children.size(), 3u);
        Covered covered(host.bytes);
        for (const base::Bytes bytes : extraction.covered)
            covered.add(bytes);
        const auto files = find_embedded(host.bytes, {}, embedded_kinds(), covered, extraction.budget(), 8);
        ASSERT_EQ(files.size(), part == zip + seven ? 1u : 0u) << part.size();
        for (const EmbeddedFile& file : files)
            EXPECT_EQ(file.offset, zip.size());
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
