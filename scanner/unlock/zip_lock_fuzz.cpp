#include <array>
#include <span>

#include "scanner/unlock/zip_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace unlock = sekisho::scanner::unlock;
    if (size < 4) return 0;
    const auto all = std::as_bytes(std::span(data, size));
    unlock::ZipLock lock{
        .cipher = data[0] % 2 == 0 ? unlock::ZipCipher::zip_crypto : unlock::ZipCipher::winzip_aes,
        .data = all.subspan(4),
        .strength = static_cast<std::uint8_t>(data[1] % 5),
        .method = static_cast<std::uint16_t>(data[2] % 2 * 8),
        .crc = data[3] * 0x01010101u};
    sekisho::scanner::Budget budget({}, size);
    sekisho::scanner::Passwords passwords;
    passwords.add({"1234", sekisho::scanner::PasswordSource::keyword, "en"});
    unlock::KeySearch search(passwords, budget, unlock::PasswordBytes::utf8_or_cp932);
    const auto found = search.find(unlock::price_of(lock),
                                   [&](std::string_view key) { return unlock::fit_of(lock, key, budget); });
    if (!found) return 0;
    auto plain = unlock::ZipPlain::open(lock, found->bytes);
    std::array<std::byte, 512> out;
    while (plain && plain->read(out) > 0) {
    }
    return 0;
}
