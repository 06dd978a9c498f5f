// The trees of an ISO 9660 disc (ECMA-119 4th edition): that of each primary and supplementary descriptor,
// with the names of Joliet and of Rock Ridge (IEEE P1282). Each tree is a reading of its own (image_files.h),
// so that a file that only some systems see is found.
//
// libarchive shows one tree of a disc, and reads it better in places: this reader leaves out files that
// zisofs packs, and the interleaved ones nobody writes are read as if they were whole. Known weaknesses: boot
// images (El Torito) that are in no tree, and sessions before the last one.
#pragma once

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"

namespace sekisho::scanner::containers {

bool is_iso9660(const Disk& disk);

// False: a limit ended it.
bool read_iso9660(const Disk& disk, ImageFiles& out);

}  // namespace sekisho::scanner::containers
