// The reading that believes no boundary, and base64 wherever it stands: leaves and runs lie within, in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "scanner/mime/carve.h"
#include "scanner/mime/parts_reading.h"
#include "scanner/mime/testing_ambiguities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    using sekisho::base::as_text;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    const std::string_view text = as_text(bytes);
    const DashedLines dashed(text);
    for (const bool has_header : {true, false}) {
        sekisho::scanner::Budget budget({}, size);
        const Reading reading =
            read_parts(bytes, {"foobar", "foo"}, {.has_header = has_header}, dashed, budget);
        const char* last = text.data();
        for (const Leaf& leaf : reading.leaves) {
            const std::string_view raw = as_text(leaf.raw);
            if (!is_within(raw, text) || raw.data() < last) std::abort();
            last = raw.data() + raw.size();
        }
    }
    for (const sekisho::base::Bytes run : find_base64_runs(bytes, 8)) {
        const std::string_view piece = as_text(run);
        if (!is_within(piece, text) ||
            piece.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n\f\v") !=
                piece.npos) {
            std::abort();
        }
    }
    return 0;
}
