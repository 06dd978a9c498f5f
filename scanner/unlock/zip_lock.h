// Encrypted ZIP members: PKWARE's traditional encryption (APPNOTE.TXT section 6.1) and WinZip's AE-1 and
// AE-2.
//
// A password is checked in steps, cheapest first: one check byte (ZipCrypto) or a two-byte verifier (AES),
// then the member's own checksum. PKWARE's strong encryption (flag bit 6) is not read here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::unlock {

enum class ZipCipher : std::uint8_t { zip_crypto, winzip_aes };

class ZipPlain;

// What the headers say of one locked member. The bytes are borrowed.
struct ZipLock {
    ZipCipher cipher = ZipCipher::zip_crypto;
    base::Bytes data;           // all that stands behind the local header: salt or header, ciphertext, tag
    std::uint8_t strength = 3;  // AES: 1, 2, 3 for 128, 192, 256 bits
    std::uint16_t method = 8;   // the compression underneath
    std::uint32_t crc = 0;      // of the plain bytes
    bool has_crc = true;        // false: AE-2 leaves it out
    std::uint16_t dos_time = 0;
    bool streamed = false;  // flag bit 3: the check byte may come from dos_time
    // Decodes a member whose method has no decoder in this room (bzip2, lzma, ...). May be empty.
    std::function<Fit(ZipPlain& plain)> confirm;
};

// The decrypted (still compressed) bytes of one member. Moves, never copies.
class ZipPlain {
public:
    // Empty where the check byte or the verifier says no, or the data is too short to hold a header.
    static std::optional<ZipPlain> open(const ZipLock& lock, std::string_view password);
    ~ZipPlain();
    ZipPlain(ZipPlain&&) noexcept;
    ZipPlain& operator=(ZipPlain&&) noexcept;

    // The next bytes, at most out.size(); 0 at the end.
    std::size_t read(std::span<std::byte> out);
    // AES: true where the authentication code over the whole ciphertext holds. ZipCrypto has none: false.
    bool authentic() const;

private:
    struct Impl;
    explicit ZipPlain(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The whole check of one password, through the checksum. Reads no more of a member than is needed to be sure.
Fit fit_of(const ZipLock& lock, std::string_view password, Budget& budget);

// What one try of a password costs.
Price price_of(const ZipLock& lock);

}  // namespace sekisho::scanner::unlock
