// BLAKE2sp (BLAKE2 paper, section 2.10, and RFC 7693 for BLAKE2s): eight leaves and a root, 32 bytes. RAR 5
// uses it in place of CRC-32; libcrypto has the sequential variants only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// One node of the tree: BLAKE2s with the parameters of its place.
class Blake2sNode {
public:
    Blake2sNode(std::uint32_t node_offset, std::uint32_t node_depth, bool last_of_its_depth);
    void update(base::Bytes bytes);
    std::string finish();  // once

private:
    void compress(bool last);

    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> buffer_{};
    std::size_t filled_ = 0;  // a full buffer waits until it is known not to be the last
    std::uint64_t hashed_ = 0;
    bool last_node_;
};

class Blake2sp {
public:
    Blake2sp();
    void update(base::Bytes bytes);
    std::string finish();  // 32 bytes; once

private:
    static constexpr std::size_t leaf_count = 8;
    std::array<Blake2sNode, leaf_count> leaves_;
    std::uint64_t position_ = 0;
};

}  // namespace sekisho::scanner::containers
