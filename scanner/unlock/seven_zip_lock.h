// 7-Zip's encryption, coder 06F10701: AES-256 in CBC mode under a key that SHA-256 makes of the password, as
// often as the archive says (7zFormat.txt names the coder; its properties are those that 7-Zip writes).
//
// It carries no check value: whether a key is right shows only in what comes out of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::unlock {

// How a key is made of a password.
struct SevenZipDerivation {
    static constexpr unsigned no_hashing = 0x3F;  // the password's own bytes are the key

    unsigned cycles_power = 0;  // 2^n rounds; 7-Zip writes 19 and reads no more than 24
    std::string salt;           // at most 16 bytes; 7-Zip writes none

    bool operator==(const SevenZipDerivation&) const = default;
};

// What the properties of the coder say.
struct SevenZipLock {
    SevenZipDerivation derivation;
    std::array<std::uint8_t, 16> iv{};

    // Malformed where salt and initialisation vector are not exactly what follows the first two bytes.
    static base::Result<SevenZipLock> read(base::Bytes properties);
};

using SevenZipKey = std::array<std::uint8_t, 32>;

// `password` in UTF-16LE. Costs what price_of() says: ask that first, up to 2^62 rounds may be wanted.
SevenZipKey derive_key(const SevenZipDerivation& derivation, std::string_view password);

// For a password of `password_bytes`.
Price price_of(const SevenZipDerivation& derivation, std::size_t password_bytes);

// The keys of one password. The last few are kept, so that an archive of a thousand locked folders derives
// one, as long as they are locked alike.
class SevenZipKeys {
public:
    explicit SevenZipKeys(std::string password) : password_(std::move(password)) {}
    SevenZipKey key_for(const SevenZipDerivation& derivation);
    bool has(const SevenZipDerivation& derivation) const;

private:
    struct Row {
        SevenZipDerivation derivation;
        SevenZipKey key{};
    };
    std::string password_;
    std::vector<Row> rows_;
};

// Decrypts a borrowed ciphertext piece by piece. A last block that is not whole is left out.
class SevenZipPlain {
public:
    SevenZipPlain(base::Bytes ciphertext, const SevenZipKey& key, const std::array<std::uint8_t, 16>& iv);
    ~SevenZipPlain();
    SevenZipPlain(SevenZipPlain&&) noexcept;
    SevenZipPlain& operator=(SevenZipPlain&&) noexcept;

    // The next bytes, valid until the next call; empty at the end.
    base::Bytes next();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::unlock
