#include <span>

#include "scanner/containers/tnef.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Nothing comes out that does not stand in the file, but texts in another charset.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    if (containers::tnef_format.recognise(bytes, {}) == no_match) return 0;
    const Part part = test_part(bytes);
    TestExtraction extraction({}, size);
    containers::tnef_format.open(part, extraction);
    for (const TestChild& child : extraction.children) {
        if (child.storage == nullptr && child.bytes.size() > size) __builtin_trap();
    }
    return 0;
}
