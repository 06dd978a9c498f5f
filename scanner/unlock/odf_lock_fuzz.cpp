#include <array>
#include <span>

#include "scanner/unlock/odf_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// What a manifest may say, at random: nothing but the member's own bytes comes out.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    constexpr std::size_t fields = 64;
    if (size < fields) return 0;
    const auto bytes = std::as_bytes(std::span(data, size));
    const std::string_view text = sekisho::base::as_text(bytes);
    unlock::OdfLock lock;
    lock.data = bytes.subspan(fields);
    lock.cipher = data[0] % 2 == 0 ? unlock::OdfCipher::aes_cbc : unlock::OdfCipher::blowfish_cfb;
    lock.vector = text.substr(4, data[1] % 20);
    lock.salt = text.substr(24, data[2] % 20);
    lock.key_bytes = data[3];
    lock.rounds = 1 + data[44] % 4;
    lock.checksum = text.substr(45, data[45] % 19);
    lock.of_first_kilobyte = data[46] % 2 == 0;
    Budget budget({}, size);
    (void)unlock::fit_of(lock, "a", budget);
    auto plain = unlock::OdfPlain::open(lock, "a");
    if (!plain) return 0;
    std::array<std::byte, 100> piece{};
    std::size_t out = 0;
    while (const std::size_t got = plain->read(piece))
        out += got;
    if (out > lock.data.size()) __builtin_trap();
    return 0;
}
