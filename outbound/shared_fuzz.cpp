// What another gateway may have written: a standing, a logged transaction or a cursor, or an error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "outbound/shared.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::outbound;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)decode_standing(bytes);
    (void)decode_logged(bytes);
    (void)decode_cursor(bytes);
    return 0;
}
