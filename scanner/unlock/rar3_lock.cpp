#include "scanner/unlock/rar3_lock.h"

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <vector>

namespace sekisho::scanner::unlock {

namespace {

constexpr std::uint32_t rounds = 1u << 18;
constexpr std::uint32_t rounds_per_iv_byte = rounds / 16;
constexpr std::uint32_t rounds_at_once = 256;  // that are put together before they are hashed
constexpr std::size_t sha1_block = 64;
constexpr std::size_t sha1_bytes = 20;
using Digest = std::array<std::uint8_t, sha1_bytes>;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Sha1 {
public:
    Sha1() : context_(EVP_MD_CTX_new()), copy_(EVP_MD_CTX_new()) {
        if (!context_ || !copy_) throw std::bad_alloc();
        must(EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr));
    }
    void update(std::span<const std::uint8_t> bytes) {
        must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
    }
    // Of all until now; more may follow.
    Digest digest() {
        Digest out;
        must(EVP_MD_CTX_copy_ex(copy_.get(), context_.get()));
        must(EVP_DigestFinal_ex(copy_.get(), out.data(), nullptr));
        return out;
    }

private:
    static void must(int result) {
        if (result != 1) throw std::runtime_error("SHA-1 is not available");
    }
    std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
    std::unique_ptr<EVP_MD_CTX, FreeContext> copy_;
};

// The SHA-1 of RAR 3 expands the message schedule (FIPS 180-4 section 6.1.2) in place, so a block that lies
// whole within the caller's bytes is, after it was hashed, overwritten with the last 16 words of its
// schedule, in little-endian order.
void spoil(std::span<std::uint8_t, sha1_block> block) {
    std::array<std::uint32_t, 16> words{};
    for (std::size_t i = 0; i < sha1_block; ++i)
        words[i / 4] = words[i / 4] << 8 | block[i];
    for (std::size_t t = 16; t < 80; ++t) {
        words[t % 16] =
            std::rotl(words[(t - 3) % 16] ^ words[(t - 8) % 16] ^ words[(t - 14) % 16] ^ words[t % 16], 1);
    }
    for (std::size_t i = 0; i < sha1_block; ++i)
        block[i] = static_cast<std::uint8_t>(words[i / 4] >> (8 * (i % 4)));
}

// `hashed`: bytes before the seed. A block that began before the seed was gathered elsewhere first.
void spoil_seed(std::span<std::uint8_t> seed, std::size_t hashed) {
    const std::size_t first = sha1_block - hashed % sha1_block;
    if (first > seed.size()) return;
    std::span<std::uint8_t> left = seed.subspan(first);
    for (; left.size() >= sha1_block; left = left.subspan(sha1_block))
        spoil(left.first<sha1_block>());
}

}  // namespace

RarKey derive_rar3_key(const RarLock& lock, std::string_view password) {
    std::vector<std::uint8_t> seed(password.begin(), password.end());
    seed.insert(seed.end(), lock.salt.begin(), lock.salt.end());
    const bool spoilt = !lock.sound_hash && seed.size() > sha1_block;
    Sha1 sha1;
    RarKey key;
    std::vector<std::uint8_t> batch;
    std::size_t hashed = 0;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        batch.insert(batch.end(), seed.begin(), seed.end());
        if (spoilt) spoil_seed(seed, hashed);
        for (unsigned shift = 0; shift < 24; shift += 8)
            batch.push_back(static_cast<std::uint8_t>(round >> shift));
        hashed += seed.size() + 3;
        const bool iv_byte = round % rounds_per_iv_byte == 0;
        if (!iv_byte && round % rounds_at_once != rounds_at_once - 1) continue;
        sha1.update(batch);
        batch.clear();
        if (iv_byte) key.iv.push_back(static_cast<char>(sha1.digest().back()));
    }
    // The key is the first four words of the digest, each with its bytes the other way round.
    const Digest digest = sha1.digest();
    for (std::size_t i = 0; i < 16; ++i)
        key.cipher.push_back(static_cast<char>(digest[i / 4 * 4 + 3 - i % 4]));
    return key;
}

// Measured: 14 ms for 16 bytes, 32 for 56, 119 for 120, 362 for 254; long ones are spoilt as well.
Price rar3_price(std::size_t password_bytes) {
    constexpr std::uint64_t fixed = 20'000;
    constexpr std::size_t free_bytes = 32;
    constexpr std::uint64_t each_further_byte = 1'500;
    const std::size_t further = password_bytes > free_bytes ? password_bytes - free_bytes : 0;
    return {.microseconds = fixed + each_further_byte * further};
}

}  // namespace sekisho::scanner::unlock
