// Links of hostile texts; the first byte chooses what kind of text it is.
#include <array>

#include "scanner/testing.h"
#include "scanner/text/links.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    if (size == 0) return 0;
    constexpr std::array types{"text/plain", "text/html", "text/vbscript", "image/svg+xml"};
    Part part = test_part(std::as_bytes(std::span(data, size).subspan(1)));
    part.type = types.at(data[0] % types.size());
    Findings findings(100);
    text::inspect_links(part, findings);
    return 0;
}
