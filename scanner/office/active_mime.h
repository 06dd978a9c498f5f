// ActiveMime: what Office puts around an OLE file in its XML and MHTML forms (editdata.mso, oledata.mso). A
// header, then one zlib stream. Microsoft does not document it; olevba reads it the same way.
#pragma once

#include <cstddef>
#include <optional>

#include "scanner/format.h"

namespace sekisho::scanner::office {

bool is_active_mime(base::Bytes bytes);

// Where the zlib stream begins: where the header says, where Word (0x32) and Excel (0x22A) put it, else the
// first one in 4 KB. One that holds a compound file wins; at most 32 places are tried.
std::optional<std::size_t> find_active_mime_stream(base::Bytes bytes);

extern const Format active_mime_format;

}  // namespace sekisho::scanner::office
