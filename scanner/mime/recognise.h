// How mail is told from other text, for files and parts whose declared type is not believed.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "scanner/format.h"

namespace sekisho::scanner::mime {

// Both look at the first few KB.
Confidence recognise_message(base::Bytes head, std::string_view name);
Confidence recognise_multipart(base::Bytes head, std::string_view name);

}  // namespace sekisho::scanner::mime
