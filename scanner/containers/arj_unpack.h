// ARJ's compression: methods 1 to 3 are those of lzh_unpack.h, method 4 is LZ77 with fixed codes. Both have a
// window of 26,624 bytes.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "scanner/containers/lzh_stream.h"
#include "scanner/unlock/arj_garble.h"

namespace sekisho::scanner::containers {

struct ArjPacked {
    std::uint8_t method = 0;  // 0 is stored
    std::uint64_t size = 0;   // of what is to come out; of stored ones all does
    base::Bytes data;
};

struct ArjUnpacked {
    enum class State : std::uint8_t {
        whole,
        damaged,      // it broke off: what came before has gone to the sink
        refused,      // the sink took no more
        unsupported,  // no such method
    };
    State state = State::whole;
    std::uint32_t crc = 0;  // of what came out
};

// `sink` gets the bytes in order, in pieces; false from it: refused. Linear in the packed bytes and in what
// comes out; memory for one window.
ArjUnpacked unpack_arj(const ArjPacked& packed, unlock::ArjGarble key, const LzhSink& sink);

}  // namespace sekisho::scanner::containers
