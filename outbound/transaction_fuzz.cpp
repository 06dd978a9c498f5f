#include <cstddef>
#include <cstdint>
#include <span>

#include "outbound/transaction.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    const auto read = outbound::decode_transaction(std::as_bytes(std::span(data, size)));
    if (!read) return 0;
    const auto again = outbound::decode_transaction(base::as_bytes(outbound::encode(*read)));
    if (!again || *again != *read) __builtin_trap();
    return 0;
}
