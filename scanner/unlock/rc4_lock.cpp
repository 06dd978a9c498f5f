#include "scanner/unlock/rc4_lock.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/hash.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t key40_bytes = 5;
constexpr std::uint64_t try_price = 5;  // microseconds

struct CryptoApiHeader {
    std::size_t key_bytes = key40_bytes;
};

// EncryptionHeader, 2.3.2, behind its size.
base::Result<CryptoApiHeader> crypto_api_header(base::Cursor header) {
    constexpr std::uint32_t rc4_id = 0x6801;
    constexpr std::uint32_t sha1_id = 0x8004;
    SEKISHO_TRY(header.u32_le());  // flags
    SEKISHO_TRY(header.u32_le());  // SizeExtra
    const std::uint32_t cipher = SEKISHO_TRY(header.u32_le());
    const std::uint32_t hash = SEKISHO_TRY(header.u32_le());
    const std::uint32_t bits = SEKISHO_TRY(header.u32_le());
    // 0 stands for 40 bits, and for the ids for "by the flags", which is the same.
    if ((cipher != 0 && cipher != rc4_id) || (hash != 0 && hash != sha1_id) || bits % 8 != 0 || bits > 128 ||
        (bits != 0 && bits < 40))
        return base::fail(base::Cause::unsupported, "CryptoAPI with another cipher, hash or size of key");
    return CryptoApiHeader{.key_bytes = bits == 0 ? key40_bytes : bits / 8};
}

}  // namespace

base::Result<Rc4Lock> Rc4Lock::open(base::Bytes header) {
    base::Cursor at(header);
    const std::uint16_t major = SEKISHO_TRY(at.u16_le());
    const std::uint16_t minor = SEKISHO_TRY(at.u16_le());
    Rc4Lock lock;
    if (major == 1 && minor == 1) {
        lock.salt_ = SEKISHO_TRY(at.take(salt_bytes));
        lock.verifier_ = SEKISHO_TRY(at.take(16));
        lock.verifier_hash_ = SEKISHO_TRY(at.take(digest_size(HashAlgorithm::md5)));
        return lock;
    }
    if (minor != 2 || major < 2 || major > 4)
        return base::fail(base::Cause::unsupported, fmt::format("encryption of version {}.{}", major, minor));
    lock.crypto_api_ = true;
    SEKISHO_TRY(at.u32_le());  // flags, which the header repeats
    const base::Cursor inner = SEKISHO_TRY(at.sub(SEKISHO_TRY(at.u32_le())));
    lock.key_bytes_ = SEKISHO_TRY(crypto_api_header(inner)).key_bytes;
    if (SEKISHO_TRY(at.u32_le()) != salt_bytes) return base::fail(base::Cause::malformed, "size of the salt");
    lock.salt_ = SEKISHO_TRY(at.take(salt_bytes));
    lock.verifier_ = SEKISHO_TRY(at.take(16));
    SEKISHO_TRY(at.u32_le());  // size of the hash: that of SHA-1
    lock.verifier_hash_ = SEKISHO_TRY(at.take(digest_size(HashAlgorithm::sha1)));
    return lock;
}

Price Rc4Lock::price() const { return {.microseconds = try_price, .numbers = true}; }

bool Rc4Lock::fits(std::string_view password) {
    if (crypto_api_) {
        key_ = digest(HashAlgorithm::sha1, {salt_, base::as_bytes(password)});
    } else {
        // 2.3.6.2: sixteen times five bytes of the password's hash and the salt.
        const Digest short_hash = digest(HashAlgorithm::md5, {base::as_bytes(password)});
        std::vector<std::byte> repeated;
        for (int i = 0; i < 16; ++i) {
            const base::Bytes five = short_hash.bytes().first(key40_bytes);
            repeated.insert(repeated.end(), five.begin(), five.end());
            repeated.insert(repeated.end(), salt_.begin(), salt_.end());
        }
        key_ = digest(HashAlgorithm::md5, {repeated});
    }
    Rc4 rc4 = block(0);
    std::array<std::byte, 16> plain{};
    std::array<std::byte, 20> hash{};
    rc4.apply(verifier_, plain);
    rc4.apply(verifier_hash_, hash);
    const Digest wanted = digest(crypto_api_ ? HashAlgorithm::sha1 : HashAlgorithm::md5, {plain});
    return base::equal_secret(wanted.bytes(), base::Bytes(hash).first(wanted.size()));
}

Rc4 Rc4Lock::block(std::uint32_t number) const {
    constexpr std::size_t padded_bytes = 16;
    const auto counted = number_bytes(number);
    if (!crypto_api_) {
        const base::Bytes five = base::head(key_.bytes(), key40_bytes);
        return Rc4(digest(HashAlgorithm::md5, {five, counted}).bytes());
    }
    const Digest own = digest(HashAlgorithm::sha1, {key_.bytes(), counted});
    std::array<std::byte, padded_bytes> key{};
    std::ranges::copy(own.bytes().first(key_bytes_), key.begin());
    // A key of 40 bits is filled with zeros up to 128.
    return Rc4(base::Bytes(key).first(key_bytes_ == key40_bytes ? padded_bytes : key_bytes_));
}

void Rc4Stream::apply(std::uint64_t offset, base::Bytes in, std::span<std::byte> out) {
    while (!in.empty()) {
        const auto number = static_cast<std::uint32_t>(offset / block_size_);
        const auto within = static_cast<std::size_t>(offset % block_size_);
        if (!rc4_ || number != number_) {
            rc4_ = lock_.block(number);
            number_ = number;
            at_ = 0;
        }
        rc4_->skip(within - at_);
        const std::size_t n = std::min(in.size(), block_size_ - within);
        rc4_->apply(in.first(n), out);
        at_ = within + n;
        offset += n;
        in = in.subspan(n);
        out = out.subspan(n);
    }
}

}  // namespace sekisho::scanner::unlock
