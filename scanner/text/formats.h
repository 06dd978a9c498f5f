// The formats of this room: plain text and HTML, told by content.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::text {

// Both are weak: any format that knows its bytes better wins. Without these rows each text part would cost a
// look by libmagic.
extern const Format html_format;
extern const Format plain_format;

}  // namespace sekisho::scanner::text
