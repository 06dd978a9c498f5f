// The headers of a RAR 5 archive, for what libarchive does not tell: which members are locked, and their
// names. (RAR 5.0 archive format technote: general block format, archive encryption header, file header.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

constexpr std::size_t max_rar5_files = 20'000;  // that are looked at

struct Rar5File {
    std::string_view name;  // UTF-8 as it stands, a view into the archive
    bool locked = false;
    bool directory = false;
    std::uint64_t window = 0;  // bytes of its dictionary
};

struct Rar5Headers {
    std::vector<Rar5File> files;  // at most `max_files`
    std::uint64_t window = 0;     // the largest
    bool volume = false;          // a member goes on in another volume, or came from one
    bool hidden = false;          // everything behind the first header is encrypted, names too
};

// Walks the blocks until one does not fit. Linear: each block is at least 7 bytes further on.
Rar5Headers read_rar5_headers(base::Bytes archive, std::size_t max_files);

}  // namespace sekisho::scanner::containers
