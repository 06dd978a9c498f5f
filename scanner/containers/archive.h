// Containers that libarchive reads, those with a reader of their own, and those that are only recognised.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

// tar, gzip, bzip2, xz, lzma, lzip, zstd, lz4, compress, 7z, rar, rar5, cab, lha, arj, ace, cpio, ar, rpm,
// wim, xar. A compressed tar opens in two steps: gzip's child is the tar, whose children are the files. So
// does an rpm: its child is the compressed cpio.
std::span<const Format* const> archive_formats();

}  // namespace sekisho::scanner::containers
