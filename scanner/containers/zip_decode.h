// One ZIP member's packed bytes, decoded into an Output.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::containers {

// The next packed bytes, decrypted where they were locked; valid until the next call; empty at the end.
using PackedSource = std::function<base::Bytes()>;
PackedSource source_of(base::Bytes bytes);

struct Decoded {
    enum class State : std::uint8_t {
        whole,        // the stream came to its end
        damaged,      // it broke off or ended too soon; what came before is in the Output
        refused,      // the Output took no more: a limit
        unsupported,  // no decoder for this method
    };
    State state = State::whole;
    std::uint32_t crc = 0;   // of what was decoded
    std::uint64_t size = 0;  // bytes decoded
};

struct PackedMember {
    std::uint16_t method = 0;
    std::uint16_t flags = 0;   // of the header: LZMA keeps its end mark there
    std::uint64_t packed = 0;  // bytes that the source gives
    std::uint64_t size = 0;    // as said
};

// Stored, deflate and deflate64 here, in pieces of 64 KB; bzip2, LZMA, zstd, xz and PPMd through libarchive.
// `sink` gets the decoded bytes in order; false from it: refused.
Decoded decode(const PackedMember& member, const PackedSource& source,
               const std::function<bool(base::Bytes)>& sink);

}  // namespace sekisho::scanner::containers
