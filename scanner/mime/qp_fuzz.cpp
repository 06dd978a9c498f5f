// Quoted-printable.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output output(budget);
    (void)mime::decode_quoted_printable(bytes, output);
    return 0;
}
