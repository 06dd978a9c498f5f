// LZNT1, [MS-XCA] 2.5: what NTFS compresses files with.
#pragma once

#include <cstddef>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// Appends what the chunks of `packed` unfold to, no more than `most` bytes; at most 4,096 a chunk. False: a
// chunk is broken; what came before it stays.
bool unpack_lznt1(base::Bytes packed, std::size_t most, std::vector<std::byte>& out);

}  // namespace sekisho::scanner::containers
