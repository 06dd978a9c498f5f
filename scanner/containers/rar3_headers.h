// The headers of RAR 1.5 to 4.x archives. (technote.txt of RAR 3 and unRAR's arcread.cpp: main header 0x73,
// file header 0x74, subblock 0x7A, end 0x7B.)
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "scanner/containers/rar_member.h"

namespace sekisho::scanner::containers {

// `archive` begins with the seven bytes of the mark and outlives the result. Walks the blocks until one does
// not fit. Linear: each is at least seven bytes further on. `key_of` is asked for each header that is locked.
RarHeaders read_rar3_headers(base::Bytes archive, const RarHeaderKey& key_of);

// For libarchive: the mark and a main header; then, with `packed` bytes to follow, the header of one file
// that is not locked, not solid and nameless.
std::string plain_rar3_start();
std::string plain_rar3_file(const RarMember& member, std::uint64_t packed);

}  // namespace sekisho::scanner::containers
