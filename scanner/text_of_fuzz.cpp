// Text of hostile HTML; the first byte chooses a charset.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/testing.h"
#include "scanner/text_of.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    if (size == 0) return 0;
    constexpr std::array charsets{"", "utf-8", "iso-2022-jp", "shift_jis", "utf-16", "utf-7"};
    Part part = test_part(std::as_bytes(std::span(data, size).subspan(1)));
    part.type = "text/html";
    part.charset = charsets.at(data[0] % charsets.size());
    (void)text_of(part);
    return 0;
}
