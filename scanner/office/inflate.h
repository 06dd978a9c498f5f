// A zlib stream (RFC 1950), as documents hold them.
#pragma once

#include <string>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// False: the data is broken, ends early, or the Output takes no more; what came out is in `output`. Bytes
// behind the stream's end are left alone.
bool inflate_zlib(base::Bytes data, Output& output);

// The first bytes of the stream, for a look before anything is charged: at most 512, empty where none begins.
std::string inflate_head(base::Bytes data);

}  // namespace sekisho::scanner::office
