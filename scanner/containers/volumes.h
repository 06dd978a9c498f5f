// What stands on a disk: file systems, by themselves or in partitions.
#pragma once

#include <cstdint>

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"

namespace sekisho::scanner::containers {

// Whether the disk begins with a file system that is only told: exFAT, ReFS, BitLocker, Btrfs, swap space,
// LVM.
bool has_unread_volume(const Disk& disk);

// Reads every file system at the beginning of the disk and in its partitions. One that is there and not read
// here is told by its name, and so is a disk without any. `sector`: bytes that a partition table counts in.
void read_disk(const Disk& disk, std::uint32_t sector, ImageFiles& out);

}  // namespace sekisho::scanner::containers
