#include "scanner/office/formats.h"
#include "scanner/office/vba.h"
#include "scanner/testing.h"

// The dir stream alone, and the whole document as the scan core opens it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)office::parse_vba_dir(bytes);
    for (const Format& row : office::formats()) {
        if (row.recognise(bytes, "") != sure_match || row.open == nullptr) continue;
        TestExtraction extraction({}, size);
        const Part part = test_part(bytes);
        row.open(part, extraction);
    }
    return 0;
}
