#include <cstdlib>
#include <span>

#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate.h"
#include "scanner/containers/zip_decode.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// A whole stream is whole as well when it comes byte by byte, and gives the same.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    constexpr std::size_t most = 1u << 20;
    const auto input = std::as_bytes(std::span(data, size));
    const auto run = [&](const containers::PackedSource& source, std::uint32_t& crc) {
        std::size_t made = 0;
        return containers::inflate(source, [&](sekisho::base::Bytes bytes) {
            crc = containers::crc32_of(bytes, crc);
            return (made += bytes.size()) < most;
        });
    };
    std::uint32_t at_once = 0;
    std::uint32_t by_bytes = 0;
    std::size_t at = 0;
    const auto first = run(containers::source_of(input), at_once);
    const auto second =
        run([&] { return at < size ? input.subspan(at++, 1) : sekisho::base::Bytes(); }, by_bytes);
    if (first == containers::Inflated::whole && (second != first || at_once != by_bytes)) std::abort();
    return 0;
}
