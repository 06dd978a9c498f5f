// Header blocks and everything that is read from a field's value.
#include <cstddef>
#include <cstdint>

#include "scanner/mime/content.h"
#include "scanner/mime/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const HeaderBlock block = parse_header(std::as_bytes(std::span(data, size)));
    for (const HeaderField& field : block.fields)
        (void)decode_words(field.value());
    Ambiguities ambiguities = block.ambiguities;
    (void)read_content(block, "text/plain", [](std::string_view) { return true; }, ambiguities);
    return 0;
}
