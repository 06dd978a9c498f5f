// The content transfer encodings of mail, as lenient as mail clients: bytes in, an Output out. All linear, at
// memory speed for clean input; odd input is decoded as far as it goes, and said to be so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

struct Decoded {
    bool damaged = false;  // bytes that the encoding does not allow were skipped or kept as they stood
    bool whole = true;     // false: the budget ended it; the Output is truncated
};

// RFC 2045 section 6.8. Bytes outside of the alphabet are skipped; all but blanks and line ends are damage.
// Padding ends a group, not the data: what follows is decoded as a new group (and is damage). Missing padding
// is made up.
Decoded decode_base64(base::Bytes encoded, Output& output);

// RFC 2045 section 6.7. A broken escape stays as it stands and is damage; blanks before a line end are
// dropped and so is a '=' at the very end.
Decoded decode_quoted_printable(base::Bytes encoded, Output& output);

// A "begin <mode> <name>" line and the data behind it up to "end".
struct UuBlock {
    std::string_view name;  // raw bytes
    base::Bytes data;       // encoded lines, without the begin and the end line
    std::size_t next = 0;   // offset of what follows the block
};

// The next block at or after `from`: a line "begin", three or four octal digits and a name, followed by a
// line that looks encoded. False where there is none.
bool find_uuencoded(base::Bytes text, std::size_t from, UuBlock& block);

// The lines of a block. A line that is too short is filled with zeros, one that cannot be data is skipped;
// both are damage.
Decoded decode_uuencode(base::Bytes lines, Output& output);

// True where the start of `bytes` is base64 in lines, for data whose encoding is not or wrongly declared.
bool looks_like_base64(base::Bytes bytes);

}  // namespace sekisho::scanner::mime
