// xz files (the .xz file format 1.1): streams one behind the other, zeros between. libarchive gives up a file
// for what stands behind its last stream, the bytes that came before included.
#pragma once

#include "scanner/extraction.h"

namespace sekisho::scanner::containers {

// One child of all streams together (packed_file.h), as xz unpacks them.
void open_xz(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
