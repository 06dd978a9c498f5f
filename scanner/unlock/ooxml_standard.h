// Standard encryption, [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9: AES in ECB mode, keys by 50,000 rounds of SHA-1.
// Office 2007 writes it.
#pragma once

#include <memory>

#include "scanner/unlock/ooxml_lock.h"

namespace sekisho::scanner::unlock {

// `info`: EncryptionInfo from EncryptionHeaderSize on; borrowed.
base::Result<std::unique_ptr<OoxmlLock>> read_standard_lock(base::Bytes info);

}  // namespace sekisho::scanner::unlock
