// Locked presentations of PowerPoint 97 to 2003, [MS-PPT] 2.3.7 and [MS-OFFCRYPTO] 2.3.5: each persist object
// of the stream "PowerPoint Document" is encrypted by a key of its own, and so is each piece of a picture.
//
// Known weaknesses: what the stream EncryptedSummary holds (title, author, comments) stays encrypted.
#pragma once

#include "scanner/office/document_lock.h"

namespace sekisho::scanner::office {

DocumentLockResult open_ppt_lock(Cfb& cfb, Budget& budget);

}  // namespace sekisho::scanner::office
