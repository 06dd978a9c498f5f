#include <span>

#include "scanner/office/locked.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    sekisho::model::ScanLimits limits;
    limits.max_password_cost = 20'000;  // a few passwords
    TestExtraction extraction(limits, size);
    extraction.harvest().add({"right", PasswordSource::keyword, "en"});
    auto cfb = office::Cfb::open(bytes);
    if (!cfb) return 0;
    const office::LockOutcome out = office::open_locks(test_part(bytes), *cfb, extraction);
    // Whatever says that it is locked is told, and a document that was opened in place keeps its size.
    if (out.locked && extraction.findings().all().empty()) __builtin_trap();
    if (out.in_child && extraction.children.back().bytes.size() != size) __builtin_trap();
    return 0;
}
