#include "scanner/office/active_mime.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({}, size);
    office::active_mime_format.open(part, extraction);
    return 0;
}
