#include <span>

#include "scanner/containers/image_files.h"
#include "scanner/containers/udf.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const auto bytes = std::as_bytes(std::span(data, size));
    const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.img");
    sekisho::scanner::TestExtraction extraction({.max_steps = 100'000'000}, size);
    containers::ImageFiles files(part, extraction);
    const bool whole = containers::read_udf(containers::Disk(bytes), files);
    // What ends early has met a limit.
    if (!whole && extraction.budget().reached().empty()) __builtin_trap();
    return 0;
}
