// Deflate64 (APPNOTE method 9): what Explorer and 7-Zip open and libarchive 3.6 does not.
//
// RFC 1951 with a window of 64 KB, two more distance codes, and a length code 285 of 16 extra bits. It is
// rare, so the decoder is the plain bit-by-bit one of that RFC: about 50 MB/s.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "scanner/containers/inflate.h"

namespace sekisho::scanner::containers {

// `source` gives packed bytes until it gives none; `sink` takes the decoded ones in pieces of at most 64 KB.
Inflated inflate64(const std::function<base::Bytes()>& source, const std::function<bool(base::Bytes)>& sink);

}  // namespace sekisho::scanner::containers
