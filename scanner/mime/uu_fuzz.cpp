// uuencode: the search for blocks and their data.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output output(budget);
    (void)mime::decode_uuencode(bytes, output);
    using enum mime::UuWay;
    for (const mime::UuWay way : {counted, bare_cr, to_zero, to_short, fitting, stream})
        (void)mime::decode_uuencode(bytes, output, way);
    mime::UuBlock block;
    for (std::size_t at = 0; mime::find_uuencoded(bytes, at, block); at = block.next)
        (void)mime::decode_uuencode(block.data, output);
    return 0;
}
