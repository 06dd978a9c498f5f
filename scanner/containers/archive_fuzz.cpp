#include <array>
#include <span>
#include <vector>

#include "scanner/containers/archive.h"
#include "scanner/containers/images.h"
#include "scanner/testing.h"

// libarchive asks malloc for what a hostile header says and copes with a null. The memory is never touched,
// so neither AddressSanitizer nor libFuzzer should take the wish for the deed.
extern "C" const char* __asan_default_options();               // NOLINT
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);  // NOLINT
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }  // NOLINT

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {  // NOLINT
    static std::array<char, 32> flag{"-malloc_limit_mb=1048576"};
    static std::vector<char*> all(*argv, *argv + *argc);
    all.push_back(flag.data());
    all.push_back(nullptr);
    *argv = all.data();
    ++*argc;
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const auto& rows : {containers::archive_formats(), containers::image_formats()}) {
        for (const auto* format : rows) {
            if (format->recognise(bytes, "a.lzma") == sekisho::scanner::no_match) continue;
            const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.tgz");
            sekisho::scanner::TestExtraction extraction({}, size);
            format->open(part, extraction);
        }
    }
    return 0;
}
