#include "scanner/office/cfb.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    auto cfb = office::Cfb::open(bytes);
    if (!cfb) return 0;
    Budget budget({}, size);
    for (std::uint32_t i = 0; i < cfb->entries().size(); ++i) {
        (void)cfb->path(i);
        (void)cfb->read(i, budget);
    }
    return 0;
}
