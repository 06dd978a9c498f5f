// Opens an LHA archive: its members become children, opened_by "lha".
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// -lh0- and -lz4- (stored), -lh4- to -lh7-; members packed in older ways (-lh1- to -lh3-, -lzs-, -lz5-,
// PMarc's) are listed, as `archive.unsupported`. A member that goes on on another disk is `archive.damaged`.
void open_lha(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
