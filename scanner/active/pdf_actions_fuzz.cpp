#include <span>

#include "scanner/active/pdf_actions.h"
#include "scanner/active/pdf_names.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    sekisho::model::ScanLimits limits;
    limits.max_steps = 200'000'000;
    TestExtraction extraction(limits, size);
    (void)active::may_act(part.bytes);
    active::open_pdf(part, extraction);
    // No child is larger than what was charged for it, but for views into the part.
    for (const TestChild& child : extraction.children) {
        const bool view = child.spec.type == "message/rfc822";
        if (!view && child.bytes.size() > limits.max_bytes_out - extraction.budget().bytes_left())
            __builtin_trap();
    }
    return 0;
}
