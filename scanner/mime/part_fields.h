// Fields of a part (RFC 2045 section 3: Content-*) where a reading looks for none.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::mime {

// A line "Content-Xxx:".
bool is_part_field(std::string_view line);

// The same with a comment or blanks behind the name, which some take for part of it.
bool is_like_part_field(std::string_view line);

// The header block of a part begins here: a Content-* field, or other fields and then one.
bool begins_part_header(std::string_view text);

// What stands behind a line of dashes is a part. `dashed`: the line. Behind the rulers that people draw,
// which are dashes alone or have words in them, a part has to begin with a Content-* field.
bool begins_part(std::string_view dashed, std::string_view behind);

// Offset of the first Content-* field at the start of a line, or npos.
std::size_t find_part_field(std::string_view text);

// A preamble or epilogue that is more than the usual sentence for old clients; and one that may hold a part.
bool holds_content(base::Bytes bytes);
bool holds_part(base::Bytes bytes);

}  // namespace sekisho::scanner::mime
