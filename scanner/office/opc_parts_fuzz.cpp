#include "scanner/office/opc_parts.h"

#include <span>

#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Each reader on whatever it takes for its own.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)), "part.xml");
    TestExtraction extraction({.max_bytes_out = 1u << 20}, size);
    for (const Format& row : office::opc_part_formats()) {
        if (row.recognise(part.bytes, part.name) == no_match) continue;
        if (row.open != nullptr) row.open(part, extraction);
        if (row.inspect != nullptr) row.inspect(part, extraction.findings());
    }
    return 0;
}
