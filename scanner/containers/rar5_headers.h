// The headers of RAR 5 archives. (RAR 5.0 archive format technote: general block format, archive encryption
// header, file header, file encryption record.)
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "scanner/containers/rar_member.h"

namespace sekisho::scanner::containers {

// `archive` begins with the eight bytes of the signature and outlives the result. Walks the blocks until one
// does not fit. Linear: each is at least seven bytes further on. `key_of` is asked once at most.
RarHeaders read_rar5_headers(base::Bytes archive, const RarHeaderKey& key_of);

// For libarchive: the signature and a main header; then, with `packed` bytes to follow, the header of one
// file that is not locked, nameless and without a checksum.
std::string plain_rar5_start(bool solid);
std::string plain_rar5_file(const RarMember& member, std::uint64_t packed);

}  // namespace sekisho::scanner::containers
