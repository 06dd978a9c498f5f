#include <algorithm>
#include <span>

#include "scanner/office/doc_text.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// The first half is the stream WordDocument, the second the table. Text does not grow without bounds.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    TestExtraction extraction({}, size);
    Output text = extraction.new_output();
    (void)office::read_word_text(bytes.first(size / 2), bytes.subspan(size / 2), text, extraction.budget());
    if (text.size() > 12 * size + 64) __builtin_trap();
    return 0;
}
