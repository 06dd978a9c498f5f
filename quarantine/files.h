// The files of the quarantine: <folder>/<first two digits>/<id>.eml and .json. Names come from ids alone, and
// ids are hex: nothing that came with a message is ever part of a path.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::quarantine {

// 32 lower-case hex digits.
bool is_id(std::string_view text);

// The bytes that hex digits stand for; none where there is anything else.
std::optional<std::string> bytes_of_hex(std::string_view hex);

// fsync of a folder: a rename in it is durable from then on.
base::Result<void> sync_folder(const std::string& path);

// Thread-safe as long as no two threads write or remove the same id at once; the Quarantine sees to that.
class Files {
public:
    // Makes the folder and its 256 subfolders, mode 0700, where they are missing. Cause::invalid where others
    // may write to the folder.
    static base::Result<Files> open(const std::string& folder);

    // Both files: temporary name in the same folder, written, fsync'ed, renamed; then the folder is fsync'ed.
    // When this returns the entry is durable. Cause::limit where the disk is full, and nothing is left
    // behind.
    base::Result<void> write(const std::string& id, base::Bytes message, std::string_view sidecar);
    base::Result<void> write_sidecar(const std::string& id, std::string_view sidecar);
    base::Result<void> remove(const std::string& id);  // ok where it is gone already

    bool exists(const std::string& id) const;  // both files
    base::Result<std::string> message(const std::string& id) const;
    base::Result<std::string> sidecar(const std::string& id) const;
    std::uint64_t bytes_of(const std::string& id) const;  // of both files
    base::Result<std::uint64_t> free_bytes() const;       // of the file system, for us

    struct Found {
        std::string id;
        std::uint64_t bytes = 0;
    };
    // All entries, in order of id.
    base::Result<std::vector<Found>> scan() const;
    // Temporary files of an earlier run, and sidecars without a message. Only before anything is written.
    base::Result<void> remove_stale();

private:
    explicit Files(std::string folder) : folder_(std::move(folder)) {}
    std::string folder_of(const std::string& id) const;
    std::string path_of(const std::string& id, std::string_view suffix) const;
    struct Listing {
        std::map<std::string, Found> entries;
        std::vector<std::string> stale;  // paths
    };
    base::Result<Listing> list() const;
    base::Result<void> place(const std::string& id, std::string_view suffix, base::Bytes bytes);

    std::string folder_;
};

}  // namespace sekisho::quarantine
