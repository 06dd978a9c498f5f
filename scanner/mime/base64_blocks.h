// Base64 in blocks of sixteen characters, where the processor can do sixteen at once (base64_blocks_*.cpp,
// chosen in CMake). The rest, and whatever is odd, is base64.cpp's.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"

namespace sekisho::scanner::mime {

constexpr std::size_t base64_block = 16;      // characters
constexpr std::size_t base64_block_out = 12;  // bytes that come of them

// Decodes whole blocks from the beginning of `in` as long as all their characters are of the alphabet and
// `out` has room for sixteen bytes, the last four of which are void. Gives the number of blocks. 0 is always
// right.
std::size_t decode_base64_blocks(base::Bytes in, std::span<std::byte> out);

}  // namespace sekisho::scanner::mime
