#include "scanner/unlock/aes_cbc.h"

#include <openssl/evp.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t most_at_once = 1u << 20;  // libcrypto counts in int

const unsigned char* raw(base::Bytes bytes) {
    // unsigned char may alias any object; libcrypto takes nothing else.
    return reinterpret_cast<const unsigned char*>(bytes.data());  // NOLINT
}
unsigned char* raw(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());  // NOLINT: as above
}

const EVP_CIPHER* cipher_of(std::size_t key_bytes) {
    if (key_bytes == 16) return EVP_aes_128_cbc();
    if (key_bytes == 24) return EVP_aes_192_cbc();
    if (key_bytes == 32) return EVP_aes_256_cbc();
    throw std::logic_error("an AES key of another size");
}

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

}  // namespace

struct AesCbcStream::Impl {
    base::Bytes left;
    std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context;
};

AesCbcStream::AesCbcStream(base::Bytes ciphertext, base::Bytes key, base::Bytes iv)
    : impl_(std::make_unique<Impl>()) {
    if (iv.size() != aes_block) throw std::logic_error("an AES-CBC vector of another size");
    impl_->left = ciphertext.first(ciphertext.size() / aes_block * aes_block);
    impl_->context.reset(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* context = impl_->context.get();
    if (context == nullptr ||
        EVP_DecryptInit_ex(context, cipher_of(key.size()), nullptr, raw(key), raw(iv)) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
        throw std::bad_alloc();
    }
}

AesCbcStream::~AesCbcStream() = default;
AesCbcStream::AesCbcStream(AesCbcStream&&) noexcept = default;
AesCbcStream& AesCbcStream::operator=(AesCbcStream&&) noexcept = default;

std::size_t AesCbcStream::read(std::span<std::byte> out) {
    const std::size_t n = std::min({out.size() / aes_block * aes_block, impl_->left.size(), most_at_once});
    if (n == 0) return 0;
    int size = 0;
    if (EVP_DecryptUpdate(impl_->context.get(), raw(out), &size, raw(impl_->left), static_cast<int>(n)) != 1)
        throw std::runtime_error("AES-CBC is not available");
    impl_->left = impl_->left.subspan(n);
    return n;
}

std::string aes_cbc_decrypt(base::Bytes ciphertext, base::Bytes key, base::Bytes iv) {
    std::string out(ciphertext.size() / aes_block * aes_block, '\0');
    AesCbcStream stream(ciphertext, key, iv);
    std::span<std::byte> left = std::as_writable_bytes(std::span(out));
    for (std::size_t n = stream.read(left); n > 0; n = stream.read(left))
        left = left.subspan(n);
    return out;
}

}  // namespace sekisho::scanner::unlock
