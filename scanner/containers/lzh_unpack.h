// LZ77 with Huffman codes as in Okumura's ar002: LHA's -lh4- to -lh7- and ARJ's methods 1 to 3. They differ
// in numbers alone. There is no end mark: headers say how much comes out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "scanner/containers/lzh_stream.h"
#include "scanner/unlock/arj_garble.h"

namespace sekisho::scanner::containers {

struct LzhMethod {
    std::size_t window = 0;
    std::size_t distance_codes = 0;  // at most 19
    unsigned count_bits = 0;         // in which the number of distance codes is written
    bool prefilled = false;          // LzhWindow
};

// Linear in `packed` and in `size`; memory for one window.
LzhUnpacked unpack_lzh(const LzhMethod& method, base::Bytes packed, std::uint64_t size, unlock::ArjGarble key,
                       const LzhSink& sink);

}  // namespace sekisho::scanner::containers
