// The decoder of what RAR 2.9 to 4.x packs (methods 0x31 to 0x35 of versions 29 and 36): LZ77 with Huffman
// codes, PPMd blocks between, and filters over stretches of both. No specification describes it: what unRAR's
// unpack30.cpp reads is the format, and libarchive, 7-Zip and The Unarchiver agree with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/rar3_bits.h"

namespace sekisho::scanner::containers {

struct Rar3Unpacked {
    enum class State : std::uint8_t {
        whole,        // as many bytes as were said
        damaged,      // it broke off, or there are more: what came before has gone to the sink
        unsupported,  // as many, though some as they were before a filter that is not known
        refused,      // the sink or the Budget allowed no more
    };
    State state = State::whole;
    std::uint64_t size = 0;  // of what went to the sink
    std::string_view why;    // of what is not whole; may be empty
};

// Lives over the members of one archive: in a solid one each goes on with the window, the codes and the
// model of those before it. Whatever became of a member, the next one may follow.
class Rar3Unpack {
public:
    // The Budget is charged for the window as it fills (up to 4 MB), for a PPMd model as it grows (up to what
    // the archive says, 256 MB), and in steps for tables, filters and contexts. Outlives this.
    explicit Rar3Unpack(Budget& budget);
    ~Rar3Unpack();
    Rar3Unpack(const Rar3Unpack&) = delete;
    Rar3Unpack& operator=(const Rar3Unpack&) = delete;

    using Sink = std::function<bool(base::Bytes)>;  // false: no more

    // `packed`: the member's bytes, decrypted. `size`: how many come out, at most. Not solid: begins anew.
    // Linear in the packed bytes and in what comes out.
    Rar3Unpacked unpack(RarPieces packed, std::uint64_t size, bool solid, const Sink& sink);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
