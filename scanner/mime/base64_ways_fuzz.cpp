// Base64 in each of its ways: the quick path gives what the careful one gives, facts included, and the ways
// that the facts say need not be run give what groups gives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "scanner/mime/decoders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    using mime::Base64Way;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    Budget budget({}, size);
    Output groups(budget);
    const mime::Decoded decoded = mime::decode_base64(bytes, groups);
    const auto worth = mime::ways_for(decoded.base64);
    for (const Base64Way way :
         {Base64Way::groups, Base64Way::skip_padding, Base64Way::stop_at_padding, Base64Way::stop_at_garbage,
          Base64Way::stop_when_padded, Base64Way::quads, Base64Way::seven_bits, Base64Way::url_safe}) {
        Output quick(budget);
        Output careful(budget);
        const mime::Decoded one = mime::decode_base64(bytes, quick, way);
        const mime::Decoded two = mime::decode_base64_carefully(bytes, careful, way);
        if (!decoded.whole || !one.whole || !two.whole) continue;
        if (one.damaged != two.damaged || one.base64 != two.base64) std::abort();
        if (!std::ranges::equal(quick.view(), careful.view())) std::abort();
        if (std::ranges::find(worth, way) != worth.end()) continue;
        if (!std::ranges::equal(quick.view(), groups.view())) std::abort();
    }
    return 0;
}
