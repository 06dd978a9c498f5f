#include <array>

#include "scanner/office/opc_content_types.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    const std::array parts{test_part(bytes, "[Content_Types].xml"),
                           test_part(bytes, "word/media/image1.png")};
    TestExtraction extraction({}, size);
    office::judge_content_types(test_part(bytes), parts, extraction);
    return 0;
}
