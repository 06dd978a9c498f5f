// Blocks of the Microsoft Script Encoder, and script elements around them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/active/script_parts.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)), "a.vbe");
    TestExtraction extraction({}, size);
    active::open_encoded_script(part, extraction);
    active::open_script_elements(part, extraction);
    return 0;
}
