// What is packed in one resource of a WIM.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/containers/wim_headers.h"

namespace sekisho::scanner::containers {

// A stretch of the file with its chunks.
struct WimPacked {
    base::Bytes chunks;  // the table of where they end, and they
    std::uint64_t size = 0;
    std::uint32_t chunk = 0;
    WimMethod method = WimMethod::none;
    bool solid = false;  // the table has the size of each chunk instead
};

// Where a resource lies, its own header read where it is a solid one. truncated: it is not all there.
base::Result<WimPacked> find_wim_resource(base::Bytes file, const WimHeader& header,
                                          const WimResource& resource);

// Hands the plain bytes to `sink` in order; false from it ends the work as `limit`. malformed: a chunk is
// broken, what came before it went to the sink; unsupported: chunks that wimlib does not know. The memory for
// one of them and for the decoder counts in `budget` meanwhile.
base::Result<void> unpack_wim(const WimPacked& packed, Budget& budget,
                              const std::function<bool(base::Bytes)>& sink);

}  // namespace sekisho::scanner::containers
