// The decoder of ACE: method 1 (ACE 1.0), LZ77 with Huffman codes, and method 2 (ACE 2.0), which changes its
// mode on the way (ace_modes.h). The description of ACE 1.2 tells only the headers: what Debian's unace 1.2b
// and acefile read is the format.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/unlock/ace_lock.h"

namespace sekisho::scanner::containers {

struct AcePacked {
    std::uint8_t method = 0;
    std::uint64_t size = 0;  // how many bytes come out, at most
    base::Bytes data;
    unlock::AceLock* lock = nullptr;  // to decrypt the data with
};

struct AceUnpacked {
    enum class State : std::uint8_t {
        whole,        // as many bytes as were said
        damaged,      // it broke off: what came before has gone to the sink
        unsupported,  // so did this, in front of a mode or a method that is not known
        refused,      // the sink or the Budget allowed no more
    };
    State state = State::whole;
    std::uint32_t crc = 0;  // of what came out, as ace_crc() gives it
};

// Lives over the members of one archive: each may go on with the dictionary of those before it. Whatever
// became of a member, the next one may follow.
class AceUnpack {
public:
    using Sink = std::function<bool(base::Bytes)>;  // false: no more

    // The Budget is charged for the dictionary as it fills (up to 4 MB), for what waits in a mode (512 KB)
    // and for rows of pictures, and in steps for codes, sound and pictures. Outlives this.
    explicit AceUnpack(Budget& budget);
    ~AceUnpack();
    AceUnpack(const AceUnpack&) = delete;
    AceUnpack& operator=(const AceUnpack&) = delete;

    // Linear in the packed bytes and in what comes out. Stored members are what they are: they are handed in
    // for those behind them.
    AceUnpacked unpack(const AcePacked& packed, const Sink& sink);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
