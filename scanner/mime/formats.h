// The formats of this room: mail messages, and bodies of multiparts that have lost their header.
#pragma once

#include "base/bytes.h"
#include "scanner/format.h"

namespace sekisho::scanner::mime {

// A message with all of its multiparts: the leaves become children of the message, decoded ("2:invoice.zip");
// a nested message is one of them. Children carry opened_by "mime" or "uuencode".
extern const Format message_format;

// "--boundary" and Content-* lines in front: opened like the multipart that it was.
extern const Format multipart_format;

// True where `bytes` start like a message. `declared`: something outside says that it is one
// (Content-Type: message/rfc822, an .eml file), so one field in front is enough.
bool looks_like_message(base::Bytes bytes, bool declared);

}  // namespace sekisho::scanner::mime
