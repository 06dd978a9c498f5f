// Discs by genisoimage and xorriso whose trees show different files, and hostile ones made of them.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/testing_images.h"

namespace sekisho::scanner::containers {
namespace {

constexpr std::size_t sector = 2'048;

ContentsByName sample_files() {
    return {{"a.txt", sample_text(10)},
            {"evil.js", sample_text(3'000)},
            {"sub/deeper/c.dll", sample_text(70'000)},
            {"empty", ""},
            {std::string(50, 'n') + ".lnk", sample_text(300)}};
}

std::string disc_of(const std::string& options, const ContentsByName& files = sample_files(),
                    const std::string& program = "genisoimage -quiet -input-charset utf-8 ") {
    Scratch scratch;
    for (const auto& [name, content] : files)
        scratch.write("in/" + name, content);
    scratch.run(program + options + " -o a.iso in");
    return scratch.read("a.iso");
}

TEST(Iso9660, EachFileComesOutOnce) {
    for (const char* options : {"-R", "-J -R", "-R -udf", "-J -R -udf"}) {
        SCOPED_TRACE(options);
        const std::string image = disc_of(options);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "iso9660");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), sample_files().size());
        EXPECT_TRUE(extraction.findings().all().empty())
            << evidence_of(extraction, "image.readings-differ") << evidence_of(extraction, "archive.damaged");
    }
}

TEST(Iso9660, ByXorriso) {
    const std::string image = disc_of("-J -R", sample_files(), "xorriso -as mkisofs -quiet ");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "iso9660");
    expect_files(extraction, sample_files());
    EXPECT_EQ(extraction.children.size(), sample_files().size());
    EXPECT_TRUE(is_complete(extraction));
    EXPECT_FALSE(has(extraction, "image.readings-differ"));
}

// Whatever tree a system takes: the file that only another one shows comes out, and that is told.
TEST(Iso9660, FilesOfOneTreeOnlyComeOut) {
    for (const char* options : {"-J -R -hide-joliet evil.js", "-J -R -hide evil.js", "-J -hide evil.js",
                                "-J -hide-joliet evil.js"}) {
        SCOPED_TRACE(options);
        const ContentsByName files{{"a.txt", sample_text(10)}, {"evil.js", sample_text(3'000)}};
        const std::string image = disc_of(options, files);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "iso9660");
        EXPECT_TRUE(has_all(extraction, files));
        EXPECT_NE(evidence_of(extraction, "image.readings-differ").find("lacks 1 of 2 files"),
                  std::string::npos)
            << evidence_of(extraction, "image.readings-differ");
        EXPECT_TRUE(is_complete(extraction));
    }
}

TEST(Iso9660, BridgesWhoseSidesDifferAreTold) {
    const ContentsByName files{{"a.txt", sample_text(10)}, {"evil.js", sample_text(3'000)}};
    for (const char* removed :
         {"iso.rm_hard_link(iso_path='/EVIL.JS;1')\niso.rm_hard_link(joliet_path='/evil.js')\n",
          "iso.rm_hard_link(udf_path='/evil.js')\n"}) {
        SCOPED_TRACE(removed);
        Scratch scratch;
        for (const auto& [name, content] : files)
            scratch.write(name, content);
        scratch.write("make.py",
                      "import pycdlib\n"
                      "iso = pycdlib.PyCdlib()\n"
                      "iso.new(udf='2.60', joliet=3)\n"
                      "iso.add_file('a.txt', '/A.TXT;1', joliet_path='/a.txt', udf_path='/a.txt')\n"
                      "iso.add_file('evil.js', '/EVIL.JS;1', joliet_path='/evil.js', udf_path='/evil.js')\n" +
                          std::string(removed) + "iso.write('a.iso')\n");
        scratch.run("/usr/bin/python3 make.py");
        const std::string image = scratch.read("a.iso");
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "iso9660");
        EXPECT_TRUE(has_all(extraction, files));
        EXPECT_EQ(extraction.children.size(), files.size());
        EXPECT_NE(evidence_of(extraction, "image.readings-differ").find("lacks 1 of 2 files"),
                  std::string::npos)
            << evidence_of(extraction, "image.readings-differ");
    }
}

// One name, two contents: the record of one tree points elsewhere.
TEST(Iso9660, NamesWithAnotherContentInEachTree) {
    const ContentsByName files{{"a.txt", sample_text(10)}, {"b.txt", sample_text(3'000)}};
    std::string image = disc_of("-J -R", files);
    const auto record = [&](std::string_view name) { return image.find(name) - 33; };
    const std::size_t a = record(std::string("\0a\0.\0t\0x\0t", 10));
    const std::size_t b = record(std::string("\0b\0.\0t\0x\0t", 10));
    ASSERT_LT(std::max(a, b), image.size());
    image.replace(a + 2, 16, image, b + 2, 16);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has_all(extraction, files));
    EXPECT_EQ(evidence_of(extraction, "image.readings-differ"), "Joliet lacks 1 of 2 files");
}

TEST(Iso9660, OneContentUnderTwoExtensions) {
    const ContentsByName files{{"a.js", sample_text(3'000)}, {"a.txt", sample_text(3'000)}};
    const std::string image = disc_of("-J -R -hide-joliet a.js -hide a.txt", files);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_NE(child_named(extraction, "a.js"), nullptr);
    EXPECT_NE(child_named(extraction, "a.txt"), nullptr);
}

TEST(Iso9660, HiddenFilesAreTold) {
    const std::string image = disc_of("-J -R -hidden evil.js -hidden sub");
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, sample_files());
    const std::string names = evidence_of(extraction, "image.hidden-file");
    EXPECT_NE(names.find("evil.js"), names.npos) << names;
    EXPECT_NE(names.find("sub/deeper/c.dll"), names.npos) << names;
    EXPECT_EQ(names.find("a.txt"), names.npos) << names;
}

TEST(Iso9660, DirectoriesThatLoopAreReadOnce) {
    std::string image = disc_of("-R", {{"sub/deep/a.txt", "x"}, {"b.txt", "y"}});
    const std::size_t root = 16 * sector + 156;
    const std::size_t sub = get_le(image, root + 2, 4) * sector;
    const std::size_t deep = image.find(
        "\x04"
        "DEEP",
        sub);
    ASSERT_NE(deep, std::string::npos);
    image.replace(deep - 30, 16, image, root + 2, 16);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_TRUE(has_all(extraction, {{"b.txt", "y"}}));
}

TEST(Iso9660, AbsurdSizesAreTold) {
    std::string image = disc_of("-J", {{"a.bin", sample_text(3'000)}, {"b.bin", sample_text(40)}});
    const std::size_t record = image.find(std::string("\0a\0.\0b\0i\0n", 10)) - 33;
    put_le(image, record + 10, 0xFFFF'0000, 4);
    TestExtraction extraction;
    open_image(image, extraction);
    EXPECT_FALSE(is_complete(extraction));
    EXPECT_TRUE(has_all(extraction, {{"b.bin", sample_text(40)}}));
}

TEST(Iso9660, RecordsThatShareAllBytesAreBounded) {
    // Each record begins one block further on and goes to the end of the image.
    std::string image = disc_of("-J", {{"a.bin", std::string(3'000'000, 'x') + sample_text(100)}});
    const std::size_t root = get_le(image, 17 * sector + 156 + 2, 4) * sector;
    std::string directory = image.substr(root, 68);
    const std::size_t record = image.find(std::string("\0a\0.\0b\0i\0n", 10)) - 33;
    const std::size_t length = get_le(image, record, 1);
    const std::size_t first = get_le(image, record + 2, 4);
    const std::size_t last = image.size() / sector;
    const std::size_t moved = last;
    for (std::size_t i = 0; i < 1'000; ++i) {
        if (directory.size() % sector + length > sector)
            directory.resize((directory.size() / sector + 1) * sector);
        std::string entry = image.substr(record, length);
        put_le(entry, 2, first + i, 4);
        put_le(entry, 10, (last - first - i) * sector, 4);
        directory += entry;
    }
    directory.resize((directory.size() / sector + 1) * sector);
    put_le(image, 17 * sector + 156 + 2, moved, 4);
    put_le(image, 17 * sector + 156 + 10, directory.size(), 4);
    image += directory;
    TestExtraction extraction({}, image.size());
    open_image(image, extraction);
    EXPECT_FALSE(extraction.budget().reached().empty());
}

TEST(Iso9660, CutAndBrokenOnes) {
    const ContentsByName files = sample_files();
    const std::string image = disc_of("-J -R -udf", files);
    expect_cuts_are_told(image, files, 12'007);
    survive_mutations(image, 16 * sector, 20 * sector, 200);
    const std::size_t root = get_le(image, 16 * sector + 158, 4) * sector;
    survive_mutations(image, root, root + 20 * sector, 300);
}

}  // namespace
}  // namespace sekisho::scanner::containers
