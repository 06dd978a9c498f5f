// Partition tables: that of the master boot record with its chain of logical partitions, and GPT (UEFI 2.10,
// section 5).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/containers/disk.h"

namespace sekisho::scanner::containers {

constexpr std::size_t max_partitions = 256;  // that are read of one disk

struct Partition {
    std::uint64_t offset = 0;  // on the disk, bytes
    std::uint64_t length = 0;
    std::string type;  // "0x07", or the type's GUID
};

struct PartitionTable {
    std::vector<Partition> partitions;  // each offset once
    std::string damage;                 // what was wrong first
    bool overlap = false;
};

// A table that could be meant: signature, flags that are 00 or 80, and a partition that lies on the disk.
bool has_partitions(const Disk& disk);

// All tables of the disk. `sector`: bytes; where GPT stands in sectors of another size, that size counts.
PartitionTable read_partitions(const Disk& disk, std::uint32_t sector);

}  // namespace sekisho::scanner::containers
