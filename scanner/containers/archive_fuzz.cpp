#include <span>

#include "scanner/containers/archive.h"
#include "scanner/testing.h"

// libarchive asks for what a hostile header says and copes with a null; AddressSanitizer would rather abort.
extern "C" const char* __asan_default_options();                                           // NOLINT
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const auto* format : containers::archive_formats()) {
        if (format->recognise(bytes, "a.lzma") == sekisho::scanner::no_match) continue;
        const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.tgz");
        sekisho::scanner::TestExtraction extraction({}, size);
        format->open(part, extraction);
    }
    for (const auto* format : containers::unsupported_formats())
        (void)format->recognise(bytes, {});
    return 0;
}
