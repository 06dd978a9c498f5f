#include "scanner/office/document_links.h"

#include "base/bytes.h"
#include "model/finding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    const auto text = base::as_text(std::as_bytes(std::span(data, size)));
    const std::string_view id = scanner::office::judge_document_link(text);
    if (!id.empty() && model::find_finding(id) == nullptr) __builtin_trap();
    return 0;
}
