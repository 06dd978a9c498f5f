// What comes out in silence has the checksum that its header says, and takes no more than the Budget gives.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/containers/arj_open.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({.max_password_cost = 20'000}, size);
    extraction.harvest().add({"secret", PasswordSource::configured, {}});
    containers::open_arj(part, extraction);
    std::uint64_t bytes = 0;
    for (const TestChild& child : extraction.children)
        bytes += child.bytes.size();
    assert(bytes <= extraction.budget().limits().max_bytes_out);
    assert(size > 0 || extraction.findings().has("archive.damaged"));
    return 0;
}
