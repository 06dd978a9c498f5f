#include "scanner/office/macro_findings.h"

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    const auto text = base::as_text(std::as_bytes(std::span(data, size)));
    scanner::office::MacroTraits traits;
    (void)traits.read(text, "M");
    scanner::Findings findings(100);
    traits.report(0, findings);
    return 0;
}
