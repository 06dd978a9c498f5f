#include "base/bytes.h"
#include "scanner/office/xlm/formats.h"
#include "scanner/testing.h"

// A workbook stream or a SYLK file, read, followed and judged as a scan does it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    for (const Format& row : office::xlm::formats()) {
        if (row.recognise(part.bytes, "") == no_match) continue;
        TestExtraction extraction({}, size);
        row.open(part, extraction);
    }
    return 0;
}
