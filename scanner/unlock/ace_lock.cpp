// BF_set_key is deprecated in favour of a provider that is a file, which a sandboxed worker cannot load.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(cppcoreguidelines-macro-usage)
#include "scanner/unlock/ace_lock.h"

#include <openssl/blowfish.h>

#include <array>
#include <bit>
#include <cstdint>

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t word = 4;
using Block = std::array<BF_LONG, 2>;

using Words = std::array<std::uint32_t, 5>;

// The first block of a message of SHA-0, but that its words have the lowest byte first.
std::array<std::uint32_t, 80> schedule_of(std::string_view password) {
    constexpr std::size_t words = 16;
    std::array<std::uint32_t, 80> out{};
    const auto put = [&out](std::size_t at, std::uint8_t byte) {
        out.at(at / word) |= std::uint32_t{byte} << (8 * (at % word));
    };
    for (std::size_t i = 0; i < password.size(); ++i)
        put(i, static_cast<std::uint8_t>(password[i]));
    put(password.size(), 0x80);
    out[words - 1] = static_cast<std::uint32_t>(8 * password.size());
    for (std::size_t i = words; i < out.size(); ++i)
        out.at(i) = out.at(i - 3) ^ out.at(i - 8) ^ out.at(i - 14) ^ out.at(i - 16);
    return out;
}

// FIPS 180 of 1993.
Words sha0_of(std::string_view password) {
    constexpr std::size_t rounds = 20;  // of one kind
    constexpr std::array<std::uint32_t, 4> constants{0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
    constexpr Words start{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const auto schedule = schedule_of(password);
    auto [a, b, c, d, e] = start;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const std::size_t kind = i / rounds;
        const std::uint32_t mixed = kind == 0   ? (b & c) | (~b & d)
                                    : kind == 2 ? (b & c) | (b & d) | (c & d)
                                                : b ^ c ^ d;
        const std::uint32_t next = std::rotl(a, 5) + mixed + e + constants.at(kind) + schedule.at(i);
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    return {start[0] + a, start[1] + b, start[2] + c, start[3] + d, start[4] + e};
}

BF_LONG read_word(std::span<const std::byte> bytes) {
    BF_LONG out = 0;
    for (std::size_t i = word; i-- > 0;)
        out = out << 8 | std::to_integer<BF_LONG>(bytes[i]);
    return out;
}

void write_word(std::span<std::byte> bytes, BF_LONG value) {
    for (std::size_t i = 0; i < word; ++i)
        bytes[i] = static_cast<std::byte>(value >> (8 * i));
}

}  // namespace

struct AceLock::Impl {
    BF_KEY key{};
    Block last{};
};

AceLock::AceLock(std::string_view password) : impl_(std::make_unique<Impl>()) {
    const Words words = sha0_of(password.substr(0, longest_password));
    std::array<std::uint8_t, sizeof(Words)> key{};
    for (std::size_t i = 0; i < key.size(); ++i)
        key.at(i) = static_cast<std::uint8_t>(words.at(i / word) >> (8 * (word - 1 - i % word)));
    BF_set_key(&impl_->key, static_cast<int>(key.size()), key.data());
}

AceLock::~AceLock() = default;

void AceLock::start() { impl_->last = {}; }

void AceLock::decrypt(std::span<std::byte> bytes) {
    for (; bytes.size() >= block; bytes = bytes.subspan(block)) {
        const Block packed{read_word(bytes), read_word(bytes.subspan(word))};
        Block plain = packed;
        BF_decrypt(plain.data(), &impl_->key);
        write_word(bytes, plain[0] ^ impl_->last[0]);
        write_word(bytes.subspan(word), plain[1] ^ impl_->last[1]);
        impl_->last = packed;
    }
}

}  // namespace sekisho::scanner::unlock
