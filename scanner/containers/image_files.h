// Where the readers of file systems put the files that they find, and what they have to say about an image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "scanner/containers/disk.h"
#include "scanner/containers/locked_names.h"
#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// A file of a file system: where it lies on the volume.
struct ImageFile {
    std::string name;  // its path, raw bytes or UTF-8
    std::uint64_t size = 0;
    std::vector<DiskRun> runs;  // end to end; what they lack of `size` is missing
    bool hidden = false;        // an attribute keeps it out of sight
    bool deleted = false;
    bool damaged = false;  // its structure lied
};

// "parent/name"; a path that is too long for a part's name keeps its end.
std::string join_path(std::string_view parent, std::string_view name);

// One image that is being opened. Findings that a hostile image could have by the thousand are made once, by
// report(), with the first few names.
class ImageFiles {
public:
    ImageFiles(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}
    ~ImageFiles() { budget().return_resident(kept_); }
    ImageFiles(const ImageFiles&) = delete;
    ImageFiles& operator=(const ImageFiles&) = delete;

    Budget& budget() { return extraction_.budget(); }
    const Part& part() const { return part_; }
    Extraction& extraction() { return extraction_; }

    // Charges memory for what a reader remembers of the image, such as directories that wait. False: a limit.
    bool keep(std::uint64_t bytes);

    // A child: a view where the file lies in one piece, else a copy. False: a limit ends the image.
    bool add(const Disk& volume, const ImageFile& file, std::string_view opened_by);
    // The same with content that was unpacked; `file.runs` does not count.
    bool add(const ImageFile& file, Output content, std::string_view opened_by);
    // A file that is there and cannot be read: listed without bytes. False: as above.
    bool add_unread(std::string name, std::string_view opened_by);
    bool add_locked(std::string name, std::string_view opened_by);

    // The bytes of a directory or of another structure that spans runs, as a view or joined in `storage`.
    // What is missing or over `most` is cut off, and `cut` says so. Charged like a decoded part.
    struct Content {
        base::Bytes bytes;
        StoragePtr storage;
        bool cut = false;
    };
    Content content(const Disk& volume, const std::vector<DiskRun>& runs, std::uint64_t size,
                    std::uint64_t most);

    // The files from here on are another way to see the same disk, a tree of a disc. Those that an earlier
    // way has shown, with that content and extension, are not added again; where one way shows what another
    // does not, report() tells.
    void begin_reading(std::string_view kind);
    // A file that somebody else has added already. False: a limit ends the image.
    bool note_given(std::string_view name, base::Bytes content);

    void damaged(std::string_view evidence);
    void unsupported(std::string_view evidence);
    void differs(std::string_view evidence);  // two readings of the image show different files
    void hidden(std::string_view name) { hidden_.add(name); }
    std::size_t count() const { return count_; }  // of files that were found, read or not

    void report();

private:
    // The first names of a kind, and how many there are.
    class Names {
    public:
        void add(std::string_view name);
        std::string text() const;
        bool empty() const { return count_ == 0; }

    private:
        std::vector<std::string> shown_;  // each once, however many trees it is in
        std::size_t bytes_ = 0;           // of them
        std::size_t count_ = 0;
    };

    // One way to see the disk.
    struct Reading {
        std::string kind;
        std::set<base::Sha256> contents;
    };

    ChildSpec note(const ImageFile& file, std::string_view opened_by);  // counts it
    base::Sha256 digest_of(base::Bytes content);
    base::Sha256 digest_of_view(base::Bytes content);
    bool is_known(const ImageFile& file, const base::Sha256& digest);
    void compare_readings();

    const Part& part_;
    Extraction& extraction_;
    LockedNames locked_;
    Names hidden_;
    Names deleted_;
    Names unread_;
    std::vector<Reading> readings_;
    // Which reading gave a content under an extension first; 0: none of them, but somebody else.
    std::map<std::pair<base::Sha256, std::string>, std::size_t> given_;
    std::map<std::pair<const std::byte*, std::size_t>, base::Sha256> digests_;  // of views
    std::size_t count_ = 0;
    std::uint64_t kept_ = 0;  // bytes
    bool said_damaged_ = false;
    bool said_differs_ = false;
};

}  // namespace sekisho::scanner::containers
