#include <span>

#include "scanner/mime/mac_files.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// A fork that is cut is told.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const Format* format : {&mime::apple_single_format, &mime::mac_binary_format}) {
        TestExtraction extraction({}, size);
        const Part part = test_part(bytes);
        format->open(part, extraction);
        for (const TestChild& child : extraction.children) {
            if (child.spec.flags.has(PartFlag::truncated) && !extraction.findings().has("archive.damaged"))
                __builtin_trap();
        }
    }
    return 0;
}
