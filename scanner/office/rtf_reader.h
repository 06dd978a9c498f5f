// What there is in an RTF: the text that people see, the objects, the fields, and where a template is.
//
// One pass over the tokens, linear, with a stack of its own; groups beyond 16,384 deep count, and are read as
// if they were on that level. Objects are read wherever \objdata stands: no reader's idea of what is ignored
// hides one.
//
// Known weaknesses: tables of characters are those of Windows, so Macintosh code pages are read as
// windows-1252; the order of right-to-left text is that of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/office/rtf_object_data.h"
#include "scanner/office/word_fields.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

struct RtfObject {
    std::string class_name;  // of \objclass, bytes; nothing depends on it
    StoragePtr data;         // decoded; null where there are none
    RtfJunk junk;
    bool truncated = false;  // the budget took no more
};

struct RtfContent {
    std::vector<RtfObject> objects;
    std::vector<WordField> fields;
    std::vector<std::string> templates;
    std::size_t fonts = 0;
    std::size_t deepest = 0;     // groups
    bool object_update = false;  // \objupdate: an object is loaded before anybody clicks
    bool html = false;           // the text is the HTML that the RTF was made from ([MS-OXRTFEX])
    bool damaged = false;        // a \bin that claims more than there is
    bool limited = false;        // more objects, templates or fields than are kept
};

// `text` takes what people see, as UTF-8; behind a link with a text of its own stands its address, in angle
// brackets. A spent budget shows in `text` and in the objects.
RtfContent read_rtf(base::Bytes rtf, Output& text, Budget& budget);

}  // namespace sekisho::scanner::office
