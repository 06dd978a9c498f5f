// The bytes of an \objdata: hexadecimal digits, and whatever has been put between them.
//
// As Word reads it: what is no digit is passed over; "\'hh" gives no byte, but takes the digit before it
// along where that is the first of two; "\bin" gives its bytes as they are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "scanner/budget.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// What stood between the digits, beyond the blanks and line ends that writers put there.
struct RtfJunk {
    std::uint32_t escapes = 0;  // "\'hh"
    std::uint32_t words = 0;    // control words and symbols
    std::uint32_t groups = 0;
    std::uint32_t binaries = 0;    // "\bin"
    std::uint32_t characters = 0;  // others than digits, blanks and line ends
    bool beyond_writers() const {
        constexpr std::uint32_t slips = 3;
        return escapes + words + groups + binaries > 0 || characters > slips;
    }
};

class RtfObjectData {
public:
    void digits(std::string_view text, Budget& budget);
    void escape();
    void binary(std::string_view bytes, Budget& budget);

    RtfJunk junk;
    bool truncated() const { return output_ && output_->truncated(); }
    std::uint64_t size() const { return size_; }
    StoragePtr finish(Budget& budget) &&;  // null where there are no bytes

private:
    void put(std::uint8_t byte, Budget& budget);
    void flush(Budget& budget);

    std::optional<Output> output_;  // once there is something to keep
    std::array<std::byte, 4'096> block_{};
    std::size_t in_block_ = 0;
    std::uint64_t size_ = 0;
    int nibble_ = -1;  // the first of two digits
};

}  // namespace sekisho::scanner::office
