// The hashes and ciphers of [MS-OFFCRYPTO] and OpenDocument, through libcrypto.
//
// RC4 and Blowfish are called directly: their provider ("legacy") is a file, which a sandboxed worker cannot
// open.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::unlock {

enum class HashAlgorithm : std::uint8_t { md5, sha1, sha256, sha384, sha512 };

// By the names that documents use ("SHA1", "SHA-512"), ignoring case; nullopt for any other.
std::optional<HashAlgorithm> hash_algorithm(std::string_view name);

// A digest of up to 64 bytes.
class Digest {
public:
    explicit Digest(std::size_t size = 0) : size_(size) {}
    std::size_t size() const { return size_; }
    base::Bytes bytes() const { return std::as_bytes(std::span(bytes_).first(size_)); }
    std::uint8_t* data() { return bytes_.data(); }
    // The first `n` bytes; where the digest is shorter, followed by 0x36, as the formats have it.
    std::array<std::byte, 64> resized(std::size_t n) const;

private:
    std::array<std::uint8_t, 64> bytes_{};
    std::size_t size_;
};

std::size_t digest_size(HashAlgorithm algorithm);
Digest digest(HashAlgorithm algorithm, std::initializer_list<base::Bytes> pieces);
Digest hmac(HashAlgorithm algorithm, base::Bytes key, base::Bytes bytes);

// [MS-OFFCRYPTO] 2.3.4.7 and 2.3.4.11: the hash of salt and password, then `count` times the hash of the
// number of the round (32 bits) and the hash before.
Digest spin(HashAlgorithm algorithm, base::Bytes salt, std::string_view password, std::uint32_t count);
// What that costs in microseconds on a slow machine.
std::uint64_t spin_price(HashAlgorithm algorithm, std::uint64_t count);

// Four bytes, little-endian: how these formats hash numbers.
std::array<std::byte, 4> number_bytes(std::uint32_t number);

enum class BlockCipher : std::uint8_t { aes, triple_des };
enum class Chaining : std::uint8_t { ecb, cbc, cfb8 };

// One key, many runs of blocks. Without padding: what is no whole block at the end is left out (not of CFB).
class BlockDecryptor {
public:
    // nullopt for a key of a size that the cipher does not have.
    static std::optional<BlockDecryptor> create(BlockCipher cipher, Chaining chaining, base::Bytes key);
    ~BlockDecryptor();
    BlockDecryptor(BlockDecryptor&&) noexcept;
    BlockDecryptor& operator=(BlockDecryptor&&) noexcept;

    static std::size_t block_size(BlockCipher cipher) { return cipher == BlockCipher::aes ? 16 : 8; }

    // Gives the number of bytes written. `iv`: a block at least, unless ECB; `out`: as long as `in`, which is
    // at most 1 GB.
    std::size_t decrypt(base::Bytes iv, base::Bytes in, std::span<std::byte> out);

private:
    struct Impl;
    explicit BlockDecryptor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The key stream of RC4, XORed onto what passes through.
class Rc4 {
public:
    explicit Rc4(base::Bytes key);  // 1 to 256 bytes
    ~Rc4();
    Rc4(Rc4&&) noexcept;
    Rc4& operator=(Rc4&&) noexcept;
    // `out`: as long as `in`; they may be the same bytes.
    void apply(base::Bytes in, std::span<std::byte> out);
    void skip(std::size_t bytes);  // linear

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::unlock
