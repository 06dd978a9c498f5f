// Virtual Hard Disk images, Microsoft's "Virtual Hard Disk Image Format Specification" 1.0 (2006): fixed and
// dynamic ones. A disk that holds the differences to another is not read.
//
// Known weaknesses: checksums are not compared; the bitmap of a block is not looked at, so that a sector that
// it calls unused shows what stands there (7-Zip shows zeros, QEMU what is there).
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "scanner/containers/disk.h"

namespace sekisho::scanner::containers {

// The disk within an image of either kind.
struct VirtualDisk {
    Disk disk;
    std::uint32_t sector = 512;  // bytes that its partition table counts in
    std::string damage;          // what of the image is missing or odd; the rest is there
};

bool is_vhd(base::Bytes image);

// unsupported: names the kind; malformed, truncated: nothing can be read. The disk is made of views.
base::Result<VirtualDisk> open_vhd(base::Bytes image);

}  // namespace sekisho::scanner::containers
