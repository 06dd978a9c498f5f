// Files of classic Mac OS in one piece: AppleSingle and AppleDouble (RFC 1740), and MacBinary I to III. The
// data fork is what other systems have as the file; the resource fork comes out too where there is one.
//
// A fork that reaches behind the end and a wrong CRC are `archive.damaged`.
//
// Known weaknesses: MacBinary I has no mark; it is taken for one where all its fields fit and the sizes are
// those of the file.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::mime {

extern const Format apple_single_format;
extern const Format mac_binary_format;

}  // namespace sekisho::scanner::mime
