// All recognisers, openers and inspectors of the room on one input.
#include "scanner/active/formats.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({}, size);
    for (const Format& format : active::formats()) {
        if (format.recognise(part.bytes, "a.js") == no_match) continue;
        if (format.open != nullptr) format.open(part, extraction);
        if (format.inspect != nullptr) format.inspect(part, extraction.findings());
    }
    return 0;
}
