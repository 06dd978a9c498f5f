// The password of an .accdb: its pages are encrypted one by one, with keys as [MS-OFFCRYPTO] has them for the
// segments of a package (agile, 2.3.4.10) or the blocks of a stream (RC4 CryptoAPI, 2.3.5). How Access counts
// them is what Jackcess Encrypt found out.
//
// Known weaknesses: AES without agile encryption (2.3.4.5), which Access writes only where a setting of
// Windows says so, is not read.
#pragma once

#include "scanner/extraction.h"
#include "scanner/office/access_pages.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// Adds the database in plain as a child where a password is found; else it is `document.encrypted.unopened`
// and listed. `pages`: with an EncryptionInfo.
void open_access_lock(const Part& part, const AccessPages& pages, Extraction& extraction);

}  // namespace sekisho::scanner::office
