#include <span>

#include "scanner/unlock/seven_zip_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace unlock = sekisho::scanner::unlock;
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto lock = unlock::SevenZipLock::read(sekisho::base::head(bytes, size / 2));
    if (!lock) return 0;
    const unsigned power = lock->derivation.cycles_power;
    const auto price = unlock::price_of(lock->derivation, 8).microseconds;
    const bool is_dear = power > 24 && power != unlock::SevenZipDerivation::no_hashing;
    if (lock->derivation.salt.size() > 16 || (is_dear && price < 1'000'000)) __builtin_trap();
    if (price > 1'000) return 0;
    unlock::SevenZipPlain plain(bytes, unlock::derive_key(lock->derivation, "p\0w\0"), lock->iv);
    std::size_t out = 0;
    for (auto piece = plain.next(); !piece.empty(); piece = plain.next())
        out += piece.size();
    if (out != size / 16 * 16) __builtin_trap();
    return 0;
}
