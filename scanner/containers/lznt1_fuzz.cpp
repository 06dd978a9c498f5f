#include <span>

#include "scanner/containers/lznt1.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::size_t most = 65'536;
    std::vector<std::byte> out;
    (void)sekisho::scanner::containers::unpack_lznt1(std::as_bytes(std::span(data, size)), most, out);
    // A chunk of three bytes gives 4,096 at most, and nothing goes over the limit.
    if (out.size() > most || out.size() / 4'096 > size / 3 + 1) __builtin_trap();
    return 0;
}
