// The bytes of a disk by their address, wherever an image file keeps them.
//
// A value: copies share the table of extents. Everything read is a view into the image where it lies in one
// piece there, so a sparse disk of many gigabytes costs what the image file holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// A stretch of the disk that the image holds.
struct DiskExtent {
    std::uint64_t offset = 0;  // on the disk
    base::Bytes bytes;
};

// A stretch of the disk that a file system's structure names. It may lie behind the end of the disk.
struct DiskRun {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool hole = false;  // zeros that lie nowhere
};

class Disk {
public:
    explicit Disk(base::Bytes image);  // the image is the disk
    // What no extent holds is zeros. `extents` in the order of their offsets, none over another, none empty.
    Disk(std::uint64_t size, std::vector<DiskExtent> extents);

    std::uint64_t size() const { return size_; }

    // What lies at `offset` in one piece: a view, or `length` zeros where `bytes` is empty. `length` is 0 at
    // the end of the disk only. Logarithmic in the number of extents.
    struct Piece {
        base::Bytes bytes;
        std::uint64_t length = 0;
    };
    Piece piece(std::uint64_t offset, std::uint64_t most) const;

    // `length` bytes for a structure that needs them together: a view, or a copy in `scratch`. Empty where
    // they are not all on the disk. The caller bounds `length`.
    base::Bytes read(std::uint64_t offset, std::size_t length, std::vector<std::byte>& scratch) const;

    // A part of the disk as a disk of its own, cut to what there is.
    Disk slice(std::uint64_t offset, std::uint64_t length) const;

private:
    std::shared_ptr<const std::vector<DiskExtent>> extents_;
    std::uint64_t begin_ = 0;  // of this slice
    std::uint64_t size_ = 0;
};

// Puts `run` at the end of `runs`; one run where it goes on where the last one ends.
void append_run(std::vector<DiskRun>& runs, DiskRun run);
std::uint64_t total_length(const std::vector<DiskRun>& runs);  // saturates

// The bytes from `skip` on, `length` of them, of what `runs` lay end to end; fewer where the runs are
// shorter.
std::vector<DiskRun> cut_runs(const std::vector<DiskRun>& runs, std::uint64_t skip, std::uint64_t length);

}  // namespace sekisho::scanner::containers
