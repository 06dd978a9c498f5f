#include <array>
#include <span>

#include "scanner/mime/mailbox.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// The parts stand in the file one behind the other.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const Format* format : {&mime::mbox_format, &mime::emlx_format, &mime::loose_mail_format}) {
        if (format->recognise(bytes, "a.mbox") == no_match) continue;
        TestExtraction extraction({}, size);
        const Part part = test_part(bytes);
        format->open(part, extraction);
        const std::byte* last = bytes.data();
        for (const TestChild& child : extraction.children) {
            if (child.bytes.data() < last) __builtin_trap();
            last = child.bytes.data() + child.bytes.size();
        }
    }
    return 0;
}
