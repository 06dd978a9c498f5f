// VHDX images, [MS-VHDX]: fixed and dynamic ones. A disk that holds the differences to another is not read.
//
// Known weaknesses: checksums are not compared. A log that was not replayed is damage: what it would change
// is read as it was before.
#pragma once

#include "base/result.h"
#include "scanner/containers/vhd.h"

namespace sekisho::scanner::containers {

bool is_vhdx(base::Bytes image);

// As open_vhd().
base::Result<VirtualDisk> open_vhdx(base::Bytes image);

}  // namespace sekisho::scanner::containers
