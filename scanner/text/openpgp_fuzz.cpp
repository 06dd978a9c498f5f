#include "scanner/text/openpgp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)text::find_pgp_message(sekisho::base::as_text(bytes));
    (void)text::binary_pgp_kind(bytes, "a.gpg");
    return 0;
}
