#include "scanner/unlock/zip_lock.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "scanner/unlock/winzip_aes.h"
#include "scanner/unlock/zip_crypto.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t header_bytes = 12;       // ZipCrypto: random bytes and the check byte
constexpr std::size_t piece = 16u << 10;       // decrypted at a time
constexpr std::uint64_t zip_crypto_price = 1;  // microseconds a try; measured 0.2
constexpr std::uint64_t aes_price = 250;       // microseconds a try; measured 150
// Bytes that decode without an error from this much input are no accident: a wrong key gives noise, in which
// a deflate decoder fails within some hundred bytes.
constexpr std::uint64_t enough_input = 1u << 20;
constexpr std::uint64_t enough_output = 8u << 20;
constexpr std::uint64_t least_input = 1u << 10;

unsigned char* raw(std::byte* bytes) {
    // unsigned char may alias any object; zlib takes nothing else.
    return reinterpret_cast<unsigned char*>(bytes);  // NOLINT
}

// zlib's raw inflate, ended when it goes out of scope.
class Inflater {
public:
    Inflater() { ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }
    ~Inflater() {
        if (ready_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    bool ready() const { return ready_; }
    z_stream& stream() { return stream_; }

private:
    z_stream stream_{};
    bool ready_ = false;
};

// A wrong key gives noise, and in one of eight noises deflate sees a block of fixed codes, which soon comes
// to an end by chance. What ends at the very last byte of some length does not.
Fit judge(bool ended, bool all_read, const z_stream& z, std::uint32_t crc, const ZipLock& lock) {
    constexpr std::uint64_t enough_to_end = 64;  // bytes
    if (!ended) return Fit::no;
    if (lock.has_crc && crc == lock.crc) return Fit::exact;
    return all_read && z.total_in >= enough_to_end ? Fit::plausible : Fit::no;
}

Fit fit_of_deflated(ZipPlain& plain, const ZipLock& lock, Budget& budget) {
    Inflater inflater;
    if (!inflater.ready()) return Fit::no;
    z_stream& z = inflater.stream();
    std::array<std::byte, piece> in;
    std::array<std::byte, piece> out;
    std::uint32_t crc = 0;
    int state = Z_OK;
    while (state == Z_OK) {
        const std::size_t got = plain.read(in);
        if (got == 0) break;
        z.next_in = raw(in.data());
        z.avail_in = static_cast<uInt>(got);
        do {
            z.next_out = raw(out.data());
            z.avail_out = static_cast<uInt>(out.size());
            state = inflate(&z, Z_NO_FLUSH);
            const auto made = static_cast<uInt>(out.size()) - z.avail_out;
            crc = static_cast<std::uint32_t>(crc32(crc, raw(out.data()), made));
            if (!budget.spend_steps(made + 1)) return Fit::no;
            if (z.total_in >= enough_input || (z.total_in >= least_input && z.total_out >= enough_output))
                return Fit::exact;
        } while (state == Z_OK && (z.avail_in > 0 || z.avail_out == 0));
        if (state == Z_BUF_ERROR) state = Z_OK;  // wants more input
    }
    const bool all_read = z.avail_in == 0 && plain.read(in) == 0;
    return judge(state == Z_STREAM_END, all_read, z, crc, lock);
}

Fit fit_of_stored(ZipPlain& plain, const ZipLock& lock, Budget& budget) {
    std::array<std::byte, piece> buffer;
    std::uint32_t crc = 0;
    for (std::size_t got = plain.read(buffer); got > 0; got = plain.read(buffer)) {
        if (!budget.spend_steps(4 * got)) return Fit::no;  // one byte at a time: slower than other decoders
        crc = static_cast<std::uint32_t>(crc32(crc, raw(buffer.data()), static_cast<uInt>(got)));
    }
    return lock.has_crc && crc == lock.crc ? Fit::exact : Fit::no;
}

}  // namespace

struct ZipPlain::Impl {
    // ZipCrypto
    base::Bytes left;
    std::optional<ZipCryptoKeys> keys;
    // AES
    std::unique_ptr<AesCounterStream> stream;
    bool authentic = false;
};

ZipPlain::ZipPlain(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZipPlain::~ZipPlain() = default;
ZipPlain::ZipPlain(ZipPlain&&) noexcept = default;
ZipPlain& ZipPlain::operator=(ZipPlain&&) noexcept = default;

std::optional<ZipPlain> ZipPlain::open(const ZipLock& lock, std::string_view password) {
    if (lock.cipher == ZipCipher::winzip_aes) {
        const auto parts = AesParts::split(lock.data, lock.strength);
        if (!parts || !verifier_fits(*parts, password)) return std::nullopt;
        auto impl = std::make_unique<Impl>();
        const AesKeys keys = derive_keys(*parts, password);
        impl->authentic = code_fits(*parts, keys);
        impl->stream = std::make_unique<AesCounterStream>(parts->ciphertext, keys);
        return ZipPlain(std::move(impl));
    }
    if (lock.data.size() < header_bytes) return std::nullopt;
    ZipCryptoKeys keys(password);
    std::uint8_t check = 0;
    for (const std::byte byte : lock.data.first(header_bytes))
        check = std::to_integer<std::uint8_t>(keys.decrypt(byte));
    // Writers that stream know no checksum yet and take the time; some take the checksum all the same.
    const bool fits = check == lock.crc >> 24 || (lock.streamed && check == lock.dos_time >> 8);
    if (!fits) return std::nullopt;
    auto impl = std::make_unique<Impl>();
    impl->left = lock.data.subspan(header_bytes);
    impl->keys = keys;
    return ZipPlain(std::move(impl));
}

std::size_t ZipPlain::read(std::span<std::byte> out) {
    if (impl_->stream) return impl_->stream->read(out);
    const std::size_t n = std::min(out.size(), impl_->left.size());
    for (std::size_t i = 0; i < n; ++i)
        out[i] = impl_->keys->decrypt(impl_->left[i]);
    impl_->left = impl_->left.subspan(n);
    return n;
}

bool ZipPlain::authentic() const { return impl_->authentic; }

Fit fit_of(const ZipLock& lock, std::string_view password, Budget& budget) {
    auto plain = ZipPlain::open(lock, password);
    if (!plain) return Fit::no;
    if (!budget.spend_steps(lock.data.size())) return Fit::no;
    // The code covers the ciphertext. Where it fails, a verifier of 16 bits has still passed.
    if (lock.cipher == ZipCipher::winzip_aes) return plain->authentic() ? Fit::exact : Fit::plausible;
    if (lock.method == 0) return fit_of_stored(*plain, lock, budget);
    if (lock.method == 8) return fit_of_deflated(*plain, lock, budget);
    return lock.confirm ? lock.confirm(*plain) : Fit::no;  // one check byte says too little
}

Price price_of(const ZipLock& lock) {
    if (lock.cipher == ZipCipher::winzip_aes) return {.microseconds = aes_price};
    return {.microseconds = zip_crypto_price, .numbers = true};
}

}  // namespace sekisho::scanner::unlock
