// All that clients may make of a boundary, out of one field.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/bytes.h"
#include "scanner/mime/boundary_values.h"
#include "scanner/mime/header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const std::string_view raw = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    Ambiguities ambiguities;
    std::vector<std::string> values = boundaries_of(raw, parse_structured(unfold(raw)), ambiguities);
    if (values.size() > max_boundaries) std::abort();
    std::ranges::sort(values);
    if (std::ranges::adjacent_find(values) != values.end()) std::abort();
    return 0;
}
