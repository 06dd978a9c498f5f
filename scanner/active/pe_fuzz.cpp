// Portable executables: headers and tables.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/active/pe_format.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)), "a.exe");
    TestExtraction extraction({}, size);
    active::open_pe(part, extraction);
    return 0;
}
