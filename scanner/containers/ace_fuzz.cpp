// Headers and the decoder behind them: what comes out stays within the Budget, and each archive is told.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/containers/ace_open.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({.max_bytes_out = 64u << 20, .max_password_cost = 20'000}, size);
    extraction.harvest().add({"secret", PasswordSource::configured, {}});
    containers::open_ace(part, extraction);
    std::uint64_t bytes = 0;
    for (const TestChild& child : extraction.children)
        bytes += child.bytes.size();
    assert(bytes <= extraction.budget().limits().max_bytes_out);
    assert(extraction.findings().has("archive.ace"));
    assert(extraction.covered.empty() || extraction.covered[0].size() <= size);
    return 0;
}
