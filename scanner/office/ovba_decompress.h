// The compression of VBA source, [MS-OVBA] 2.4.1, tolerant of damage.
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace sekisho::scanner::office {

struct OvbaText {
    std::string bytes;     // as stored: in the project's code page
    bool damaged = false;  // a chunk broke the format; what could be read of it and of the others is there
    bool cut = false;      // `max_bytes` was reached
};

enum class OvbaEnd {
    of_input,           // the container reaches to the end of `container`; a bad chunk header is damage
    at_foreign_header,  // carved out of other bytes: the first header without the signature ends it
};

// `container` begins with the signature byte 0x01. Linear; at most `max_bytes` of output.
OvbaText ovba_decompress(base::Bytes container, std::size_t max_bytes, OvbaEnd end = OvbaEnd::of_input);

// Offset of the first thing at or after `from` that looks like compressed module source: a container whose
// first chunk begins with the literal "Attribut". npos where there is none.
std::size_t find_module_source(base::Bytes bytes, std::size_t from = 0);

}  // namespace sekisho::scanner::office
