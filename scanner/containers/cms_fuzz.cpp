#include "scanner/containers/cms.h"
#include "scanner/containers/cms_content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)containers::cms_kind(bytes);
    const auto content = containers::find_cms_content(bytes);
    if (!content) return 0;
    std::size_t out = 0;
    (void)containers::read_octets(*content, [&](sekisho::base::Bytes piece) {
        out += piece.size();
        return true;
    });
    if (out > size) __builtin_trap();
    return 0;
}
