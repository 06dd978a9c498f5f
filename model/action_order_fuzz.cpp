#include <cstddef>
#include <cstdint>
#include <string>

#include "model/action_order.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    const std::string text(data, data + size);  // NOLINT(*-pointer-arithmetic): libFuzzer gives both
    if (const auto name = model::order_name_from(text); name && to_string(*name) != text) __builtin_trap();
    const auto read = model::decode_order(text);
    if (!read) return 0;
    const auto again = model::encode(*read);
    if (!again || model::decode_order(*again) != *read) __builtin_trap();
    return 0;
}
