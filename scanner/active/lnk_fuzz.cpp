// Shortcuts: every structure, and the judgement of what is in it.
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/active/lnk_format.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)), "invoice.lnk");
    if (!active::is_shell_link(part.bytes)) return 0;
    TestExtraction extraction({}, size);
    active::lnk_format.open(part, extraction);
    return 0;
}
