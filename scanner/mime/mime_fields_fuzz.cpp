// The fields of a header that shape an entity, and what its encodings may stand for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "scanner/mime/encoding_names.h"
#include "scanner/mime/mime_fields.h"
#include "scanner/mime/testing_ambiguities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    const HeaderBlock block = parse_header(bytes);
    Ambiguities ambiguities;
    const MimeFields fields = mime_fields(block, ambiguities);
    for (const auto* values : {&fields.types, &fields.encodings, &fields.dispositions}) {
        for (const std::string_view value : *values)
            if (!is_within(value, sekisho::base::as_text(bytes))) std::abort();
    }
    std::vector<Encoding> encodings = declared_encodings(fields.encodings, ambiguities).encodings;
    std::ranges::sort(encodings);
    if (encodings.empty() || std::ranges::adjacent_find(encodings) != encodings.end()) std::abort();
    return 0;
}
