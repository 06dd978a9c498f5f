// Access databases (.mdb, .accdb and their kin): what is locked or encoded, and the way to what reads them.
//
// Databases of Jet that are encoded come out as a child in plain; those of ACE that are encrypted as well,
// where a password is found (access_lock.h). What is not sound is read as far as it goes, and is
// `office.access.partly`.
//
// Known weaknesses: pages that no table owns any more are read as if they were its own, rows that were
// deleted are not; Access projects (.adp) have no pages of this kind.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::office {

extern const Format access_database_format;

}  // namespace sekisho::scanner::office
