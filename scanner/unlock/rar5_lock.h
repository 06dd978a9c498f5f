// The key derivation of RAR 5: PBKDF2-HMAC-SHA256, AES-256-CBC, and checksums that are keyed by the password.
// (RAR 5.0 archive format technote: archive encryption header, file encryption record.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/rar_key.h"

namespace sekisho::scanner::unlock {

constexpr std::uint8_t max_rar5_log2_rounds = 24;  // that any program accepts

// `password`: UTF-8. Costs what rar5_price() says; lock.log2_rounds is at most max_rar5_log2_rounds.
RarKey derive_rar5_key(const RarLock& lock, std::string_view password);

// Of any number of rounds that a header may state.
Price rar5_price(std::uint8_t log2_rounds);

// The eight bytes that tell a right password, from the twelve that a header has; empty where their own
// checksum (SHA-256, four bytes) does not hold: then nothing is told.
std::string rar5_check_of(base::Bytes stored);

// What stands in a header whose checksums are tweaked, for the plain bytes' CRC-32 or BLAKE2sp.
std::uint32_t tweaked_crc(const RarKey& key, std::uint32_t crc);
std::string tweaked_blake2(const RarKey& key, base::Bytes digest);

}  // namespace sekisho::scanner::unlock
