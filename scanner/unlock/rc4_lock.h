// The locks of binary Office documents that use RC4, [MS-OFFCRYPTO] 2.3.5 (CryptoAPI: SHA-1, keys of 40 to
// 128 bits) and 2.3.6 (MD5, 40 bits). Each block of a stream has a key of its own; how large a block is, each
// kind of document says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::unlock {

class Rc4Lock {
public:
    // `header`: from its version (1.1, or 2.2 to 4.2) on; borrowed. unsupported: another version, cipher or
    // hash.
    static base::Result<Rc4Lock> open(base::Bytes header);

    Price price() const;
    // `password`: UTF-16LE. True where the verifier agrees; the key is kept.
    bool fits(std::string_view password);
    // The key stream of a block, from its first byte on. Needs a password that fits.
    Rc4 block(std::uint32_t number) const;

private:
    bool crypto_api_ = false;
    std::size_t key_bytes_ = 5;  // of CryptoAPI
    base::Bytes salt_;
    base::Bytes verifier_;
    base::Bytes verifier_hash_;
    Digest key_;  // what the number of a block is hashed with
};

// Decrypts stretches of one stream, in order: its blocks count from the stream's first byte on.
class Rc4Stream {
public:
    // `lock` outlives it.
    Rc4Stream(const Rc4Lock& lock, std::size_t block_size) : lock_(lock), block_size_(block_size) {}
    // `offset`: of in[0] in the stream, not before the end of the last call's bytes. `out`: as long as `in`.
    void apply(std::uint64_t offset, base::Bytes in, std::span<std::byte> out);

private:
    const Rc4Lock& lock_;
    std::size_t block_size_;
    std::optional<Rc4> rc4_;  // of block number_, whose next byte is at_
    std::uint32_t number_ = 0;
    std::size_t at_ = 0;
};

}  // namespace sekisho::scanner::unlock
