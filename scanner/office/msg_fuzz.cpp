#include <span>

#include "scanner/office/cfb_copy.h"
#include "scanner/office/msg.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Opened as a message whatever it is. The copy of a storage is sound, and gives each stream whole.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    TestExtraction extraction({}, size);
    auto cfb = office::Cfb::open(bytes);
    if (!cfb || cfb->entries().empty()) return 0;
    std::vector<bool> consumed(cfb->entries().size());
    (void)office::open_outlook_message(test_part(bytes), *cfb, extraction, consumed);
    Output output = extraction.new_output();
    if (!office::StorageCopier(*cfb).copy(0, extraction.budget(), output).whole) return 0;
    auto copy = office::Cfb::open(output.view());
    if (!copy || copy->damaged() || copy->entries().size() > cfb->entries().size()) __builtin_trap();
    for (std::uint32_t i = 0; i < copy->entries().size(); ++i) {
        if (copy->entries()[i].kind == office::CfbEntry::Kind::stream &&
            copy->read(i, extraction.budget()).truncated && extraction.budget().reached().empty())
            __builtin_trap();
    }
    return 0;
}
