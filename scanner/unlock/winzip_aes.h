// WinZip's AES for ZIP members: key derivation, counter mode, authentication (the AE-1/AE-2 specification).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::unlock {

// The layout of an encrypted member: salt, two bytes of verifier, ciphertext, ten bytes of code.
struct AesParts {
    base::Bytes salt;
    base::Bytes verifier;
    base::Bytes ciphertext;
    base::Bytes code;  // shorter or empty where the member is cut
    std::size_t key_bytes = 0;
    // Empty where `data` is too short or `strength` is none of 1, 2, 3.
    static std::optional<AesParts> split(base::Bytes data, std::uint8_t strength);
};

// Keys of one password: 1,000 rounds of PBKDF2 with HMAC-SHA1.
struct AesKeys {
    std::array<std::uint8_t, 32> cipher{};
    std::array<std::uint8_t, 32> authentication{};
    std::size_t bytes = 0;
};

// Whether the password's verifier is the member's. A quarter of a full derivation at most: the blocks of
// PBKDF2 are independent of each other, so only the one that holds the verifier is computed.
bool verifier_fits(const AesParts& parts, std::string_view password);

AesKeys derive_keys(const AesParts& parts, std::string_view password);

bool code_fits(const AesParts& parts, const AesKeys& keys);

// Counter mode with a little-endian counter that starts at 1, over a borrowed ciphertext.
class AesCounterStream {
public:
    AesCounterStream(base::Bytes ciphertext, const AesKeys& keys);
    ~AesCounterStream();
    AesCounterStream(const AesCounterStream&) = delete;
    AesCounterStream& operator=(const AesCounterStream&) = delete;
    std::size_t read(std::span<std::byte> out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::unlock
