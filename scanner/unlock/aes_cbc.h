// AES in CBC mode, decrypting borrowed bytes from their beginning on, through libcrypto.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"

namespace sekisho::scanner::unlock {

constexpr std::size_t aes_block = 16;

// The ciphertext outlives it. Bytes behind the last whole block decrypt to nothing and are left out. Padding,
// where the format has any, is part of what comes out. Moves, never copies.
class AesCbcStream {
public:
    // `key`: 16, 24 or 32 bytes; `iv`: 16.
    AesCbcStream(base::Bytes ciphertext, base::Bytes key, base::Bytes iv);
    ~AesCbcStream();
    AesCbcStream(AesCbcStream&&) noexcept;
    AesCbcStream& operator=(AesCbcStream&&) noexcept;

    // The next bytes, whole blocks, at most out.size(); 0 at the end.
    std::size_t read(std::span<std::byte> out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// All of a short run at once.
std::string aes_cbc_decrypt(base::Bytes ciphertext, base::Bytes key, base::Bytes iv);

}  // namespace sekisho::scanner::unlock
