#include "scanner/containers/crc32.h"

#include <zlib.h>

namespace sekisho::scanner::containers {

std::uint32_t crc32_of(base::Bytes bytes, std::uint32_t before) {
    // unsigned char may alias any object; zlib takes nothing else.
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());  // NOLINT
    return static_cast<std::uint32_t>(crc32_z(before, data, bytes.size()));
}

}  // namespace sekisho::scanner::containers
