// WIM files by wimlib's programs.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "base/hash.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/wim_headers.h"
#include "scanner/containers/wim_open.h"
#include "scanner/containers/wim_resource.h"

namespace sekisho::scanner::containers {
namespace {

std::string noise(std::size_t bytes) {
    std::mt19937 random(13);  // NOLINT: the same bytes each time
    std::string out(bytes, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

using Files = std::map<std::string, std::string>;

Files some_files() {
    return {{"text.txt", sample_text(150'000)},
            {"dir/noise.bin", noise(70'000)},
            {"dir/zeros.bin", std::string(200'000, '\0')},
            {"dir/deeper/請求書.txt", sample_text(32'768)},
            {"dir/copy of text.txt", sample_text(150'000)},
            {"empty", ""},
            {"one", "x"}};
}

std::string capture(const Scratch& scratch, const Files& files, const std::string& options) {
    for (const auto& [name, bytes] : files)
        scratch.write("in/" + name, bytes);
    scratch.run("wimlib-imagex capture in a.wim " + options);
    return scratch.read("a.wim");
}

void open(std::string_view file, TestExtraction& extraction) {
    open_wim(test_part(base::as_bytes(file), "a.wim"), extraction);
}

bool is_quiet(TestExtraction& extraction) {
    return extraction.findings().all().empty() && extraction.budget().reached().empty();
}

TEST(Wim, EveryMethodComesOutByteExact) {
    for (const std::string options :
         {"--compress=none", "--compress=xpress", "--compress=lzx", "--compress=lzms", "--solid",
          "--compress=xpress --chunk-size=4K", "--compress=lzx --chunk-size=2M",
          "--solid --solid-compress=lzx", "--solid --solid-compress=lzms --solid-chunk-size=64K"}) {
        const Scratch scratch;
        const std::string file = capture(scratch, some_files(), options);
        EXPECT_EQ(is_wim(base::as_bytes(file), {}), sure_match);
        TestExtraction extraction({}, file.size());
        open(file, extraction);
        EXPECT_TRUE(is_quiet(extraction)) << options;
        EXPECT_EQ(extraction.children.size(), some_files().size()) << options;
        for (const auto& [name, bytes] : some_files())
            EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << options << " " << name;
    }
}

TEST(Wim, SeveralImages) {
    const Scratch scratch;
    (void)capture(scratch, {{"a", "first"}}, "first");
    scratch.write("other/b", "second");
    scratch.run("wimlib-imagex append other a.wim second");
    const std::string file = scratch.read("a.wim");
    TestExtraction extraction;
    open(file, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a"), sha256_of("first"));
    EXPECT_EQ(hash_of_child(extraction, "b"), sha256_of("second"));
}

// A volume whose file has a second stream, as Windows puts the mark of the web there.
TEST(Wim, AlternateStreamsAreChildren) {
    const Scratch scratch;
    scratch.write("a.txt", "the file itself");
    scratch.write("stream", "what is behind it");
    scratch.run(
        "truncate -s 3M n.img && mkntfs -qFf n.img && ntfscp n.img a.txt a.txt && "
        "ntfscp -N hidden n.img stream a.txt && wimlib-imagex capture n.img a.wim");
    const std::string file = scratch.read("a.wim");
    TestExtraction extraction({}, 4u << 20);
    open(file, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of("the file itself"));
    EXPECT_EQ(hash_of_child(extraction, "a.txt:hidden"), sha256_of("what is behind it"));
}

TEST(Wim, OnePartOfSeveralIsTold) {
    const Scratch scratch;
    Files files;
    for (int i = 0; i < 6; ++i)
        files["f" + std::to_string(i)] = noise(300'000).substr(static_cast<std::size_t>(i));
    (void)capture(scratch, files, "--compress=none");
    scratch.run("wimlib-imagex split a.wim b.swm 1");
    const std::string file = scratch.read("b.swm");
    TestExtraction extraction({}, 4u << 20);
    open(file, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
    std::size_t whole = 0;
    std::size_t skipped = 0;
    for (const TestChild& child : extraction.children) {
        skipped += child.skipped;
        if (child.skipped) continue;
        ++whole;
        EXPECT_EQ(child.text(), files[child.spec.name]);
    }
    EXPECT_GT(whole, 0u);
    EXPECT_GT(skipped, 0u);
    EXPECT_TRUE(has(extraction, "archive.member-skipped"));
}

TEST(Wim, NotAWim) {
    EXPECT_EQ(is_wim({}, {}), no_match);
    EXPECT_EQ(is_wim(base::as_bytes("MSWIM is a format"), {}), no_match);
    TestExtraction extraction;
    open(std::string("MSWIM\0\0\0", 8) + std::string(200, '\0'), extraction);
    TestExtraction cut;
    open(std::string("MSWIM\0\0\0", 8), cut);
    EXPECT_TRUE(has(cut, "archive.damaged"));
}

// Whatever is missing or wrong: a child without a mark is what went in.
void expect_told(std::string_view file, const Files& originals) {
    TestExtraction extraction({}, 4u << 20);
    open(file, extraction);
    std::size_t whole = 0;
    for (const TestChild& child : extraction.children) {
        if (child.skipped || child.spec.flags.bits != 0) continue;
        bool known = false;
        for (const auto& [name, bytes] : originals)
            known = known || child.text() == bytes;
        EXPECT_TRUE(known || child.bytes.empty()) << child.spec.name;
        whole += known;
    }
    EXPECT_TRUE(whole >= originals.size() || !is_quiet(extraction));
}

// Whatever the method, a child or one of the resources: nothing else is a WIM's.
TEST(Wim, OnlyResourcesAreCovered) {
    for (const std::string options : {"--compress=none", "--compress=xpress", "--solid"}) {
        const Scratch scratch;
        const std::string whole = capture(scratch, {{"noise", noise(9'000)}}, options);
        const std::string file = whole + "PK\3\4 and whatever else is behind it";
        TestExtraction extraction({}, 4u << 20);
        open(file, extraction);
        EXPECT_TRUE(is_quiet(extraction));
        std::size_t covered = 0;
        for (const base::Bytes bytes : extraction.covered) {
            covered += bytes.size();
            EXPECT_LE(bytes.data() + bytes.size(), base::as_bytes(file).data() + whole.size());
        }
        EXPECT_GE(covered, 9'000u) << options;
        EXPECT_LT(covered, whole.size()) << options;
    }
}

TEST(Wim, ChunksOfNoSizeAreOfTheUsualOne) {
    const Scratch scratch;
    std::string file = capture(scratch, some_files(), "--compress=xpress");
    file.replace(0x14, 4, std::string(4, '\0'));
    TestExtraction extraction({}, file.size());
    open(file, extraction);
    EXPECT_EQ(hash_of_child(extraction, "text.txt"), sha256_of(sample_text(150'000)));
}

// An image whose metadata says that it is in another part, and a table of no size.
TEST(Wim, WhatCannotBeReadIsTold) {
    const Scratch scratch;
    const std::string file = capture(scratch, {{"a", "first"}}, "--compress=none");
    const std::size_t table = static_cast<unsigned char>(file[0x38]) |
                              static_cast<std::size_t>(static_cast<unsigned char>(file[0x39])) << 8;
    for (std::size_t blob = table; blob + 50 <= table + 100; blob += 50) {
        if ((file[blob + 7] & 0x02) == 0) continue;
        std::string wrong = file;
        wrong[blob + 24] = 7;
        TestExtraction extraction;
        open(wrong, extraction);
        EXPECT_TRUE(has(extraction, "archive.damaged"));
    }
    std::string empty = file;
    empty.replace(0x30, 7, std::string(7, '\0')).replace(0x40, 8, std::string(8, '\0'));
    TestExtraction extraction;
    open(empty, extraction);
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

class HostileWim : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { file = capture(scratch, originals, GetParam()); }
    // No XML, no integrity table and no padding say anything of the files.
    const Files originals{{"a.txt", sample_text(9'000)}, {"b/c.txt", sample_text(700)}, {"b/d", "d"}};
    const Scratch scratch;
    std::string file;
};

TEST_P(HostileWim, CutAnywhere) {
    for (std::size_t size = 0; size < file.size(); ++size)
        expect_told(std::string_view(file).substr(0, size), originals);
}

TEST_P(HostileWim, EveryByteWrong) {
    for (std::size_t at = 0; at < file.size(); ++at) {
        std::string wrong = file;
        wrong[at] = static_cast<char>(~wrong[at]);
        TestExtraction extraction({}, 4u << 20);
        open(wrong, extraction);
        for (const TestChild& child : extraction.children) {
            if (child.skipped || child.spec.flags.bits != 0 || child.bytes.empty()) continue;
            bool known = false;
            for (const auto& [name, bytes] : originals)
                known = known || child.text() == bytes;
            EXPECT_TRUE(known) << at << " " << child.spec.name;
        }
    }
}

TEST_P(HostileWim, SizesThatLie) {
    std::mt19937 random(5);  // NOLINT: the same bytes each time
    for (int round = 0; round < 500; ++round) {
        std::string wrong = file;
        const std::size_t at = random() % (wrong.size() - 8);
        const std::string value = round % 2 == 0 ? std::string(8, '\xFF') : noise(8);
        wrong.replace(at, 1 + random() % 8, value.substr(0, 1 + random() % 8));
        TestExtraction extraction({}, 4u << 20);
        open(wrong, extraction);
    }
}

INSTANTIATE_TEST_SUITE_P(Methods, HostileWim,
                         testing::Values("--compress=none", "--compress=xpress", "--compress=lzx",
                                         "--solid"));

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

std::string entry(char name, bool directory, std::uint64_t list) {
    std::string out;
    put(out, 0x66 + 4, 8);
    put(out, directory ? 0x10 : 0, 4);
    put(out, 0, 4);
    put(out, list, 8);
    out.resize(0x40);
    out += std::string(20, 'h');
    out.resize(0x64);
    put(out, 2, 2);
    put(out, static_cast<unsigned char>(name), 2);
    out.resize(0x70);
    return out;
}

WimTree tree_of(std::string_view metadata, std::size_t max_files) {
    Budget budget({}, metadata.size());
    return read_wim_tree(base::as_bytes(metadata), max_files, budget);
}

// Directories that hold themselves, lists that many share: each entry is read once.
TEST(WimTree, LoopsEnd) {
    std::string metadata;
    put(metadata, 8, 4);
    put(metadata, 0, 4);
    metadata += entry('r', true, 8);
    metadata += std::string(8, '\0');
    EXPECT_TRUE(tree_of(metadata, 100).damaged);

    std::string twice;
    put(twice, 8, 4);
    put(twice, 0, 4);
    const std::uint64_t list = 8 + 0x70 + 8;
    twice += entry('r', true, list) + std::string(8, '\0');
    twice += entry('a', true, list) + entry('b', true, list) + std::string(8, '\0');
    EXPECT_TRUE(tree_of(twice, 100).damaged);

    std::string shared;
    put(shared, 8, 4);
    put(shared, 0, 4);
    shared += entry('r', true, 8 + 0x70 + 8) + std::string(8, '\0');
    const std::uint64_t second = 8 + 0x70 + 8 + 2'000 * std::uint64_t{0x70} + 8;
    for (int i = 0; i < 2'000; ++i)
        shared += entry('d', true, second);
    shared += std::string(8, '\0');
    for (int i = 0; i < 2'000; ++i)
        shared += entry('f', false, 0);
    shared += std::string(8, '\0');
    const WimTree tree = tree_of(shared, 10'000);
    EXPECT_TRUE(tree.damaged);
    EXPECT_LE(tree.files.size(), 4'100u);
    EXPECT_GE(tree.files.size(), 2'000u);
}

// Streams of a file that many directories share are read once as well.
TEST(WimTree, SharedStreamsEnd) {
    const std::uint64_t list = 8 + 0x70 + 8;
    constexpr unsigned directories = 3'000;
    constexpr unsigned streams = 60'000;
    std::string metadata;
    put(metadata, 8, 4);
    put(metadata, 0, 4);
    metadata += entry('r', true, list) + std::string(8, '\0');
    const std::uint64_t shared = list + directories * std::uint64_t{0x70} + 8;
    for (unsigned i = 0; i < directories; ++i)
        metadata += entry('d', true, shared);
    metadata += std::string(8, '\0');
    std::string file = entry('f', false, 0);
    file[0x60] = static_cast<char>(streams & 0xFFu);
    file[0x61] = static_cast<char>(streams >> 8);
    metadata += file;
    std::string stream;
    put(stream, 40, 8);
    stream.resize(40, '\0');
    for (unsigned i = 0; i < streams; ++i)
        metadata += stream;
    metadata += std::string(8, '\0');
    const WimTree tree = tree_of(metadata, 1'000'000);
    EXPECT_TRUE(tree.damaged);
    EXPECT_GE(tree.files.size(), streams);
    EXPECT_LE(tree.files.size(), 2 * streams);
    // It ends where more is of no use, and where the message may cost no more.
    EXPECT_EQ(tree_of(metadata, 100).files.size(), 101u);
    Budget poor({.max_steps = 50}, metadata.size());
    EXPECT_LE(read_wim_tree(base::as_bytes(metadata), 1'000'000, poor).files.size(), 50u);
    EXPECT_EQ(poor.reached(), std::vector<std::string>{"limit.steps"});
}

TEST(WimTree, CutAnywhere) {
    std::string metadata;
    put(metadata, 8, 4);
    put(metadata, 0, 4);
    metadata += entry('r', true, 8 + 0x70 + 8) + std::string(8, '\0');
    metadata += entry('f', false, 0) + entry('g', false, 0) + std::string(8, '\0');
    EXPECT_EQ(tree_of(metadata, 9).files.size(), 2u);
    EXPECT_FALSE(tree_of(metadata, 9).damaged);
    for (std::size_t size = 0; size < metadata.size(); ++size) {
        const WimTree tree = tree_of(std::string_view(metadata).substr(0, size), 9);
        EXPECT_TRUE(tree.damaged) << size;
    }
}

// A table of chunks that would be longer than the file is refused before anything is allocated.
TEST(WimResource, SizesAreCheckedFirst) {
    const std::string bytes(5'000, 'x');
    Budget budget({}, bytes.size());
    const auto sink = [](base::Bytes) { return true; };
    WimPacked packed{.chunks = base::as_bytes(bytes),
                     .size = std::uint64_t{1} << 55,
                     .chunk = 32'768,
                     .method = WimMethod::lzx};
    EXPECT_EQ(unpack_wim(packed, budget, sink).error().cause, base::Cause::truncated);
    packed.method = WimMethod::none;
    EXPECT_EQ(unpack_wim(packed, budget, sink).error().cause, base::Cause::truncated);
    packed.method = WimMethod::lzx;
    for (const std::uint32_t chunk : {0u, 1u, 4'095u, 32'769u, 256u << 20, UINT32_MAX}) {
        packed.chunk = chunk;
        EXPECT_EQ(unpack_wim(packed, budget, sink).error().cause, base::Cause::unsupported) << chunk;
    }
    EXPECT_TRUE(budget.reached().empty());
}

// The memory is that of what comes out, not of the largest chunk that a header may name.
TEST(WimResource, SmallOnesTakeLittle) {
    const std::string bytes(100, 'x');
    Budget budget({.max_resident_bytes = 1u << 20}, bytes.size());
    const WimPacked packed{.chunks = base::as_bytes(bytes),
                           .size = 100,
                           .chunk = 64u << 20,
                           .method = WimMethod::lzms,
                           .solid = false};
    EXPECT_TRUE(unpack_wim(packed, budget, [](base::Bytes) { return true; }));
    EXPECT_TRUE(budget.reached().empty());
}

}  // namespace
}  // namespace sekisho::scanner::containers
