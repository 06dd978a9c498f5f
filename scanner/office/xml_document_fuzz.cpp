#include "scanner/office/xml_document.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    (void)office::word_xml_format.recognise(part.bytes, "");
    TestExtraction extraction({}, size);
    office::word_xml_format.open(part, extraction);
    return 0;
}
