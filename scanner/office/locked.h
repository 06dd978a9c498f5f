// Documents that are locked with a password: opened where a password is found, told where not.
//
// A locked OOXML package becomes a child, the package itself. Of a binary document the whole compound file
// becomes a child, with its streams in plain. A document that is only protected against changes is not
// locked.
#pragma once

#include "base/bytes.h"
#include "scanner/extraction.h"
#include "scanner/office/cfb.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

struct LockOutcome {
    bool locked = false;
    bool in_child = false;  // everything that the document holds is in the child
};
LockOutcome open_locks(const Part& part, Cfb& cfb, Extraction& extraction);

// Whether open_locks() will look for passwords: such a document waits until all texts have been read.
bool is_locked(base::Bytes file);

}  // namespace sekisho::scanner::office
