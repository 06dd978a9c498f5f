// Where `sekisho unpack` puts the bytes of parts: files with names of our own in one folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/pool.h"

namespace sekisho::cli {

// Part bytes come from a worker that may be in an attacker's hand: names are ours alone ("part-00001.bin"),
// files are made anew (O_EXCL, 0600, no links followed), and no more than `max_bytes` and `max_parts` are
// taken.
class PartFiles final : public sandbox::PartReceiver {
public:
    // Makes the folder, and those above it, (0700) where they are not there.
    static base::Result<std::unique_ptr<PartFiles>> create(const std::string& folder, std::uint64_t max_bytes,
                                                           std::uint32_t max_parts);

    bool begin(const model::PartSummary& part) override;
    bool data(base::Bytes piece) override;
    bool end() override;

    // Writes manifest.json: an object, part path -> file name. Errors of the parts come out here as well. An
    // error, or no part at all: what was made is taken away again.
    base::Result<void> finish();

    // Takes away what was made: the part files, and the folders if nobody has put anything there meanwhile.
    void abandon();

private:
    PartFiles(base::UniqueFd folder, std::vector<std::string> made, std::uint64_t max_bytes,
              std::uint32_t max_parts)
        : folder_(std::move(folder)),
          made_(std::move(made)),
          bytes_left_(max_bytes),
          parts_left_(max_parts) {}
    bool stop(base::Error error);
    base::Result<void> write_manifest();

    base::UniqueFd folder_;
    std::vector<std::string> made_;  // folders that were not there, the outermost first
    base::UniqueFd file_;
    std::uint64_t bytes_left_;
    std::uint32_t parts_left_;
    std::uint64_t length_ = 0;  // of the current part, holes included
    std::vector<std::pair<std::string, std::string>> files_;
    base::Result<void> state_;
};

}  // namespace sekisho::cli
