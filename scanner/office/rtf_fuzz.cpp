#include <span>

#include "scanner/office/rtf.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// No child is larger than what its digits, or its characters, can stand for.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    TestExtraction extraction({}, size);
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    office::rtf_format.open(part, extraction);
    for (const TestChild& child : extraction.children) {
        if (child.bytes.size() > 12 * size + 64) __builtin_trap();
    }
    return 0;
}
