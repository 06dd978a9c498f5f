#include "scanner/unlock/seven_zip_lock.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/cursor.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t block = 16;
constexpr std::size_t piece = 64u << 10;  // decrypted at a time
constexpr std::size_t counter_bytes = 8;
constexpr std::size_t hashed_at_once = 64;  // rounds
constexpr std::size_t max_kept = 32;        // keys of one password
// SHA-256 without instructions of the processor for it; measured 200 to 260 MB/s.
constexpr std::uint64_t bytes_per_microsecond = 200;

const std::uint8_t* raw(base::Bytes bytes) {
    // unsigned char may alias any object; libcrypto takes nothing else.
    return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT
}

// SHA-256 over 2^power rounds of salt, password and a counter of 64 bits, low bytes first.
SevenZipKey hash_rounds(const SevenZipDerivation& derivation, std::string_view password) {
    const std::uint64_t rounds = std::uint64_t{1} << derivation.cycles_power;
    const auto at_once = static_cast<std::size_t>(std::min<std::uint64_t>(rounds, hashed_at_once));
    const std::string fixed = derivation.salt + std::string(password);
    const std::size_t round_bytes = fixed.size() + counter_bytes;
    std::vector<std::uint8_t> rounds_of(at_once * round_bytes);
    const std::span<std::uint8_t> all(rounds_of);
    for (std::size_t i = 0; i < at_once; ++i)
        std::ranges::copy(fixed, all.subspan(i * round_bytes).begin());

    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
    for (std::uint64_t counter = 0; counter < rounds;) {
        for (std::size_t i = 0; i < at_once; ++i, ++counter) {
            const auto place = all.subspan(i * round_bytes + fixed.size(), counter_bytes);
            for (std::size_t byte = 0; byte < counter_bytes; ++byte)
                place[byte] = static_cast<std::uint8_t>(counter >> (8 * byte));
        }
        EVP_DigestUpdate(context.get(), rounds_of.data(), rounds_of.size());
    }
    SevenZipKey key{};
    EVP_DigestFinal_ex(context.get(), key.data(), nullptr);
    return key;
}

}  // namespace

base::Result<SevenZipLock> SevenZipLock::read(base::Bytes properties) {
    base::Cursor in(properties);
    SevenZipLock out;
    const unsigned first = SEKISHO_TRY(in.u8());
    out.derivation.cycles_power = first & 0x3Fu;
    if ((first & 0xC0u) == 0) return out;
    const unsigned second = SEKISHO_TRY(in.u8());
    const base::Bytes salt = SEKISHO_TRY(in.take((first >> 7) + (second >> 4)));
    const base::Bytes iv = SEKISHO_TRY(in.take(((first >> 6) & 1u) + (second & 0x0Fu)));
    if (!in.at_end()) return base::fail(base::Cause::malformed, "more properties than a lock has");
    out.derivation.salt = base::as_text(salt);
    std::ranges::transform(iv, out.iv.begin(), std::to_integer<std::uint8_t>);
    return out;
}

SevenZipKey derive_key(const SevenZipDerivation& derivation, std::string_view password) {
    if (derivation.cycles_power != SevenZipDerivation::no_hashing) return hash_rounds(derivation, password);
    SevenZipKey key{};
    const std::string bytes = derivation.salt + std::string(password);
    std::ranges::copy(std::string_view(bytes).substr(0, key.size()), key.begin());
    return key;
}

Price price_of(const SevenZipDerivation& derivation, std::size_t password_bytes) {
    constexpr unsigned beyond_reach = 40;
    if (derivation.cycles_power == SevenZipDerivation::no_hashing) return {.microseconds = 1};
    if (derivation.cycles_power > beyond_reach)
        return {.microseconds = std::numeric_limits<std::uint64_t>::max()};
    const std::uint64_t round = derivation.salt.size() + password_bytes + counter_bytes;
    return {.microseconds = 1 + (round << derivation.cycles_power) / bytes_per_microsecond};
}

SevenZipKey SevenZipKeys::key_for(const SevenZipDerivation& derivation) {
    const auto known = std::ranges::find(rows_, derivation, &Row::derivation);
    if (known != rows_.end()) return known->key;
    if (rows_.size() == max_kept) rows_.erase(rows_.begin());
    rows_.push_back({derivation, derive_key(derivation, password_)});
    return rows_.back().key;
}

bool SevenZipKeys::has(const SevenZipDerivation& derivation) const {
    return std::ranges::find(rows_, derivation, &Row::derivation) != rows_.end();
}

struct SevenZipPlain::Impl {
    base::Bytes left;
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                            EVP_CIPHER_CTX_free};
    std::vector<std::uint8_t> plain = std::vector<std::uint8_t>(piece);
};

SevenZipPlain::SevenZipPlain(base::Bytes ciphertext, const SevenZipKey& key,
                             const std::array<std::uint8_t, 16>& iv)
    : impl_(std::make_unique<Impl>()) {
    impl_->left = ciphertext.first(ciphertext.size() / block * block);
    if (!impl_->context ||
        EVP_DecryptInit_ex(impl_->context.get(), EVP_aes_256_cbc(), nullptr, key.data(), iv.data()) != 1) {
        throw std::bad_alloc();
    }
    EVP_CIPHER_CTX_set_padding(impl_->context.get(), 0);
}

SevenZipPlain::~SevenZipPlain() = default;
SevenZipPlain::SevenZipPlain(SevenZipPlain&&) noexcept = default;
SevenZipPlain& SevenZipPlain::operator=(SevenZipPlain&&) noexcept = default;

base::Bytes SevenZipPlain::next() {
    const base::Bytes in = base::head(impl_->left, piece);
    if (in.empty()) return {};
    int size = 0;
    if (EVP_DecryptUpdate(impl_->context.get(), impl_->plain.data(), &size, raw(in),
                          static_cast<int>(in.size())) != 1) {
        throw std::runtime_error("AES-CBC is not available");
    }
    impl_->left = impl_->left.subspan(in.size());
    return std::as_bytes(std::span(impl_->plain)).first(static_cast<std::size_t>(size));
}

}  // namespace sekisho::scanner::unlock
