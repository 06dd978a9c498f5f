#include "scanner/containers/gzip.h"

#include <cstdlib>
#include <span>
#include <string>

#include "scanner/containers/packed_file_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const std::string_view text = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    const containers::OpenedPacked opened(containers::open_gzip, std::string(text),
                                          {.max_bytes_out = 1u << 20});
    if (!opened.is_in_shape()) std::abort();
    return 0;
}
