// The structures that say where things lie on a UDF volume: ECMA-167 (3rd edition) and OSTA UDF 1.02 to 2.60.
//
// Anchor, volume descriptor sequence (main, else reserve), physical, sparable, virtual and metadata
// partitions, file entries with all their allocation descriptors. Lenient: checksums and CRCs of descriptors
// are not compared, their tags are.
//
// Known weaknesses: ICB strategy 4096 gives the first entry of a file, not the last, and flags it damaged; of
// a metadata partition the mirror is read only where the main file is not there, of several sparing tables
// the first; the volumes of a set are taken for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/containers/disk.h"

namespace sekisho::scanner::containers {

// lb_addr, ECMA-167 4/7.1: a block of the partition map's row with that number.
struct UdfAddress {
    std::uint32_t block = 0;
    std::uint16_t partition = 0;
    auto operator<=>(const UdfAddress&) const = default;
};

// What a file entry or extended file entry (4/14.9, 4/14.17) says.
struct UdfEntry {
    std::uint8_t type = 0;  // 4/14.6.6: 4 directory, 5 file, ...
    std::uint64_t size = 0;
    std::vector<DiskRun> runs;  // on the disk; as far as they could be read
    bool damaged = false;       // the chain of allocation descriptors breaks off or loops

    bool is_directory() const { return type == 4; }
};

class UdfVolume {
public:
    // By the marks of the volume recognition sequence (ECMA-167 2/9), whatever ISO 9660 stands before them.
    static bool has_marks(const Disk& disk);

    // Finds the block size by the anchor. truncated: no anchor; malformed: descriptors are missing;
    // unsupported: names the kind of partition; limit: the budget is spent.
    static base::Result<UdfVolume> open(const Disk& disk, Budget& budget);

    const Disk& disk() const { return disk_; }
    UdfAddress root() const { return root_; }

    // malformed or truncated: no file entry there.
    base::Result<UdfEntry> read_entry(UdfAddress address, Budget& budget) const;

private:
    // Blocks of a partition that follow one another on the disk.
    struct Segment {
        std::uint64_t block = 0;
        std::uint64_t blocks = 0;
        std::uint64_t offset = 0;  // on the disk, bytes
    };
    using Partition = std::vector<Segment>;  // by block

    struct Descriptors;  // what the volume descriptor sequence said

    explicit UdfVolume(const Disk& disk) : disk_(disk) {}
    bool find_anchor(std::uint64_t& main, std::uint64_t& reserve);
    Descriptors read_sequence(std::uint64_t extent, Budget& budget) const;
    base::Result<void> add_partitions(const Descriptors& all, Budget& budget);
    base::Result<void> add_partition(base::Bytes map, const Descriptors& all, Budget& budget);
    base::Result<void> add_metadata(base::Bytes map, std::uint16_t physical, Budget& budget);
    base::Result<void> add_virtual(std::uint16_t physical, Budget& budget);
    base::Result<void> add_sparable(base::Bytes map, const Partition& physical);
    base::Result<void> find_root(const Descriptors& all);

    base::Result<std::uint64_t> offset_of(UdfAddress address) const;
    bool map(UdfAddress from, std::uint64_t length, std::vector<DiskRun>& out) const;
    base::Result<void> read_allocations(base::Bytes list, unsigned form, std::uint16_t partition,
                                        UdfEntry& entry, Budget& budget) const;

    Disk disk_;
    std::uint32_t block_size_ = 2'048;
    std::vector<Partition> partitions_;
    UdfAddress root_;
};

}  // namespace sekisho::scanner::containers
