// Quoted-printable, in each of its ways: those that the facts say need not be run give what lenient gives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    using mime::QpWay;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output lenient(budget);
    const mime::Decoded decoded = mime::decode_quoted_printable(bytes, lenient);
    const auto worth = mime::ways_for(decoded.qp);
    for (const QpWay way : {QpWay::drop_bad_escapes, QpWay::pairs, QpWay::triples, QpWay::joined_lines,
                            QpWay::strict_blanks, QpWay::bare_breaks}) {
        Output output(budget);
        const mime::Decoded other = mime::decode_quoted_printable(bytes, output, way);
        if (!decoded.whole || !other.whole || std::ranges::find(worth, way) != worth.end()) continue;
        if (!std::ranges::equal(lenient.view(), output.view())) std::abort();
    }
    return 0;
}
