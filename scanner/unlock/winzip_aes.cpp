// SHA1_Transform and its kin are deprecated in favour of EVP, which allocates and copies a context for each
// of the 2,000 compressions of a try and is several times slower. Tests compare with PKCS5_PBKDF2_HMAC.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(cppcoreguidelines-macro-usage)
#include "scanner/unlock/winzip_aes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace sekisho::scanner::unlock {

namespace {

constexpr unsigned rounds = 1'000;
constexpr std::size_t sha1_block = 64;
constexpr std::size_t sha1_bytes = 20;
using Digest = std::array<std::uint8_t, sha1_bytes>;

// HMAC-SHA1 with both pads already hashed in: two compressions per short message.
class HmacSha1 {
public:
    explicit HmacSha1(std::string_view key) {
        std::array<std::uint8_t, sha1_block> padded{};
        if (key.size() > sha1_block) {
            SHA1(bytes_of(key).data(), key.size(), padded.data());
        } else {
            std::ranges::copy(bytes_of(key), padded.begin());
        }
        for (auto& byte : padded)
            byte ^= 0x36u;
        SHA1_Init(&inner_);
        SHA1_Transform(&inner_, padded.data());
        for (auto& byte : padded)
            byte ^= 0x36u ^ 0x5Cu;
        SHA1_Init(&outer_);
        SHA1_Transform(&outer_, padded.data());
    }

