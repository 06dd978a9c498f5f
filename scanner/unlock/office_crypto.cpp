// SHA1_Init and its kin are deprecated in favour of EVP, which costs as much again for each of the 100,000
// short messages of a try. RC4 has no other way in that needs no provider.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(cppcoreguidelines-macro-usage)
#include "scanner/unlock/office_crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/rc4.h>
#include <openssl/sha.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/text.h"

namespace sekisho::scanner::unlock {

namespace {

const std::uint8_t* raw(base::Bytes bytes) {
    // unsigned char may alias any object; libcrypto takes nothing else.
    return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT
}
std::uint8_t* raw(std::span<std::byte> bytes) {
    return reinterpret_cast<std::uint8_t*>(bytes.data());  // NOLINT
}

// One hash function of libcrypto's old interface.
template <class Context, int (*init)(Context*), int (*update)(Context*, const void*, std::size_t),
          int (*finish)(unsigned char*, Context*), std::size_t size>
struct Hash {
    static Digest of(std::span<const base::Bytes> pieces) {
        Context context;
        init(&context);
        for (const base::Bytes piece : pieces)
            update(&context, piece.data(), piece.size());
        Digest out(size);
        finish(out.data(), &context);
        return out;
    }

    static Digest spin(Digest first, std::uint32_t count) {
        std::array<std::uint8_t, 4 + size> message{};
        std::ranges::copy(std::span(first.data(), size), message.begin() + 4);
        Context context;
        for (std::uint32_t round = 0; round < count; ++round) {
            for (std::size_t i = 0; i < 4; ++i)
                message[i] = static_cast<std::uint8_t>(round >> (8 * i));
            init(&context);
            update(&context, message.data(), message.size());
            finish(std::span(message).template subspan<4>().data(), &context);
        }
        std::ranges::copy(std::span(message).template subspan<4>(), first.data());
        return first;
    }
};
using Md5 = Hash<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Sha1 = Hash<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Sha256 = Hash<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;
using Sha384 = Hash<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final, SHA384_DIGEST_LENGTH>;
using Sha512 = Hash<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>;

struct Row {
    std::string_view name;
    std::size_t size;
    std::uint64_t round_price;  // nanoseconds of one round of spin()
    Digest (*of)(std::span<const base::Bytes> pieces);
    Digest (*spin)(Digest first, std::uint32_t count);
    const EVP_MD* (*evp)();
};
// In the order of the enumeration.
constexpr std::array rows{
    Row{"MD5", MD5_DIGEST_LENGTH, 400, Md5::of, Md5::spin, EVP_md5},
    Row{"SHA1", SHA_DIGEST_LENGTH, 400, Sha1::of, Sha1::spin, EVP_sha1},
    Row{"SHA256", SHA256_DIGEST_LENGTH, 600, Sha256::of, Sha256::spin, EVP_sha256},
    Row{"SHA384", SHA384_DIGEST_LENGTH, 900, Sha384::of, Sha384::spin, EVP_sha384},
    Row{"SHA512", SHA512_DIGEST_LENGTH, 900, Sha512::of, Sha512::spin, EVP_sha512},
};
const Row& row_of(HashAlgorithm algorithm) { return rows.at(static_cast<std::size_t>(algorithm)); }

const EVP_CIPHER* aes(Chaining chaining, std::size_t key_bytes) {
    struct Size {
        std::size_t key_bytes;
        std::array<const EVP_CIPHER* (*)(), 3> by_chaining;
    };
    static constexpr std::array sizes{
        Size{16, {EVP_aes_128_ecb, EVP_aes_128_cbc, EVP_aes_128_cfb8}},
        Size{24, {EVP_aes_192_ecb, EVP_aes_192_cbc, EVP_aes_192_cfb8}},
        Size{32, {EVP_aes_256_ecb, EVP_aes_256_cbc, EVP_aes_256_cfb8}},
    };
    const auto* row = std::ranges::find(sizes, key_bytes, &Size::key_bytes);
    return row == sizes.end() ? nullptr : row->by_chaining.at(static_cast<std::size_t>(chaining))();
}

const EVP_CIPHER* triple_des(Chaining chaining, std::size_t key_bytes) {
    if (key_bytes != 24) return nullptr;
    constexpr std::array by_chaining{EVP_des_ede3_ecb, EVP_des_ede3_cbc, EVP_des_ede3_cfb8};
    return by_chaining.at(static_cast<std::size_t>(chaining))();
}

}  // namespace

std::optional<HashAlgorithm> hash_algorithm(std::string_view name) {
    std::string plain(name);
    std::erase(plain, '-');
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (base::equals_ignoring_case(plain, rows.at(i).name)) return static_cast<HashAlgorithm>(i);
    }
    return std::nullopt;
}

