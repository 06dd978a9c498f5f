#include "scanner/unlock/pdf_lock.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/charset.h"
#include "base/hash.h"
#include "scanner/unlock/aes_cbc.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t padded_bytes = 32;  // of a password up to revision 4, and of /O and /U there
constexpr std::size_t hash_bytes = 32;    // of /O and /U from revision 5 on; two salts follow
constexpr std::size_t salt_bytes = 8;
constexpr std::size_t hashed_user_bytes = hash_bytes + 2 * salt_bytes;
constexpr std::size_t longest_utf8 = 127;  // bytes of a password from revision 5 on

// ISO 32000-1, algorithm 2: what fills a short password up.
constexpr std::array<std::uint8_t, padded_bytes> padding{
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A};

std::string padded(std::string_view password) {
    std::string out(password.substr(0, padded_bytes));
    out += base::as_text(std::as_bytes(std::span(padding))).substr(0, padded_bytes - out.size());
    return out;
}

std::string text_of(const Digest& digest) { return std::string(base::as_text(digest.bytes())); }

std::string md5(std::initializer_list<base::Bytes> pieces) {
    return text_of(digest(HashAlgorithm::md5, pieces));
}

// From revision 3 on a hash is hashed fifty times more, no more of it than the key takes.
std::string stretched(std::string hash, std::int64_t revision, std::size_t key_bytes) {
    constexpr int rounds = 50;
    for (int round = 0; revision >= 3 && round < rounds; ++round)
        hash = md5({base::as_bytes(hash).first(key_bytes)});
    return hash.substr(0, key_bytes);
}

// RC4 with `key`, each of whose bytes is XORed with the number of the round before.
std::string rc4_round(std::string_view key, unsigned round, std::string text) {
    std::string round_key(key);
    for (char& byte : round_key)
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ round);
    Rc4 rc4(base::as_bytes(round_key));
    rc4.apply(base::as_bytes(text), std::as_writable_bytes(std::span(text)));
    return text;
}

constexpr unsigned rc4_rounds(std::int64_t revision) { return revision >= 3 ? 20 : 1; }

// AES-128 in CBC mode over `text`, 64 times one behind the other.
class RepeatedAes {
public:
    RepeatedAes() : context_(EVP_CIPHER_CTX_new()) {
        if (context_ == nullptr) throw std::bad_alloc();
    }

    std::string encrypt(std::string_view key_and_iv, std::string_view text) {
        constexpr std::size_t times = 64;
        std::string in;
        for (std::size_t i = 0; i < times; ++i)
            in += text;
        std::string out(in.size(), '\0');
        int size = 0;
        if (EVP_EncryptInit_ex(context_.get(), EVP_aes_128_cbc(), nullptr, raw(key_and_iv),
                               raw(key_and_iv.substr(aes_block))) != 1 ||
            EVP_CIPHER_CTX_set_padding(context_.get(), 0) != 1 ||
            EVP_EncryptUpdate(context_.get(), raw(out), &size, raw(in), static_cast<int>(in.size())) != 1)
            throw std::runtime_error("AES-CBC is not available");
        return out;
    }

private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    static const unsigned char* raw(std::string_view text) {
        // unsigned char may alias any object; libcrypto takes nothing else.
        return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT
    }
    static unsigned char* raw(std::string& text) {
        return reinterpret_cast<unsigned char*>(text.data());  // NOLINT: as above
    }

    std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

// ISO 32000-2, algorithm 2.B; of revision 5 only its first step.
std::string hash_of(std::int64_t revision, std::string_view password, std::string_view salt,
                    std::string_view user) {
    constexpr unsigned least_rounds = 64;
    constexpr unsigned spared = 32;  // the last byte may be larger than the round by no more than minus this
    std::string key = text_of(digest(HashAlgorithm::sha256,
                                     {base::as_bytes(password), base::as_bytes(salt), base::as_bytes(user)}));
    if (revision < 6) return key;
    RepeatedAes aes;
    for (unsigned round = 1;; ++round) {
        const std::string text = std::string(password) + key + std::string(user);
        const std::string mixed = aes.encrypt(key, text);
        unsigned sum = 0;  // 256 is 1 modulo 3, so a number is what its bytes are in sum
        for (const char c : std::string_view(mixed).substr(0, aes_block))
            sum += static_cast<unsigned char>(c);
        constexpr std::array algorithms{HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512};
        key = text_of(digest(algorithms.at(sum % algorithms.size()), {base::as_bytes(mixed)}));
        const auto last = static_cast<unsigned char>(mixed.back());
        if (round >= least_rounds && last <= round - spared) return key.substr(0, hash_bytes);
    }
}

std::string decrypt_key(std::string_view key, std::string_view encrypted) {
    constexpr std::array<std::byte, aes_block> zeros{};
    return aes_cbc_decrypt(base::as_bytes(encrypted), base::as_bytes(key), zeros);
}

// Shorter than it should be: readers take zeros for what is missing.
void fit(std::string& text, std::size_t bytes) { text.resize(bytes, '\0'); }

std::size_t key_bytes_of(const PdfEncryption& encryption) {
    constexpr std::size_t longest = 16;
    if (encryption.version == 1) return 5;
    const std::int64_t bits = encryption.key_bits;
    const bool sound = encryption.version == 2 && bits % 8 == 0 && bits >= 40 && bits <= 128;
    return sound ? static_cast<std::size_t>(bits / 8) : longest;
}

}  // namespace

