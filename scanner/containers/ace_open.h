// Opens an ACE archive: its members become children, opened_by "ace".
#pragma once

#include <string_view>

#include "scanner/extraction.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// Its mark behind the first seven bytes.
Confidence is_ace(base::Bytes bytes, std::string_view name);
// Locked where a member is.
Turn turn_of_ace(const Part& part);
// Says `archive.ace` of each one. Of members in several volumes comes out what this volume has of their
// beginning, as `archive.damaged`. Comments and recovery records are passed over.
void open_ace(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
