#include "scanner/office/ovba_decompress.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::office;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)ovba_decompress(bytes, 1u << 20);
    (void)ovba_decompress(bytes, 1u << 20, OvbaEnd::at_foreign_header);
    (void)find_module_source(bytes);
    return 0;
}
