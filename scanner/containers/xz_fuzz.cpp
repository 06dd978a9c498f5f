#include "scanner/containers/xz.h"

#include <cstdlib>
#include <span>

#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// One child for the data and one for what stands behind it, and nothing beyond the input in the latter.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.xz");
    sekisho::scanner::TestExtraction extraction({.max_bytes_out = 1u << 20}, size);
    sekisho::scanner::containers::open_xz(part, extraction);
    if (extraction.children.size() > 2) std::abort();
    if (extraction.children.size() == 2 && extraction.children[1].bytes.size() >= size) std::abort();
    return 0;
}
