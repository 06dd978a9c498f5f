// Outlook's .msg, [MS-OXMSG]: a message in a compound file. Its texts are parts (mapi.h); attachments come
// out under their names, embedded messages and OLE objects as compound files of their own.
//
// An attachment that is only referred to is `mime.external-body`, one without data `archive.member-skipped`.
//
// Known weaknesses: recipients and named properties make no parts; streams that are not read here come out as
// those of any compound file.
#pragma once

#include <vector>

#include "scanner/extraction.h"
#include "scanner/office/cfb.h"

namespace sekisho::scanner::office {

// Marks in `consumed`, one per entry of `cfb`, what has come out. False: the budget is spent.
bool open_outlook_message(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed);

}  // namespace sekisho::scanner::office
