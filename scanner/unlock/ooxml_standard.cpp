#include "scanner/unlock/ooxml_standard.h"

#include <algorithm>
#include <utility>

#include "base/cursor.h"
#include "base/hash.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::uint32_t rounds = 50'000;
constexpr std::size_t sha1_bytes = 20;
constexpr std::size_t sha1_block = 64;

class StandardLock final : public OoxmlLock {
public:
    base::Bytes salt;
    base::Bytes verifier;       // 16 bytes, encrypted
    base::Bytes verifier_hash;  // 32 bytes, encrypted
    std::size_t key_bytes = 16;

    Price price() const override { return {.microseconds = spin_price(HashAlgorithm::sha1, rounds)}; }

private:
    PackageKey derive(std::string_view password) const override {
        const Digest spun = spin(HashAlgorithm::sha1, salt, password, rounds);
        const Digest last = digest(HashAlgorithm::sha1, {spun.bytes(), number_bytes(0)});
        PackageKey key;
        key.size = key_bytes;
        // 2.3.4.7: both paddings of an HMAC, each hashed alone.
        std::array<std::byte, 2 * sha1_bytes> both{};
        for (std::size_t half = 0; half < 2; ++half) {
            std::array<std::byte, sha1_block> pad{};
            std::ranges::copy(last.bytes(), pad.begin());
            for (std::byte& byte : pad)
                byte ^= half == 0 ? std::byte{0x36} : std::byte{0x5C};
            const Digest part = digest(HashAlgorithm::sha1, {pad});
            std::ranges::copy(part.bytes(), std::span(both).subspan(half * sha1_bytes).begin());
        }
        std::ranges::copy(std::span(both).first(key_bytes), key.bytes.begin());
        key.verified = verifies(key);
        return key;
    }

    bool verifies(const PackageKey& key) const {
        auto cipher = BlockDecryptor::create(BlockCipher::aes, Chaining::ecb, key.view());
        if (!cipher) return false;
        std::array<std::byte, 16> plain{};
        std::array<std::byte, 32> hash{};
        cipher->decrypt({}, verifier, plain);
        cipher->decrypt({}, verifier_hash, hash);
        const Digest wanted = digest(HashAlgorithm::sha1, {plain});
        return base::equal_secret(wanted.bytes(), base::Bytes(hash).first(sha1_bytes));
    }

    std::size_t decrypt_segment(const PackageKey& key, std::uint32_t /*number*/, base::Bytes in,
                                std::span<std::byte> out) const override {
        auto cipher = BlockDecryptor::create(BlockCipher::aes, Chaining::ecb, key.view());
        return cipher ? cipher->decrypt({}, in, out) : 0;
    }

    bool authentic(const PackageKey& /*key*/, base::Bytes /*package*/) const override {
        return true;  // it has no check of integrity
    }
};

// AlgID of an EncryptionHeader (2.3.2) and the size of its key; 0 stands for "by the flags", which is AES.
struct Cipher {
    std::uint32_t id;
    std::size_t key_bytes;
};
constexpr std::array ciphers{Cipher{0x660E, 16}, Cipher{0x660F, 24}, Cipher{0x6610, 32}, Cipher{0, 16}};

}  // namespace

base::Result<std::unique_ptr<OoxmlLock>> read_standard_lock(base::Bytes info) {
    constexpr std::uint32_t sha1_id = 0x8004;
    base::Cursor at(info);
    base::Cursor header = SEKISHO_TRY(at.sub(SEKISHO_TRY(at.u32_le())));
    SEKISHO_TRY(header.u32_le());  // flags
    SEKISHO_TRY(header.u32_le());  // SizeExtra
    const std::uint32_t cipher = SEKISHO_TRY(header.u32_le());
    const std::uint32_t hash = SEKISHO_TRY(header.u32_le());
    const auto* row = std::ranges::find(ciphers, cipher, &Cipher::id);
    if (row == ciphers.end() || (hash != 0 && hash != sha1_id))
        return base::fail(base::Cause::unsupported, "standard encryption by another cipher or hash");
    auto lock = std::make_unique<StandardLock>();
    lock->key_bytes = row->key_bytes;
    if (SEKISHO_TRY(at.u32_le()) != 16) return base::fail(base::Cause::malformed, "size of the salt");
    lock->salt = SEKISHO_TRY(at.take(16));
    lock->verifier = SEKISHO_TRY(at.take(16));
    SEKISHO_TRY(at.u32_le());  // size of the hash: that of SHA-1
    lock->verifier_hash = SEKISHO_TRY(at.take(32));
    return std::unique_ptr<OoxmlLock>(std::move(lock));
}

}  // namespace sekisho::scanner::unlock
