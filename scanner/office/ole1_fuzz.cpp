#include <span>

#include "scanner/office/ole1.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// What is known gives a part or a finding.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const Format* format : {&office::ole1_object_format, &office::ole_package_format}) {
        if (format->recognise(bytes, {}) == no_match) continue;
        TestExtraction extraction({}, size);
        const Part part = test_part(bytes);
        format->open(part, extraction);
        if (extraction.children.empty() && extraction.findings().all().empty()) __builtin_trap();
    }
    return 0;
}
