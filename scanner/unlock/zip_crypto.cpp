#include "scanner/unlock/zip_crypto.h"

#include <array>

namespace sekisho::scanner::unlock {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
        table[i] = value;
    }
    return table;
}
constexpr auto table = make_table();

constexpr std::uint32_t crc32_step(std::uint32_t crc, std::uint8_t byte) {
    return table[(crc ^ byte) & 0xFFu] ^ (crc >> 8);
}

}  // namespace

ZipCryptoKeys::ZipCryptoKeys(std::string_view password) {
    for (const char c : password)
        update(static_cast<std::uint8_t>(c));
}

void ZipCryptoKeys::update(std::uint8_t plain) {
    key0_ = crc32_step(key0_, plain);
    key1_ = (key1_ + (key0_ & 0xFFu)) * 134775813u + 1u;
    key2_ = crc32_step(key2_, static_cast<std::uint8_t>(key1_ >> 24));
}

std::byte ZipCryptoKeys::decrypt(std::byte cipher) {
    const std::uint32_t seed = (key2_ | 2u) & 0xFFFFu;
    const auto plain = static_cast<std::uint8_t>(std::to_integer<std::uint8_t>(cipher) ^
                                                 static_cast<std::uint8_t>((seed * (seed ^ 1u)) >> 8));
    update(plain);
    return std::byte{plain};
}

}  // namespace sekisho::scanner::unlock
