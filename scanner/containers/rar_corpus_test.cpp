// Real RAR archives that are locked, of libarchive's and rarfile's test suites.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "scanner/containers/rar_open.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Opened {
    std::string archive;
    TestExtraction extraction;

    Opened(const CorpusFile& file, const std::string& password) : archive(read_whole(corpus() / file.path)) {
        extraction.harvest().add({"not this one", PasswordSource::keyword, "en"});
        extraction.harvest().add({password, PasswordSource::configured, {}});
        const bool five = archive.size() > 6 && archive[6] == '\1';
        open_rar(test_part(base::as_bytes(archive)), extraction, five ? ArchiveKind::rar5 : ArchiveKind::rar);
    }
    // Name and hash of each child that was decoded; its checksum in the archive holds.
    std::map<std::string, std::string> members() const {
        std::map<std::string, std::string> out;
        for (const TestChild& child : extraction.children) {
            EXPECT_FALSE(child.spec.flags.has(PartFlag::damaged)) << child.spec.name;
            if (!child.skipped) out[child.spec.name] = sha256_of(child.bytes);
        }
        return out;
    }
};

class RarCorpus : public testing::Test {
protected:
    void SetUp() override {
        if (corpus().empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    }
    static std::vector<CorpusFile> locked() {
        std::vector<CorpusFile> out;
        for (const CorpusFile& file : corpus_files()) {
            if (file.kind == "rar3-enc" || file.kind == "rar5-enc") out.push_back(file);
        }
        return out;
    }
};

// What is listed and not decoded with the manifest's password, and why.
struct Left {
    const char* in_path;
    std::size_t members;
    const char* finding;
};
constexpr Left left_out[] = {
    // The member d.txt has another password, which nobody states; neither does unar open it.
    {"test_read_format_rar4_encrypted.rar", 1, "archive.encrypted.unopened"},
    {"test_read_format_rar5_encrypted.rar", 1, "archive.encrypted.unopened"},
};

TEST_F(RarCorpus, LockedOnesOpenWithTheirPassword) {
    std::size_t files = 0;
    for (const CorpusFile& file : locked()) {
        Opened out(file, file.password);
        const auto* left = std::ranges::find_if(
            left_out, [&](const Left& row) { return file.path.find(row.in_path) != file.path.npos; });
        const std::size_t skipped = static_cast<std::size_t>(std::ranges::count_if(
            out.extraction.children, [](const TestChild& child) { return child.skipped; }));
        EXPECT_EQ(skipped, left == std::end(left_out) ? 0u : left->members) << file.path;
        if (left != std::end(left_out)) {
            EXPECT_TRUE(has(out.extraction, left->finding)) << file.path;
        }
        EXPECT_TRUE(has(out.extraction, "archive.encrypted")) << file.path;
        EXPECT_FALSE(has(out.extraction, "archive.damaged")) << file.path;
        EXPECT_FALSE(out.members().empty()) << file.path;
        ++files;
    }
    EXPECT_GE(files, 15u);
}

// unar reads most RAR 5 locks and no RAR 3 lock. libarchive's archives hold the same four files in both
// formats, so what unar extracts from one tells what the others hold.
TEST_F(RarCorpus, LockedOnesHoldWhatUnarExtracts) {
    std::map<std::string, std::string> known;  // of libarchive's files a.txt to d.txt
    std::size_t compared = 0;
    for (const CorpusFile& file : locked()) {
        if (file.kind != "rar5-enc") continue;
        const Scratch scratch;
        scratch.write("a.rar", read_whole(corpus() / file.path));
        scratch.run("unar -q -no-directory -o out -p '" + file.password + "' a.rar || true");
        const auto members = Opened(file, file.password).members();
        for (const auto& [name, hash] : members) {
            // What unar fails at it leaves empty or out.
            if (!std::filesystem::exists(scratch.path() / "out" / name)) continue;
            const std::string theirs = scratch.read("out/" + name);
            if (theirs.empty()) continue;
            EXPECT_EQ(hash, sha256_of(theirs)) << file.path << " " << name;
            if (name.size() == 5) known[name] = hash;
            ++compared;
        }
    }
    EXPECT_GE(compared, 15u);
    ASSERT_EQ(known.size(), 4u);
    for (const CorpusFile& file : locked()) {
        if (file.path.find("rar4_") == file.path.npos) continue;
        for (const auto& [name, hash] : Opened(file, file.password).members())
            EXPECT_EQ(hash, known[name]) << file.path << " " << name;
    }
}

TEST_F(RarCorpus, LockedOnesStayShutWithoutTheirPassword) {
    for (const CorpusFile& file : locked()) {
        Opened out(file, "surely not this one");
        EXPECT_FALSE(has(out.extraction, "archive.encrypted.unlocked")) << file.path;
        EXPECT_TRUE(has(out.extraction, "archive.encrypted.unopened")) << file.path;
        for (const TestChild& child : out.extraction.children)
            EXPECT_TRUE(child.skipped || !child.spec.flags.has(PartFlag::encrypted)) << file.path;
    }
}

// Codes, models, both by turns, filters and solid ones: whatever unar extracts.
TEST_F(RarCorpus, PlainOnesHoldWhatUnarExtracts) {
    std::size_t compared = 0;
    for (const CorpusFile& file : corpus_files()) {
        if (file.kind != "arc-rar") continue;
        const std::string bytes = read_whole(corpus() / file.path);
        if (bytes.size() > 6 && bytes[6] == '\1') continue;
        // Hundreds of megabytes of one text.
        if (file.path.find("ppmd_lzss_conversion") != file.path.npos) continue;
        if (file.path.find("rar_multivolume.part0001") != file.path.npos) continue;
        const Scratch scratch;
        scratch.write("a.rar", bytes);
        scratch.run("unar -q -no-directory -o out a.rar || true");
        Opened out(file, "none");
        for (const TestChild& child : out.extraction.children) {
            const auto theirs = scratch.path() / "out" / child.spec.name;
            // What unar fails at it leaves empty or out; links it makes are not followed.
            if (child.skipped || child.bytes.empty() || !std::filesystem::is_regular_file(theirs)) continue;
            if (std::filesystem::is_symlink(theirs) || std::filesystem::file_size(theirs) == 0) continue;
            const std::string whole = read_whole(theirs);
            const bool is_cut = child.spec.flags.has(PartFlag::truncated);
            EXPECT_TRUE(is_cut ? whole.starts_with(child.text()) : child.text() == whole)
                << file.path << " " << child.spec.name;
            ++compared;
        }
    }
    EXPECT_GE(compared, 30u);
}

}  // namespace
}  // namespace sekisho::scanner::containers
