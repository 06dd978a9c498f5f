#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "milter/received.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sekisho::milter::client_of_received(sekisho::base::as_text(std::as_bytes(std::span(data, size))));
    return 0;
}
