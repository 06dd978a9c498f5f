// Locked documents of Word 6 to 2003, [MS-DOC] 2.2.6: the streams WordDocument, Table and Data.
#pragma once

#include "scanner/office/document_lock.h"

namespace sekisho::scanner::office {

DocumentLockResult open_word_lock(Cfb& cfb, Budget& budget);

}  // namespace sekisho::scanner::office
