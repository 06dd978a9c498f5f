// AppleSingle and AppleDouble (RFC 1740 appendices A and B): a file of classic Mac OS in one piece.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace sekisho::scanner::mime {

// The data fork, a view into `bytes`; none where this is no AppleSingle, or one without it. A fork that
// reaches behind the end is cut.
std::optional<base::Bytes> data_fork(base::Bytes bytes);

}  // namespace sekisho::scanner::mime
