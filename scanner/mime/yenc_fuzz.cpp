// yEnc: the search for blocks and their data.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output output(budget);
    mime::YencBlock block;
    for (std::size_t at = 0; mime::find_yenc(bytes, at, block); at = block.next)
        (void)mime::decode_yenc(block, output);
    return 0;
}
