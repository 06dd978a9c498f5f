// FAT volumes by mkfs.fat and mtools, and hostile ones made of them.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/testing_images.h"

namespace sekisho::scanner::containers {
namespace {

ContentsByName sample_files() {
    return {{"A.TXT", sample_text(10)},
            {"A long name.docx", sample_text(5'000)},
            {"sub/deeper still/c.js", sample_text(70'000)},
            {"EMPTY", ""},
            {"\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.lnk", sample_text(300)}};
}

// `make`: what mkfs.fat is told; `then`: more shell lines.
std::string fat_of(const ContentsByName& files, const std::string& make, const std::string& then = "true") {
    Scratch scratch;
    std::filesystem::create_directories(scratch.path() / "in");
    for (const auto& [name, content] : files)
        scratch.write("in/" + name, content);
    scratch.run("mkfs.fat -C a.img " + make + " && (test -z \"$(ls in)\" || mcopy -s -i a.img in/* ::) && " +
                then);
    return scratch.read("a.img");
}

struct Shape {
    const char* make;
    const char* what;
};
const Shape shapes[] = {
    {"1440", "a floppy: FAT12"},   {"-F 12 -s 1 1900", "FAT12, clusters of a sector"},
    {"-F 16 -s 1 4200", "FAT16"},  {"-F 16 -S 1024 -s 2 -R 3 16000", "FAT16, sectors of 1 KB"},
    {"-F 32 -s 1 34000", "FAT32"}, {"-F 32 -S 4096 -s 1 -f 1 270000", "FAT32, sectors of 4 KB, one table"},
};

TEST(Fat, FilesComeOutByteExact) {
    for (const Shape& shape : shapes) {
        SCOPED_TRACE(shape.what);
        const std::string image = fat_of(sample_files(), shape.make);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "fat");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), sample_files().size());
        EXPECT_TRUE(extraction.findings().all().empty());
    }
}

TEST(Fat, FragmentedFilesAreJoined) {
    ContentsByName files;
    for (int i = 10; i < 50; ++i)
        files["F" + std::to_string(i)] = sample_text(2'000);
    const std::string image =
        fat_of(files, "160", "mdel -i a.img ::F11 ::F13 ::F15 && cat in/F2* >big && mcopy -i a.img big ::");
    std::string big;
    for (int i = 20; i < 30; ++i)
        big += files["F2" + std::to_string(i - 20)];
    for (const char* deleted : {"F11", "F13", "F15"})
        files.erase(deleted);
    files["big"] = big;
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, files);
}

TEST(Fat, HiddenFilesAreTold) {
    const std::string image = fat_of({{"open.lnk", "L"}, {"inner/evil.dll", "MZ"}, {"sys.bin", "S"}}, "1440",
                                     "mattrib -i a.img +h ::inner && mattrib -i a.img +s ::sys.bin");
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, {{"open.lnk", "L"}, {"inner/evil.dll", "MZ"}, {"sys.bin", "S"}});
    const std::string names = evidence_of(extraction, "image.hidden-file");
    EXPECT_NE(names.find("inner/evil.dll"), names.npos);
    EXPECT_NE(names.find("sys.bin"), names.npos);
    EXPECT_EQ(names.find("open.lnk"), names.npos);
}

TEST(Fat, DeletedFilesAreReadWhileTheirClustersAreFree) {
    const ContentsByName files{{"keep.txt", sample_text(100)},
                               {"a deleted one.js", sample_text(3'000)},
                               {"gone/SHORT.EXE", sample_text(200)}};
    for (const char* make : {"1440", "-F 32 -s 1 34000"}) {
        const std::string image =
            fat_of(files, make, "mdel -i a.img '::a deleted one.js' && mdeltree -i a.img ::gone");
        TestExtraction extraction;
        open_image(image, extraction);
        expect_files(extraction, {{"keep.txt", sample_text(100)}, {"a deleted one.js", sample_text(3'000)}});
        EXPECT_TRUE(has_all(extraction, files));
        EXPECT_TRUE(has(extraction, "image.deleted-file"));
    }
    // Overwritten since: it says nothing, and is not given other files' bytes.
    Scratch scratch;
    scratch.write("new", std::string(1'300'000, 'n'));
    scratch.write("a.img", fat_of(files, "1440", "mdel -i a.img '::a deleted one.js'"));
    scratch.run("mcopy -i a.img new ::");
    const std::string image = scratch.read("a.img");
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(child_named(extraction, "a deleted one.js"), nullptr);
}

TEST(Fat, TheBackupBootSectorWillDo) {
    std::string image = fat_of(sample_files(), "-F 32 -s 1 34000");
    image.replace(0, 512, 512, '\0');
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "fat");
    expect_files(extraction, sample_files());
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(Fat, CopiesOfTheTableThatDifferAreTold) {
    std::string image = fat_of(sample_files(), "1440");
    image[(1 + 9) * 512 + 30] ^= 1;
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has(extraction, "image.readings-differ"));
}

// In FAT12 of a floppy the table is at sector 1 and the data at sector 33.
void set_fat12(std::string& image, std::size_t cluster, unsigned value) {
    const std::size_t at = 512 + cluster * 3 / 2;
    const unsigned old = static_cast<unsigned>(get_le(image, at, 2));
    put_le(image, at, cluster % 2 == 0 ? (old & 0xF000u) | value : (old & 0xFu) | value << 4, 2);
}

TEST(Fat, ChainsThatLoopOrLeaveTheVolumeAreTold) {
    const std::string plain = sample_text(20'000);
    const std::string image = fat_of({{"A.TXT", plain}, {"B.TXT", "b"}}, "1440");
    const std::size_t first = image.find(plain.substr(0, 100)) / 512 - 33 + 2;
    for (const unsigned value : {static_cast<unsigned>(first), 0u, 0xFF7u, 0xB50u, 0xFFFu}) {
        std::string broken = image;
        set_fat12(broken, first + 5, value);
        TestExtraction extraction;
        open_image(broken, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged")) << value;
        EXPECT_EQ(hash_of_child(extraction, "B.TXT"), sha256_of("b"));
        const TestChild* child = child_named(extraction, "A.TXT");
        ASSERT_NE(child, nullptr);
        EXPECT_TRUE(child->spec.flags.has(PartFlag::truncated));
        EXPECT_LT(child->bytes.size(), plain.size());
    }
}

TEST(Fat, DirectoriesThatLoopEnd) {
    std::string image = fat_of({{"sub/deep/A.TXT", "x"}, {"B.TXT", "y"}}, "1440");
    const std::size_t sub = image.find("SUB     ");
    const std::size_t deep = image.find("DEEP    ");
    ASSERT_NE(deep, std::string::npos);
    image.replace(deep + 26, 2, image, sub + 26, 2);
    set_fat12(image, get_le(image, sub + 26, 2), static_cast<unsigned>(get_le(image, sub + 26, 2)));
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(hash_of_child(extraction, "B.TXT"), sha256_of("y"));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

TEST(Fat, AbsurdSizesAreTold) {
    std::string image = fat_of({{"A.TXT", sample_text(1'000)}, {"B.TXT", "b"}}, "1440");
    put_le(image, image.find("A       TXT") + 28, 0xFFFF'FFFF, 4);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    EXPECT_EQ(hash_of_child(extraction, "B.TXT"), sha256_of("b"));
}

TEST(Fat, ThousandsOfTinyFiles) {
    Scratch scratch;
    scratch.run(
        "mkdir in; cd in; seq 2000 | split -a 4 -d -l 1; cd ..; mkfs.fat -C a.img -F 16 -s 1 8000 && "
        "mcopy -s -i a.img in ::");
    const std::string image = scratch.read("a.img");
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_EQ(extraction.children.size(), 2'000u);
    expect_files(extraction, {{"in/x0000", "1\n"}, {"in/x1999", "2000\n"}});
    EXPECT_TRUE(is_complete(extraction));
}

// Every file begins at the first cluster and claims the whole volume: the Budget ends it.
TEST(Fat, FilesThatShareAllClustersAreBounded) {
    std::string image = fat_of({}, "-F 16 -s 1 16000", "true");
    const std::size_t reserved = get_le(image, 14, 2) * 512;
    const std::size_t table = get_le(image, 22, 2) * 512;
    for (std::size_t cluster = 2; cluster < 30'000; ++cluster)
        put_le(image, reserved + cluster * 2, cluster + 1, 2);
    for (std::size_t i = 0; i < 500; ++i) {
        const std::size_t at = reserved + 2 * table + i * 32;
        image.replace(at, 11, "F" + std::to_string(10'000'000 + i) + "  ");
        put_le(image, at + 26, 2, 2);
        put_le(image, at + 28, 15'000'000, 4);
    }
    TestExtraction extraction({}, image.size());
    open_image(image, extraction);
    EXPECT_FALSE(extraction.budget().reached().empty());
    EXPECT_LT(extraction.children.size(), 60u);
}

TEST(Fat, NearMissesAreNoVolume) {
    const std::string image = fat_of({}, "1440", "true");
    const std::pair<std::size_t, std::size_t> fields[] = {{11, 2}, {13, 1}, {14, 2}, {16, 1},
                                                          {17, 2}, {19, 2}, {21, 1}, {22, 2}};
    for (const auto& [at, bytes] : fields) {
        std::string broken = image;
        put_le(broken, at, 0, bytes);
        TestExtraction extraction;
        EXPECT_EQ(open_image(broken, extraction), "") << at;
    }
    TestExtraction extraction;
    EXPECT_EQ(open_image(std::string(4'096, '\0'), extraction), "");
    EXPECT_EQ(open_image(std::string(510, 'x') + "\x55\xAA", extraction), "");
}

TEST(Fat, CutAndBrokenOnes) {
    const ContentsByName files = sample_files();
    const std::string image = fat_of(files, "320");
    expect_cuts_are_told(image, files, 487);
    survive_mutations(image, 0, 64, 1'000);
    survive_mutations(image, 512, 16'384, 1'500);
}

}  // namespace
}  // namespace sekisho::scanner::containers
