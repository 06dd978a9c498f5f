#include "quarantine/seal.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <span>
#include <stdexcept>

#include "base/cursor.h"
#include "base/hash.h"

namespace sekisho::quarantine {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

// An info string that has been released is never used for another key.
constexpr std::string_view name_info = "sekisho sealed rows: name key 1";
constexpr std::string_view seal_info = "sekisho sealed rows: AES-256-GCM key 1";

void check(bool ok) {
    // These calls fail only when memory is out or the library is broken.
    if (!ok) throw std::runtime_error("libcrypto refused to seal");
}

struct Freed {
    void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

// OpenSSL takes unsigned char; it may alias any object, so this is no breach of STYLE.md's rule 1.
const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast)
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast)
}

void derive(base::Bytes secret, std::string_view info, std::span<std::uint8_t> out) {
    const Owned<EVP_KDF> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    check(kdf != nullptr);
    const Owned<EVP_KDF_CTX> context(EVP_KDF_CTX_new(kdf.get()));
    check(context != nullptr);
    // The parameters are not const, and OpenSSL does not write to them.
    std::string digest = "SHA256";
    std::string key(base::as_text(secret));
    std::string text(info);
    const std::array<OSSL_PARAM, 4> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, text.data(), text.size()),
        OSSL_PARAM_construct_end()};
    const bool done = EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) == 1;
    OPENSSL_cleanse(key.data(), key.size());
    check(done);
}

}  // namespace

void Secret::wipe() { OPENSSL_cleanse(text_.data(), text_.size()); }

Secret& Secret::operator=(const Secret& other) {
    if (this == &other) return *this;
    wipe();
    text_ = other.text_;
    return *this;
}

// Looked up once: the lookup takes locks.
struct Seal::Cipher {
    Owned<EVP_CIPHER> method{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
    Cipher() { check(method != nullptr); }
};

base::Result<std::unique_ptr<Seal>> Seal::create(base::Bytes secret) {
    if (secret.size() < least_secret) {
        return base::fail(base::Cause::invalid,
                          fmt::format("the key file must hold {} or more hex digits", 2 * least_secret));
    }
    Key name_key{};
    Key seal_key{};
    derive(secret, name_info, name_key);
    derive(secret, seal_info, seal_key);
    std::unique_ptr<Seal> out(new Seal(name_key, seal_key));
    OPENSSL_cleanse(name_key.data(), name_key.size());
    OPENSSL_cleanse(seal_key.data(), seal_key.size());
    return out;
}

Seal::Seal(const Key& name_key, const Key& seal_key)
    : name_key_(name_key), seal_key_(seal_key), cipher_(std::make_unique<Cipher>()) {}

Seal::~Seal() {
    OPENSSL_cleanse(name_key_.data(), name_key_.size());
    OPENSSL_cleanse(seal_key_.data(), seal_key_.size());
}

std::string Seal::name(std::string_view what) const {
    const base::Sha256 digest = base::hmac_sha256(std::as_bytes(std::span(name_key_)), base::as_bytes(what));
    return std::string(base::as_text(std::as_bytes(std::span(digest))));
}

std::string Seal::seal(std::string_view plain, std::string_view name) const {
    const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    const std::string nonce = base::random_bytes(nonce_size);
    check(context != nullptr && EVP_EncryptInit_ex2(context.get(), cipher_->method.get(), seal_key_.data(),
                                                    raw(nonce), nullptr) == 1);
    int size = 0;
    check(EVP_EncryptUpdate(context.get(), nullptr, &size, raw(name), static_cast<int>(name.size())) == 1);
    std::string body(plain.size(), '\0');
    check(EVP_EncryptUpdate(context.get(), raw(body), &size, raw(plain), static_cast<int>(plain.size())) ==
          1);
    std::string tag(tag_size, '\0');
    check(EVP_EncryptFinal_ex(context.get(), raw(tag), &size) == 1);  // a stream: writes nothing
    check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), tag.data()) ==
          1);
    return static_cast<char>(version) + nonce + body + tag;
}

base::Result<Secret> Seal::open(base::Bytes sealed, std::string_view name) const {
    constexpr std::size_t most = 1U << 20;  // OpenSSL counts in int
    if (sealed.size() < overhead || sealed.size() > most)
        return base::fail(base::Cause::malformed, "a sealed row of no possible size");
    base::Cursor cursor(sealed);
    if (SEKISHO_TRY(cursor.u8()) != version)
        return base::fail(base::Cause::malformed, "a sealed row of another version");
    const std::string_view nonce = base::as_text(SEKISHO_TRY(cursor.take(nonce_size)));
    const std::string_view body = base::as_text(SEKISHO_TRY(cursor.take(cursor.left() - tag_size)));
    std::string tag(base::as_text(cursor.rest()));

    const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    check(context != nullptr && EVP_DecryptInit_ex2(context.get(), cipher_->method.get(), seal_key_.data(),
                                                    raw(nonce), nullptr) == 1);
    int size = 0;
    check(EVP_DecryptUpdate(context.get(), nullptr, &size, raw(name), static_cast<int>(name.size())) == 1);
    std::string plain(body.size(), '\0');
    check(EVP_DecryptUpdate(context.get(), raw(plain), &size, raw(body), static_cast<int>(body.size())) == 1);
    check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) ==
          1);
    std::string rest(tag_size, '\0');
    const bool ours = EVP_DecryptFinal_ex(context.get(), raw(rest), &size) == 1;
    Secret out(ours ? std::string_view(plain) : std::string_view());
    OPENSSL_cleanse(plain.data(), plain.size());
    if (!ours) return base::fail(base::Cause::malformed, "a sealed row that does not open");
    return out;
}

}  // namespace sekisho::quarantine
