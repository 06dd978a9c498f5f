#include "scanner/office/sheet_formulas.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    Part part = test_part(std::as_bytes(std::span(data, size)), "a.csv");
    part.type = "text/plain";
    Findings findings(10);
    office::inspect_sheet_formulas(part, findings);
    return 0;
}
