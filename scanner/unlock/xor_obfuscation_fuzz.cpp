#include <algorithm>
#include <span>
#include <vector>

#include "scanner/unlock/xor_obfuscation.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// A stream that is decrypted in pieces gives what it gives as a whole, whatever the password.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace unlock = sekisho::scanner::unlock;
    const auto bytes = std::as_bytes(std::span(data, size));
    const std::string_view password = sekisho::base::as_text(bytes).substr(0, 20);
    const auto array = unlock::xor_array(password, unlock::xor_check(password));
    for (const bool is_word : {false, true}) {
        std::vector<std::byte> whole(bytes.begin(), bytes.end());
        std::vector<std::byte> pieces = whole;
        const auto apply = [&](std::size_t at, std::span<std::byte> piece) {
            is_word ? unlock::xor_word(array, at, piece) : unlock::xor_excel(array, at % 16, piece);
        };
        apply(0, whole);
        for (std::size_t at = 0; at < size;) {
            const std::size_t piece = std::min<std::size_t>(size - at, data[at] + std::size_t{1});
            apply(at, std::span(pieces).subspan(at, piece));
            at += piece;
        }
        if (whole != pieces) __builtin_trap();
    }
    return 0;
}
