// PKWARE's traditional encryption (APPNOTE.TXT section 6.1): three words of state, one byte at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sekisho::scanner::unlock {

class ZipCryptoKeys {
public:
    explicit ZipCryptoKeys(std::string_view password);
    std::byte decrypt(std::byte cipher);

private:
    void update(std::uint8_t plain);

    std::uint32_t key0_ = 0x12345678;
    std::uint32_t key1_ = 0x23456789;
    std::uint32_t key2_ = 0x34567890;
};

}  // namespace sekisho::scanner::unlock
