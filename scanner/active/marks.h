// What recognisers of this room share: looking at the first bytes of a part.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::active {

// True where `bytes` has `mark` at `offset`.
bool has_mark(base::Bytes bytes, std::string_view mark, std::size_t offset = 0);

// The first `most` bytes as text: UTF-16 (by byte order mark, or by its zeros) becomes UTF-8, a byte order
// mark and blanks at the beginning are dropped. Other bytes stay as they are. Linear in `most`.
std::string text_head(base::Bytes bytes, std::size_t most);
std::string lower_head(base::Bytes bytes, std::size_t most);  // the same in lower case

// True where `bytes` hold `tag`, a lower-case tag with its '<', in letters of either case, as ASCII or as
// UTF-16.
bool holds_tag(base::Bytes bytes, std::string_view tag);

// No characters that text is not made of in the first 4 KB. Empty is not text.
bool looks_textual(base::Bytes bytes);

}  // namespace sekisho::scanner::active
