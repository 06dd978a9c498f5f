// The files of an NTFS volume, read by way of its master file table alone: indexes of directories are not
// needed for that, and a file that is in none of them is found all the same.
//
// Named streams are children of their own ("name:stream"). Deleted files come out where the clusters that
// they began their runs with are free. Known weaknesses: of a deleted file's runs only the first cluster of
// each is looked up; what Windows packs outside of NTFS (CompactOS) is listed as unread; the copy of the boot
// sector at the end of the volume is not looked for.
#pragma once

#include <cstdint>
#include <optional>

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"

namespace sekisho::scanner::containers {

struct NtfsLayout {
    std::uint32_t cluster = 0;  // bytes
    std::uint32_t record = 0;   // bytes
    std::uint64_t table = 0;    // offset of the master file table, bytes
    std::uint64_t mirror = 0;   // of the copy of its first records
};

// By the boot sector. nullopt: no NTFS volume.
std::optional<NtfsLayout> ntfs_layout(const Disk& disk);

// False: a limit ended it.
bool read_ntfs(const Disk& disk, const NtfsLayout& layout, ImageFiles& out);

}  // namespace sekisho::scanner::containers
