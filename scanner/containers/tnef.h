// TNEF, [MS-OXTNEF]: winmail.dat, whatever it is called, and the messages embedded in one. Attachments come
// out under their names, a message within as a TNEF of its own, an OLE object as the compound file that it
// is; texts and headers are parts too (mapi.h).
//
// A wrong checksum, a length that reaches behind the end, properties that cannot be read and bytes behind the
// last attribute are `archive.damaged`; what was read stays. An attachment without data is
// `archive.member-skipped`, one that is only referred to is `mime.external-body`.
//
// Known weaknesses: recipients, dates and the pictures of icons (attAttachMetaFile) make no part of their
// own; rules see them in the bytes of the TNEF.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::containers {

extern const Format tnef_format;

}  // namespace sekisho::scanner::containers
