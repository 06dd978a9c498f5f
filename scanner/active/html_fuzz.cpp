// Pages and what their scripts carry; the first byte tells SVG from HTML, and attachments from bodies.
#include "scanner/active/html.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    if (size == 0) return 0;
    Part part =
        test_part(std::as_bytes(std::span(data, size).subspan(1)), (data[0] & 2u) != 0 ? "a.html" : "");
    part.opened_by = "mime";
    TestExtraction extraction({}, size);
    (data[0] & 1u) != 0 ? active::open_svg(part, extraction) : active::open_html(part, extraction);
    return 0;
}
