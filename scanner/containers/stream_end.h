// Where the streams of a compressed file end. libarchive gives up a zstd or lz4 file for what stands behind
// its last stream, bytes that came before included, while the tools of these formats unpack it and complain.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "scanner/containers/archive_reader.h"

namespace sekisho::scanner::containers {

// The size of all whole streams at the beginning of `bytes`; bytes.size() where there is none, where the last
// one is cut, and for other kinds. Linear; nothing is unpacked. (RFC 8878 section 3.1; the LZ4
// frame format.)
std::size_t end_of_streams(base::Bytes bytes, ArchiveKind kind);

}  // namespace sekisho::scanner::containers
