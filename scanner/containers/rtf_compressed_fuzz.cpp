#include <span>

#include "scanner/containers/rtf_compressed.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// A sound one holds as many bytes as its header says, and no input grows beyond what the window allows.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    TestExtraction extraction({}, size);
    Output rtf = extraction.new_output();
    const auto result = containers::decompress_rtf(bytes, rtf);
    if (result.sound && result.whole && rtf.size() > size * 9) __builtin_trap();
    return 0;
}
