// A look at a XAR's table of contents before libarchive gets it.
#pragma once

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// False where a <file> has two <type> elements: libarchive 3.6 links such an entry to itself and then never
// returns from archive_read_next_header. Also false where the table cannot be inflated or is over 4 MB.
bool is_sound_xar(base::Bytes archive);

}  // namespace sekisho::scanner::containers
