// Opens an ARJ archive: its members become children, opened_by "arj".
#pragma once

#include "scanner/extraction.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

// Sure where the main header's checksum holds.
Confidence is_arj(base::Bytes bytes, std::string_view name);
// Locked where a member is garbled.
Turn turn_of_arj(const Part& part);
// Members of several volumes come out as far as this volume has them, as `archive.damaged`. Members locked
// with GOST are listed. Chapters, comments and what stands in extended headers are passed over.
void open_arj(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
