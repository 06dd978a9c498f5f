#include <span>

#include "scanner/office/onenote.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({}, size);
    office::open_onenote(part, extraction);
    // Files are views: none is larger than the section.
    for (const TestChild& child : extraction.children) {
        if (child.bytes.size() > size) __builtin_trap();
    }
    return 0;
}
