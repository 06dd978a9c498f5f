#include <array>
#include <span>

#include "scanner/containers/odf_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (containers::OdfEntry& entry : containers::encrypted_entries(bytes)) {
        if (!entry.lock || unlock::price_of(*entry.lock).microseconds > 5'000) continue;
        entry.lock->data = bytes.first(size / 2);
        auto plain = unlock::OdfPlain::open(*entry.lock, "right");
        std::array<std::byte, 512> buffer;
        std::size_t total = 0;
        for (std::size_t n = 0; plain && (n = plain->read(buffer)) > 0;)
            total += n;
        if (total > size / 2) __builtin_trap();
    }
    return 0;
}
