#include "base/bytes.h"
#include "scanner/fold/fold.h"

// The first byte chooses the language, the rest is the source.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    if (size == 0) return 0;
    const auto text = base::as_text(std::as_bytes(std::span(data, size)).subspan(1));
    const auto language = static_cast<scanner::fold::Language>(data[0] % 4);
    (void)scanner::fold::recovered_text(scanner::fold::fold(text, language));
    return 0;
}
