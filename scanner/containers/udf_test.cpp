// UDF by genisoimage and pycdlib, with the ISO 9660 side taken away; and hostile ones made of them.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/testing_images.h"

namespace sekisho::scanner::containers {
namespace {

constexpr std::size_t sector = 2'048;

// What is left is UDF alone, as many malicious images are.
std::string without_iso(std::string image) {
    for (std::size_t at = 16 * sector; at + sector <= image.size(); at += sector) {
        if (image.compare(at + 1, 5, "CD001") != 0) break;
        image.replace(at, 6, 6, '\0');
    }
    return image;
}

ContentsByName sample_files() {
    return {{"a.txt", sample_text(10)},
            {"sub/b.bin", sample_text(5'000)},
            {"sub/deeper/c.js", sample_text(70'000)},
            {"empty", ""},
            {"\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.lnk", sample_text(300)}};
}

void write_all(const Scratch& scratch, const ContentsByName& files) {
    for (const auto& [name, content] : files)
        scratch.write("in/" + name, content);
}

std::string udf_of(const ContentsByName& files) {
    Scratch scratch;
    write_all(scratch, files);
    scratch.run("genisoimage -quiet -udf -input-charset utf-8 -o a.iso in");
    return without_iso(scratch.read("a.iso"));
}

// The first descriptor of a kind with a good tag at or behind `from`.
std::size_t find_tag(const std::string& image, unsigned tag, std::size_t from) {
    for (std::size_t at = from / sector * sector; at + sector <= image.size(); at += sector) {
        if (at >= from && get_le(image, at, 2) == tag && get_le(image, at + 2, 2) <= 3) return at;
    }
    ADD_FAILURE() << "no descriptor " << tag;
    return 0;
}

TEST(Udf, FilesComeOutByteExact) {
    const std::string image = udf_of(sample_files());
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "udf");
    expect_files(extraction, sample_files());
    EXPECT_EQ(extraction.children.size(), sample_files().size());
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(Udf, ByPycdlibRevision260) {
    Scratch scratch;
    scratch.write("one", sample_text(3'000));
    scratch.write("two", sample_text(30'000));
    scratch.write("make.py",
                  "import pycdlib\n"
                  "iso = pycdlib.PyCdlib()\n"
                  "iso.new(udf='2.60')\n"
                  "iso.add_directory('/DIR', udf_path='/dir')\n"
                  "iso.add_file('one', '/ONE.;1', udf_path='/one.js')\n"
                  "iso.add_file('two', '/DIR/TWO.;1', udf_path='/dir/two.exe')\n"
                  "iso.write('a.iso')\n");
    scratch.run("/usr/bin/python3 make.py");
    const std::string image = without_iso(scratch.read("a.iso"));
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "udf");
    expect_files(extraction, {{"one.js", sample_text(3'000)}, {"dir/two.exe", sample_text(30'000)}});
    EXPECT_TRUE(is_complete(extraction));
}

// Empty volumes, but with every kind of partition and block size that mkudffs knows.
TEST(Udf, VolumesByMkudffs) {
    for (const char* options : {"-m hd -b 512", "-m hd -b 4096", "-m hd -b 2048 -r 1.02", "-m cdrw -b 2048",
                                "-m cdr -b 2048", "-m dvdram -b 2048"}) {
        SCOPED_TRACE(options);
        Scratch scratch;
        scratch.run("truncate -s 4M a.img; mkudffs " + std::string(options) + " a.img");
        const std::string image = scratch.read("a.img");
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "udf");
        EXPECT_TRUE(is_complete(extraction))
            << evidence_of(extraction, "archive.damaged") << evidence_of(extraction, "archive.unsupported");
    }
}

TEST(Udf, TheReserveSequenceAndTheLastAnchorWillDo) {
    std::string image = udf_of(sample_files());
    const std::size_t anchor = 256 * sector;
    ASSERT_EQ(get_le(image, anchor, 2), 2u);
    const std::size_t main = get_le(image, anchor + 20, 4) * sector;
    image.replace(main, 16 * sector, 16 * sector, '\0');
    image.replace(anchor, 512, 512, '\0');
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "udf");
    expect_files(extraction, sample_files());
}

TEST(Udf, HiddenAndDeletedEntriesAreReadAndTold) {
    std::string image = udf_of({{"a.js", sample_text(100)}, {"b.dll", sample_text(200)}});
    const std::size_t js = image.find(
        "\x08"
        "a.js");
    const std::size_t dll = image.find(
        "\x08"
        "b.dll");
    ASSERT_NE(js, std::string::npos);
    ASSERT_NE(dll, std::string::npos);
    image[js - 20] |= 1;
    image[dll - 20] |= 4;
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, {{"a.js", sample_text(100)}, {"b.dll", sample_text(200)}});
    EXPECT_EQ(evidence_of(extraction, "image.hidden-file"), "a.js");
    EXPECT_EQ(evidence_of(extraction, "image.deleted-file"), "b.dll");
}

// Puts the allocation of the only file into extents of one block each, some by way of another block of
// descriptors, and the blocks in reverse order on the disc.
TEST(Udf, ExtentsThatGoOnElsewhere) {
    const std::string plain = sample_text(10 * sector);
    std::string image = udf_of({{"a.bin", plain}});
    const std::size_t partition = get_le(image, find_tag(image, 5, 0) + 188, 4);
    const std::size_t data = image.find(plain.substr(0, 500)) / sector;
    std::string reversed;
    for (std::size_t i = 10; i-- > 0;)
        reversed += plain.substr(i * sector, sector);
    image.replace(data * sector, plain.size(), reversed);
    std::size_t entry = find_tag(image, 261, partition * sector);
    while (get_le(image, entry + 56, 8) != plain.size())
        entry = find_tag(image, 261, entry + sector);
    const std::size_t form = get_le(image, entry + 34, 2) & 7;
    ASSERT_LT(form, 2u);
    const std::size_t width = form == 0 ? 8 : 16;
    const std::size_t more = image.size() / sector;
    image.resize(image.size() + sector);
    put_le(image, find_tag(image, 5, 0) + 192, more + 1 - partition, 4);
    const auto extent = [&](std::size_t at, std::size_t length, std::size_t block) {
        put_le(image, at, length, 4);
        put_le(image, at + 4, block - partition, 4);
    };
    put_le(image, entry + 172, 4 * width, 4);
    const std::size_t list = entry + 176 + get_le(image, entry + 168, 4);
    image.replace(list, 4 * width, 4 * width, '\0');
    for (std::size_t i = 0; i < 3; ++i)
        extent(list + i * width, sector, data + 9 - i);
    extent(list + 3 * width, 0xC0000000u | sector, more);
    put_le(image, more * sector, 258, 2);
    put_le(image, more * sector + 20, 7 * width, 4);
    for (std::size_t i = 0; i < 7; ++i)
        extent(more * sector + 24 + i * width, sector, data + 6 - i);
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, {{"a.bin", plain}});
    EXPECT_TRUE(is_complete(extraction));

    // The block of descriptors names itself: a loop, found and told.
    put_le(image, more * sector + 20, width, 4);
    extent(more * sector + 24, 0xC0000000u | sector, more);
    TestExtraction looping;
    open_image(image, looping);
    EXPECT_TRUE(has(looping, "archive.damaged"));
    EXPECT_FALSE(is_complete(looping));
}

// The file set and the root directory move into a metadata partition (UDF 2.50), whose file has two extents.
TEST(Udf, MetadataPartitions) {
    const ContentsByName files{{"a.bin", sample_text(5'000)}, {"b.txt", "b"}};
    std::string image = udf_of(files);
    const std::size_t start = get_le(image, find_tag(image, 5, 0) + 188, 4);
    constexpr std::size_t shift = 10;  // blocks of the first extent
    const std::size_t table = image.size() / sector - start;
    image.resize(image.size() + sector);
    const std::size_t blocks = table + 1;
    std::size_t set = 0;
    for (std::size_t from = 0, i = 0; i < 2; ++i) {  // the main and the reserve sequence
        const std::size_t volume = find_tag(image, 6, from);
        from = volume + sector;
        put_le(image, find_tag(image, 5, volume > 10 * sector ? volume - 10 * sector : 0) + 192, blocks, 4);
        put_le(image, volume + 264, 6 + 64, 4);
        put_le(image, volume + 268, 2, 4);
        image.replace(volume + 446, 64, 64, '\0');
        put_le(image, volume + 446, 2, 1);
        put_le(image, volume + 447, 64, 1);
        image.replace(volume + 451, 23, "*UDF Metadata Partition");
        put_le(image, volume + 446 + 38, get_le(image, volume + 444, 2), 2);
        put_le(image, volume + 446 + 40, table, 4);
        set = get_le(image, volume + 252, 4);
        put_le(image, volume + 252, set + shift, 4);
        put_le(image, volume + 256, 1, 2);
    }
    const std::size_t set_at = (start + set) * sector;
    ASSERT_EQ(get_le(image, set_at, 2), 256u);
    const std::size_t root = get_le(image, set_at + 404, 4);
    put_le(image, set_at + 404, root + shift, 4);
    put_le(image, set_at + 408, 1, 2);
    const std::size_t entry = (start + root) * sector;
    if ((get_le(image, entry + 34, 2) & 7) == 0) {
        const std::size_t list = entry + 176 + get_le(image, entry + 168, 4);
        put_le(image, list + 4, get_le(image, list + 4, 4) + shift, 4);
    }
    const std::size_t file = (start + table) * sector;
    put_le(image, file, 261, 2);
    put_le(image, file + 27, 250, 1);
    put_le(image, file + 56, (shift + blocks) * sector, 8);
    put_le(image, file + 172, 16, 4);
    put_le(image, file + 176, shift * sector, 4);
    put_le(image, file + 180, shift, 4);
    put_le(image, file + 184, blocks * sector, 4);
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "udf");
    expect_files(extraction, files);
    EXPECT_TRUE(is_complete(extraction)) << evidence_of(extraction, "archive.damaged");
}

TEST(Udf, DirectoriesThatHoldThemselvesEnd) {
    std::string image = udf_of({{"sub/deep/a.txt", "x"}, {"b.txt", "y"}});
    const std::size_t root = image.find(
        "\x08"
        "sub");
    const std::size_t deep = image.find(
        "\x08"
        "deep");
    ASSERT_NE(deep, std::string::npos);
    image.replace(deep - 18, 16, image, root - 18, 16);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(hash_of_child(extraction, "b.txt"), sha256_of("y"));
}

TEST(Udf, AbsurdSizesAreTold) {
    std::string image = udf_of({{"a.bin", sample_text(5'000)}, {"b.bin", sample_text(50)}});
    std::size_t entry = find_tag(image, 261, 0);
    while (get_le(image, entry + 56, 8) != 5'000)
        entry = find_tag(image, 261, entry + sector);
    put_le(image, entry + 56, UINT64_MAX / 2, 8);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_EQ(hash_of_child(extraction, "b.bin"), sha256_of(sample_text(50)));
}

TEST(Udf, WithoutAnAnchorItIsTold) {
    std::string image = udf_of({{"a.bin", "x"}});
    for (std::size_t at = 32 * sector; at + sector <= image.size(); at += sector) {
        if (get_le(image, at, 2) == 2) image.replace(at, 16, 16, '\0');
    }
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "udf");
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(Udf, ThousandsOfTinyFiles) {
    Scratch scratch;
    scratch.run("mkdir in; cd in; seq 2000 | split -a 4 -d -l 1; cd ..; genisoimage -quiet -udf -o a.iso in");
    const std::string image = without_iso(scratch.read("a.iso"));
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(extraction.children.size(), 2'000u);
    expect_files(extraction, {{"x0000", "1\n"}, {"x1999", "2000\n"}});
    EXPECT_TRUE(is_complete(extraction));
}

TEST(Udf, CutAndBrokenOnes) {
    const ContentsByName files = sample_files();
    const std::string image = udf_of(files);
    expect_cuts_are_told(image, files, 3'001);
    survive_mutations(image, 32 * sector, image.size(), 800);
    survive_mutations(image, find_tag(image, 261, 0), image.size() - 100'000, 800);
}

}  // namespace
}  // namespace sekisho::scanner::containers