    // `salt`: at most 16 bytes, `block`: the number of the PBKDF2 block.
    Digest first(base::Bytes salt, std::uint8_t block) const {
        std::array<std::uint8_t, sha1_block> message{};
        std::size_t size = 0;
        for (const std::byte byte : salt)
            message[size++] = std::to_integer<std::uint8_t>(byte);
        size += 3;
        message[size++] = block;
        return run(message, size);
    }
    Digest next(const Digest& previous) const {
        std::array<std::uint8_t, sha1_block> message{};
        std::ranges::copy(previous, message.begin());
        return run(message, previous.size());
    }

private:
    static std::span<const std::uint8_t> bytes_of(std::string_view text) {
        // unsigned char may alias any object.
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // NOLINT
    }
    static void pad(std::array<std::uint8_t, sha1_block>& message, std::size_t size) {
        const std::size_t bits = (sha1_block + size) * 8;  // the key's block counts too
        message[size] = 0x80;
        message[sha1_block - 2] = static_cast<std::uint8_t>(bits >> 8);
        message[sha1_block - 1] = static_cast<std::uint8_t>(bits);
    }
    static void put(Digest& out, std::size_t at, SHA_LONG value) {
        for (std::size_t i = 0; i < 4; ++i)
            out[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
    static Digest digest_of(const SHA_CTX& state) {
        Digest out;
        put(out, 0, state.h0);
        put(out, 4, state.h1);
        put(out, 8, state.h2);
        put(out, 12, state.h3);
        put(out, 16, state.h4);
        return out;
    }
    Digest run(std::array<std::uint8_t, sha1_block> message, std::size_t size) const {
        pad(message, size);
        SHA_CTX state = inner_;
        SHA1_Transform(&state, message.data());
        message = {};
        std::ranges::copy(digest_of(state), message.begin());
        pad(message, sha1_bytes);
        state = outer_;
        SHA1_Transform(&state, message.data());
        return digest_of(state);
    }

    SHA_CTX inner_{};
    SHA_CTX outer_{};
};

// One block of PBKDF2 (RFC 8018 section 5.2), numbered from 1.
Digest pbkdf2_block(const HmacSha1& hmac, base::Bytes salt, std::uint8_t number) {
    Digest step = hmac.first(salt, number);
    Digest sum = step;
    for (unsigned i = 1; i < rounds; ++i) {
        step = hmac.next(step);
        for (std::size_t at = 0; at < sum.size(); ++at)
            sum[at] ^= step[at];
    }
    return sum;
}

const std::uint8_t* raw(base::Bytes bytes) {
    // unsigned char may alias any object; libcrypto takes nothing else.
    return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT
}

}  // namespace

std::optional<AesParts> AesParts::split(base::Bytes data, std::uint8_t strength) {
    if (strength < 1 || strength > 3) return std::nullopt;
    const std::size_t salt = 4u + 4u * strength;
    if (data.size() < salt + 2) return std::nullopt;
    AesParts out;
    out.key_bytes = 8u + 8u * strength;
    out.salt = data.first(salt);
    out.verifier = data.subspan(salt, 2);
    base::Bytes rest = data.subspan(salt + 2);
    const std::size_t code = std::min<std::size_t>(rest.size(), 10);
    out.code = rest.last(code);
    out.ciphertext = rest.first(rest.size() - code);
    return out;
}

bool verifier_fits(const AesParts& parts, std::string_view password) {
    // The verifier follows both keys: bytes 32, 48 or 64 of the output, always within one block of 20.
    const std::size_t at = 2 * parts.key_bytes;
    const HmacSha1 hmac(password);
    const Digest block = pbkdf2_block(hmac, parts.salt, static_cast<std::uint8_t>(at / sha1_bytes + 1));
    const std::size_t within = at % sha1_bytes;
    return std::to_integer<std::uint8_t>(parts.verifier[0]) == block[within] &&
           std::to_integer<std::uint8_t>(parts.verifier[1]) == block[within + 1];
}

AesKeys derive_keys(const AesParts& parts, std::string_view password) {
    const HmacSha1 hmac(password);
    std::array<std::uint8_t, 4 * sha1_bytes> derived{};
    for (std::uint8_t block = 0; block < 4; ++block) {
        const Digest part = pbkdf2_block(hmac, parts.salt, static_cast<std::uint8_t>(block + 1));
        std::ranges::copy(part, derived.begin() + block * static_cast<std::ptrdiff_t>(sha1_bytes));
    }
    AesKeys keys;
    keys.bytes = parts.key_bytes;
    const std::span<const std::uint8_t> all(derived);
    std::ranges::copy(all.first(keys.bytes), keys.cipher.begin());
    std::ranges::copy(all.subspan(keys.bytes, keys.bytes), keys.authentication.begin());
    return keys;
}

bool code_fits(const AesParts& parts, const AesKeys& keys) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (parts.code.size() != 10 ||
        HMAC(EVP_sha1(), keys.authentication.data(), static_cast<int>(keys.bytes), raw(parts.ciphertext),
             parts.ciphertext.size(), digest.data(), &size) == nullptr) {
        return false;
    }
    return std::memcmp(digest.data(), parts.code.data(), 10) == 0;
}

struct AesCounterStream::Impl {
    base::Bytes left;
    EVP_CIPHER_CTX* context = nullptr;
    std::uint64_t counter = 1;  // its upper 64 bits are never reached: 2^68 bytes
    std::vector<std::uint8_t> counters = std::vector<std::uint8_t>(4'096);
    std::vector<std::uint8_t> key_stream = std::vector<std::uint8_t>(4'096);
    std::size_t used = 4'096;

    void refill() {
        for (std::size_t block = 0; block < counters.size(); block += 16, ++counter) {
            for (std::size_t i = 0; i < 8; ++i)
                counters[block + i] = static_cast<std::uint8_t>(counter >> (8 * i));
        }
        int size = 0;
        if (EVP_EncryptUpdate(context, key_stream.data(), &size, counters.data(),
                              static_cast<int>(counters.size())) != 1) {
            throw std::runtime_error("AES-ECB is not available");
        }
        used = 0;
    }
};

AesCounterStream::AesCounterStream(base::Bytes ciphertext, const AesKeys& keys)
    : impl_(std::make_unique<Impl>()) {
    impl_->left = ciphertext;
    impl_->context = EVP_CIPHER_CTX_new();
    const EVP_CIPHER* cipher = keys.bytes == 16   ? EVP_aes_128_ecb()
                               : keys.bytes == 24 ? EVP_aes_192_ecb()
                                                  : EVP_aes_256_ecb();
    if (impl_->context == nullptr ||
        EVP_EncryptInit_ex(impl_->context, cipher, nullptr, keys.cipher.data(), nullptr) != 1) {
        throw std::bad_alloc();
    }
}

AesCounterStream::~AesCounterStream() { EVP_CIPHER_CTX_free(impl_->context); }

std::size_t AesCounterStream::read(std::span<std::byte> out) {
    Impl& state = *impl_;
    std::size_t done = 0;
    while (done < out.size() && !state.left.empty()) {
        if (state.used == state.key_stream.size()) state.refill();
        const std::size_t n =
            std::min({out.size() - done, state.left.size(), state.key_stream.size() - state.used});
        for (std::size_t i = 0; i < n; ++i)
            out[done + i] = state.left[i] ^ static_cast<std::byte>(state.key_stream[state.used + i]);
        state.left = state.left.subspan(n);
        state.used += n;
        done += n;
    }
    return done;
}

}  // namespace sekisho::scanner::unlock
