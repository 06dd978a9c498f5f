#include <cstddef>
#include <cstdint>
#include <span>

#include "outbound/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::outbound;
    const auto bytes = std::as_bytes(std::span(data, size));
    if (auto sender = decode_sender(bytes); sender && sender->activity)
        (void)sender->activity->measure(1'800'000'000);
    (void)decode_baseline(bytes);
    (void)decode_trail(bytes);
    return 0;
}
