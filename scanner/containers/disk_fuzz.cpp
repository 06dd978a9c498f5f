#include <span>

#include "scanner/containers/images.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const auto* format : sekisho::scanner::containers::image_formats()) {
        if (format->recognise(bytes, "a.img") == sekisho::scanner::no_match) continue;
        const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.img");
        sekisho::scanner::TestExtraction extraction({.max_steps = 100'000'000}, size);
        format->open(part, extraction);
        // Whatever comes out was charged, views too.
        std::uint64_t out = 0;
        for (const auto& child : extraction.children)
            out += child.bytes.size();
        if (out > extraction.budget().limits().max_bytes_out) __builtin_trap();
    }
    return 0;
}
