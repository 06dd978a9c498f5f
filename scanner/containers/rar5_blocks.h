// Where the packed bytes of a RAR 5 member end. A cipher pads them, and no header says by how much.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// Steps over the compressed blocks of one member (unRAR's unpack50.cpp, ReadBlockHeader): each says how many
// bytes it has, and whether it is the last.
class Rar5Blocks {
public:
    // The next piece, of any size. Linear.
    void update(base::Bytes piece);
    // Bytes until the end of the last block; empty until it has been seen, and where a block is malformed.
    std::optional<std::uint64_t> end() const { return end_; }

private:
    void read_header();

    std::array<std::uint8_t, 5> header_{};
    std::size_t header_bytes_ = 0;
    std::uint64_t at_ = 0;    // bytes seen
    std::uint64_t skip_ = 0;  // left of the block's own bytes
    bool over_ = false;
    std::optional<std::uint64_t> end_;
};

}  // namespace sekisho::scanner::containers
