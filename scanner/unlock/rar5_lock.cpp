// SHA256_Transform and its kin are deprecated in favour of EVP, which allocates and copies a context for each
// of the 65,000 compressions of a try and is several times slower. Tests compare with PKCS5_PBKDF2_HMAC.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(cppcoreguidelines-macro-usage)
#include "scanner/unlock/rar5_lock.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "base/hash.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t sha256_block = 64;
constexpr std::uint32_t extra_rounds = 16;  // between the cipher's key, the hash's, and the check
constexpr std::size_t check_bytes = 8;
using base::Sha256;

// HMAC-SHA256 with both pads already hashed in: two compressions for a message of one digest.
class HmacSha256 {
public:
    explicit HmacSha256(base::Bytes key) {
        std::array<std::uint8_t, sha256_block> padded{};
        const Sha256 short_key = key.size() > sha256_block ? base::sha256(key) : Sha256{};
        if (key.size() > sha256_block) key = std::as_bytes(std::span(short_key));
        std::ranges::transform(key, padded.begin(), std::to_integer<std::uint8_t>);
        for (auto& byte : padded)
            byte ^= 0x36u;
        SHA256_Init(&inner_);
        SHA256_Transform(&inner_, padded.data());
        for (auto& byte : padded)
            byte ^= 0x36u ^ 0x5Cu;
        SHA256_Init(&outer_);
        SHA256_Transform(&outer_, padded.data());
    }

    Sha256 of(const Sha256& message) const { return finish(outer_, finish(inner_, message)); }

private:
    // One digest, then the padding of a message of one block and that digest (FIPS 180-4 section 5.1.1).
    static Sha256 finish(SHA256_CTX state, const Sha256& message) {
        std::array<std::uint8_t, sha256_block> block{};
        std::ranges::copy(message, block.begin());
        constexpr std::size_t bits = (sha256_block + sizeof(Sha256)) * 8;
        block[sizeof(Sha256)] = 0x80;
        block[sha256_block - 2] = static_cast<std::uint8_t>(bits >> 8);
        block[sha256_block - 1] = static_cast<std::uint8_t>(bits);
        SHA256_Transform(&state, block.data());
        Sha256 out;
        for (std::size_t i = 0; i < out.size(); ++i)
            out.at(i) = static_cast<std::uint8_t>(std::span(state.h)[i / 4] >> (24 - 8 * (i % 4)));
        return out;
    }

    SHA256_CTX inner_{};
    SHA256_CTX outer_{};
};

std::string text_of(const Sha256& digest) {
    return std::string(base::as_text(std::as_bytes(std::span(digest))));
}

}  // namespace

RarKey derive_rar5_key(const RarLock& lock, std::string_view password) {
    if (lock.log2_rounds > max_rar5_log2_rounds) throw std::logic_error("a RAR 5 lock beyond its limit");
    const HmacSha256 hmac(base::as_bytes(password));
    // The first and only block of PBKDF2 (RFC 8018 section 5.2), read off at three numbers of rounds.
    const std::string first = lock.salt + std::string("\0\0\0\1", 4);
    Sha256 step = base::hmac_sha256(base::as_bytes(password), base::as_bytes(first));
    Sha256 sum = step;
    const auto run = [&](std::uint32_t rounds) {
        for (std::uint32_t i = 0; i < rounds; ++i) {
            step = hmac.of(step);
            for (std::size_t at = 0; at < sum.size(); ++at)
                sum.at(at) ^= step.at(at);
        }
        return text_of(sum);
    };
    RarKey key;
    key.cipher = run((1u << lock.log2_rounds) - 1);
    key.hash = run(extra_rounds);
    const std::string folded = run(extra_rounds);
    key.check.assign(check_bytes, '\0');
    for (std::size_t i = 0; i < folded.size(); ++i)
        key.check[i % check_bytes] = static_cast<char>(key.check[i % check_bytes] ^ folded[i]);
    return key;
}

Price rar5_price(std::uint8_t log2_rounds) {
    // Measured: 29 ms for 2^15 rounds, 0.2 for next to none.
    constexpr std::uint64_t fixed = 200;
    return {.microseconds = fixed + (std::uint64_t{1} << std::min<unsigned>(log2_rounds, 62))};
}

std::string rar5_check_of(base::Bytes stored) {
    constexpr std::size_t sum_bytes = 4;
    if (stored.size() != check_bytes + sum_bytes) return {};
    const base::Bytes check = stored.first(check_bytes);
    const Sha256 digest = base::sha256(check);
    const base::Bytes sum = std::as_bytes(std::span(digest)).first(sum_bytes);
    return std::ranges::equal(sum, stored.last(sum_bytes)) ? std::string(base::as_text(check))
                                                           : std::string();
}

std::uint32_t tweaked_crc(const RarKey& key, std::uint32_t crc) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes.at(i) = static_cast<std::uint8_t>(crc >> (8 * i));
    const Sha256 code = base::hmac_sha256(base::as_bytes(key.hash), std::as_bytes(std::span(bytes)));
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < code.size(); ++i)
        out ^= static_cast<std::uint32_t>(code.at(i)) << (8 * (i % 4));
    return out;
}

std::string tweaked_blake2(const RarKey& key, base::Bytes digest) {
    return text_of(base::hmac_sha256(base::as_bytes(key.hash), digest));
}

}  // namespace sekisho::scanner::unlock
