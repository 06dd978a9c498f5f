// The modes of ACE 2.0's method 2: what comes out of the dictionary's coder is put back into the order and
// to the values that the file had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/rar3_bits.h"

namespace sekisho::scanner::containers {

struct AceMode {
    enum Kind : std::uint8_t { lz77, delta, exe, sound_8, sound_16, sound_32a, sound_32b, picture };
    std::uint8_t kind = lz77;
    std::uint8_t exe_mode = 0;        // of exe: 0 is code of 16 bits
    std::uint8_t delta_distance = 0;  // of delta: bytes from one sample to the next of its channel
    std::uint32_t delta_length = 0;   // of delta: bytes of one stretch

    // As it stands behind the symbol that changes the mode.
    static AceMode read(Rar3Bits& in);
};

// One member's. What is handed in comes out at the sink, as many bytes, some of them later.
class AceModes {
public:
    using Sink = std::function<bool(base::Bytes)>;

    // The Budget and the sink outlive this.
    AceModes(Budget& budget, const Sink& sink) : budget_(budget), sink_(sink) {}
    ~AceModes() { budget_.return_resident(charged_); }
    AceModes(const AceModes&) = delete;
    AceModes& operator=(const AceModes&) = delete;

    const AceMode& mode() const { return mode_; }

    // False: the sink or the Budget takes no more.
    bool take(base::Bytes raw);
    // Whatever is whole goes out: code that is not followed by more, stretches of delta that are complete.
    bool settle();
    // Another mode for the bytes from here on. Of delta only the first stretch is whole by then: what is
    // behind it, in the same step of the coder, is of the next mode. False: as above, or broken().
    bool change(const AceMode& next);
    // The end of the member: what waits goes out as it is.
    bool finish();

    bool broken() const { return broken_; }
    bool wants_settling(std::uint64_t raw_bytes) const {
        return mode_.kind == AceMode::delta && raw_bytes >= mode_.delta_length;
    }
    std::size_t waiting() const { return waiting_.size(); }

private:
    bool put_out(std::size_t bytes);
    bool undo_exe();
    bool undo_stretch();

    Budget& budget_;
    const Sink& sink_;
    AceMode mode_;
    std::vector<std::uint8_t> waiting_;
    std::vector<std::uint8_t> stretch_;
    std::uint64_t charged_ = 0;
    std::uint64_t out_ = 0;  // bytes of the member that went out
    std::uint8_t last_ = 0;  // of delta
    bool broken_ = false;
};

}  // namespace sekisho::scanner::containers
