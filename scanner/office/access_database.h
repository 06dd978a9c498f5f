// Access databases (.mdb, .accdb): macro sources by their signature. Tables, forms and queries are not read,
// so each is `office.access.unread`.
//
// Known weaknesses: sources lie in pages of 2 or 4 KB, and of one that takes several pages only the first
// piece is found; a compiled-only database (.mde, .accde) has none.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::office {

extern const Format access_database_format;

}  // namespace sekisho::scanner::office
