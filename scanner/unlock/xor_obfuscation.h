// XOR obfuscation, [MS-OFFCRYPTO] 2.3.7: the lock of Excel and Word up to version 97, and of the compatible
// formats of later ones. It is none: key and check of the password stand in the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::unlock {

// The two numbers of a password that a file keeps (CreateXorKey_Method1, CreatePasswordVerifier_Method1).
struct XorCheck {
    std::uint16_t key = 0;
    std::uint16_t verifier = 0;
    friend bool operator==(const XorCheck&, const XorCheck&) = default;
};
// `password`: bytes of the writer's code page, of which 15 count.
XorCheck xor_check(std::string_view password);

// What is repeated over the bytes of a document.
using XorArray = std::array<std::uint8_t, 16>;
XorArray xor_array(std::string_view password, XorCheck check);

// Method 1, Excel: `index`: that of data[0], modulo 16.
void xor_excel(const XorArray& array, std::size_t index, std::span<std::byte> data);
// Method 2, Word: `offset`: of data[0] in its stream.
void xor_word(const XorArray& array, std::uint64_t offset, std::span<std::byte> data);

}  // namespace sekisho::scanner::unlock
