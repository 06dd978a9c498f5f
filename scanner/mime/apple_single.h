// AppleSingle and AppleDouble (RFC 1740 appendices A and B): a file of classic Mac OS in one piece.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace sekisho::scanner::mime {

// The data fork, a view into `bytes`; none where this is no AppleSingle, or one without it. A fork that
// reaches behind the end is cut.
std::optional<base::Bytes> data_fork(base::Bytes bytes);

enum class AppleEntry : std::uint32_t { data_fork = 1, resource_fork = 2, real_name = 3 };

struct ForkOfFile {
    base::Bytes bytes;  // a view
    bool cut = false;   // it reaches behind the end
};
// The first entry of a kind in AppleSingle or AppleDouble; none where there is none.
std::optional<ForkOfFile> find_apple_entry(base::Bytes bytes, AppleEntry kind);

}  // namespace sekisho::scanner::mime
