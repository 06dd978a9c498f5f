// Test files of rules that are written out instead of stored as they are: binaries that people can read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::cli {

// The bytes that a .hex file stands for, at most `max_bytes` of them (Cause::limit). Words between blanks:
//   4C00 00        bytes in hexadecimal
//   00*56          one byte, so many times
//   "text" u"text" ASCII as it stands, and as UTF-16LE; no escapes
//   # ...          a remark up to the end of its line
// Cause::malformed with the line where there is anything else.
base::Result<std::string> bytes_from_hex(std::string_view text, std::size_t max_bytes);

}  // namespace sekisho::cli
