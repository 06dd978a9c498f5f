// The headers of RAR 1.5 to 4.x archives. (technote.txt of RAR 3 and unRAR's arcread.cpp: main header 0x73,
// file header 0x74, subblock 0x7A, end 0x7B.)
#pragma once

#include "base/bytes.h"
#include "scanner/containers/rar_member.h"

namespace sekisho::scanner::containers {

// `archive` begins with the seven bytes of the mark and outlives the result. Walks the blocks until one does
// not fit. Linear: each is at least seven bytes further on. `key_of` is asked for each header that is locked.
RarHeaders read_rar3_headers(base::Bytes archive, const RarHeaderKey& key_of);

}  // namespace sekisho::scanner::containers
