// BF_set_key is deprecated in favour of a provider that is a file, which a sandboxed worker cannot load.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(cppcoreguidelines-macro-usage)
#include "scanner/unlock/odf_lock.h"

#include <openssl/blowfish.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t aes_block = 16;
constexpr std::size_t longest_key = 64;
constexpr std::size_t kilobyte = 1'024;
constexpr std::uint64_t block_price = 1'200;  // nanoseconds of one round of PBKDF2 for one block

const std::uint8_t* raw(base::Bytes bytes) {
    // unsigned char may alias any object; libcrypto takes nothing else.
    return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT
}
std::uint8_t* raw(std::span<std::byte> bytes) {
    return reinterpret_cast<std::uint8_t*>(bytes.data());  // NOLINT
}

std::array<std::byte, longest_key> derive(const OdfLock& lock, std::string_view password) {
    const Digest start = digest(lock.start_hash, {base::as_bytes(password)});
    std::array<std::byte, longest_key> key{};
    // Only the sizes and counts of a file could make it fail, and those were looked at.
    PKCS5_PBKDF2_HMAC(base::as_text(start.bytes()).data(), static_cast<int>(start.size()),
                      raw(base::as_bytes(lock.salt)), static_cast<int>(lock.salt.size()),
                      static_cast<int>(lock.rounds), EVP_sha1(), static_cast<int>(lock.key_bytes),
                      raw(std::span<std::byte>(key)));
    return key;
}

bool is_sound(const OdfLock& lock) {
    constexpr std::size_t longest_salt = 1'024;
    if (lock.rounds == 0 || lock.rounds > INT32_MAX || lock.salt.size() > longest_salt) return false;
    if (lock.cipher == OdfCipher::blowfish_cfb)
        return lock.vector.size() >= BF_BLOCK && lock.key_bytes >= 1 && lock.key_bytes <= 56;
    const bool key = lock.key_bytes == 16 || lock.key_bytes == 24 || lock.key_bytes == 32;
    return key && lock.vector.size() >= aes_block && lock.data.size() >= aes_block;
}

// AES in CBC mode, in pieces: the last block of one is the vector of the next.
class AesStream {
public:
    AesStream(const OdfLock& lock, base::Bytes key)
        : left_(lock.data.first(lock.data.size() - lock.data.size() % aes_block)),
          cipher_(BlockDecryptor::create(BlockCipher::aes, Chaining::cbc, key)) {
        std::ranges::copy(base::as_bytes(lock.vector).first(aes_block), vector_.begin());
    }

    std::size_t read(std::span<std::byte> out) {
        if (!cipher_) return 0;
        const std::size_t n = std::min(left_.size(), out.size() - out.size() % aes_block);
        if (n == 0) return 0;
        const base::Bytes piece = left_.first(n);
        cipher_->decrypt(vector_, piece, out);
        std::ranges::copy(piece.last(aes_block), vector_.begin());
        left_ = left_.subspan(n);
        if (!left_.empty()) return n;
        // The last byte says how many there are of padding; the others of it are arbitrary.
        const auto padding = std::to_integer<std::size_t>(out[n - 1]);
        return padding >= 1 && padding <= aes_block ? n - padding : n;
    }

private:
    base::Bytes left_;
    std::optional<BlockDecryptor> cipher_;
    std::array<std::byte, aes_block> vector_{};
};

class BlowfishStream {
public:
    BlowfishStream(const OdfLock& lock, base::Bytes key) : left_(lock.data) {
        BF_set_key(&key_, static_cast<int>(key.size()), raw(key));
        std::ranges::copy(base::as_bytes(lock.vector).first(BF_BLOCK),
                          std::as_writable_bytes(std::span(vector_)).begin());
    }

    std::size_t read(std::span<std::byte> out) {
        const std::size_t n = std::min(left_.size(), out.size());
        BF_cfb64_encrypt(raw(left_), raw(out), static_cast<long>(n), &key_, vector_.data(), &used_,
                         BF_DECRYPT);
        left_ = left_.subspan(n);
        return n;
    }

private:
    base::Bytes left_;
    BF_KEY key_{};
    std::array<unsigned char, BF_BLOCK> vector_{};
    int used_ = 0;
};

bool checksum_holds(const OdfLock& lock, OdfPlain& plain, Budget& budget) {
    std::vector<std::byte> bytes(kilobyte);
    std::size_t size = plain.read(bytes);
    while (!lock.of_first_kilobyte && size == bytes.size() && budget.spend_steps(kilobyte)) {
        bytes.resize(size + kilobyte);
        size += plain.read(std::span(bytes).subspan(size));
    }
    const Digest own = digest(lock.checksum_hash, {base::Bytes(bytes).first(size)});
    return base::equal_secret(own.bytes(), base::as_bytes(lock.checksum));
}

}  // namespace

struct OdfPlain::Impl {
    std::optional<AesStream> aes;
    std::optional<BlowfishStream> blowfish;
};

OdfPlain::OdfPlain(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OdfPlain::~OdfPlain() = default;
OdfPlain::OdfPlain(OdfPlain&&) noexcept = default;
OdfPlain& OdfPlain::operator=(OdfPlain&&) noexcept = default;

std::optional<OdfPlain> OdfPlain::open(const OdfLock& lock, std::string_view password) {
    if (!is_sound(lock)) return std::nullopt;
    const auto derived = derive(lock, password);
    const base::Bytes key = base::Bytes(derived).first(lock.key_bytes);
    auto impl = std::make_unique<Impl>();
    if (lock.cipher == OdfCipher::aes_cbc) {
        impl->aes.emplace(lock, key);
    } else {
        impl->blowfish.emplace(lock, key);
    }
    return OdfPlain(std::move(impl));
}

std::size_t OdfPlain::read(std::span<std::byte> out) {
    return impl_->aes ? impl_->aes->read(out) : impl_->blowfish->read(out);
}

Price price_of(const OdfLock& lock) {
    const std::uint64_t blocks = lock.key_bytes / digest_size(HashAlgorithm::sha1) + 1;
    return {.microseconds = std::uint64_t{lock.rounds} * blocks * block_price / 1'000 + 1};
}

Fit fit_of(const OdfLock& lock, std::string_view password, Budget& budget) {
    auto plain = OdfPlain::open(lock, password);
    if (!plain) return Fit::no;
    if (!lock.checksum.empty() && checksum_holds(lock, *plain, budget)) return Fit::exact;
    if (!lock.confirm) return Fit::no;
    plain = OdfPlain::open(lock, password);
    if (!plain || !lock.confirm(*plain)) return Fit::no;
    return lock.checksum.empty() ? Fit::exact : Fit::plausible;
}

}  // namespace sekisho::scanner::unlock
