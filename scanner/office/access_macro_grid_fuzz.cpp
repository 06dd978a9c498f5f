#include <span>

#include "scanner/budget.h"
#include "scanner/office/access_macro_grid.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    std::size_t rows = 0;
    const auto count = [&](const office::AccessMacroRow&) { ++rows; };
    (void)office::read_access_macro(bytes, {.narrow = size % 2 != 0, .charset = "cp932"}, budget, count);
    if (rows > size / 34) __builtin_trap();
    office::read_embedded_macros(bytes, {.charset = "windows-1252"}, budget, count);
    return 0;
}
