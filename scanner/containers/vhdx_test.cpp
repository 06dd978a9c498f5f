// VHDX by qemu-img, and hostile ones made of it.
#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/testing_images.h"

namespace sekisho::scanner::containers {
namespace {

ContentsByName sample_files() {
    return {{"A.TXT", sample_text(10)}, {"folder/a long name.js", sample_text(70'000)}};
}

std::string vhdx_of(const std::string& options, const std::string& make = "-C d.img 1440") {
    Scratch scratch;
    for (const auto& [name, content] : sample_files())
        scratch.write("in/" + name, content);
    scratch.run("mkfs.fat " + make + " && mcopy -s -i d.img in/* :: && qemu-img convert -O vhdx -o " +
                options + " d.img out.img");
    return scratch.read("out.img");
}

TEST(Vhdx, FixedAndDynamicOnes) {
    for (const char* options :
         {"subformat=dynamic", "subformat=fixed", "subformat=dynamic,block_size=1M", "block_size=16M"}) {
        SCOPED_TRACE(options);
        const std::string image = vhdx_of(options);
        TestExtraction extraction;
        EXPECT_EQ(open_image(image, extraction), "vhdx");
        expect_files(extraction, sample_files());
        EXPECT_EQ(extraction.children.size(), sample_files().size());
        EXPECT_TRUE(is_complete(extraction)) << evidence_of(extraction, "archive.damaged");
    }
}

// So large that entries for bitmaps stand between those for blocks: a chunk has 4 GB of blocks.
TEST(Vhdx, BehindTheFirstChunk) {
    Scratch scratch;
    scratch.write("A.TXT", sample_text(5'000));
    scratch.run(
        "export PATH=$PATH:/usr/sbin:/sbin; truncate -s 9G d.img; printf 'label: gpt\\nstart=16777216\\n' | "
        "sfdisk -q d.img; "
        "mkfs.fat -F 12 --offset 16777216 d.img 4096 && mcopy -i d.img@@8G A.TXT :: && "
        "qemu-img convert -O vhdx -o block_size=1M d.img out.img");
    const std::string image = scratch.read("out.img");
    TestExtraction extraction({}, image.size());
    EXPECT_EQ(open_image(image, extraction), "vhdx");
    expect_files(extraction, {{"A.TXT", sample_text(5'000)}});
    EXPECT_TRUE(is_complete(extraction))
        << evidence_of(extraction, "archive.damaged") << evidence_of(extraction, "archive.unsupported");
}

TEST(Vhdx, NtfsInAPartition) {
    Scratch scratch;
    scratch.write("evil.js", sample_text(40'000));
    scratch.run(
        "export PATH=$PATH:/usr/sbin:/sbin; truncate -s 6M n.img; mkntfs -F -q n.img && ntfscp -q -f n.img "
        "evil.js evil.js && "
        "ntfscp -q -f -N stream n.img evil.js evil.js && truncate -s 8M d.img && "
        "printf 'label: gpt\\nstart=2048,size=12288\\n' | sfdisk -q d.img && "
        "dd if=n.img of=d.img bs=1M seek=1 conv=notrunc && qemu-img convert -O vhdx -o block_size=1M d.img "
        "out.img");
    const std::string image = scratch.read("out.img");
    TestExtraction extraction;
    EXPECT_EQ(open_image(image, extraction), "vhdx");
    expect_files(extraction, {{"evil.js", sample_text(40'000)}, {"evil.js:stream", sample_text(40'000)}});
    EXPECT_EQ(extraction.children.size(), 2u);
    EXPECT_TRUE(is_complete(extraction)) << evidence_of(extraction, "archive.damaged");
}

constexpr std::size_t headers[] = {64u << 10, 128u << 10};
constexpr std::size_t regions[] = {192u << 10, 256u << 10};

TEST(Vhdx, ALogThatWasNotReplayedIsTold) {
    std::string image = vhdx_of("subformat=dynamic");
    for (const std::size_t header : headers)
        image[header + 48] = 'x';
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, sample_files());
    EXPECT_EQ(evidence_of(extraction, "archive.damaged"), "VHDX: its log was not replayed");
}

TEST(Vhdx, TheSecondTableOfRegionsWillDo) {
    std::string image = vhdx_of("subformat=dynamic");
    image.replace(regions[0], 4, "xxxx");
    TestExtraction extraction;
    open_image(image, extraction);
    expect_files(extraction, sample_files());
    image.replace(regions[1], 4, "xxxx");
    TestExtraction neither;
    open_image(image, neither);
    EXPECT_TRUE(has(neither, "archive.damaged"));
}

TEST(Vhdx, DifferencesAndAbsurdSizesAreTold) {
    const std::string image = vhdx_of("subformat=dynamic");
    const std::size_t item = image.find(std::string("\x37\x67\xA1\xCA\x36\xFA\x43\x4D", 8));
    ASSERT_NE(item, std::string::npos);
    const std::size_t metadata = image.rfind("metadata", item);
    const std::size_t parameters = metadata + get_le(image, item + 16, 4);
    std::string differences = image;
    differences[parameters + 4] = 2;
    TestExtraction first;
    open_image(differences, first);
    EXPECT_TRUE(has(first, "archive.unsupported"));
    for (const std::uint64_t block : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xFFFF'FFFF}}) {
        std::string absurd = image;
        put_le(absurd, parameters, block, 4);
        TestExtraction extraction;
        open_image(absurd, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged")) << block;
    }
}

TEST(Vhdx, CutAndBrokenOnes) {
    const std::string image = vhdx_of("block_size=1M");
    expect_cuts_are_told(image, sample_files(), 99'991);
    survive_mutations(image, headers[0], headers[0] + 128, 50);
    survive_mutations(image, regions[0], regions[0] + 128, 80);
    const std::size_t metadata = image.find("metadata");
    survive_mutations(image, metadata, metadata + 512, 100);
}

}  // namespace
}  // namespace sekisho::scanner::containers
