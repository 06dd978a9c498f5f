// The Microsoft Script Encoder: what .jse and .vbe files, and scripts of language "JScript.Encode", are made
// of. It hides the source from eyes and scanners; every host decodes it.
//
// A block is "#@~^", six characters of base64 with the size and "==", the encoded text, six characters with
// its checksum, and "==^#~@". Characters from blank to "~", and the tab, are replaced by one of three tables,
// which one is said by a list of 64; line ends, "<", ">" and "@" are written as escapes that begin with "@";
// what is not ASCII stands as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::active {

struct EncodedBlock {
    std::size_t begin = 0;                  // of "#@~^"
    std::size_t end = 0;                    // behind "==^#~@", or of the text where there is none
    std::string_view content;               // between size and checksum
    std::optional<std::uint32_t> checksum;  // sum of the decoded bytes; none where it cannot be read
    bool whole = false;                     // size and end mark agree
};

// The next block at or after `from`; nothing where there is none. A size that lies is not followed: the block
// goes to its end mark, or to the end of the text. Linear over all calls.
std::optional<EncodedBlock> find_encoded_block(std::string_view text, std::size_t from);

struct DecodedScript {
    bool matches = false;  // the checksum holds
    bool room = true;      // false: the Output took no more
};
DecodedScript decode_block(const EncodedBlock& block, Output& output);

}  // namespace sekisho::scanner::active
