// Headers of all levels and the decoders behind them: what comes out stays within the Budget.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/containers/lha_open.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({.max_bytes_out = 64u << 20}, size);
    containers::open_lha(part, extraction);
    std::uint64_t bytes = 0;
    for (const TestChild& child : extraction.children)
        bytes += child.bytes.size();
    assert(bytes <= extraction.budget().limits().max_bytes_out);
    assert(extraction.covered.empty() || extraction.covered[0].size() <= size);
    return 0;
}
