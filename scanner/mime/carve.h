// Encoded data found without any structure: runs of base64 lines, wherever they stand.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::mime {

// Runs of lines that hold nothing but base64, in order. Lines that are blank, or of blanks, do not end a run.
// Where the first lines of a run decode to something known only from a later line on (a word of text before
// the data looks like base64 too), the run is given from there as well, and up to the first
// line that encoders would end with, where more follows: so runs may overlap.
// Shorter ones than `least` encoded bytes are left out. Linear; at most max_runs, and there may be more then.
constexpr std::size_t max_runs = 1'000;
std::vector<base::Bytes> find_base64_runs(base::Bytes text, std::size_t least = 64);

// True where decoded data begin as the files do that attackers send: archives, documents, programs.
bool begins_as_file(base::Bytes decoded);

}  // namespace sekisho::scanner::mime
