// Whole messages, nested ones as well.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/mime/formats.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    TestExtraction extraction;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    (void)mime::message_format.recognise(part.bytes, part.name);
    mime::message_format.open(part, extraction);
    if (mime::multipart_format.recognise(part.bytes, "") > no_match)
        mime::multipart_format.open(part, extraction);
    return 0;
}
