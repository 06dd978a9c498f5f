// Raw deflate streams (RFC 1951), by the fastest library that the
// machine has: inflate_isal.cpp or inflate_zlib.cpp, as CMake finds ISA-L.
//
// What bombs and padded documents cost is this: ISA-L unfolds 600 MB of zeros in 0.3 s where zlib takes 1.3
// s.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

enum class Inflated : std::uint8_t {
    whole,
    damaged,  // the stream broke off or ended too soon; what came before is in the sink
    refused,  // the sink had enough
};

// `source` gives the packed bytes in pieces, valid until the next call; an empty one is the end. What it
// gives behind the end of the stream is not looked at. Memory: a window of 32 KB and tables.
Inflated inflate(const std::function<base::Bytes()>& source, const std::function<bool(base::Bytes)>& sink);

}  // namespace sekisho::scanner::containers
