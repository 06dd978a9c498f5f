// Files behind each other: in order, apart, within the part, and none that its own check refuses.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/containers/embedded_kinds.h"
#include "scanner/embedded.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    Covered covered(bytes);
    Budget budget({}, size);
    std::size_t free_from = 1;
    for (const EmbeddedFile& file :
         find_embedded(bytes, {}, containers::embedded_kinds(), covered, budget, 100)) {
        assert(file.offset >= free_from && file.size > 0 && file.size <= size - file.offset);
        free_from = file.offset + file.size;
    }
    return 0;
}
