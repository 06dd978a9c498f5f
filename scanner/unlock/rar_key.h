// What RAR archives say of their locks, and the keys that passwords make of that. RAR 3 and RAR 5 have
// nothing in common but AES-CBC; whoever decrypts needs no more than this to treat them alike.
#pragma once

#include <cstdint>
#include <string>

namespace sekisho::scanner::unlock {

// RAR 1.5 and 2.x have ciphers of their own, and a RAR 5 may state a version of encryption that nobody knows.
enum class RarCipher : std::uint8_t { rar3, rar5, unknown };

// As read from a header; byte strings of the sizes that the format gives them, or empty.
struct RarLock {
    RarCipher cipher = RarCipher::unknown;
    std::string salt;              // RAR 3: 8 bytes, or none; RAR 5: 16 bytes
    bool sound_hash = false;       // RAR 3: made by a version that hashes long passwords as SHA-1 does
    std::uint8_t log2_rounds = 0;  // RAR 5
    std::string check;             // RAR 5: 8 bytes that tell whether a password is right; empty: not there
    std::string iv;                // RAR 5: of this member alone
    bool tweaked = false;          // RAR 5: the member's checksums are authentication codes
};

struct RarKey {
    std::string cipher;  // AES: 16 bytes for RAR 3, 32 for RAR 5
    std::string iv;      // RAR 3: derived as well; RAR 5: empty, since each lock states its own
    std::string check;   // RAR 5: what RarLock::check is for the right password
    std::string hash;    // RAR 5: the key of the authentication codes, 32 bytes
};

}  // namespace sekisho::scanner::unlock
