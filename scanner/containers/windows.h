// How much memory a decoder will take because the file says so.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "scanner/containers/archive_reader.h"

namespace sekisho::scanner::containers {

// Bytes of the dictionary or window that the first header asks for (lzma, lzip, zstd); 0 for kinds
// whose window is small by design.
std::uint64_t window_bytes(base::Bytes archive, ArchiveKind kind);

}  // namespace sekisho::scanner::containers
