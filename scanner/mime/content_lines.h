// vCard (RFC 6350, and the older 2.1 and 3.0) and iCalendar (RFC 5545, vCalendar 1.0): files that stand in
// their properties become parts, "ATTACH;ENCODING=BASE64;VALUE=BINARY:..." and
// "PHOTO:data:image/jpeg;base64,..." alike.
//
// Known weaknesses: what is quoted-printable (vCard 2.1) stays as it stands, and so does what a URI leads to.
#pragma once

#include <string>
#include <string_view>

#include "scanner/format.h"

namespace sekisho::scanner::mime {

extern const Format vcard_format;
extern const Format icalendar_format;

// A property that holds base64.
struct InlineFile {
    std::string property;    // "ATTACH", as it stands, at most 64 bytes
    std::string name;        // of a file-name parameter; raw bytes, may be empty
    std::string media_type;  // may be empty
    std::string_view data;   // base64 with the line ends and blanks of folded lines
    std::size_t next = 0;    // where to go on
};
// The next one at or behind `from`, which is the beginning of a line. False: there is none. Linear.
bool find_inline_file(std::string_view text, std::size_t from, InlineFile& file);

}  // namespace sekisho::scanner::mime
