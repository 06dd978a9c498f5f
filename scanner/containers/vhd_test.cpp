// Disks with partitions by sfdisk, as raw images and as VHD by qemu-img.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/testing_images.h"
#include "scanner/containers/zip.h"

namespace sekisho::scanner::containers {
namespace {

ContentsByName sample_files() {
    return {{"A.TXT", sample_text(10)}, {"folder/a long name.js", sample_text(70'000)}};
}

// A FAT volume in each partition, whose numbers of first sectors are given, then `convert`.
std::string disk_of(const std::string& table, const std::vector<std::string>& starts,
                    const std::string& convert, const std::string& size = "8M",
                    const std::string& volume = "2048") {
    Scratch scratch;
    for (const auto& [name, content] : sample_files())
        scratch.write("in/" + name, content);
    std::string line = "export PATH=$PATH:/usr/sbin:/sbin; truncate -s " + size + " d.img; printf '" + table +
                       "' | sfdisk -q d.img";
    for (const std::string& start : starts) {
        line += " && mkfs.fat --offset " + start + " d.img " + volume + " && mcopy -s -i d.img@@$((" + start +
                "*512)) in/* ::";
    }
    scratch.run(line + " && " + convert);
    return scratch.read("out.img");
}

constexpr const char* as_it_is = "mv d.img out.img";
constexpr const char* one_partition = "start=2048,size=4096,type=6\\n";

TEST(Partitions, FilesOfEveryPartitionComeOut) {
    struct Case {
        const char* what;
        const char* table;
        std::vector<std::string> starts;
    };
    const Case cases[] = {
        {"one", one_partition, {"2048"}},
        {"two", "start=64,size=4096,type=6\\nstart=8192,size=4096,type=1\\n", {"64", "8192"}},
        {"logical ones",
         "start=2048,size=14000,type=f\\nstart=2112,size=4096,type=6\\nstart=8192,size=4096,type=6\\n",
         {"2112", "8192"}},
        {"GPT", "label: gpt\\nstart=2048,size=4096\\nstart=8192,size=4096\\n", {"2048", "8192"}},
    };
    for (const Case& row : cases) {
        SCOPED_TRACE(row.what);
        const std::string image = disk_of(row.table, row.starts, as_it_is);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "disk");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), row.starts.size() * sample_files().size());
        EXPECT_TRUE(extraction.findings().all().empty()) << evidence_of(extraction, "archive.damaged");
    }
}

TEST(Partitions, TheCopyOfGptWillDo) {
    std::string image = disk_of("label: gpt\\nstart=2048,size=4096\\n", {"2048"}, as_it_is);
    image.replace(512, 8, 8, 'x');
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "disk");
    expect_files(extraction, sample_files());
}

TEST(Partitions, ChainsThatLoopEnd) {
    std::string image =
        disk_of("start=2048,size=14000,type=f\\nstart=2112,size=4096,type=6\\nstart=8192,size=4096,type=6\\n",
                {"2112"}, as_it_is);
    const std::size_t next = 2048 * 512 + 446 + 16;
    ASSERT_EQ(get_le(image, next + 4, 1), 5u);
    put_le(image, next + 8, 0, 4);  // the next table is the first one
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, sample_files());
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(Partitions, OverlapsAndAbsurdBoundsAreTold) {
    std::string image = disk_of(one_partition, {"2048"}, as_it_is);
    std::string overlapping = image;
    overlapping.replace(446 + 16, 16, image, 446, 16);
    put_le(overlapping, 446 + 16 + 8, 2049, 4);
    TestExtraction first;
    open_image(overlapping, first);
    expect_files(first, sample_files());
    EXPECT_TRUE(has(first, "image.readings-differ"));
    put_le(image, 446 + 12, 0xFFFF'FFFF, 4);
    TestExtraction second;
    open_image(image, second);
    expect_files(second, sample_files());
    EXPECT_TRUE(has(second, "archive.damaged"));
}

TEST(Partitions, OtherFileSystemsAreToldByName) {
    const std::string image = disk_of(one_partition, {"2048"}, as_it_is);
    struct Case {
        std::size_t offset;
        std::string magic;
        const char* finding;
        const char* evidence;
    };
    const Case cases[] = {
        {1'080, "\x53\xEF", "archive.unsupported", "partition 0x06: ext2, ext3 or ext4"},
        {3, std::string("ReFS\0\0\0\0", 8), "archive.unsupported", "partition 0x06: ReFS"},
        {3, "???", "archive.unsupported", "partition 0x06: unknown file system"},
        {3, "-FVE-FS-", "archive.encrypted.unopened", ""},
    };
    for (const Case& row : cases) {
        std::string other = image;
        const std::size_t volume = 2'048 * 512;
        other.replace(volume, 600, 600, '\0');
        other.replace(volume + row.offset, row.magic.size(), row.magic);
        TestExtraction extraction;
        EXPECT_EQ(open_image(other, extraction), "disk");
        EXPECT_TRUE(has(extraction, row.finding)) << row.evidence;
        if (*row.evidence != '\0') {
            EXPECT_EQ(evidence_of(extraction, row.finding), row.evidence);
        }
        EXPECT_FALSE(is_complete(extraction));
    }
}

TEST(Partitions, OtherFileSystemsWithoutATableAreToldToo) {
    for (const char* magic : {"EXFAT   ", "-FVE-FS-"}) {
        std::string image(8'192, '\0');
        image.replace(3, 8, magic);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "volume");
        EXPECT_FALSE(is_complete(extraction));
    }
}

TEST(Partitions, NearMissesAreNoDisk) {
    const std::string image = disk_of(one_partition, {}, as_it_is);
    TestExtraction extraction;
    for (const std::size_t at : {446u, 450u, 510u}) {
        std::string broken = image;
        broken[at] = at == 450 ? 0 : 'x';
        EXPECT_EQ(open_image(broken, extraction), "") << at;
    }
}

TEST(Partitions, CutAndBrokenOnes) {
    for (const char* table : {"start=64,size=5000,type=f\\nstart=128,size=2048,type=6\\n",
                              "label: gpt\\nstart=64,size=4096\\n"}) {
        const std::string start = table[0] == 'l' ? "64" : "128";
        const std::string image = disk_of(table, {start}, as_it_is, "3M");
        expect_cuts_are_told(image, sample_files(), 59'999);
        survive_mutations(image, 446, 446 + 64, 60);
        survive_mutations(image, 512, 2'048, 60);
        survive_mutations(image, 32'768, 33'280, 60);
    }
}

TEST(Vhd, FixedAndDynamicOnes) {
    for (const char* options : {"subformat=fixed", "subformat=dynamic", "subformat=fixed,force_size=on",
                                "subformat=dynamic,force_size=on"}) {
        SCOPED_TRACE(options);
        const std::string image = disk_of(
            one_partition, {"2048"}, std::string("qemu-img convert -O vpc -o ") + options + " d.img out.img");
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "vhd");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), sample_files().size());
        EXPECT_TRUE(is_complete(extraction)) << evidence_of(extraction, "archive.damaged");
    }
}

TEST(Vhd, WithoutPartitions) {
    Scratch scratch;
    scratch.write("A.TXT", sample_text(10));
    scratch.run("mkfs.fat -C d.img 1440; mcopy -i d.img A.TXT ::; qemu-img convert -O vpc d.img out.img");
    const std::string image = scratch.read("out.img");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "vhd");
    expect_files(extraction, {{"A.TXT", sample_text(10)}});
    EXPECT_TRUE(is_complete(extraction));
}

// Four gigabytes with a few kilobytes of files cost what the image holds, and the table of clusters.
TEST(Vhd, ASparseDiskCostsWhatItHolds) {
    const std::string image = disk_of("start=2048,type=c\\n", {"2048"},
                                      "qemu-img convert -O vpc d.img out.img", "4G", "4190000 -F 32 -s 8");
    EXPECT_LT(image.size(), 16u << 20);
    TestExtraction extraction({.max_bytes_out = 12u << 20}, image.size());
    EXPECT_EQ(open_image(image, extraction), "vhd");
    expect_files(extraction, sample_files());
    EXPECT_TRUE(is_complete(extraction));
}

TEST(Vhd, EmptyOnesAreTold) {
    Scratch scratch;
    scratch.run("qemu-img create -q -f vpc a.img 8M");
    const std::string image = scratch.read("a.img");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "vhd");
    EXPECT_EQ(evidence_of(extraction, "archive.unsupported"), "no file system was found");
}

