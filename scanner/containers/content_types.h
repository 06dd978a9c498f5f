// [Content_Types].xml of an OOXML package (ECMA-376 part 2, section 7.2.3): which types its parts have.
#pragma once

#include <string>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// The values of all ContentType attributes in lower case, one a line. The XML may be in UTF-8 or UTF-16; of
// one that is broken or cut, what stands before the fault. Linear; the caller bounds the size.
std::string content_types_of(base::Bytes xml);

}  // namespace sekisho::scanner::containers
