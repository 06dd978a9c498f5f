#include "scanner/office/vba_pcode.h"
#include "scanner/office/vba_project.h"
#include "scanner/office/vba_stomped.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    (void)office::parse_vba_project_text(bytes);
    const auto identifiers = office::read_identifiers(bytes);
    office::VbaModule module;
    module.source = "Sub A()\r\nShell \"x\"\r\nEnd Sub\r\n";
    module.cache = bytes;
    (void)office::judge_pcode(module, identifiers, "cp932", budget);
    return 0;
}
