// Disk images: what stands in an image file is a disk, whose file systems are read one after the other.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

// vhd, vhdx, iso9660, udf, fat, ntfs, and disks with a table of partitions. The children are the files of all
// volumes.
std::span<const Format* const> image_formats();

}  // namespace sekisho::scanner::containers
