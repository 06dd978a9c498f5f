// The CRC-32 of ZIP, RAR and many others (ISO 3309), by the library that unfolds deflate (inflate.h).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// `before`: the value for what came before, to go on.
std::uint32_t crc32_of(base::Bytes bytes, std::uint32_t before = 0);

}  // namespace sekisho::scanner::containers
