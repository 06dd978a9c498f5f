// Files that hold other files as text: uuencode, xxencode, base64 in a frame, BinHex and yEnc, with whatever
// text before them. Texts of a mail itself are looked through while it is opened (text_blocks.h).
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::mime {

// Adds what stands encoded in a part that is text, but for one that came out of a mail as it is. A row of
// Rooms.
void open_encoded_text(const Part& part, Extraction& extraction);

// yEnc is no text for others: its data are bytes of any value. A line of it stands in the first 4 KB.
extern const Format yenc_format;

}  // namespace sekisho::scanner::mime
