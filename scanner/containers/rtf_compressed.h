// Compressed RTF, [MS-OXRTFCP]: how Outlook stores the body of a message (PidTagRtfCompressed). Its child
// is the RTF, whose text is a part of its own.
//
// A wrong CRC or size, and data that end before their end mark, are `archive.damaged`; what came out stays.
#pragma once

#include "base/bytes.h"
#include "scanner/format.h"
#include "scanner/output.h"

namespace sekisho::scanner::containers {

struct DecompressedRtf {
    bool sound = true;  // false: the data are broken or cut, or their CRC or size is another
    bool whole = true;  // false: the budget ended it; the Output is truncated
};

// `bytes`: with the header of 16 bytes. Linear; a byte of the input gives 8 of output at most.
DecompressedRtf decompress_rtf(base::Bytes bytes, Output& output);

extern const Format compressed_rtf_format;

}  // namespace sekisho::scanner::containers
