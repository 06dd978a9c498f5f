#include <algorithm>
#include <span>
#include <vector>

#include "scanner/unlock/rc4_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// A stream that is decrypted in pieces gives what it gives as a whole.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    auto lock = unlock::Rc4Lock::open(bytes);
    if (!lock || lock->price().microseconds > 20'000) return 0;
    (void)lock->fits("a\0b\0");
    constexpr std::size_t block = 512;
    std::vector<std::byte> whole(size);
    std::vector<std::byte> pieces(size);
    unlock::Rc4Stream(*lock, block).apply(0, bytes, whole);
    unlock::Rc4Stream stream(*lock, block);
    for (std::size_t at = 0; at < size;) {
        const std::size_t piece = std::min<std::size_t>(size - at, data[at] + std::size_t{1});
        stream.apply(at, bytes.subspan(at, piece), std::span(pieces).subspan(at, piece));
        at += piece;
    }
    if (whole != pieces) __builtin_trap();
    return 0;
}
