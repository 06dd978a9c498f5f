// Digests and random bytes, through libcrypto.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::base {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(Bytes bytes);
Sha256 hmac_sha256(Bytes key, Bytes bytes);

// SHA-256 fed in pieces.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;
    void update(Bytes bytes);
    Sha256 finish();  // once

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

std::string hex(Bytes bytes);  // lower case
inline std::string hex(const Sha256& digest) { return hex(std::as_bytes(std::span(digest))); }

// Constant-time comparison of secrets; false where the sizes differ.
bool equal_secret(Bytes a, Bytes b);

// `n` bytes from the system's random generator. Throws std::runtime_error where there is none: nothing can go
// on.
std::string random_bytes(std::size_t n);

}  // namespace sekisho::base
