// Agile encryption, [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15: ciphers, hashes and rounds as an XML says. Office
// 2010 and later write it, with AES and 100,000 rounds of SHA-512 as a rule.
#pragma once

#include <memory>

#include "scanner/unlock/ooxml_lock.h"

namespace sekisho::scanner::unlock {

// `xml`: EncryptionInfo behind its header. Copies what it needs.
base::Result<std::unique_ptr<OoxmlLock>> read_agile_lock(base::Bytes xml);

}  // namespace sekisho::scanner::unlock
