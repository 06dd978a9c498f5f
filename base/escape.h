// Untrusted text made safe for a log line, a terminal, a header or a reply.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::base {

// UTF-8 with everything that could mislead a reader written as \xHH or \u{HHHH}: control characters, invalid
// UTF-8, line and paragraph separators, bidirectional controls, zero-width characters, and the backslash
// itself. At most `max_bytes` bytes of output; what was cut is marked with "...".
std::string escape(std::string_view untrusted, std::size_t max_bytes = 200);

// The same in printable ASCII alone, for headers and SMTP replies.
std::string escape_ascii(std::string_view untrusted, std::size_t max_bytes = 200);

// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

// `text` with each ill-formed sequence replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace sekisho::base
