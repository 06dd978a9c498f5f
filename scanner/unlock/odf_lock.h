// Encrypted members of OpenDocument packages (ODF 1.3 part 2, section 3.4): each has a key of its own, by
// PBKDF2 from a hash of the password.
//
// Known weaknesses: AES-GCM and Argon2id, which LibreOffice 24.8 writes, are not read: Debian 12's libcrypto
// has no Argon2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::unlock {

enum class OdfCipher : std::uint8_t { aes_cbc, blowfish_cfb };

class OdfPlain;

// What the manifest says of one member, and the member's bytes (borrowed).
struct OdfLock {
    OdfCipher cipher = OdfCipher::aes_cbc;
    base::Bytes data;
    std::string vector;
    std::string salt;
    std::size_t key_bytes = 16;
    std::uint32_t rounds = 1'024;
    HashAlgorithm start_hash = HashAlgorithm::sha1;  // of the password
    std::string checksum;                            // of the plain (packed) bytes; empty where there is none
    HashAlgorithm checksum_hash = HashAlgorithm::sha1;
    bool of_first_kilobyte = true;  // the checksum covers no more
    // Unpacks what a key gives, where there is no checksum or it fails. May be empty.
    std::function<bool(OdfPlain& plain)> confirm;
};

// The plain bytes of one member, which are a deflate stream as a rule. Moves, never copies.
class OdfPlain {
public:
    // nullopt where sizes of key, vector or data do not suit the cipher.
    static std::optional<OdfPlain> open(const OdfLock& lock, std::string_view password);
    ~OdfPlain();
    OdfPlain(OdfPlain&&) noexcept;
    OdfPlain& operator=(OdfPlain&&) noexcept;

    // The next bytes; 0 at the end. `out`: 32 bytes or more. The padding behind the last is left out.
    std::size_t read(std::span<std::byte> out);

private:
    struct Impl;
    explicit OdfPlain(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

Price price_of(const OdfLock& lock);
// `password`: UTF-8.
Fit fit_of(const OdfLock& lock, std::string_view password, Budget& budget);

}  // namespace sekisho::scanner::unlock
