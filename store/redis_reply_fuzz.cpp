// Whatever comes over the wire: values or an error, within bounds.
#include <cstddef>
#include <cstdint>

#include "store/redis_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sekisho::store::RedisReader;
    RedisReader reader;
    const std::size_t half = size / 2;
    if (!reader.feed(std::as_bytes(std::span(data, half)))) return 0;
    while (const auto reply = reader.next()) {
        if (*reply) continue;
        break;
    }
    if (!reader.feed(std::as_bytes(std::span(data + half, size - half)))) return 0;
    while (const auto reply = reader.next()) {
        if (!*reply) break;
    }
    return 0;
}
