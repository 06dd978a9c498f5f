// For the tests of this folder: archives by other people's programs, and hostile ZIPs by code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/format.h"
#include "scanner/testing.h"

namespace sekisho::scanner::containers {

// A folder of its own under the temporary directory, removed at the end.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void write(const std::string& name, std::string_view bytes) const;
    std::string read(const std::string& name) const;
    // Runs a shell line of ours in the folder; a failure fails the test.
    void run(const std::string& command) const;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// What stands where the corpus of real files is; empty where it is not there.
std::filesystem::path corpus();

struct CorpusFile {
    std::string path;
    std::string kind;
    std::string password;  // "-" where none
    std::string expected;
};
std::vector<CorpusFile> corpus_files();

struct CorpusMember {
    std::string path;
    std::string member;
    std::string sha256;
};
std::vector<CorpusMember> corpus_members();

// Raw deflate of `plain`.
std::string deflated(std::string_view plain);
std::uint32_t crc_of(std::string_view bytes);

// Writes ZIP records one by one, each field as the test wants it: for archives that no program would make.
class ZipWriter {
public:
    struct Header {
        std::string name;
        std::uint16_t flags = 0;
        std::uint16_t method = 0;
        std::uint32_t crc = 0;
        std::uint32_t packed = 0;
        std::uint32_t size = 0;
        std::uint32_t offset = 0;  // central only
        std::string extra;
    };

    void local(const Header& header);
    void raw(std::string_view bytes) { out_ += bytes; }
    void central(Header header) { central_.push_back(std::move(header)); }
    // Local header, data and central record that agree. Gives the offset of the local header.
    std::uint32_t member(const std::string& name, std::string_view plain, bool deflate = true);
    std::uint32_t offset() const { return static_cast<std::uint32_t>(out_.size()); }
    // Central directory and end record.
    std::string finish();

private:
    std::string out_;
    std::vector<Header> central_;
};

// Opens `archive` with zip or whatever format is given, in an extraction of the test's.
Part open_with(const Format& format, std::string_view archive, TestExtraction& extraction,
               std::string name = {});
bool has(TestExtraction& extraction, std::string_view finding);
const TestChild* child_named(const TestExtraction& extraction, std::string_view name);
// Of the first child of that name.
std::string hash_of_child(const TestExtraction& extraction, std::string_view name);
std::string sha256_of(base::Bytes bytes);
inline std::string sha256_of(std::string_view text) { return sha256_of(base::as_bytes(text)); }
std::string sample_text(std::size_t bytes);

}  // namespace sekisho::scanner::containers
