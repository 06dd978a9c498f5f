#include "scanner/containers/cms.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    (void)containers::cms_kind(std::as_bytes(std::span(data, size)));
    return 0;
}
