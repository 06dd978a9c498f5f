// NTFS by mkntfs, ntfscp and, for directories, the library of NTFS-3G; and hostile ones made of them.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/containers/lznt1.h"
#include "scanner/containers/testing_images.h"

namespace sekisho::scanner::containers {
namespace {

// Makes directories and deletes files without mounting anything: ops are "mkdir PATH" or "rm PATH".
constexpr const char* helper = R"(
import ctypes, sys
ntfs = ctypes.CDLL('libntfs-3g.so.89')
for f in ('ntfs_mount', 'ntfs_pathname_to_inode', 'ntfs_create'):
    getattr(ntfs, f).restype = ctypes.c_void_p
P = ctypes.c_void_p
volume = ntfs.ntfs_mount(b'a.img', ctypes.c_ulong(0))
assert volume
for op, path in zip(sys.argv[1::2], sys.argv[2::2]):
    folder, _, name = path.rpartition('/')
    parent = ntfs.ntfs_pathname_to_inode(P(volume), None, ('/' + folder).encode())
    assert parent
    wide = name.encode('utf-16-le')
    if op == 'mkdir':
        made = ntfs.ntfs_create(P(parent), 0, wide, ctypes.c_uint8(len(wide) // 2), ctypes.c_uint32(0o40000))
        assert made
        ntfs.ntfs_inode_close(P(made))
        ntfs.ntfs_inode_close(P(parent))
    else:
        inode = ntfs.ntfs_pathname_to_inode(P(volume), None, ('/' + path).encode())
        assert ntfs.ntfs_delete(P(volume), None, P(inode), P(parent), wide, ctypes.c_uint8(len(wide) // 2)) == 0
ntfs.ntfs_umount(P(volume), 0)
)";

std::string random_bytes(std::size_t n) {
    std::mt19937 random(7);  // NOLINT: the same ones each time
    std::string out;
    while (out.size() < n)
        out.push_back(static_cast<char>(random()));
    return out;
}

ContentsByName sample_files() {
    return {{"tiny.txt", "resident\n"},
            {"large.bin", random_bytes(200'000)},
            {"folder/deeper/c.js", sample_text(70'000)},
            {"empty", ""},
            {"tiny.txt:stream", sample_text(300)},
            {"large.bin:evil.exe", sample_text(9'000)},
            {"\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.lnk", sample_text(2'000)}};
}

// `make`: options of mkntfs. Files go in one by one, "a:b" as the stream b of a.
std::string ntfs_of(const ContentsByName& files, const std::string& make = "", const std::string& ops = "",
                    const std::string& size = "3M") {
    Scratch scratch;
    scratch.write("helper.py", helper);
    std::string line =
        "export PATH=$PATH:/usr/sbin:/sbin; truncate -s " + size + " a.img; mkntfs -F -q " + make + " a.img";
    const bool has_folders =
        std::ranges::any_of(files, [](const auto& file) { return file.first.starts_with("folder/"); });
    if (has_folders) line += " && /usr/bin/python3 helper.py mkdir folder mkdir folder/deeper";
    int number = 0;
    for (const auto& [name, content] : files) {
        const std::string source = std::to_string(++number);
        scratch.write(source, content);
        const std::size_t colon = name.find(':');
        line += " && ntfscp -q -f " + (colon == name.npos ? "" : "-N '" + name.substr(colon + 1) + "' ") +
                "a.img " + source + " '" + name.substr(0, colon) + "'";
    }
    if (!ops.empty()) line += " && /usr/bin/python3 helper.py " + ops;
    scratch.run(line);
    return scratch.read("a.img");
}

std::string wide(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += std::string{c, '\0'};
    return out;
}

// Where the record of a file begins that has no other name.
std::size_t record_of(const std::string& image, std::string_view name) {
    for (std::size_t at = image.find(wide(name)); at != image.npos; at = image.find(wide(name), at + 1)) {
        const std::size_t record = at / 1'024 * 1'024;
        if (image.compare(record, 4, "FILE") == 0) return record;
    }
    ADD_FAILURE() << "no record of " << name;
    return 0;
}

// The first attribute of a type in a record.
std::size_t attribute_of(const std::string& image, std::size_t record, std::uint32_t type) {
    std::size_t at = record + get_le(image, record + 20, 2);
    while (get_le(image, at, 4) != type && get_le(image, at, 4) != 0xFFFF'FFFF)
        at += get_le(image, at + 4, 4);
    EXPECT_EQ(get_le(image, at, 4), type);
    return at;
}

TEST(Ntfs, FilesAndStreamsComeOutByteExact) {
    for (const char* make : {"", "-c 512", "-c 65536", "-s 4096 -c 4096"}) {
        SCOPED_TRACE(make);
        const std::string image =
            ntfs_of(sample_files(), make, "", std::string(make) == "-c 65536" ? "24M" : "6M");
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "ntfs");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), sample_files().size());
        EXPECT_TRUE(extraction.findings().all().empty()) << evidence_of(extraction, "archive.damaged");
    }
}

TEST(Ntfs, CompressedFilesAreUnpacked) {
    const ContentsByName files{
        {"text", sample_text(300'001)},
        {"random", random_bytes(150'000)},
        {"zeros", std::string(200'000, '\0') + "end"},
        {"mixed", random_bytes(70'000) + sample_text(70'000) + std::string(100'000, 'x')}};
    const std::string image = ntfs_of(files, "-C", "", "6M");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "ntfs");
    expect_files(extraction, files);
    EXPECT_TRUE(is_complete(extraction)) << evidence_of(extraction, "archive.damaged");
    // The first unit of the text is packed in fact.
    EXPECT_EQ(image.find(sample_text(8'000)), image.npos);
}

TEST(Ntfs, HiddenFilesAreTold) {
    const ContentsByName files{{"open.lnk", "L"}, {"evil.dll", "M"}};
    std::string image = ntfs_of(files);
    const std::size_t record = record_of(image, "evil.dll");
    image[attribute_of(image, record, 0x10) + 24 + 32] |= 2;
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, files);
    EXPECT_EQ(evidence_of(extraction, "image.hidden-file"), "evil.dll");
}

TEST(Ntfs, DeletedFilesAreReadWhileTheirClustersAreFree) {
    const ContentsByName files{{"keep", "K"}, {"gone.js", sample_text(20'000)}, {"small.js", "resident"}};
    const std::string image = ntfs_of(files, "", "rm gone.js rm small.js");
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(hash_of_child(extraction, "keep"), sha256_of("K"));
    EXPECT_TRUE(has_all(extraction, files));
    EXPECT_TRUE(has(extraction, "image.deleted-file"));
}

TEST(Ntfs, EncryptedFilesAreTold) {
    std::string image = ntfs_of({{"locked.docx", sample_text(5'000)}, {"open.txt", "o"}});
    const std::size_t data = attribute_of(image, record_of(image, "locked.docx"), 0x80);
    image[data + 13] |= 0x40;
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
    EXPECT_EQ(hash_of_child(extraction, "open.txt"), sha256_of("o"));
}

TEST(Ntfs, WhatWasNeverWrittenIsZeros) {
    std::string image = ntfs_of({{"a.bin", random_bytes(10'000)}});
    const std::size_t data = attribute_of(image, record_of(image, "a.bin"), 0x80);
    put_le(image, data + 56, 4'000, 8);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.bin"),
              sha256_of(random_bytes(10'000).substr(0, 4'000) + std::string(6'000, '\0')));
}

TEST(Ntfs, TheMirrorOfTheFirstRecordWillDo) {
    std::string image = ntfs_of(sample_files());
    const std::size_t table = get_le(image, 48, 8) * 4'096;
    ASSERT_EQ(image.compare(table, 4, "FILE"), 0);
    image.replace(table, 4, "BAAD");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "ntfs");
    expect_files(extraction, sample_files());
}

TEST(Ntfs, DirectoriesThatHoldThemselvesEnd) {
    std::string image = ntfs_of({{"folder/a.txt", "x"}});
    const std::size_t folder = record_of(image, "folder");
    const std::size_t name = attribute_of(image, folder, 0x30);
    put_le(image, name + 24, get_le(image, folder + 44, 4), 6);
    TestExtraction extraction;
    open_image(image, extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_EQ(extraction.children[0].text(), "x");
}

TEST(Ntfs, AbsurdSizesAndRunsAreTold) {
    const std::string image = ntfs_of({{"a.bin", random_bytes(10'000)}, {"b", "b"}});
    const std::size_t data = attribute_of(image, record_of(image, "a.bin"), 0x80);
    const std::size_t runs = data + get_le(image, data + 32, 2);
    const auto breaks = [&](std::size_t at, std::uint64_t value, std::size_t bytes) {
        std::string broken = image;
        put_le(broken, at, value, bytes);
        TestExtraction extraction;
        open_image(broken, extraction);
        EXPECT_FALSE(is_complete(extraction)) << at - data;
        EXPECT_EQ(hash_of_child(extraction, "b"), sha256_of("b"));
    };
    breaks(data + 48, UINT64_MAX / 4, 8);  // size, and valid bytes with it below
    breaks(runs, 0, 1);                    // no runs at all
    breaks(runs + 1, 1, 1);                // one cluster of three
    breaks(runs, 0x1F, 1);                 // a length of fifteen bytes
    breaks(runs + 2, 0x7FFF, 2);           // behind the end
}

TEST(Ntfs, ThousandsOfTinyFiles) {
    Scratch scratch;
    scratch.write("a.img", ntfs_of({{"copied.txt", "resident"}}, "", "", "12M"));
    std::string image = scratch.read("a.img");
    // Each free record becomes a copy of the file's.
    const std::size_t record = record_of(image, "copied.txt");
    const std::size_t table = get_le(image, 48, 8) * 4'096;
    const std::size_t mft = attribute_of(image, table, 0x80);
    const std::size_t runs = mft + get_le(image, mft + 32, 2);
    const std::size_t records = 8'000;
    const std::size_t moved = image.size() / 4'096;
    std::string copies = image.substr(table, 64 * 1'024);
    while (copies.size() < records * 1'024)
        copies += image.substr(record, 1'024);
    image += copies;
    image.replace(runs, 7, std::string("\x32\xD0\x07", 3) + std::string(4, '\0'));
    put_le(image, runs + 3, moved, 3);
    for (const std::size_t field : {40u, 48u, 56u})
        put_le(image, mft + field, records * 1'024, 8);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(extraction.children.size(), records - 64);
    EXPECT_TRUE(has_all(extraction, {{"copied.txt", "resident"}}));
}

TEST(Ntfs, NearMissesAreNoVolume) {
    const std::string image = ntfs_of({});
    for (const auto& [at, value] :
         {std::pair<std::size_t, unsigned>{3, 'X'}, {12, 0}, {13, 3}, {64, 0}, {55, 0x7F}}) {
        std::string broken = image;
        broken[at] = static_cast<char>(value);
        TestExtraction extraction;
        EXPECT_EQ(open_image(broken, extraction), "") << at;
    }
}

TEST(Ntfs, CutAndBrokenOnes) {
    const ContentsByName files = sample_files();
    const std::string image = ntfs_of(files);
    expect_cuts_are_told(image, files, 90'001);
    const std::size_t table = get_le(image, 48, 8) * 4'096;
    survive_mutations(image, 0, 80, 60);
    survive_mutations(image, table, table + 512, 60);
    survive_mutations(image, table + 64 * 1'024, table + 72 * 1'024, 150);
}

TEST(Lznt1, ChunksOfTheSpecification) {
    // One literal and one long match, which overlaps itself; then stored chunks, and broken ones.
    const auto unpacked = [](std::string_view packed, std::size_t most) {
        std::vector<std::byte> out;
        const bool whole = unpack_lznt1(base::as_bytes(packed), most, out);
        return std::pair(whole, std::string(base::as_text(out)));
    };
    const std::string repeated("\x04\xB0\x02\x61\xFC\x0F\x00", 7);
    EXPECT_EQ(unpacked(repeated, 65'536), std::pair(true, std::string(4'096, 'a')));
    const std::string stored(
        "\x02\x30"
        "abc",
        5);
    EXPECT_EQ(unpacked(stored, 100), std::pair(true, std::string("abc")));
    EXPECT_EQ(unpacked(stored, 2), std::pair(true, std::string("ab")));
    EXPECT_EQ(unpacked(stored + stored, 8'192).second, "abc" + std::string(4'093, '\0') + "abc");
    EXPECT_FALSE(unpacked(std::string("\x02\xB0\x01\x00\x00", 5), 100).first);  // a distance before anything
    EXPECT_FALSE(unpacked(std::string("\x05\xB0\x02"
                                      "a\x00\x10",
                                      6),
                          100)
                     .first);
    EXPECT_EQ(unpacked({}, 100), std::pair(true, std::string()));
}

}  // namespace
}  // namespace sekisho::scanner::containers
