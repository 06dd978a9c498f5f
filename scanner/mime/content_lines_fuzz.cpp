#include <span>

#include "scanner/mime/content_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Each property stands behind the one before it, and its data within it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const std::string_view text = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    mime::InlineFile file;
    for (std::size_t at = 0; mime::find_inline_file(text, at, file); at = file.next) {
        const auto begin = static_cast<std::size_t>(file.data.data() - text.data());
        if (begin < at || begin + file.data.size() > file.next || file.next > size) __builtin_trap();
    }
    return 0;
}
