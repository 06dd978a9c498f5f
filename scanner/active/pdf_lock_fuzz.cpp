#include <span>

#include "scanner/active/pdf.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    if (active::encrypted_pdf_format.recognise(part.bytes, "") == no_match) return 0;
    sekisho::model::ScanLimits limits;
    limits.max_password_cost = 5'000;  // one password of the dearest lock
    limits.max_steps = 200'000'000;
    TestExtraction extraction(limits, size);
    extraction.harvest().add({"right", PasswordSource::keyword, "en"});
    active::encrypted_pdf_format.open(part, extraction);
    // Whatever says that it is encrypted is told, and no copy is larger than what was charged for it.
    const bool told = !extraction.findings().all().empty() || !extraction.budget().reached().empty();
    if (!told) __builtin_trap();
    for (const TestChild& child : extraction.children) {
        if (child.bytes.size() > limits.max_bytes_out - extraction.budget().bytes_left()) __builtin_trap();
    }
    return 0;
}
