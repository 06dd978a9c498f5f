// The name of an attachment: the first line is its Content-Type, the others are its Content-Disposition
// fields.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/charset.h"
#include "base/escape.h"
#include "scanner/mime/file_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const std::string_view text = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    std::vector<StructuredValue> fields;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t line = std::min(text.find('\n', at), text.size());
        fields.push_back(parse_structured(text.substr(at, line - at)));
        at = line + 1;
    }
    Ambiguities ambiguities;
    const std::string name = file_name(std::span(fields).first(1), std::span(fields).subspan(1), ambiguities);
    constexpr std::size_t longest = 64u << 10;
    if (name.size() > longest) std::abort();
    if (name.size() < longest && !sekisho::base::is_utf8(name)) std::abort();
    return 0;
}