std::array<std::byte, 64> Digest::resized(std::size_t n) const {
    std::array<std::byte, 64> out{};
    const base::Bytes own = base::head(bytes(), n);
    std::ranges::fill(std::span(out).first(std::min(n, out.size())), std::byte{0x36});
    std::ranges::copy(own, out.begin());
    return out;
}

std::size_t digest_size(HashAlgorithm algorithm) { return row_of(algorithm).size; }

Digest digest(HashAlgorithm algorithm, std::initializer_list<base::Bytes> pieces) {
    return row_of(algorithm).of({pieces.begin(), pieces.size()});
}

Digest hmac(HashAlgorithm algorithm, base::Bytes key, base::Bytes bytes) {
    Digest out(row_of(algorithm).size);
    if (HMAC(row_of(algorithm).evp(), raw(key), static_cast<int>(key.size()), raw(bytes), bytes.size(),
             out.data(), nullptr) == nullptr)
        throw std::bad_alloc();
    return out;
}

Digest spin(HashAlgorithm algorithm, base::Bytes salt, std::string_view password, std::uint32_t count) {
    return row_of(algorithm).spin(digest(algorithm, {salt, base::as_bytes(password)}), count);
}

std::uint64_t spin_price(HashAlgorithm algorithm, std::uint64_t count) {
    constexpr std::uint64_t most = 1u << 30;  // far more than anybody pays
    return std::min(count, most) * row_of(algorithm).round_price / 1'000 + 1;
}

std::array<std::byte, 4> number_bytes(std::uint32_t number) {
    std::array<std::byte, 4> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out.at(i) = static_cast<std::byte>(number >> (8 * i));
    return out;
}

struct BlockDecryptor::Impl {
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                            EVP_CIPHER_CTX_free};
    std::size_t block = 1;     // what is decrypted is a multiple of it
    std::size_t iv_bytes = 0;  // that the cipher takes
};

BlockDecryptor::BlockDecryptor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BlockDecryptor::~BlockDecryptor() = default;
BlockDecryptor::BlockDecryptor(BlockDecryptor&&) noexcept = default;
BlockDecryptor& BlockDecryptor::operator=(BlockDecryptor&&) noexcept = default;

std::optional<BlockDecryptor> BlockDecryptor::create(BlockCipher cipher, Chaining chaining, base::Bytes key) {
    const EVP_CIPHER* evp =
        cipher == BlockCipher::aes ? aes(chaining, key.size()) : triple_des(chaining, key.size());
    if (evp == nullptr) return std::nullopt;
    auto impl = std::make_unique<Impl>();
    if (impl->context == nullptr ||
        EVP_DecryptInit_ex(impl->context.get(), evp, nullptr, raw(key), nullptr) != 1)
        throw std::bad_alloc();
    EVP_CIPHER_CTX_set_padding(impl->context.get(), 0);
    impl->block = chaining == Chaining::cfb8 ? 1 : block_size(cipher);
    impl->iv_bytes = chaining == Chaining::ecb ? 0 : block_size(cipher);
    return BlockDecryptor(std::move(impl));
}

std::size_t BlockDecryptor::decrypt(base::Bytes iv, base::Bytes in, std::span<std::byte> out) {
    constexpr std::size_t most = 1u << 30;
    const std::size_t whole = in.size() - in.size() % impl_->block;
    if (whole > most || whole > out.size() || iv.size() < impl_->iv_bytes)
        throw std::logic_error("block cipher: sizes");
    int size = 0;
    if (EVP_DecryptInit_ex(impl_->context.get(), nullptr, nullptr, nullptr, raw(iv)) != 1 ||
        EVP_DecryptUpdate(impl_->context.get(), raw(out), &size, raw(in), static_cast<int>(whole)) != 1)
        throw std::runtime_error("a block cipher is not available");
    return static_cast<std::size_t>(size);
}

struct Rc4::Impl {
    RC4_KEY key{};
};

Rc4::Rc4(base::Bytes key) : impl_(std::make_unique<Impl>()) {
    RC4_set_key(&impl_->key, static_cast<int>(key.size()), raw(key));
}
Rc4::~Rc4() = default;
Rc4::Rc4(Rc4&&) noexcept = default;
Rc4& Rc4::operator=(Rc4&&) noexcept = default;

void Rc4::apply(base::Bytes in, std::span<std::byte> out) {
    RC4(&impl_->key, std::min(in.size(), out.size()), raw(in), raw(out));
}

void Rc4::skip(std::size_t bytes) {
    std::array<std::byte, 1'024> scratch{};
    while (bytes > 0) {
        const std::span<std::byte> piece = std::span(scratch).first(std::min(bytes, scratch.size()));
        apply(piece, piece);
        bytes -= piece.size();
    }
}

}  // namespace sekisho::scanner::unlock
