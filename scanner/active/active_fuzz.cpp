// All recognisers and inspectors of the room on one input.
#include "scanner/active/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    Part part;
    part.bytes = std::as_bytes(std::span(data, size));
    Findings findings(100);
    for (const Format& format : active::formats()) {
        if (format.recognise(part.bytes, "a.js") > 0 && format.inspect != nullptr)
            format.inspect(part, findings);
    }
    return 0;
}
