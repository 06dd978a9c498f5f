#include "scanner/office/ole_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::office;
    (void)property_lines(parse_ole_properties(std::as_bytes(std::span(data, size))));
    return 0;
}
