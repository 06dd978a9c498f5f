#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <stdexcept>

namespace sekisho::base {

namespace {

// OpenSSL takes unsigned char; it may alias any object, so this is no breach of STYLE.md's rule 1.
const unsigned char* raw(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());  // NOLINT(*-reinterpret-cast)
}

void check(bool ok) {
    // These calls fail only when memory is out or the library is broken.
    if (!ok) throw std::runtime_error("libcrypto refused a digest");
}

// Looked up once: EVP_sha256() has each digest look it up again, under locks. Never freed.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    check(method != nullptr);
    return method;
}

}  // namespace

struct Sha256Stream::Impl {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Impl() { check(context != nullptr && EVP_DigestInit_ex(context, sha256_method(), nullptr) == 1); }
    ~Impl() { EVP_MD_CTX_free(context); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
};

Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(Bytes bytes) {
    check(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
    Sha256 out{};
    check(EVP_DigestFinal_ex(impl_->context, out.data(), nullptr) == 1);
    return out;
}

Sha256 sha256(Bytes bytes) {
    Sha256Stream stream;
    stream.update(bytes);
    return stream.finish();
}

Sha256 hmac_sha256(Bytes key, Bytes bytes) {
    Sha256 out{};
    check(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), out.data(),
               nullptr) != nullptr);
    return out;
}

std::string hex(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::byte b : bytes) {
        const auto value = std::to_integer<unsigned>(b);
        out += digits[value >> 4];
        out += digits[value & 15u];
    }
    return out;
}

bool equal_secret(Bytes a, Bytes b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Of the kernel, not of OpenSSL, which seeds a generator of its own for each new thread.
std::string random_bytes(std::size_t n) {
    constexpr std::size_t most = 256;  // getentropy(3)
    std::string out(n, '\0');
    for (std::size_t done = 0; done < n; done += most) {
        const std::span piece = std::span(out).subspan(done).first(std::min(most, n - done));
        if (::getentropy(piece.data(), piece.size()) != 0) throw std::runtime_error("no random bytes");
    }
    return out;
}

}  // namespace sekisho::base
