// The key derivation of RAR 2.9 to 4.x: SHA-1 over 2^18 rounds, AES-128-CBC. (No specification is published;
// unRAR's crypt3.cpp is what all others follow.)
#pragma once

#include <cstddef>
#include <string_view>

#include "scanner/unlock/key_search.h"
#include "scanner/unlock/rar_key.h"

namespace sekisho::scanner::unlock {

// `password`: UTF-16LE. There is no check of its own: a key is right where a header's or a member's checksum
// holds.
RarKey derive_rar3_key(const RarLock& lock, std::string_view password);

// Grows with the password, of which every round hashes all: twenty times as much at the longest as at eight
// characters.
Price rar3_price(std::size_t password_bytes);

}  // namespace sekisho::scanner::unlock