TEST(Vhd, DifferencesAndUnknownKindsAreTold) {
    std::string image = disk_of(one_partition, {"2048"}, "qemu-img convert -O vpc d.img out.img");
    for (const char kind : {'\4', '\1'}) {
        image[image.size() - 512 + 63] = kind;
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "vhd");
        EXPECT_TRUE(has(extraction, "archive.unsupported"));
    }
}

TEST(Vhd, BlocksBehindTheEndAreTold) {
    std::string image = disk_of(one_partition, {"2048"}, "qemu-img convert -O vpc d.img out.img");
    const std::size_t table =
        static_cast<unsigned char>(image[512 + 22]) * 256u + static_cast<unsigned char>(image[512 + 23]);
    ASSERT_EQ(table, 1'536u);
    image.replace(table, 4, "\x7F\xFF\xFF\xF0");
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

// A program with a disk's marks behind its header stays a program, unless its name makes Windows mount it.
TEST(Vhd, ProgramsWithAFooterAreNoDisks) {
    std::string program = "MZ" + disk_of(one_partition, {"2048"}, as_it_is).substr(2);
    EXPECT_LT(image_format(program)->recognise(base::as_bytes(program), "a.exe"), good_match);
    program += "conectix" + std::string(504, '\0');
    const Format* vhd = image_format(program, "a.vhd");
    ASSERT_NE(vhd, nullptr);
    EXPECT_EQ(vhd->name, "vhd");
    EXPECT_LT(vhd->recognise(base::as_bytes(program), "a.exe"), sure_match);
    EXPECT_GT(vhd->recognise(base::as_bytes(program), "a.vhd"), sure_match);
}

TEST(Vhd, ZipInFatInVhdInZip) {
    ZipWriter inner;
    inner.member("payload.js", sample_text(500));
    Scratch scratch;
    scratch.write("inner.zip", inner.finish());
    scratch.run("mkfs.fat -C d.img 1440; mcopy -i d.img inner.zip ::; qemu-img convert -O vpc d.img out.img");
    ZipWriter outer;
    outer.member("disk.vhd", scratch.read("out.img"));
    const std::string archive = outer.finish();
    TestExtraction first;
    open_with(zip_format, archive, first);
    ASSERT_NE(child_named(first, "disk.vhd"), nullptr);
    TestExtraction second;
    EXPECT_EQ(open_image(child_named(first, "disk.vhd")->text(), second), "vhd");
    ASSERT_NE(child_named(second, "inner.zip"), nullptr);
    TestExtraction third;
    open_with(zip_format, child_named(second, "inner.zip")->text(), third);
    EXPECT_EQ(hash_of_child(third, "payload.js"), sha256_of(sample_text(500)));
}

TEST(Vhd, CutAndBrokenOnes) {
    const std::string image =
        disk_of("start=64,size=4096,type=6\\n", {"64"}, "qemu-img convert -O vpc d.img out.img", "3M");
    expect_cuts_are_told(image, sample_files(), 9'973);
    survive_mutations(image, 0, 2'048, 500);
    survive_mutations(image, image.size() - 512, image.size(), 200);
}

}  // namespace
}  // namespace sekisho::scanner::containers
