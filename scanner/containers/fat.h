// The files of a FAT12, FAT16 or FAT32 volume (Microsoft's FAT specification 1.03; the boot sector also in
// ECMA-107).
//
// Deleted files come out where their clusters are still free: they are taken to lie one after the other,
// since the chain is lost. Known weaknesses: entries behind the end mark of a directory and the slack behind
// a file are not read; the second copy of the table is compared with the first, and not followed.
#pragma once

#include <cstdint>
#include <optional>

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"

namespace sekisho::scanner::containers {

// Where things lie on a volume, in bytes.
struct FatLayout {
    unsigned bits = 12;       // of an entry of the table
    std::uint64_t table = 0;  // offset of the copy in use
    std::uint64_t table_size = 0;
    std::uint64_t copies = 1;
    std::uint64_t root = 0;  // FAT12 and FAT16: of the root directory
    std::uint64_t root_size = 0;
    std::uint32_t root_cluster = 0;  // FAT32
    std::uint64_t data = 0;          // of cluster 2
    std::uint32_t cluster_size = 0;
    std::uint32_t clusters = 0;
    bool from_backup = false;  // sector 0 is broken, sector 6 is not
};

// By the boot sector or, for FAT32, its backup. nullopt: no FAT volume.
std::optional<FatLayout> fat_layout(const Disk& disk);

// False: a limit ended it.
bool read_fat(const Disk& disk, const FatLayout& layout, ImageFiles& out);

}  // namespace sekisho::scanner::containers
