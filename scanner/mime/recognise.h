// How mail is told from other text, for files and parts whose declared type is not believed.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "scanner/format.h"

namespace sekisho::scanner::mime {

// `text` without what a mail has before it where editors and programs have been at the file: a UTF-8 byte
// order mark, and blank lines.
std::string_view without_leading_junk(std::string_view text);

// Both look at the first few KB.
Confidence recognise_message(base::Bytes head, std::string_view name);
Confidence recognise_multipart(base::Bytes head, std::string_view name);

}  // namespace sekisho::scanner::mime
