// gzip files (RFC 1952): members one behind the other, each with a checksum. libarchive 3.6 looks at none.
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::containers {

// Size of the member header that `bytes` begins with; nothing where there is none, or not all of it.
std::optional<std::size_t> gzip_header_size(base::Bytes bytes);

// One child of all members together (packed_file.h), as gzip unpacks them.
void open_gzip(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
