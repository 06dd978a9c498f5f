// The bytes as a sealed row, which never opens, and as what was sealed, which is packed again as it was.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "quarantine/password_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    static const auto seal = quarantine::Seal::create(base::as_bytes(std::string(32, 'k'))).value();
    const base::Bytes bytes = std::as_bytes(std::span(data, size));
    if (seal->open(bytes, "name")) __builtin_trap();
    const auto password = quarantine::unpacked(base::as_text(bytes));
    if (password && quarantine::packed(*password).view() != base::as_text(bytes)) __builtin_trap();
    return 0;
}
