// The signature of a VBA project in a package: vbaProjectSignature.bin, its Agile and V3 forms, [MS-OSHARED]
// 2.3.2. A mark for whoever judges: it is not checked, and anyone can sign.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::office {

extern const Format vba_signature_format;

}  // namespace sekisho::scanner::office
