// BinHex: the search for blocks, and what is in them; and all of the input as such.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output output(budget);
    Output resource(budget);
    mime::BinHexHeader header;
    (void)mime::decode_binhex(bytes, output, resource, header);
    mime::BinHexBlock block;
    for (std::size_t at = 0; mime::find_binhex(bytes, at, block); at = block.next)
        (void)mime::decode_binhex(block.data, output, resource, header);
    if (mime::find_bare_binhex(bytes, block)) (void)mime::decode_binhex(block.data, output, resource, header);
    return 0;
}
