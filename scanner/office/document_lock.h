// The lock of a binary document (Word, Excel, PowerPoint 97 to 2003): which password opens it, and its
// streams in plain. One per kind of document; scanner/office/locked.cpp tries passwords on them.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "scanner/office/cfb.h"
#include "scanner/office/cfb_edit.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::office {

class DocumentLock {
public:
    DocumentLock() = default;
    virtual ~DocumentLock() = default;
    DocumentLock(const DocumentLock&) = delete;
    DocumentLock& operator=(const DocumentLock&) = delete;

    virtual unlock::PasswordBytes password_bytes() const = 0;
    virtual unlock::Price price() const = 0;
    // Keeps the key of the password that fits.
    virtual unlock::Fit fit_of(std::string_view password) = 0;
    // With that key: the locked streams in plain, and the marks that say "locked" taken out. False: bytes
    // were missing, or the structure that says what is locked is broken; what could be decrypted is in
    // `edit`.
    virtual bool decrypt(Cfb& cfb, Budget& budget, CfbEdit& edit) = 0;
};

// Null: the document has no such stream, or it is not locked. unsupported: locked in a way that is not read
// here; malformed, truncated: it says that it is locked, and the rest makes no sense.
using DocumentLockResult = base::Result<std::unique_ptr<DocumentLock>>;

}  // namespace sekisho::scanner::office
