// The files of a UDF volume. Deleted entries are read where their file entry is still there; named streams
// are not.
#pragma once

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"

namespace sekisho::scanner::containers {

// False: a limit ended it. What is wrong with the volume is told to `out`.
bool read_udf(const Disk& disk, ImageFiles& out);

}  // namespace sekisho::scanner::containers