base::Result<PdfLock> PdfLock::open(PdfEncryption encryption) {
    const std::int64_t version = encryption.version;
    const std::int64_t revision = encryption.revision;
    const bool old = (version == 1 || version == 2 || version == 4) && revision >= 2 && revision <= 4;
    const bool hashed = version == 5 && (revision == 5 || revision == 6);
    if (!old && !hashed) return base::fail(base::Cause::unsupported);
    const std::size_t key_bytes = hashed ? hash_bytes : key_bytes_of(encryption);
    fit(encryption.owner, hashed ? hashed_user_bytes : padded_bytes);
    fit(encryption.user, hashed ? hashed_user_bytes : padded_bytes);
    fit(encryption.owner_key, hash_bytes);
    fit(encryption.user_key, hash_bytes);
    return PdfLock(std::move(encryption), key_bytes);
}

PasswordBytes PdfLock::password_bytes() const {
    return encryption_.revision >= 5 ? PasswordBytes::utf8 : PasswordBytes::utf8_or_ansi;
}

Price PdfLock::price() const {
    // Measured for user and owner together: 1.5, 60 and 60, 2, and 2,500 microseconds.
    constexpr std::array<Price, 5> by_revision{Price{3, true}, Price{60, true}, Price{60, true},
                                               Price{4, true}, Price{4'000, false}};
    return by_revision.at(static_cast<std::size_t>(encryption_.revision - 2));
}

std::optional<std::string> PdfLock::key_of(std::string_view password) const {
    if (encryption_.revision >= 5) {
        if (auto key = key_by_hash(password.substr(0, longest_utf8))) return key;
        const std::string compatible = base::nfkc(password);
        if (compatible == password) return std::nullopt;
        return key_by_hash(std::string_view(compatible).substr(0, longest_utf8));
    }
    if (auto key = key_if_user(padded(password))) return key;
    return key_if_user(user_password_of_owner(password));
}

// ISO 32000-1, algorithm 2.
std::string PdfLock::key_of_user(std::string_view padded) const {
    const auto permissions = number_bytes(encryption_.permissions);
    constexpr std::string_view plain_metadata = "\xFF\xFF\xFF\xFF";
    const bool told = encryption_.revision >= 4 && !encryption_.encrypts_metadata;
    const std::string hash =
        md5({base::as_bytes(padded), base::as_bytes(encryption_.owner), permissions,
             base::as_bytes(encryption_.id), base::as_bytes(plain_metadata.substr(0, told ? 4 : 0))});
    return stretched(hash, encryption_.revision, key_bytes_);
}

// Algorithms 4 to 6.
std::optional<std::string> PdfLock::key_if_user(std::string_view padded) const {
    std::string key = key_of_user(padded);
    const bool hashed = encryption_.revision >= 3;
    const base::Bytes filler = std::as_bytes(std::span(padding));
    std::string check =
        hashed ? md5({filler, base::as_bytes(encryption_.id)}) : std::string(base::as_text(filler));
    for (unsigned round = 0; round < rc4_rounds(encryption_.revision); ++round)
        check = rc4_round(key, round, std::move(check));
    const std::string_view stored = std::string_view(encryption_.user).substr(0, check.size());
    if (check != stored) return std::nullopt;
    return key;
}

// Algorithm 7, but for its last step. With another password than the owner's no password comes out.
std::string PdfLock::user_password_of_owner(std::string_view password) const {
    const std::string hash = md5({base::as_bytes(padded(password))});
    const std::string key = stretched(hash, encryption_.revision, key_bytes_);
    std::string out = encryption_.owner;
    for (unsigned round = rc4_rounds(encryption_.revision); round > 0; --round)
        out = rc4_round(key, round - 1, std::move(out));
    return out;
}

// ISO 32000-2, algorithms 2.A, 11 and 12. /O and /U are a hash, the salt that it was made with, and the salt
// of the key that decrypts the document's.
std::optional<std::string> PdfLock::key_by_hash(std::string_view password) const {
    struct Way {
        std::string_view stored;
        std::string_view user;
        std::string_view encrypted;
    };
    const std::array ways{Way{encryption_.user, {}, encryption_.user_key},
                          Way{encryption_.owner, encryption_.user, encryption_.owner_key}};
    for (const Way& way : ways) {
        const std::string_view check_salt = way.stored.substr(hash_bytes, salt_bytes);
        if (hash_of(encryption_.revision, password, check_salt, way.user) != way.stored.substr(0, hash_bytes))
            continue;
        const std::string_view key_salt = way.stored.substr(hash_bytes + salt_bytes, salt_bytes);
        return decrypt_key(hash_of(encryption_.revision, password, key_salt, way.user), way.encrypted);
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::unlock
