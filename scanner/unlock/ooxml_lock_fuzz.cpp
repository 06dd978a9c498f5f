#include <span>

#include "scanner/unlock/ooxml_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto package = bytes.first(size / 4);
    auto lock = unlock::OoxmlLock::open(bytes.subspan(size / 4));
    if (!lock || (*lock)->price().microseconds > 20'000) return 0;
    (void)(*lock)->fit_of("a\0b\0", package);
    Budget budget({}, size);
    Output output(budget);
    const auto out = (*lock)->decrypt(package, budget, output);
    if (output.size() > package.size() || (output.size() > 0 && !out.has_output)) __builtin_trap();
    return 0;
}
