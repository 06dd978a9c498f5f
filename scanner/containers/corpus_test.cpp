// Real archives of other projects' test suites: what an independent program extracted from them comes out.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "base/text.h"
#include "scanner/containers/archive.h"
#include "scanner/containers/images.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/zip.h"

namespace sekisho::scanner::containers {
namespace {

std::vector<const Format*> all_formats() {
    std::vector<const Format*> out{&zip_format};
    for (const auto& rows : {zip_document_formats(), archive_formats(), image_formats()})
        out.insert(out.end(), rows.begin(), rows.end());
    return out;
}

const Format* best_for(base::Bytes bytes, std::string_view name) {
    const Format* best = nullptr;
    Confidence confidence = no_match;
    for (const Format* format : all_formats()) {
        const Confidence now = format->recognise(bytes, name);
        if (now > confidence) best = format;
        confidence = std::max(confidence, now);
    }
    return best;
}

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Everything that comes out of a file, opened level by level as the scan does.
struct Unfolded {
    TestExtraction extraction;
    std::set<std::string> hashes;

    Unfolded(std::string_view bytes, const std::string& name, const std::string& passwords)
        : extraction({}, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        for (const std::string_view password : base::split(passwords, '|'))
            extraction.harvest().add({std::string(password), PasswordSource::configured, {}});
        open(base::as_bytes(bytes), name);
        std::vector<int> depths(extraction.children.size(), 1);
        for (std::size_t i = 0; i < extraction.children.size() && i < 3'000; ++i) {
            const base::Bytes child = extraction.children[i].bytes;
            hashes.insert(sha256_of(child));
            if (depths[i] == 16) {
                extraction.budget().reach("limit.depth");
                continue;
            }
            open(child, std::string(extraction.children[i].spec.name));
            depths.resize(extraction.children.size(), depths[i] + 1);
        }
    }

    void open(base::Bytes bytes, const std::string& name) {
        const Format* format = best_for(bytes, name);
        if (format == nullptr) return;
        Part part = test_part(bytes, name);
        part.type = format->type;
        if (format->turn != nullptr) (void)format->turn(part);
        format->open(part, extraction);
    }
};

class Corpus : public testing::Test {
protected:
    void SetUp() override {
        if (corpus().empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    }
};

// What does not come out, each with its reason. All but the last kind are told as unscannable.
struct Exception {
    const char* in_path;
    const char* why;
    bool told = true;
};
constexpr Exception exceptions[] = {
    {"7zip_lzma2_riscv", "liblzma 5.4 has no RISC-V filter"},
    {"cab_multi.p", "one volume of several"},
    {"rar5_multiarchive", "one volume of several"},
    {"zip_encryption_data.zip", "PKWARE's strong encryption"},
    {"zip_encryption_partially.zip", "PKWARE's strong encryption"},
    {"strong_encrypted.zip", "PKWARE's strong encryption"},
    {"xar_doublelink", "refused: libarchive 3.6 would not return"},
    {"xar_", "the listing counts the table of contents as a member", false},
    {"iso_zisofs", "the listing has the members still compressed", false},
};

const Exception* exception_for(std::string_view path) {
    const auto* at = std::ranges::find_if(
        exceptions, [&](const Exception& row) { return path.find(row.in_path) != std::string_view::npos; });
    return at == std::end(exceptions) ? nullptr : at;
}

bool is_complete(TestExtraction& extraction) {
    return extraction.budget().reached().empty() &&
           std::ranges::none_of(extraction.findings().all(), [](const model::Finding& finding) {
               return model::find_finding(finding.id)->incomplete;
           });
}

TEST_F(Corpus, MembersComeOutByteExact) {
    const std::set<std::string> kinds{"arc-zip", "arc-7z",     "arc-tar", "arc-cpio", "arc-gzip",  "arc-lzh",
                                      "arc-cab", "arc-zstd",   "arc-xar", "arc-xz",   "arc-bzip2", "arc-iso",
                                      "arc-rpm", "arc-lzma",   "arc-ar",  "arc-rar",  "arc-rar5",  "arc-z",
                                      "zip-aes", "zip-crypto", "7z-enc"};
    std::map<std::string, std::vector<CorpusMember>> members;
    for (CorpusMember& member : corpus_members())
        members[member.path].push_back(std::move(member));
    std::size_t files = 0;
    std::size_t whole = 0;
    for (const CorpusFile& file : corpus_files()) {
        if (!kinds.contains(file.kind) || !members.contains(file.path)) continue;
        ++files;
        const std::string bytes = read_whole(corpus() / file.path);
        Unfolded out(bytes, std::filesystem::path(file.path).filename(), file.password);
        std::size_t missing = 0;
        for (const CorpusMember& member : members[file.path])
            missing += !out.hashes.contains(member.sha256);
        whole += missing == 0;
        const Exception* known = exception_for(file.path);
        if (known == nullptr) {
            EXPECT_EQ(missing, 0u) << file.path << " of " << members[file.path].size() << "\n  "
                                   << file.expected;
        } else if (known->told && missing > 0) {
            EXPECT_FALSE(is_complete(out.extraction)) << file.path << ": " << known->why;
        }
    }
    RecordProperty("files", std::to_string(files));
    RecordProperty("whole", std::to_string(whole));
    std::printf("%zu of %zu archives come out whole\n", whole, files);
}

TEST_F(Corpus, LockedOnesWithoutPasswordAreTold) {
    for (const CorpusFile& file : corpus_files()) {
        if (file.kind != "zip-aes" && file.kind != "zip-crypto" && file.kind != "7z-enc" &&
            file.kind != "rar3-enc" && file.kind != "rar5-enc" && file.kind != "arc-enc-nopw")
            continue;
        const std::string bytes = read_whole(corpus() / file.path);
        Unfolded out(bytes, "x", "surely not this one");
        EXPECT_TRUE(has(out.extraction, "archive.encrypted.unopened")) << file.path << " " << file.kind;
    }
}

// What one file does in a process of its own: a crash or an endless loop inside libarchive costs this one
// alone, as it costs one message in the worker.
enum class Fate : std::uint8_t { told, quiet, died };

Fate fate_of(const CorpusFile& file) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit seconds{30, 30};
        ::setrlimit(RLIMIT_CPU, &seconds);
        if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(2);
        const std::string bytes = read_whole(corpus() / file.path);
        Unfolded out(bytes, std::filesystem::path(file.path).filename(), file.password);
        const bool quiet =
            out.extraction.findings().all().empty() && out.extraction.budget().reached().empty();
        ::_exit(quiet ? 11 : 10);  // AddressSanitizer leaves with 1
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status)) return Fate::died;
    return WEXITSTATUS(status) == 10 ? Fate::told : WEXITSTATUS(status) == 11 ? Fate::quiet : Fate::died;
}

TEST_F(Corpus, MalformedOnesNeverCrash) {
    std::size_t quiet = 0;
    for (const CorpusFile& file : corpus_files()) {
        if (!file.kind.ends_with("malformed") && !file.kind.ends_with("fuzzed") &&
            file.kind != "arc-traversal")
            continue;
        const Fate fate = fate_of(file);
        EXPECT_NE(fate, Fate::died) << file.path << " " << file.expected;
        if (fate != Fate::quiet || !file.kind.starts_with("arc")) continue;
        ++quiet;
        std::printf("quiet: %s\n  %s\n", file.path.c_str(), file.expected.c_str());
    }
    RecordProperty("quiet", std::to_string(quiet));
}

}  // namespace
}  // namespace sekisho::scanner::containers
