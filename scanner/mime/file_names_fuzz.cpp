// The name of an attachment: the first line is its Content-Type, the rest its Content-Disposition.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/bytes.h"
#include "base/charset.h"
#include "base/escape.h"
#include "scanner/mime/file_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const std::string_view text = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    const std::size_t line = std::min(text.find('\n'), text.size());
    Ambiguities ambiguities;
    const std::string name =
        file_name(parse_structured(text.substr(0, line)), parse_structured(text.substr(line)), ambiguities);
    constexpr std::size_t longest = 64u << 10;
    if (name.size() > longest) std::abort();
    if (name.size() < longest && !sekisho::base::is_utf8(name)) std::abort();
    return 0;
}
