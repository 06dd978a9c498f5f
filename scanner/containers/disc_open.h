// Opens an ISO 9660 disc: what libarchive shows of it, then whatever other trees and file systems have
// besides.
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// A file that several trees have in common comes out once, unless its extension differs.
void open_disc(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
